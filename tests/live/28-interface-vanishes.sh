#!/bin/bash
# SPDX-License-Identifier: ISC
# A NIC is deleted in the middle of the run: a finding, no crash, and the others are judged as ever.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 3
stream "0 2"
meanwhile() {
	sleep 0.6
	ip -n host link del h1
}
run --iface all --group "$GROUP:$PORT" --duration 2s
expect "status $STATUS is a verdict" '.verdict == (["pass", "warn", "fail", "inconclusive"][$status])' --argjson status "$STATUS"
check "not a pass: $STATUS" test "$STATUS" != 0
expect "the NIC has a row" 'nic("h1") | .role == "chosen"'
expect "the reason is told" 'any(.findings[]; .interface == "h1") or (nic("h1").usable == false)'
for nic in h0 h2; do
	findings "$nic"
	expect "$nic" 'status($nic; "join") == "pass" and status($nic; "delivery") == "pass" and status($nic; "leave") == "pass"' --arg nic "$nic"
done

step named
meanwhile() {
	sleep 0.6
	ip -n host link del h2
}
run --iface h0,h2 --group "$GROUP:$PORT" --duration 2s
exits 2
expect "a fault" 'any(.findings[]; .interface == "h2" and .severity == "fault")'
findings h0
