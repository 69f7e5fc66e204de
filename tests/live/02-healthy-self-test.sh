#!/bin/bash
# SPDX-License-Identifier: ISC
# Without a group: the self-test joins and sends on its own channel, expects nobody else, and passes.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 3
run --iface all
exits 0
settled
for nic in h0 h1 h2; do
	findings "$nic"
	for check in join querier send ttl leave; do expect "$nic $check" "status(\"$nic\"; \"$check\") == \"pass\""; done
	for check in stream delivery source_filter; do expect "$nic $check" "status(\"$nic\"; \"$check\") == \"skipped\""; done
done
expect "its channel" '.request.groups | map("\(.address):\(.port)") == ["225.233.233.233:7777"]'
expect "loopback is not chosen" 'all(.interfaces[]; .name != "lo" or .role == "observed")'
truth
