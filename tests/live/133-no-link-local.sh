#!/bin/bash
# SPDX-License-Identifier: ISC
# Without a link-local address that is ready, reports of MLD come from ::, which routers must ignore.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
IPV6=1 GROUP=$GROUP6
segments 2
stream "0 1"
from_zero() { expect "reports of h1 $1 from ::" '[sent($wire)[] | select(.interface == "h1" and any(.records[]?; .group == $group) and .source == "::")] | length > 0' --arg group "$GROUP"; }
# anew MODE: h1 without addresses, then with a global one
anew() {
	ip -n host link set h1 down
	ip -n host link set h1 addrgenmode "$1"
	ip -n host link set h1 up
	address6 host:h1 1 10
}

step "a healthy one, up again"
anew eui64
run --iface all --group "[$GROUP]:$PORT"
exits 0
truth

step "none"
anew none
run --iface all --group "[$GROUP]:$PORT"
exits 1
findings h0
findings h1 report-from-zero-address
from_zero "are all"
expect "none from an address" 'all(sent($wire)[]; .interface != "h1" or .kind != "report" or .source == "::")'
truth

step "one that is tentative"
host_sysctl net.ipv6.conf.h1.accept_dad=1 net.ipv6.conf.h1.dad_transmits=200
anew eui64
run --iface all --group "[$GROUP]:$PORT"
exits 1
findings h0
findings h1 report-from-zero-address
from_zero "are"
truth

step "one that comes later"
anew none
joined() { members | grep -q "^h1 ff15.*00770001 "; }
meanwhile() {
	wait_for "the join" joined
	sleep 0.5	# its first report, which leaves some milliseconds later
	ip -n host addr add fe80::10/64 dev h1 nodad
}
run --iface h1 --group "[$GROUP]:$PORT" --duration 3s
exits 1
findings h1 report-from-zero-address
from_zero "begin"
expect "it is told when they no longer did" 'finding("report-from-zero-address").evidence | any(.text | test("from fe80::10"))'
