#!/bin/bash
# SPDX-License-Identifier: ISC
# A listener to groups of both families: an IPv6 socket hears what came in by other NICs too, and each is told once, by the NIC it came in by.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
IPV6=1
segments 2
far6() { if [ "$1" = h0 ]; then echo fd77::20; else echo "fd77:${1#h}::20"; fi; }
is_member() { in_host ip maddress show dev h1 | grep -qw "$1"; }
printed() { grep -cE "^\[$1\]:[0-9]+ to \[$GROUP6\]:$PORT on $2, TTL $3, " "$W/errors"; }

step "both families"
meanwhile() {
	wait_for "the joins" is_member "$GROUP6"
	sleep 0.3
	in_far "$MCDIAG" send -g "[$GROUP6]:$PORT" -g "$GROUP:$PORT" -c 10 --rate 200 -m 'six or four' -t 3 >/dev/null
}
run listen -g "[$GROUP6]:$PORT" -g "$GROUP:$PORT" -c 40 --print
exits 0
for nic in h0 h1; do
	findings "$nic"
	expect "$nic: ten of each" '[nic($nic).streams[] | select(.delivered) | [.group, .source, .delivered, .packets, .ttl]]
		== [[$group, $source, 10, 10, [3]], [$group6, $source6, 10, 10, [3]]] or ([nic($nic).streams[] | [.group, .source, .delivered, .packets]] | tostring | error)' \
		--arg nic "$nic" --arg group "$GROUP" --arg group6 "$GROUP6" --arg source "10.77.${nic#h}.20" --arg source6 "$(far6 "$nic")"
	check "$nic: printed once each" test "$(printed "$(far6 "$nic")" "$nic" 3)" = 10
done
check "forty in all" test "$(grep -cE ', probe [0-9]+ of .* out of s[01], 0 hops: six or four$' "$W/errors")" = 40
truth
unset -f meanwhile

step "one source of two"
GROUP=$GROUP6
stream "0 1" -s fd77:250::20
stream "0 1" -s fd77:250::21
run listen -g "[$GROUP6]:$PORT" -s fd77:250::21 -c 30 --print
exits 0
check "printed of that one alone" test "$(printed fd77:250::21 'h[01]' 8)" = 30
for nic in h0 h1; do expect "$nic source_filter" 'status($nic; "source_filter") == "pass"' --arg nic "$nic"; done
truth
