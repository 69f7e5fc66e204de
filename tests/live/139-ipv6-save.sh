#!/bin/bash
# SPDX-License-Identifier: ISC
# The evidence folder of a run over both families says the same when it is judged again, and another decoder agrees; --dry-run does nothing.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs tshark
IPV6=1
segments 2

step "not run"
tap_start
in_host "$MCDIAG" --iface h1 --group "[$GROUP6]:$PORT" --group "$GROUP:$PORT" --send --dry-run >"$W/text" 2>"$W/errors"
check "exit status 0" test $? = 0
sleep 0.2
tap_stop
check "names the group: $(cat "$W/text")" grep -qF "join [$GROUP6]:$PORT" "$W/text"
check "and a scratch group of each family" test "$(grep -c "join and leave" "$W/text")" = 2
echo '{}' >"$W/report.json"
expect "nothing was joined or sent" '[sent($wire)[] | select(.kind != "ether") | membership, select(.kind == "udp")
	| select(.group // "" | own_groups | not)] == []'

step "saved"
mld_version 1 1
stream "0 1"
GROUP=$GROUP6 stream "0 1" -t 1
run --iface all --group "[$GROUP6]:$PORT" --group "$GROUP:$PORT" --send --save "$W/saved"
exits 1
findings h0 stream-ttl-exhausted
findings h1 stream-ttl-exhausted mld-downgraded-by-querier
truth
replays "$W/saved"
for nic in h0 h1; do
	HOME=$W tshark -n -r "$W/saved/$nic.pcap" -T fields -E separator=' ' -e frame.number -e ipv6.src -e ipv6.dst -e ipv6.hlim -e icmpv6.type -Y icmpv6 2>/dev/null |
		jq -R -s 'split("\n") | map(select(. != "") | split(" ") | {key: .[0], value: {source: .[1], destination: .[2], ttl: .[3], type: .[4]}}) | from_entries' >"$W/frames.json"
	expect "$nic every row of MLD is that frame" '[nic($nic).reports[] | . as $row | select(.family == 6) | $frames[0][.packet | tostring]
		| select(.source != $row.source or .destination != $row.destination or .ttl != ($row.ttl | tostring)
			or .type != ({"report 1": "131", "done 1": "132", "report 2": "143"}["\($row.type) \($row.version)"])) | [$row, .]]
		| . == [] or (tostring | error)' --arg nic "$nic" --slurpfile frames "$W/frames.json"
	expect "$nic has rows of MLD" '[nic($nic).reports[] | select(.family == 6)] | length > 2' --arg nic "$nic"
done
