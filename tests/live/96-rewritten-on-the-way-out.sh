#!/bin/bash
# SPDX-License-Identifier: ISC
# A firewall rewrites what leaves: the TTL, the source address. The application notices nothing.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
segments 3
firewall host 'add table ip f; add chain ip f o { type filter hook output priority 0; }; add rule ip f o oifname h1 udp dport 5000 ip ttl set 3; add rule ip f o oifname h2 udp dport 5000 ip saddr set 10.1.1.1'
stream "0 1 2"
run --iface all --group "$GROUP:$PORT" --send --ttl 40
exits 2
findings h0
findings h1 ttl-mismatch
findings h2 probe-source-address-foreign
truth
