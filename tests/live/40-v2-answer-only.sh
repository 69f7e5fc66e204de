#!/bin/bash
# SPDX-License-Identifier: ISC
# An IGMPv2 querier whose first word is its answer to our own leave: with it the host drops the reports it still owes, and leaves nothing.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
querier 1 off
ip -n switch link add name dumb type bridge forward_delay 0 mcast_snooping 0
ip -n switch link set dumb up
for port in p1 q1; do ip -n switch link set "$port" master dumb; done
ip -n switch link add name u0 type veth peer name u1
ip -n switch link set br1 type bridge mcast_igmp_version 2 mcast_query_interval 12500 mcast_startup_query_count 1
ip -n switch link set u0 master br1 up
ip -n switch link set u1 up
before=$(frames_into u1)
ip -n switch link set br1 type bridge mcast_querier 1
wait_for "its first query, which nobody hears" received u1 $((before + 1))
ip -n switch link set u1 master dumb
stream "0 1"
run --iface all --group "$GROUP:$PORT"
expect "the first word is the answer" '.request.scratch_group as $scratch | [$wire[] | select(.kind == "query" and .interface == "p1")]
	| length > 0 and .[0].version == 2 and .[0].group == $scratch or (tostring | error)'
exits 1
findings h0
findings h1 igmp-downgraded-by-querier
expect "the host spoke IGMPv3 until then" 'any(sent($wire)[] | membership; .interface == "h1" and .version == 3)'
expect "no blame" 'status("h1"; "join") != "fail" and status("h1"; "leave") != "fail" and status("h1"; "querier") == "warn"'
expect "h0 is as ever" 'status("h0"; "join") == "pass" and status("h0"; "leave") == "pass"'
truth
