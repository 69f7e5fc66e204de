#!/bin/bash
# SPDX-License-Identifier: ISC
# Sixty NICs at once, also where few descriptors may be open.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 60

step sixty
run --iface all --send
exits 0
within 6000
expect "sixty rows, all well" '[.interfaces[] | select(.role == "chosen")] | length == 60 and all(.[]; .checks | .join.status == "pass" and .querier.status == "pass" and .send.status == "pass" and .leave.status == "pass")'
truth

step "a soft limit that can be raised"
# shellcheck disable=SC2016 # for the inner shell
WRAP=(bash -c 'ulimit -Sn 40 && exec "$@"' -)
run --iface all
exits 0
truth

step "a hard limit"
# shellcheck disable=SC2016 # for the inner shell
WRAP=(bash -c 'ulimit -n 40 && exec "$@"' -)
run --iface all
check "said, not crashed: $STATUS" test "$STATUS" -ge 1 -a "$STATUS" -le 3
expect "no NIC is called healthy that could not be looked at" '[.interfaces[] | select(.role == "chosen")] | length == 60'
truth
