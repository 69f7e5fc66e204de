#!/bin/bash
# SPDX-License-Identifier: ISC
# What was saved on Windows, judged again there and on Linux, is the same to the byte; and the sockets were asked as Windows wants it.
# shellcheck source-path=SCRIPTDIR source=wine.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/wine.sh" || exit 99
lab_needs tshark
GROUP=232.77.1.1
segments 2
stream "0 1" -s 10.77.250.20
stream "0 1" -s 10.77.250.21
run --iface all --group "10.77.250.20@$GROUP:$PORT" --send --ttl 17 --save "$W/saved"
exits 0
for nic in h0 h1; do
	for check in join source_filter querier send ttl stream delivery leave; do expect "$nic $check" 'status($nic; $check) == "pass"' --arg nic "$nic" --arg check "$check"; done
	expect "$nic probes" 'nic($nic).probes | .on_wire == .sent and .sent > 0 and .ttl == [{value: 17, packets: .on_wire}]' --arg nic "$nic"
	file=$(jq -r --arg nic "$nic" '.interfaces[] | select(.name == $nic) | .capture.file' "$W/report.json")
	frames=$(HOME=$W tshark -n -r "$W/saved/${file##*/}" 2>/dev/null | wc -l)
	expect "$nic all packets are in the file" 'nic($nic).capture.packets == ($frames | tonumber)' --arg nic "$nic" --arg frames "$frames"
done
truth
replays "$W/saved"
for format in --json --explain; do
	"$MCDIAG" replay $format "$W/saved" >"$W/there" 2>"$W/there.err"
	there=$?
	"$NATIVE" replay $format "$W/saved" >"$W/here" 2>"$W/here.err"
	check "status $there there, $? here" test $? = "$there"
	check "the same $format: $(diff "$W/there" "$W/here" | head -c 500)" cmp -s "$W/there" "$W/here"
done

# IP_ADD_SOURCE_MEMBERSHIP of Linux is 39: group, source, interface
for nic in 0 1; do
	check "h$nic is joined by group, source, interface: $(sort -u "$SHIM_LOG" | grep ' 39:')" grep -q "^option 39: 232 77 1 1 10 77 250 20 10 77 $nic 10$" "$SHIM_LOG"
done
