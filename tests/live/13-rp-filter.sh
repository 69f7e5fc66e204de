#!/bin/bash
# SPDX-License-Identifier: ISC
# The source is reached through another NIC: strict reverse path filtering drops what arrives, per NIC or for all; loose does not.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream 1 -s 10.77.250.20

step strict
host_sysctl net.ipv4.conf.h1.rp_filter=1
run --iface h1 --group "$GROUP:$PORT" --save "$W/strict"
exits 2
findings h1 dropped-by-rp-filter
expect "delivery" 'status("h1"; "stream") == "pass" and status("h1"; "delivery") == "fail"'
truth
replays "$W/strict"

step "all wins"
host_sysctl net.ipv4.conf.h1.rp_filter=0 net.ipv4.conf.all.rp_filter=1
run --iface h1 --group "$GROUP:$PORT"
exits 2
findings h1 dropped-by-rp-filter
truth

step loose
host_sysctl net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.h1.rp_filter=2
run --iface h1 --group "$GROUP:$PORT"
exits 0
truth

step "the remedy, of a name with a dot"
ip -n host link set h1 down
ip -n host link set h1 name h1.5
ip -n host link set h1.5 up
host_sysctl net.ipv4.conf.h1/5.rp_filter=1
run --iface h1.5 --group "$GROUP:$PORT"
exits 2
read -ra remedy < <(jq -r '.findings[0].remedy[0] | capture("(?<command>sysctl -w [^ ]+)").command' "$W/report.json")
check "it can be done: ${remedy[*]}" in_host "${remedy[@]}"
run --iface h1.5 --group "$GROUP:$PORT"
exits 0
ip -n host link set h1.5 down
ip -n host link set h1.5 name h1
ip -n host link set h1 up

step "loose without a route"
ip -n host route del default
run --iface h1 --group "$GROUP:$PORT"
exits 2
findings h1 dropped-by-rp-filter
truth
