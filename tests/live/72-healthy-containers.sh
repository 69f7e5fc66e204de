#!/bin/bash
# SPDX-License-Identifier: ISC
# Container bridges beside the NICs: one with a container behind it, one that is empty. Nobody said that the stream is to come from there.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
lab_namespace box
ip -n host link add name docker0 type bridge forward_delay 0
ip -n host addr add 172.17.0.1/16 dev docker0
ip -n host link set docker0 up
ip -n host link add name br-5f3a type bridge forward_delay 0
ip -n host addr add 172.18.0.1/16 dev br-5f3a
ip -n host link set br-5f3a up
ip -n host link add name veth9a type veth peer name eth0 netns box
ip -n host link set veth9a master br-5f3a up
ip -n box addr add 172.18.0.2/16 dev eth0
ip -n box link set eth0 up
stream "0 1"

step "the NICs, named"
run --iface h0,h1 --group "$GROUP:$PORT" --send
exits 0
findings h0
findings h1
findings -
truth

step "all, and two of them go without a stream"
run --iface all --group "$GROUP:$PORT" --send
exits 0
for nic in h0 h1 docker0 br-5f3a veth9a -; do findings "$nic"; done
expect "they are skipped, and say why" '[.interfaces[] | select(.name | IN("docker0", "br-5f3a")) | .checks.stream.status] == ["skipped", "skipped"]'
expect "the port is a note" 'any(finding("nic-enslaved"); .interface == "veth9a" and .severity == "note")'

step "a bridge that was named"
run --iface h0,br-5f3a --group "$GROUP:$PORT"
exits 2
findings h0
findings br-5f3a stream-on-other-interface
