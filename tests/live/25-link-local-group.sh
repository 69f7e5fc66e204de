#!/bin/bash
# SPDX-License-Identifier: ISC
# Groups of 224.0.0.0/24 are flooded, not snooped: 224.0.0.1 is never reported, and 224.0.0.99 only where the host is set so.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 1
for group in 224.0.0.1 224.0.0.99; do
	step "$group"
	GROUP=$group
	stream 0
	run --iface all --group "$group:$PORT"
	exits 0
	expect "a note" 'any(finding("link-local-group"); .severity == "note")'
	expect "it arrives" 'status("h0"; "stream") == "pass" and status("h0"; "delivery") == "pass"'
	truth
	end "$STARTED"
	if [ "$group" = 224.0.0.1 ]; then expect "never reported" 'status("h0"; "join") == "skipped"'; else expect "reported" 'status("h0"; "join") == "pass"'; fi
done

step "224.0.0.99, not to be reported"
host_sysctl net.ipv4.igmp_link_local_mcast_reports=0
stream 0
run --iface all --group "$GROUP:$PORT"
exits 0
expect "not reported, and that is right" 'status("h0"; "join") == "skipped" and status("h0"; "leave") == "skipped"'
expect "it is true" 'all(sent($wire)[] | membership; .group != "224.0.0.99")'
truth
