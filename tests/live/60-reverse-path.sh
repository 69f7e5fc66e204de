#!/bin/bash
# SPDX-License-Identifier: ISC
# The way back to the source: by another NIC, by this one, two senders of which a packet filter drops the second, a querier from elsewhere. The
# kernel's own `ip route get` and its counters are the witnesses.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream 1 -s 10.77.250.20
host_sysctl net.ipv4.conf.h1.rp_filter=1

step "by the default route of another NIC"
check "the kernel's route leaves by h0" grep -q "dev h0" <(in_host ip route get 10.77.250.20)
run --iface h1 --group "$GROUP:$PORT" --save "$W/asymmetric"
exits 2
findings h1 dropped-by-rp-filter
expect "names the way back" 'finding("dropped-by-rp-filter") | .confidence == "certain"
	and (.summary | test("back to 10\\.77\\.250\\.20 leaves by h0 through 10\\.77\\.0\\.250 \\(the default route\\), not by h1"))'
expect "asked of the kernel" '[.host.reverse_paths[] | select(.source == "10.77.250.20")] | length == 1 and .[0].accepted == false and .[0].interface == "h1"'
expect "the querier's way back is in order" 'any(.host.reverse_paths[]; .source == "10.77.1.250" and .accepted)'
truth
replays "$W/asymmetric"

step "two senders, two faults"
firewall host 'table ip lab { chain input { type filter hook input priority 0; iifname "h1" ip saddr 10.77.1.20 udp dport '"$PORT"' counter drop; }; }'
stream 1 -s 10.77.1.20
second=$STARTED
run --iface h1 --group "$GROUP:$PORT"
exits 2
findings h1 dropped-by-firewall dropped-by-rp-filter
expect "each by its own" '(finding("dropped-by-rp-filter").summary | test("from 10\\.77\\.250\\.20 ")) and (finding("dropped-by-firewall").summary | test("from 10\\.77\\.1\\.20 "))'
check "the rule counted" grep -qE 'packets [1-9]' <(in_host nft list table ip lab)
truth
end "$second"
in_host nft delete table ip lab

step "a route back by this NIC"
ip -n host route add 10.77.250.20/32 dev h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
findings h1
expect "asked of the kernel" 'any(.host.reverse_paths[]; .source == "10.77.250.20" and .accepted and .route.prefix_length == 32)'
truth

step "a querier from elsewhere"
ip -n switch addr del 10.77.1.250/24 dev br1
ip -n switch addr add 10.99.0.250/24 dev br1
sleep 0.3
run --iface h1 --group "$GROUP:$PORT"
exits 1
findings h1 query-dropped-by-rp-filter
expect "names the way back" 'finding("query-dropped-by-rp-filter") | .confidence == "certain" and (.summary | test("back to 10\\.99\\.0\\.250 leaves by h0"))'
truth

step "and a route to it"
ip -n host route add 10.99.0.0/24 dev h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
truth
