#!/bin/bash
# SPDX-License-Identifier: ISC
# Frames of the stream to another MAC address than the group's: a foreign one, our own as Wi-Fi does it, broadcast.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 4
for i in 0 1 2 3; do flooded "$i"; done
own=$(ip -n host -j link show h2 | jq -r '.[0].address')
stream 0
craft=(-g "$GROUP" -p "$PORT" -P 4000)
start far "${craft[@]}" -s 10.77.1.20 -M 01:00:5e:01:01:01 craft s1
start far "${craft[@]}" -s 10.77.2.20 -M "$own" craft s2
start far "${craft[@]}" -s 10.77.3.20 -M ff:ff:ff:ff:ff:ff craft s3
run --iface all --group "$GROUP:$PORT"
findings h0
findings h1 wrong-destination-mac
findings h2
findings h3 wrong-destination-mac
expect "a note" 'any(finding("unicast-frame"); .interface == "h2" and .severity == "note")'
expect "delivered is delivered" 'status("h2"; "delivery") == "pass" and status("h3"; "delivery") == "pass" and all(finding("wrong-destination-mac"); .interface != "h3" or .severity == "warning")'
truth
