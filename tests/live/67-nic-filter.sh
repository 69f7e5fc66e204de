#!/bin/bash
# SPDX-License-Identifier: ISC
# A NIC whose multicast filter keeps the group out, so that it "works only while tcpdump runs": told by a second look.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
# shellcheck source-path=SCRIPTDIR source=nic.sh
. "${0%/*}/nic.sh"
stream "0 1"

step "a filter"
filtering -a 01:00:5e:00:00:01
run --iface h0,h1 --group "$GROUP:$PORT" --duration 8s --save "$W/filter"
exits 2
findings h0
findings h1 nic-filter-suspect
expect "the stream is not called absent" '[finding("stream-absent")] == []'
expect "stream and delivery fail by it" '(.findings | map(.code) | index("nic-filter-suspect")) as $i
	| nic("h1").checks | .stream.status == "fail" and .stream.findings == [$i] and .delivery.status == "fail" and .delivery.findings == [$i]'
expect "the other NIC is as it should be" 'status("h0"; "stream") == "pass" and status("h0"; "delivery") == "pass"'
expect "sure" 'finding("nic-filter-suspect") | .confidence != "possible" and (.evidence | length) == 3 and all(.evidence[:2][]; .packet > 0)'
check "nothing is left promiscuous" not_promiscuous
filtered
replays "$W/filter"
truth

step "one that keeps out everything"
filtering
run --iface h1 --group "$GROUP:$PORT" --duration 8s
exits 2
findings h1 nic-filter-suspect
expect "certain, or what would settle it" 'finding("nic-filter-suspect") | (.confidence == "certain") == (.settle_by == null)'
filtered

step "asked not to look"
filtering
run --iface h1 --group "$GROUP:$PORT" --no-second-look
exits 2
expect "the stream is absent, for all that is known" '[.findings[] | select(.severity == "fault") | .code] == ["stream-absent"]'
unplug
logged "it was never promiscuous" 'length > 20 and all(.promiscuity == 0)'
