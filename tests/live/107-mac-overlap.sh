#!/bin/bash
# SPDX-License-Identifier: ISC
# Another group with the same MAC address on the wire, where the switch does not keep it off: a note beside a healthy stream, a warning where the
# group itself stays away; nothing where the addresses differ in a bit that the MAC address has.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
GROUP=239.1.77.1 OTHER=226.129.77.1
segments 2
flooded 0
flooded 1
start far -g "$OTHER" -p "$PORT" -r 50 send s0
stream 0
run --iface h0 --group "$GROUP:$PORT"
exits 0
findings h0
expect "a note that names both" 'finding("mac-overlap") | .severity == "note" and .interface == "h0" and .group == $group and (.summary | test($other))' --arg group "$GROUP" --arg other "$OTHER"
expect "what it saw of it" '[.interfaces[] | select(.name == "h0").streams[] | {group, destination_macs}] | map(.group) == [$other, $group] and (map(.destination_macs) | unique == [["01:00:5e:01:4d:01"]])' --arg group "$GROUP" --arg other "$OTHER"
truth

step "the group itself stays away"
start far -g "$OTHER" -p "$PORT" -r 50 send s1
run --iface h1 --group "$GROUP:$PORT"
exits 2
expect "that first" '.findings[0].code == "stream-on-other-interface" and finding("mac-overlap").severity == "warning"'
truth

step "another MAC address"
GROUP=239.1.77.2
stream 0
run --iface h0 --group "$GROUP:$PORT"
exits 0
expect "no word of it" 'all(.findings[]; .code != "mac-overlap")'
truth
