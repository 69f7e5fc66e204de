#!/bin/bash
# SPDX-License-Identifier: ISC
# Without the right to capture the wire cannot be seen: inconclusive, and what the sockets tell is told.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs setpriv
segments 2
stream "0 1"
WRAP=(setpriv "--bounding-set=-net_raw,-net_admin" --inh-caps=-all)
in_host "${WRAP[@]}" "$PEER" -c 1 craft h0 >/dev/null 2>&1 && lab_skip "the right to capture cannot be given up here"
run --iface all --group "$GROUP:$PORT" --duration 1s
exits 3
expect "told" 'any(finding("capture-denied"); .severity == "note")'
expect "one remedy, for this very program" '[finding("capture-denied").remedy[]] | length == 1 and (.[0] | endswith("setcap cap_net_raw+ep " + $program))' --arg program "$MCDIAG"
for nic in h0 h1; do
	findings "$nic"
	expect "$nic join is not called a pass or a fault" 'status($nic; "join") == "inconclusive"' --arg nic "$nic"
	expect "$nic received" 'any(nic($nic).streams[]; .delivered > 0)' --arg nic "$nic"
done
nothing_left
expect "it joined all the same" '[sent($wire)[] | membership | select(.record == "to_ex" and .group == $group) | .interface] | unique == ["h0", "h1"]' --arg group "$GROUP"
