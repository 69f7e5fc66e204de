#!/bin/bash
# SPDX-License-Identifier: ISC
# Eight NICs with other names, two of them with a default route, a stream on each; then two groups at once, one of them source-specific.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 8
ip -n host route add default via 10.77.5.250 metric 300
for i in $(seq 0 7); do stream "$i" -r $((20 + 17 * i)) -t $((2 + 9 * i)); done

step "one group"
run --iface all --group "$GROUP:$PORT"
exits 0
for i in $(seq 0 7); do findings "h$i"; done
findings -
truth

step "two groups"
SSM=232.5.5.5
start far -g "$SSM" -p 6000 -s 10.77.250.21 send s2 s3
run --iface h2,h3 --group "$GROUP:$PORT" --group "10.77.250.21@$SSM:6000"
exits 0
findings h2
findings h3
truth
