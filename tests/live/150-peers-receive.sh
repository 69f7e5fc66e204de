#!/bin/bash
# SPDX-License-Identifier: ISC
# What `mcdiag send` says it sent is what programs of others count, in both families: socat and multicat write down each datagram.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs socat multicat
IPV6=1
segments 1
NUMBER=40 TS=1316	# a TS payload of seven packets: what multicat takes for one datagram

is_member() { in_far ip maddress show dev s0 | grep -qwF "$1"; }
# listen NAME COMMAND...: one of somebody else, in the background
listen() {
	local name=$1
	shift
	in_far "$@" >"$W/$name.out" 2>&1 &
	LISTENERS+=($!)
}
# datagrams NAME: how many are in what it wrote
datagrams() { grep -ao 'MCDIAG/1 ' "$W/$1.got" | wc -l; }
numbers() { grep -aoE ' seq=[0-9]+ ' "$W/$1.got" | sort -u | wc -l; }
has() { test "$(datagrams "$1")" -ge "$2"; }
quiet() { kill -TERM "${LISTENERS[@]}" && wait "${LISTENERS[@]}" 2>/dev/null; }

LISTENERS=()
for name in socat4 socat6 multicat4 multicat6; do : >"$W/$name.got"; done
listen socat4 socat -u "UDP4-RECV:$PORT,reuseaddr,bind=$GROUP,ip-add-membership=$GROUP:s0" "OPEN:$W/socat4.got,append"
listen socat6 socat -u "UDP6-RECV:$PORT,reuseaddr,ipv6-v6only,ipv6-join-group=[$GROUP6]:s0" "OPEN:$W/socat6.got,append"
listen multicat4 multicat -u -U "@$GROUP:$PORT/ifaddr=10.77.0.20" "$W/multicat4.got"
listen multicat6 multicat -u -U "@[$GROUP6]:$PORT/ifindex=$(in_far cat /sys/class/net/s0/ifindex)" "$W/multicat6.got"
for name in "$GROUP users 2" "$GROUP6 users 2"; do wait_for "two members of $name" is_member "$name"; done

run send -i h0 -g "$GROUP:$PORT" -g "[$GROUP6]:$PORT" -c "$NUMBER" --rate 200 --size "$TS" -t 7
for name in socat4 socat6; do wait_for "$NUMBER at $name" has "$name" "$NUMBER"; done
sleep 0.2	# and no more
quiet
exits 0
expect "so many of each are told, and on the wire" '[nic("h0").probes.groups[] | [.address, .sent, .on_wire]]
	| . == [[$group, $number, $number], [$group6, $number, $number]] or (tostring | error)' --arg group "$GROUP" --arg group6 "$GROUP6" --argjson number "$NUMBER"
for name in socat4 socat6 multicat4 multicat6; do
	check "$name has $NUMBER, not $(datagrams "$name")" test "$(datagrams "$name")" = "$NUMBER" -a "$(numbers "$name")" = "$NUMBER"
	check "$name: each is as long as asked for" test "$(stat -c %s "$W/$name.got")" = $((NUMBER * TS))
done
truth
