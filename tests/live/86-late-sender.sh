#!/bin/bash
# SPDX-License-Identifier: ISC
# The sender begins after the join: no fault of anybody.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream 0
meanwhile() {
	sleep 1.5
	stream 1
}
run --iface all --group "$GROUP:$PORT" --duration 5s
exits 0
findings h0
findings h1
truth
