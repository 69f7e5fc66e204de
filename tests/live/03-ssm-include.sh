#!/bin/bash
# SPDX-License-Identifier: ISC
# Source-specific joins, one source and two: the filter is on the wire, the switch prunes the rest.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
GROUP=232.77.1.1
segments 2
stream "0 1" -s 10.77.250.20
stream "0 1" -s 10.77.250.21

step "one source"
run --iface all --group "10.77.250.20@$GROUP:$PORT"
exits 0
for nic in h0 h1; do
	findings "$nic"
	for check in join source_filter querier stream delivery leave; do expect "$nic $check" "status(\"$nic\"; \"$check\") == \"pass\""; done
	expect "$nic asked for the source" "any(sent(\$wire)[] | membership; .interface == \"$nic\" and .record == \"allow\" and .sources == [\"10.77.250.20\"])"
done
expect "the send checks wait for --send" 'status("h0"; "send") == "skipped" and (nic("h0").checks.send.reason | test("--send"))'
expect "nothing was sent" 'all(sent($wire)[]; .kind != "udp")'
truth

step "two sources"
run --iface all --group "$GROUP:$PORT" --source 10.77.250.20,10.77.250.21 --send
exits 0
for nic in h0 h1; do
	expect "$nic source_filter" "status(\"$nic\"; \"source_filter\") == \"pass\""
	expect "$nic asked for both" "[sent(\$wire)[] | membership | select(.interface == \"$nic\" and .record == \"allow\") | .sources[]] | unique
		== [\"10.77.250.20\", \"10.77.250.21\"]"
	expect "$nic gets both" "[nic(\"$nic\").streams[] | select(.delivered > 0) | .source] | unique == [\"10.77.250.20\", \"10.77.250.21\"]"
done
truth
