#!/bin/bash
# SPDX-License-Identifier: ISC
# Queries from 0.0.0.0: answered by hosts, ignored by many switches.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
querier 1 off
ip -n switch link set br1 type bridge mcast_query_use_ifaddr 0
querier 1 3
sleep 0.3
stream "0 1"
run --iface all --group "$GROUP:$PORT"
exits 1
findings h0
findings h1 querier-zero-address
expect "its row" 'any(nic("h1").queriers[]; .address == "0.0.0.0" and .version == 3)'
truth
