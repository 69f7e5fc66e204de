#!/bin/bash
# SPDX-License-Identifier: ISC
# IPv6 is switched off on one NIC: the kernel takes the join all the same, and says nothing on the wire.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
IPV6=1 GROUP=$GROUP6
segments 2
stream "0 1"
host_sysctl net.ipv6.conf.h1.disable_ipv6=1

step "named"
run --iface h0,h1 --group "[$GROUP]:$PORT" --send
exits 2
findings h0
findings h1 ipv6-disabled
findings -
expect "it is true" '[sent($wire)[] | select(.interface == "h1" and .family == 6)] == []'
truth

step "by all"
run --iface all --group "[$GROUP]:$PORT" --send
exits 0
findings h0
findings h1
expect "told" 'any(finding("ipv6-disabled"); .interface == "h1" and .severity == "note") and (nic("h1").usable == false)'
truth

step "in between"
host_sysctl net.ipv6.conf.h1.disable_ipv6=0
address6 host:h1 1 10
wait_for "an address of the link on h1" settled_address host
joined() { members | grep -q "^h1 ff15.*00770001 "; }
meanwhile() {
	wait_for "the join" joined
	sleep 1	# of a stream that comes
	host_sysctl net.ipv6.conf.h1.disable_ipv6=1
}
run --iface h0,h1 --group "[$GROUP]:$PORT" --duration 3s --save "$W/saved"
unset -f meanwhile
exits 2
findings h0
findings h1 ipv6-disabled
expect "what was put to the test stays so" 'status("h1"; "join") == "pass" and status("h1"; "delivery") == "fail" and status("h1"; "leave") == "inconclusive"'
expect "what is lost follows from it" 'any(finding("not-delivered"); .interface == "h1" and .because_of != null)'
replays "$W/saved"

step "a group of IPv4 does not mind"
run --iface all --group "239.77.1.1:$PORT" --no-expect-stream --send
exits 0
findings h1
truth
