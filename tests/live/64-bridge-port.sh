#!/bin/bash
# SPDX-License-Identifier: ISC
# A bridge of this host, one port of which is a NIC and another a guest: what it is set to and what its multicast database holds is told as
# `bridge mdb` tells it.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs bridge
export LAB_ALIAS='{"h1": "br9"}'
segments 2
ip -n host link add name br9 address 02:77:00:09:00:09 type bridge forward_delay 0 mcast_snooping 1 mcast_querier 0
ip -n host addr flush dev h1
ip -n host link set h1 master br9
ip -n host addr add 10.77.1.10/24 dev br9
lab_namespace guest
ip -n host link add name v0 type veth peer name g0 netns guest
ip -n host link set v0 master br9 up
ip -n guest addr add 10.77.1.30/24 dev g0
ip -n guest link set g0 up
ip -n host link set br9 up
start guest -g "$GROUP" -p "$PORT" join g0
stream 1
sleep 0.3

step "the bridge"
meanwhile() {
	sleep 0.8
	in_host bridge -j mdb show dev br9 >"$W/mdb"
}
run --iface br9 --group "$GROUP:$PORT" --duration 2 --save "$W/bridge"
exits 0
findings br9
check "the kernel's database has both" test "$(jq -c --arg group "$GROUP" '[.[].mdb[] | select(.grp == $group) | .port] | sort' "$W/mdb")" = '["br9","v0"]'
expect "told so" '.host.bridges[0] as $bridge | (.host.bridges | length) == 1
	and ($bridge | [.interface, .mcast_snooping, .mcast_querier, .mcast_igmp_version] == ["br9", 1, 0, 2])
	and ([$bridge.entries[] | select(.group == $group and .source == null and .permanent == false) | .interface] | sort == ["br9", "v0"])' --arg group "$GROUP"
expect "what it received is counted" 'nic("br9").kernel.traffic | .rx_packets > 50 and .rx_missed == 0'
replays "$W/bridge"
unset -f meanwhile

step "a port of it, named"
run --iface v0 --group "$GROUP:$PORT"
exits 2
findings v0 nic-enslaved
expect "with what the bridge does for it" '[finding("nic-enslaved") | select(.interface == "v0") | .evidence[].text] | any(test("snooping on, querier off, IGMPv2"))
	and any(test("passes 239.77.1.1 to v0"))'
