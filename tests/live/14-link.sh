#!/bin/bash
# SPDX-License-Identifier: ISC
# A NIC that is down, and one without carrier: the only finding, a fault when the NIC was named, a note when it came in by all.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream 0

dead() { # CODE
	step "$1, named"
	run --iface h0,h1 --group "$GROUP:$PORT"
	exits 2
	findings h1 "$1"
	expect "unusable, and nothing tried" 'nic("h1") | .usable == false and (.unusable_reason | length > 0) and all(.checks[]; .status == "skipped")'
	truth
	step "$1, by all"
	run --iface all --group "$GROUP:$PORT"
	exits 0
	findings h1
	expect "a note" 'any(finding($code); .interface == "h1" and .severity == "note")' --arg code "$1"
	expect "a row" 'nic("h1") | .role == "chosen" and .usable == false'
	truth
}
ip -n host link set h1 down
dead interface-down
ip -n host link set h1 up
ip -n switch link set p1 down
dead no-carrier

step "none is usable"
run --iface h1 --group "$GROUP:$PORT"
exits 2
