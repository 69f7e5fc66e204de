#!/bin/bash
# SPDX-License-Identifier: ISC
# Three NICs, a v3 querier and a foreign stream on each: every check passes, and the JSON and the text agree.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 3
stream "0 1 2" -t 8
run --iface all --group "$GROUP:$PORT" --send --ttl 17
exits 0
settled
for nic in h0 h1 h2; do
	findings "$nic"
	for check in join querier send ttl stream delivery leave; do expect "$nic $check" "status(\"$nic\"; \"$check\") == \"pass\""; done
	expect "$nic source_filter" "status(\"$nic\"; \"source_filter\") == \"skipped\""
	expect "$nic stream" "nic(\"$nic\").streams | map(select(.group == \"$GROUP\" and (.source | endswith(\".20\")))) | length == 1
		and all(.[]; .packets > 20 and .delivered > 0 and .ttl == [8] and .port == $PORT)"
	expect "$nic probes" "nic(\"$nic\").probes | .on_wire == .sent and .sent > 0 and .ttl == [{value: 17, packets: .on_wire}]"
done
expect "the stream is on the far end too" '[$wire[] | select(.out and .interface == "p1" and .kind == "udp" and .source == "10.77.1.20")] | length > 20'
truth

step text
in_host "$MCDIAG" --iface all --group "$GROUP:$PORT" >"$W/text" 2>"$W/errors"
check "exit status 0" test $? = 0
for nic in h0 h1 h2; do check "names $nic" grep -q "$nic" "$W/text"; done
check "nothing on standard error" test ! -s "$W/errors"
check "no escape sequences in a file" bash -c '! grep -q "$(printf "\\033")" "$1"' - "$W/text"
