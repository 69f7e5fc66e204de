#!/bin/bash
# SPDX-License-Identifier: ISC
# Two hosts behind one port of a switch. With fast leave the one that leaves cuts off the other; without it the switch asks who is still there.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
INTERVAL=10000	# hundredths of a second: no general query brings the stream back meanwhile
segments 1
guest other 0
cascade 0
ip -n switch link set acc0 type bridge mcast_snooping 0
ip -n switch link set other-0 nomaster
ip -n switch link set other-0 master acc0
querier 0 2	# a Linux bridge knows fast leave in IGMPv2 only
sleep 0.5
host_sysctl net.ipv4.conf.h0.igmpv2_unsolicited_report_interval=300 2>/dev/null || lab_skip "the kernel repeats reports of IGMPv2 for ten seconds"
stream 0

# it comes and goes when a general query has shown the querier, and the host's own reports are over
meanwhile() {
	sleep 0.5
	querier 0 2
	sleep 0.8
	start other -g "$GROUP" -p "$PORT" join other0
	sleep 0.1
	end "$STARTED"
}

step "fast leave"
ip -n switch link set d0 type bridge_slave fastleave on
run --iface h0 --group "$GROUP:$PORT" --duration 6s --save "$W/fast"
exits 2
findings h0 fast-leave igmp-downgraded-by-querier
expect "the end of the stream is because of it" '.findings as $all | finding("stream-stopped") | $all[.because_of].code == "fast-leave"'
expect "it names who left" 'finding("fast-leave").summary | test("10\\.77\\.0\\.30 left the group, although 10\\.77\\.0\\.10 is a member")'
check "the far end saw the leave" grep -q true <(jq --arg group "$GROUP" 'any(.[]; .kind == "leave" and .group == $group and .source == "10.77.0.30")' "$W/wire.json")
truth
replays "$W/fast"

step "asked first"
ip -n switch link set d0 type bridge_slave fastleave off
run --iface h0 --group "$GROUP:$PORT" --duration 6s
exits 1
findings h0 igmp-downgraded-by-querier
check "the far end saw the leave" grep -q true <(jq --arg group "$GROUP" 'any(.[]; .kind == "leave" and .group == $group and .source == "10.77.0.30")' "$W/wire.json")
truth
