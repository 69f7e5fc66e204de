#!/bin/bash
# SPDX-License-Identifier: ISC
# A firewall as distributions set it up, default drop with what is needed let in, strict reverse paths, senders on the segment: all is well.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
segments 3
firewall host 'add table inet filter; add chain inet filter input { type filter hook input priority 0; policy drop; }; add rule inet filter input iif lo accept; add rule inet filter input ct state established,related accept; add rule inet filter input ip protocol igmp accept; add rule inet filter input meta pkttype multicast udp dport 5000 accept; add chain inet filter output { type filter hook output priority 0; policy accept; }; add chain inet filter forward { type filter hook forward priority 0; policy drop; }'
host_sysctl net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.h0.rp_filter=1 net.ipv4.conf.h1.rp_filter=2
ip -n host addr add 10.77.2.11/24 dev h2
ip -n host addr add 192.168.77.1/32 dev h2
stream "0 2"
stream 1 -s 10.77.250.20	# off the segment: loose wins on h1, and a default route leads there
run --iface all --group "$GROUP:$PORT" --send
exits 0
for nic in h0 h1 h2 -; do findings "$nic"; done
truth

step "member of several, with a foreign port beside"
stream 0 -p 5001
run --iface h0 --group "$GROUP:$PORT" --duration 3s
exits 0
findings h0
truth
