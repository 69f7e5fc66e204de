#!/bin/bash
# SPDX-License-Identifier: ISC
# A source filter in four places: asked for, in the socket, in the kernel, on the wire. Older queriers and other programs make them differ. The
# kernel's own lists and the far end's word on the last record are the witnesses.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
GROUP=232.77.1.1
INTERVAL=100
segments 2
stream "0 1" -s 10.77.250.20
querier 1 2
sleep 0.3
only='{"filter_mode": "include", "sources": ["10.77.250.20"]}' any='{"filter_mode": "exclude", "sources": []}'

# columns NIC SOCKET KERNEL WIRE
columns() {
	expect "columns of $1" 'nic($nic).groups[0].filter | [.requested, .socket, .kernel, .wire] == [$only, $socket, $kernel, $router] or (tostring | error)' \
		--arg nic "$1" --argjson only "$only" --argjson socket "$2" --argjson kernel "$3" --argjson router "$4"
}

step "a v2 querier on the second segment"
run --iface all --group "10.77.250.20@$GROUP:$PORT" --save "$W/v2"
columns h0 "$only" "$only" "$only"
columns h1 "$only" "$only" "$any"
truth
replays "$W/v2"
"$MCDIAG" replay "$W/v2" >"$W/text"
check "told in text where they differ: $(grep 'Filter of' "$W/text")" grep -q 'Filter of 232.77.1.1 on h1: requested include{10.77.250.20}, socket include{10.77.250.20},' "$W/text"
check "and only there" test "$(grep -c 'Filter of' "$W/text")" = 1

step "another program asks for the same"
start host -g "$GROUP" -p "$PORT" -s 10.77.250.20 join h0
sleep 1.2
run --iface h0 --group "10.77.250.20@$GROUP:$PORT" --duration 2.5
exits 0
columns h0 "$only" "$only" "$only"
expect "no word of a wider one" 'all(.findings[]; .code != "filter-widened-by-other-process")'
truth
end "$STARTED"

step "another program asks for any source"
start host -g "$GROUP" -p "$PORT" join h0
sleep 1.2
run --iface h0 --group "10.77.250.20@$GROUP:$PORT" --duration 2.5
columns h0 "$only" "$any" "$any"
expect "a note" 'finding("filter-widened-by-other-process") | .interface == "h0" and .severity == "note"'
expect "what the far end heard" '[sent($wire)[] | membership | select(.interface == "h0" and .group == $group and .record == "is_ex")] | length > 0 and .[-1].sources == []' --arg group "$GROUP"
truth
