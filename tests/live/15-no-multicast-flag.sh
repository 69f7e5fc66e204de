#!/bin/bash
# SPDX-License-Identifier: ISC
# A NIC without the MULTICAST flag: left out when it came in by all, tried when named, a warning in both cases.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream "0 1"
ip -n host link set h1 multicast off

step "by all"
run --iface all --group "$GROUP:$PORT"
exits 1
findings h0
findings h1 multicast-flag-off
expect "unusable" 'nic("h1") | .usable == false and all(.checks[]; .status == "skipped")'
truth

step named
run --iface h1 --group "$GROUP:$PORT"
exits 1
findings h1 multicast-flag-off
expect "it joins all the same" 'status("h1"; "join") == "pass"'
truth
