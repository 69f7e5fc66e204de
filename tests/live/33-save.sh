#!/bin/bash
# SPDX-License-Identifier: ISC
# The evidence folder: a packet number in the report is that packet in the saved file, by another decoder's word.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs tshark
segments 2
querier 1 2
sleep 0.3
stream "0 1" -t 1
run --iface all --group "$GROUP:$PORT" --send --save "$W/saved"
exits 1
for file in host.json request.json; do check "$file" jq -e . "$W/saved/$file" -r --arg x "" >/dev/null; done
for nic in h0 h1; do
	file=$(jq -r --arg nic "$nic" '.interfaces[] | select(.name == $nic) | .capture.file' "$W/report.json")
	check "$nic has a file ($file)" test -s "$W/saved/${file##*/}"
	HOME=$W tshark -n -r "$W/saved/${file##*/}" -T fields -E separator=' ' -e frame.number -e ip.src -e ip.dst -e ip.ttl -e ip.proto -e frame.time_epoch 2>/dev/null |
		jq -R -s 'split("\n") | map(select(. != "") | split(" ") | {n: .[0], source: .[1], destination: .[2], ttl: .[3], protocol: .[4], time: .[5]})' >"$W/frames.json"
	expect "$nic all packets are in the file" 'nic($nic).capture.packets == ($frames[0] | length)' --arg nic "$nic" --slurpfile frames "$W/frames.json"
	expect "$nic every report row is that frame" '[nic($nic).reports[] | . as $row | select(.packet != null) | $frames[0][.packet - 1]
		| select(.source != $row.source or .destination != $row.destination or .ttl != ($row.ttl | tostring) or .protocol != "2") | [$row, .]]
		| . == [] or (tostring | error)' --arg nic "$nic" --slurpfile frames "$W/frames.json"
	expect "$nic has report rows" 'nic($nic).reports | length > 2' --arg nic "$nic"
	expect "$nic every evidence packet exists, at its time" '(.started | sub("\\.[0-9]+"; "") | fromdate) as $start
		| [.findings[].evidence[] | select(.interface == $nic and .packet != null) | . as $clue | $frames[0][.packet - 1]
		| select(. == null or ((.time | tonumber) - $start - $clue.time_ms / 1000 | fabs) > 1.1) | $clue]
		| . == [] or (tostring | error)' --arg nic "$nic" --slurpfile frames "$W/frames.json"
	expect "$nic has evidence packets" '[.findings[].evidence[] | select(.interface == $nic and .packet != null)] | length > 0' --arg nic "$nic"
done
truth
replays "$W/saved"

step "a capture that is cut"
cp -r "$W/saved" "$W/cut"
size=$(stat -c %s "$W/saved/h0.pcap")
head -c $((size / 2)) "$W/saved/h0.pcap" >"$W/cut/h0.pcap"
"$MCDIAG" replay --json "$W/cut" >"$W/report.json" 2>"$W/errors"
expect "told as such" 'nic("h0").capture | .ended == "cut" and (.error | length > 0)'
expect "nothing is concluded from what is missing" '[nic("h0").checks | .send, .leave | .status] | all(. != "fail")'

step "a capture of another run"
cat "$W/saved/h0.pcap" >"$W/cut/h0.pcap"
tail -c +25 "$W/saved/h0.pcap" >>"$W/cut/h0.pcap"
"$MCDIAG" replay "$W/cut" >"$W/out" 2>"$W/errors"
check "refused with status 3, not $?" test $? = 3
check "by name: $(cat "$W/errors")" grep -q h0.pcap "$W/errors"

step "the captures alone"
rm "$W/cut/host.json"
cp "$W/saved/h0.pcap" "$W/cut/h0.pcap"
"$MCDIAG" replay --json "$W/cut" >"$W/report.json" 2>"$W/errors"
expect "a row for each" '[.interfaces[].name] == ["h0", "h1", "lo"] and .host == null'
