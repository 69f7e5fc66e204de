#!/bin/bash
# SPDX-License-Identifier: ISC
# A v2 query minutes ago, silence since: still v2 on that NIC, and no query in the capture to show it.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
querier 1 off
in_far "$PEER" -v 2 -s 10.77.1.5 -c 1 craft s1
wait_for "IGMPv2 on h1" speaks h1 2
stream "0 1"
run --iface all --group "$GROUP:$PORT"
exits 1
findings h0
expect "downgraded" 'found("igmp-downgraded-by-querier"; "h1") and (found("igmp-version-forced"; "h1") | not)'
expect "no v2 query in the observation" 'nic("h1").igmp.queries_v2 == 0'
expect "reports are v2" '[sent($wire)[] | membership | select(.interface == "h1") | .version] | unique == [2]'
truth
