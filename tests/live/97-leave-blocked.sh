#!/bin/bash
# SPDX-License-Identifier: ISC
# The report goes out, the leave does not: the switch goes on for minutes after us.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
segments 2
stream "0 1"
# TO_IN{} as the first record of a report: RFC 9776, 4.2
firewall host 'add table netdev n; add chain netdev n o { type filter hook egress device h1 priority 0; }; add rule netdev n o ip protocol igmp @nh,192,8 0x22 @nh,256,8 3 drop'
run --iface all --group "$GROUP:$PORT"
findings h0
expect "told" 'told("h1") | index("leave-not-on-wire") != null or (tostring | error)'
expect "the leave failed, the join did not" 'status("h1"; "leave") == "fail" and status("h1"; "join") == "pass"'
truth
