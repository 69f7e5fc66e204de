#!/bin/bash
# SPDX-License-Identifier: ISC
# Hosts on which Npcap is not there or does not serve: the program starts, reads captures, joins, and says what is missing and what to do.
# shellcheck source-path=SCRIPTDIR source=wine.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/wine.sh" || exit 99
capture=$WINE_HERE/../../pcaps/v3-asm.pcap
segments 2
stream "0 1"

# blind FAILURE WORDS: it starts, replays, and a run on this host concludes nothing from a wire that it does not see
blind() {
	step "$1"
	npcap "$1"
	check "starts" grep -q '^mcdiag [0-9]' <(in_host "$MCDIAG" --version)
	in_host "$MCDIAG" replay --json "$capture" >"$W/replayed" 2>"$W/errors"
	check "replays: $(head -c 300 "$W/errors")" cmp -s "$W/replayed" "$W/expected"
	run --iface all --group "$GROUP:$PORT" --duration 1s
	exits 3
	for nic in h0 h1; do
		findings "$nic"
		expect "$nic join is not called a pass or a fault" 'status($nic; "join") == "inconclusive"' --arg nic "$nic"
		expect "$nic received" 'any(nic($nic).streams[]; .delivered > 0)' --arg nic "$nic"
		expect "$nic says why" 'nic($nic).capture.error | test($words)' --arg nic "$nic" --arg words "$2"
	done
	expect "told once, as a note" '[.findings[] | select(.code == "capture-denied")] | length == 1 and .[0].severity == "note"'
	expect "what to do" 'finding("capture-denied").remedy | join(" ") | test($words)' --arg words "$3"
	expect "it joined all the same" '[sent($wire)[] | membership | select(.record == "to_ex" and .group == $group) | .interface] | unique == ["h0", "h1"]' --arg group "$GROUP"
	nothing_left
}
"$NATIVE" replay --json "$capture" >"$W/expected"
blind none "Npcap is not installed" "npcap\\.com"
blind refused "administrators" "elevated"
in_host "$MCDIAG" --version >"$W/version"
check "says which Npcap it is: $(cat "$W/version")" grep -q 'Npcap version 0\.01' "$W/version"

# The service as Npcap makes it, and it does not run
check "a service" in_host timeout 60 "$WINE" sc create npcap type= kernel start= demand binPath= 'C:\windows\npcap.sys' >/dev/null 2>&1
blind stopped "driver" "net start npcap"

step "old"
npcap old
run --iface all --group "$GROUP:$PORT" --duration 1s
expect "captures with a library that has less" 'all(nic("h0", "h1").capture; .error == null and .packets == 0)'
nothing_left

step "another wpcap.dll beside the program"
mkdir "$W/beside"
cp "$EXE" "$W/beside/"
fake_dll "$W/beside/wpcap.dll" refused
version() { (cd "$W/beside" && exe 20 "$W/beside/mcdiag.exe" --version); }
npcap offline
check "Npcap's own is taken" grep -q 'libpcap version' <(version)
check "and not that" bash -c '! grep -q "Npcap version 0"' - <(version)
rm "$WINEPREFIX/drive_c/windows/system32/Npcap/wpcap.dll"
check "nor where there is no other" bash -c '! grep -q "Npcap version 0"' - <(version)
