#!/bin/bash
# SPDX-License-Identifier: ISC
# Sixty NICs at once, also where few descriptors may be open.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 60

step sixty
run --iface all --send
exits 0
settled
expect "sixty rows, all well" '[.interfaces[] | select(.role == "chosen")] | length == 60 and all(.[]; .checks | .join.status == "pass" and .querier.status == "pass" and .send.status == "pass" and .leave.status == "pass")'
truth

step "a soft limit that can be raised"
# shellcheck disable=SC2016 # for the inner shell
WRAP=(bash -c 'ulimit -Sn 40 && exec "$@"' -)
run --iface all
exits 0
truth

step "a hard limit with room for the captures, not for a socket each"
# shellcheck disable=SC2016 # for the inner shell
WRAP=(bash -c 'ulimit -n 100 && exec "$@"' -)
stream "0 7 59"
run --iface all --group "$GROUP:$PORT" --no-expect-stream --duration 1500ms
exits 0
expect "the streams reached the right rows" '[.interfaces[] | select(any(.streams[]; .delivered > 0)) | .name] == ["h0", "h7", "h59"]'
expect "and all of them was delivered" '[.interfaces[] | select(.checks.delivery.status == "pass") | .name] == ["h0", "h7", "h59"]'
truth

step "a hard limit that is too low"
# shellcheck disable=SC2016 # for the inner shell
WRAP=(bash -c 'ulimit -n 40 && exec "$@"' -)
run --iface all
check "said, not crashed: $STATUS" test "$STATUS" -ge 1 -a "$STATUS" -le 3
expect "no NIC is called healthy that could not be looked at" '[.interfaces[] | select(.role == "chosen")] | length == 60'
truth
