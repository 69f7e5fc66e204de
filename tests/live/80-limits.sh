#!/bin/bash
# SPDX-License-Identifier: ISC
# The host allows fewer groups in a socket, and fewer sources, than are asked for.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 1
step "two groups in a socket"
host_sysctl net.ipv4.igmp_max_memberships=2
groups=()
for i in $(seq 1 6); do groups+=(--group "239.1.1.$i:5000"); done
run --iface all "${groups[@]}" --no-expect-stream
exits 0
findings h0
truth

step "three sources"
host_sysctl net.ipv4.igmp_max_msf=3
run --iface all --group 232.1.1.1:5000 --source 10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4 --no-expect-stream
exits 2
findings h0 source-limit-reached
truth

step "no group at all"
host_sysctl net.ipv4.igmp_max_memberships=0
run --iface all --group "$GROUP:$PORT" --no-expect-stream
exits 2
findings h0 membership-limit-reached
