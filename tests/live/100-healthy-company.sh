#!/bin/bash
# SPDX-License-Identifier: ISC
# Other members come and go, in older versions too; a second sender on another port; bursts; a stream of a thousand datagrams a second.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 4
guest other 0 1 2 3
ip netns exec other sysctl -qw net.ipv4.conf.other1.force_igmp_version=2
stream 0 -r 1000 -l 1200
stream 1 -r 60
stream 1 -r 60 -p 5002
stream 2 -w 1400
stream 3
meanwhile() {
	local k member
	for k in 1 2 3; do
		start other -g "$GROUP" -p "$PORT" join other0 other1 other2 other3
		member=$STARTED
		sleep 0.5
		end "$member"
	done
}
run --iface all --group "$GROUP:$PORT" --duration 4s
exits 0
for nic in h0 h1 h2 h3 -; do findings "$nic"; done
truth
