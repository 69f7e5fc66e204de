#!/bin/bash
# SPDX-License-Identifier: ISC
# Sources that the kernel takes for impossible: our own address, loopback, a group, zero.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 5
for i in 0 1 2 3 4; do flooded "$i"; done
stream 0
craft=(-g "$GROUP" -p "$PORT" -P 4000)
start far "${craft[@]}" -s 10.77.1.10 craft s1
start far "${craft[@]}" -s 127.0.0.5 craft s2
start far "${craft[@]}" -s 239.0.0.1 craft s3
start far "${craft[@]}" -s 10.77.0.10 craft s4
run --iface all --group "$GROUP:$PORT"
exits 2
findings h0
for nic in h1 h2 h3 h4; do findings "$nic" dropped-as-martian; done
truth
