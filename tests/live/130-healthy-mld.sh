#!/bin/bash
# SPDX-License-Identifier: ISC
# Two NICs, an MLDv2 querier and a foreign stream of IPv6 on each: every check passes, alone, beside IPv4, and as a self-test.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
IPV6=1
segments 2
stream "0 1" -t 8
GROUP=$GROUP6
stream "0 1" -t 8
all_pass() { for check in join querier send ttl leave "$@"; do expect "$nic $check" "status(\"$nic\"; \"$check\") == \"pass\""; done; }

step "any source"
run --iface all --group "[$GROUP]:$PORT" --send --ttl 17
exits 0
settled
for nic in h0 h1; do
	findings "$nic"
	all_pass stream delivery
	expect "$nic stream" "nic(\"$nic\").streams | map(select(.group == \"$GROUP\" and (.source | endswith(\"::20\")))) | length == 1
		and all(.[]; .packets > 20 and .delivered > 0 and .ttl == [8] and .port == $PORT)"
	expect "$nic probes" "nic(\"$nic\").probes | .on_wire == .sent and .sent > 0 and .ttl == [{value: 17, packets: .on_wire}]"
	expect "$nic probes at the far end" "[sent(\$wire)[] | select(.interface == \"$nic\" and .probe)] | length > 0
		and all(.[]; .family == 6 and .ttl == 17 and .destination == \"$GROUP\" and .destination_mac == \"33:33:00:77:00:01\")"
	expect "$nic reports as RFC 9777 wants" "[sent(\$wire)[] | select(.interface == \"$nic\" and .kind == \"report\" and .family == 6)] | length > 1
		and all(.[]; (.source | startswith(\"fe80:\")) and .destination == \"ff02::16\" and .ttl == 1 and .router_alert and .checksum_ok)"
	expect "$nic one querier" "[nic(\"$nic\").queriers[] | select(.family == 6 and .elected) | .version] == [2]"
done
findings -
truth

step "both families"
run --iface all --group "239.77.1.1:$PORT" --group "[$GROUP]:$PORT" --send
exits 0
settled
for nic in h0 h1; do
	findings "$nic"
	all_pass stream delivery
	expect "$nic probes of both families" "[sent(\$wire)[] | select(.interface == \"$nic\" and .probe) | .family] | unique == [4, 6]"
	expect "$nic delivers both" "[nic(\"$nic\").streams[] | select(.delivered > 0) | .group] | unique == [\"239.77.1.1\", \"$GROUP\"]"
done
truth

step self-test
run --iface all -6
exits 0
settled
for nic in h0 h1; do
	findings "$nic"
	all_pass
	for check in stream delivery source_filter; do expect "$nic $check" "status(\"$nic\"; \"$check\") == \"skipped\""; done
done
expect "its channel" '.request.groups | map("\(.address) \(.port)") == ["ff15::e1e9:e9e9 7777"]'
expect "nothing of IPv4" 'all(sent($wire)[]; .family != 4)'
truth
