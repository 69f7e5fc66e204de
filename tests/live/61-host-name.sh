#!/bin/bash
# SPDX-License-Identifier: ISC
# The host name resolves to loopback: a note, until a program that joined by it misses a stream that comes. The C library's own word on the name
# and the kernel's list of memberships are the witnesses.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs getent
segments 2
stream "0 1"

step "a real address"
in_host getent ahostsv4 "$(uname -n)" | grep -q '^10\.77\.0\.10' || lab_skip "the host name cannot be set by /etc/hosts here"
run --iface h1 --group "$GROUP:$PORT"
exits 0
expect "no word of it" 'all(.findings[]; .code != "hostname-resolves-to-loopback") and .host.name_addresses == ["10.77.0.10"]'
truth

step "a program on loopback that means it"
start host -g "$GROUP" -p "$PORT" join lo
local_only=$STARTED
run --iface h1 --group "$GROUP:$PORT"
exits 2
findings h1 app-joined-on-other-interface
expect "no word of the name" 'all(.findings[]; .code != "hostname-resolves-to-loopback")'
truth
end "$local_only"

step "loopback"
named 127.0.1.1
check "the C library says so" grep -q '^127\.0\.1\.1' <(in_host getent ahostsv4 "$(uname -n)")
run --iface h1 --group "$GROUP:$PORT"
exits 0
expect "a note" 'finding("hostname-resolves-to-loopback") | .severity == "note" and .group == null and .interface == null'
truth

step "a program that joined by it"
start host -g "$GROUP" -p "$PORT" join lo
deaf=$STARTED
check "the kernel lists it on lo" grep -q '^lo ' <(members | grep -v 010000E0)
run --iface h1 --group "$GROUP:$PORT" --save "$W/deaf"
exits 2
findings - hostname-resolves-to-loopback
findings h1
expect "one cause first" '.findings[0].code == "hostname-resolves-to-loopback" and finding("app-joined-on-other-interface").because_of == 0'
expect "likely, with how to settle it" 'finding("hostname-resolves-to-loopback") | .confidence == "likely" and .settle_by != null and .group == $group' --arg group "$GROUP"
truth
replays "$W/deaf"

step "another that hears it, and with it the first, which takes what others joined"
start host -g "$GROUP" -p "$PORT" join h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
expect "a note again" 'finding("hostname-resolves-to-loopback").severity == "note"'
truth
end "$STARTED"
end "$deaf"
