#!/bin/bash
# SPDX-License-Identifier: ISC
# A virtual machine host: its NIC is a port of a bridge, beside the tap of a guest. The bridge is the NIC; the port only when named.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
export LAB_ALIAS='{"h2": "virbr7"}'
GROUP=239.200.1.9 PORT=1234
segments 3
lab_namespace vm
ip -n host link add name virbr7 address 02:77:00:09:00:07 type bridge forward_delay 0 mcast_snooping 1
ip -n host addr flush dev h2
ip -n host link set h2 master virbr7
ip -n host link add name vnet0 type veth peer name eth0 netns vm
ip -n host link set vnet0 master virbr7 up
ip -n host addr add 10.77.2.10/24 dev virbr7
ip -n host link set virbr7 up
ip -n vm addr add 10.77.2.40/24 dev eth0
ip -n vm link set eth0 up
stream "0 1 2"

step named
run --iface h2,h1 --group "$GROUP:$PORT"
exits 2
findings h2 nic-enslaved
findings h1
truth

step "the bridge"
run --iface virbr7,h0 --group "$GROUP:$PORT" --send
exits 0
findings virbr7
findings h0
truth
