#!/bin/bash
# SPDX-License-Identifier: ISC
# What TTL was asked for is what the far end sees: 1, 255, and 0, which never leaves a host with a member.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
for ttl in 1 255; do
	step "TTL $ttl"
	run --iface all --group "$GROUP:$PORT" --send --no-expect-stream --ttl "$ttl"
	exits 0
	for nic in h0 h1; do
		expect "$nic" 'status($nic; "ttl") == "pass" and (nic($nic).probes.ttl | map(.value) == [$ttl])' --arg nic "$nic" --argjson ttl "$ttl"
		expect "$nic at the far end" '[sent($wire)[] | select(.interface == $nic and .kind == "udp") | .ttl] | unique == [$ttl]' --arg nic "$nic" --argjson ttl "$ttl"
	done
	truth
done

step "TTL 0"
run --iface all --group "$GROUP:$PORT" --send --no-expect-stream --ttl 0
exits 2
expect "told" '[finding("ttl-zero") | .severity] | unique == ["fault"]'
truth
