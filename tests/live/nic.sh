# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# For scenarios with a NIC that has a multicast filter of its own (nic.c); after lab.sh.
# shellcheck disable=SC2034,SC2016 # variables for the scenarios; jq has its own
if [ ! -c /dev/net/tun ] || ! : 2>/dev/null <>/dev/net/tun; then lab_skip "/dev/net/tun cannot be opened"; fi
segments 2
ip -n host link del h1
lab_namespace nic
plug nic:w1 p1 br1
GROUP_MAC=01:00:5e:4d:01:01

# filtering [OPTION...]: h1 is a NIC with such a filter, on the wire of the second segment; -o: without it
filtering() {
	local kept=${STARTED:-}
	unplug
	PEER=$(dirname "$PEER")/nic start host "$@" h1 nic w1
	NIC=$STARTED NIC_OUT=$STARTED_OUT STARTED=$kept
	ip -n host addr add 10.77.1.10/24 dev h1
	ip -n host link set h1 up
}
promiscuity() { ip -n host -d -j link show h1 | jq '.[0].promiscuity'; }
promiscuous() { test "$(promiscuity)" = 1; }
not_promiscuous() { test "$(promiscuity)" = 0; }

# unplug: no such NIC any more; its log is complete
unplug() {
	if [ -n "${NIC:-}" ]; then end "$NIC"; fi
	NIC=''
}

# looks FOLDER: how often h1 was made promiscuous, as that run's evidence says
looks() { jq '.rows[] | select(.name == "h1").second_looks | length' "$1/host.json"; }

# logged WHAT EXPRESSION: jq over the NIC's own log; $mac is the group's
logged() { check "$1, by the NIC's own log" test "$(jq -s --arg mac "$GROUP_MAC" "$2" "$NIC_OUT")" = true; }

# filtered: so it was, and mcdiag saw what came in
filtered() {
	unplug
	logged "it was kept out while not promiscuous" 'map(select(.mac == $mac))
		| all(.passed == (.promiscuity > 0)) and any(.passed) and any(.passed | not)'
	expect "mcdiag saw of it what the NIC let in" '($log | map(select(.mac == $mac and .passed)) | length) as $n
		| ([nic("h1").streams[].packets] | add) == $n or ($n | tostring | error)' --arg mac "$GROUP_MAC" --slurpfile log "$NIC_OUT"
}
