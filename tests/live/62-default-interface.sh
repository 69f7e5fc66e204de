#!/bin/bash
# SPDX-License-Identifier: ISC
# Where programs go that name no interface: by the route of the group, on another NIC than asked about, on this one, nowhere. `ip route get` and
# a sender that names none are the witnesses.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream "0 1"

step "the default route of another NIC"
check "the kernel's route leaves by h0" grep -q "dev h0" <(in_host ip route get "$GROUP")
run --iface h1 --group "$GROUP:$PORT" --save "$W/differs"
exits 0
expect "a note" 'finding("default-interface-differs") | .severity == "note" and (.summary | test("leaves by h0 \\(the default route\\)"))'
truth
replays "$W/differs"

step "every NIC asked about"
run --iface all --group "$GROUP:$PORT"
exits 0
expect "no word of it" 'all(.findings[]; .code != "default-interface-differs")'
truth
end "$STARTED"

step "a program that names none"
ip netns exec host bash -c 'exec 3<>"/dev/udp/$1/$2"; while :; do echo lab >&3; sleep 0.05; done' sender "$GROUP" "$PORT" &
process=$!
run --iface h1 --group "$GROUP:$PORT" --duration 2
exits 0
expect "leaves by h0 because of the route" '.findings as $all | finding("local-sender-on-other-interface") | .interface == "h1" and .because_of != null
	and $all[.because_of].code == "default-interface-differs" and any(.evidence[]; .text | test("leaves by h0"))'
expect "it is on the wire of h0" 'any($wire[]; .interface == "p0" and .out == false and .kind == "udp" and .destination == $group)' --arg group "$GROUP"
kill "$process"
wait "$process" 2>/dev/null

step "a route by this NIC"
stream "0 1"
ip -n host route add "$GROUP/32" dev h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
expect "no word of it" 'all(.findings[]; .code != "default-interface-differs") and .host.routes[0].ways == [{interface: "h1", gateway: null}]'
truth

step nowhere
ip -n host route del "$GROUP/32"
ip -n host route del default
check "the kernel has no route" grep -q "unreachable" <(in_host ip route get "$GROUP" 2>&1)
run --iface h1 --group "$GROUP:$PORT"
exits 0
expect "a note" 'finding("no-multicast-route") | .severity == "note" and (.summary | test("can neither join nor send .* no route"))'
truth
