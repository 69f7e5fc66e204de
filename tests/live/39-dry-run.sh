#!/bin/bash
# SPDX-License-Identifier: ISC
# --dry-run tells what would be joined and sent where, and does nothing; a NIC chosen by address is the NIC chosen by name.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
tap_start
in_host "$MCDIAG" --iface 10.77.1.10 --group "$GROUP:$PORT" --send --dry-run >"$W/text" 2>"$W/errors"
check "exit status 0" test $? = 0
sleep 0.2
tap_stop
check "names the group" grep -q "$GROUP" "$W/text"
check "names the NIC" grep -qw h1 "$W/text"
check "and would only observe the other" bash -c '! grep -w h0 "$1" | grep -qE "join|send"' - "$W/text"
echo '{}' >"$W/report.json"
expect "nothing was joined or sent" '[sent($wire)[] | select(.kind != "ether")] == []'

step "by address"
run --iface 10.77.1.10 --group "$GROUP:$PORT" --no-expect-stream
exits 0
expect "h1 chosen, h0 observed" 'nic("h1").role == "chosen" and nic("h0").role == "observed"'
truth

step "only chosen"
run --iface h1 --only-chosen --group "$GROUP:$PORT" --no-expect-stream
exits 0
expect "nobody is observed" 'all(.interfaces[]; .role == "chosen")'
truth
