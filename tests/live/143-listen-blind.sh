#!/bin/bash
# SPDX-License-Identifier: ISC
# Without the right to capture a listener works on sockets alone: what they got is told, and what that cannot prove.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs setpriv
segments 2
WRAP=(setpriv "--bounding-set=-net_raw,-net_admin" --inh-caps=-all)
in_host "${WRAP[@]}" "$PEER" -c 1 craft h0 >/dev/null 2>&1 && lab_skip "the right to capture cannot be given up here"

step received
stream "0 1" -r 200
run listen -g "$GROUP:$PORT" -c 200 --print --save "$W/saved"
exits 3
expect "told" 'any(finding("capture-denied"); .severity == "note")'
for nic in h0 h1; do
	findings "$nic"
	expect "$nic received, and nothing is claimed of its wire" 'status($nic; "stream") == "pass" and status($nic; "join") == "inconclusive" and
		all(nic($nic).streams[]; .delivered > 50 and .packets == null and .lost == null and .ttl == [8] and .rate_pps > 100)' --arg nic "$nic"
done
check "printed" test "$(grep -c ' bytes: peer' "$W/errors")" = 200
nothing_left
replays "$W/saved"

step "as text"
in_host "${WRAP[@]}" "$MCDIAG" listen -g "$GROUP:$PORT" -c 20 >"$W/text"
check "exit status 3" test $? = 3
check "a row: $(grep -E '^  h1 +10' "$W/text")" grep -qE '^  h1 +10\.77\.1\.20:[0-9]+ +[0-9]+ +- +[0-9.]+ pps +- +- +- +- +8$' "$W/text"
check "what that cannot prove" grep -q '^  Sockets alone, without a capture, on h0, h1: not known are' "$W/text"
end "$STARTED"

step "nothing received"
run listen -g "$GROUP:$PORT" -d 1500ms
exits 2
expect "no cause is made up" '[.findings[] | select(.severity != "note")] == []'
check "said" grep -q '^mcdiag: nothing has come yet' "$W/errors"
run listen -d 1500ms
exits 3
