#!/bin/bash
# SPDX-License-Identifier: ISC
# Queries that the kernel never sees: the reverse path filter drops those of a querier on another subnet, a firewall all of them.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 3
for i in 1 2; do flooded "$i"; done
ip -n switch addr flush dev br1
ip -n switch addr add 192.168.5.1/24 dev br1
host_sysctl net.ipv4.conf.h1.rp_filter=1
firewall host 'add table inet f; add chain inet f i { type filter hook input priority 0; }; add rule inet f i iifname h2 ip protocol igmp drop'
stream "0 1 2"
run --iface all --group "$GROUP:$PORT" --duration 5s
exits 1
findings h0
findings h1 query-dropped-by-rp-filter
findings h2 query-not-answered
truth
