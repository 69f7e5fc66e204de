#!/bin/bash
# SPDX-License-Identifier: ISC
# A querier at 0.0.0.0 behind an access switch that learns no way to it (RFC 4541, 2.1.1): reports end there, and the stream is absent.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
cascade 1
firewall switch 'add table bridge t; add chain bridge t f { type filter hook forward priority 0; }; add rule bridge t f iifname p1 oifname u1 ip protocol igmp drop'
querier 1 off
ip -n switch link set br1 type bridge mcast_query_use_ifaddr 0
querier 1 3
stream "0 1"
wait_for "the first switch prunes" pruned u1
run --iface all --group "$GROUP:$PORT"
exits 2
findings h0
expect "the stream is absent, the querier at 0.0.0.0 told" 'told("h1") as $t | ($t | index("querier-zero-address")) != null and found("stream-absent"; "h1") or ($t | tostring | error)'
truth

step "with an address, reports go up"
firewall switch 'flush chain bridge t f'
querier 1 off
ip -n switch link set br1 type bridge mcast_query_use_ifaddr 1
querier 1 3
run --iface all --group "$GROUP:$PORT" --duration 3s
exits 0
findings h0
findings h1
truth
