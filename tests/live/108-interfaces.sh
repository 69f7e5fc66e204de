#!/bin/bash
# SPDX-License-Identifier: ISC
# The list of interfaces: each usable or why not, where programs end up that name none, and what the host name finds, as `ip` and the C library
# say it; nobody in particular may ask, and nothing is joined or sent for it.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 3
ip -n host link set h1 down
ip -n host link add name br9 type bridge
ip -n host link set br9 up
ip -n host addr flush dev h2
ip -n host link set h2 master br9
ip -n host addr add 10.77.2.10/24 dev br9
named 127.0.1.1

step "as JSON"
run interfaces
exits 0
expect "a report of its own mode" '.mode == "interfaces" and .verdict == "pass" and all(.findings[]; .severity == "note")'
expect "each NIC, usable or why not" '[.interfaces[] | {key: .name, value: .unusable_reason}] | from_entries
	| . == {lo: "loopback", h0: null, h1: "down", h2: "port of another device", br9: null} or (tostring | error)'
expect "nothing is judged" 'all(.interfaces[].checks[]; .status == "skipped")'
expect "nothing was joined or sent, but by the bridge itself (RFC 4286)" '[sent($wire)[] | select(.kind != "ether") | membership // . | select(.group != "224.0.0.106")]
	| . == [] or (tostring | error)'
check "nor is anything joined now" diff "$W/members.before" "$W/members.after"
expect "the kernel's route" '.host.routes[] | select(.destination == "225.233.233.233") | [.ways[].interface] == ["h0"]'

step "as text"
in_host "$MCDIAG" interfaces >"$W/text"
check "exit status 0" test $? = 0
check "counts them" grep -q '5 interfaces, 2 usable for multicast' "$W/text"
check "a usable one with its address" grep -qE '^ +h0 +usable +v[23] +10\.77\.0\.10/24' "$W/text"
check "one that is down" grep -qE '^ +h1 +down ' "$W/text"
check "a port, and of what" grep -qE 'port of br9' "$W/text"
check "a bridge and its ports" grep -qE 'bridge; ports h2' "$W/text"
check "the default route" grep -qE 'join and send 225\.233\.233\.233 by h0 \(the default route\)' <(tr -s '\n ' '  ' <"$W/text")
check "the host name" grep -qE "$(uname -n) resolves to 127\.0\.1\.1 \(lo\)" <(tr -s '\n ' '  ' <"$W/text")

step "a group of its own route, one NIC"
ip -n host route add 239.77.0.0/16 dev br9
run interfaces --group "$GROUP" --iface h0
exits 0
check "the kernel says so" grep -q 'dev br9' <(in_host ip route get "$GROUP")
expect "and so does the report" '.host.routes[] | select(.destination == $group) | [.ways[].interface] == ["br9"]' --arg group "$GROUP"
expect "the others are there, not chosen" '[.interfaces[] | select(.role == "chosen") | .name] == ["h0"] and (.interfaces | length) == 5'

step "nobody"
WRAP=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all)
run interfaces
exits 0
expect "the same interfaces" '[.interfaces[].name] == ["lo", "h0", "h1", "h2", "br9"] or (tostring | error)'
unset WRAP

step "IPv6 on all but one"
if [ -e /proc/sys/net/ipv6 ]; then
	expect "no word of it while none has it" 'all(.findings[]; .code != "ipv6-disabled")'
	host_sysctl net.ipv6.conf.br9.disable_ipv6=0
	run interfaces
	exits 0
	expect "a note" '[.findings[] | select(.code == "ipv6-disabled") | [.interface, .severity]] == [["h0", "note"]]'
	host_sysctl net.ipv6.conf.br9.disable_ipv6=1
fi

step "none usable"
run interfaces --iface h1
exits 3
expect "inconclusive" '.verdict == "inconclusive"'
ip -n host route del 239.77.0.0/16
ip -n host route del default
run interfaces --group "$GROUP"
exits 0
check "the kernel knows no route" test -z "$(in_host ip route get "$GROUP" 2>/dev/null)"
in_host "$MCDIAG" interfaces --group "$GROUP" >"$W/text"
check "told, with both errors" grep -q 'No route matches.*ENODEV.*ENETUNREACH' <(tr -s '\n ' '  ' <"$W/text")
