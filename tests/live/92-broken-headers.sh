#!/bin/bash
# SPDX-License-Identifier: ISC
# A wrong IP checksum and a wrong UDP length; no UDP checksum at all, which is allowed. Beside a firewall each is told of
# its own NIC.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 5
ip -n switch link set br1 type bridge mcast_snooping 0	# a snooping Linux bridge drops them by itself
start far -v 3 -s 10.77.1.5 -i 1 -r 1 craft s1
craft=(-g "$GROUP" -p "$PORT" -P 4000)
start far "${craft[@]}" -s 10.77.0.20 -b none craft s0
start far "${craft[@]}" -s 10.77.1.20 -b ip craft s1
start far "${craft[@]}" -s 10.77.2.20 -b length craft s2
start far "${craft[@]}" -s 10.77.3.20 -b udp craft s3
stream 4
firewall host "add table inet f; add chain inet f i { type filter hook input priority 0; }; add rule inet f i iifname h4 udp dport $PORT drop"
run --iface all --group "$GROUP:$PORT"
exits 2
findings h0
findings h1 ip-checksum-bad
findings h2 udp-length-bad
findings h3 udp-checksum-bad
findings h4 dropped-by-firewall	# and no checksum, though the counter, which is the host's, grew as much
truth
