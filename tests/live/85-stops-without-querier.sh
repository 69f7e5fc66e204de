#!/bin/bash
# SPDX-License-Identifier: ISC
# Without a querier the switch forgets the member and the stream stops, a while after it came; with one it goes on.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
for i in 0 1; do ip -n switch link set "br$i" type bridge mcast_membership_interval 250 mcast_last_member_interval 100; done
stream "0 1" -r 100
querier 1 off
in_far "$PEER" -v 3 -s 10.77.1.5 -c 1 craft s1	# the last word of the querier: the switch goes on to snoop
run --iface all --group "$GROUP:$PORT" --duration 9s
exits 2
findings h0
expect "the stream stopped, for want of a querier" '[finding("stream-stopped", "no-querier") | select(.interface == "h1") | .code] | sort == ["no-querier", "stream-stopped"] or (tostring | error)'
expect "one is the cause of the other" '.findings as $f | any(finding("stream-stopped"); .because_of != null and $f[.because_of].code == "no-querier")'
truth
