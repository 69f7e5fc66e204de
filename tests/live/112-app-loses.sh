#!/bin/bash
# SPDX-License-Identifier: ISC
# A program gets the stream and loses it: its buffer is full, or its membership goes while its socket stays.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 1
stream 0 -r 200
sender=$STARTED

step "never reads"
app -n -B 4096 join h0
overflows
before=$(drops)
run --iface h0 --group "$GROUP:$PORT" --save "$W/full"
after=$(drops)
exits 2
findings h0 app-socket-overflow
expect "its drops are those of the run" '.host.sockets[0].dropped | . > 100 and . <= $most' --argjson most $((after - before))
truth
replays "$W/full"
end "$APP"

step "reads"
app -B 4096 join h0
run --iface h0 --group "$GROUP:$PORT"
exits 0
expect "nothing is dropped" '.host.sockets[0].dropped == 0'
truth
end "$APP"

step "was full once"
app -n -B 4096 join h0
overflows
end "$sender"
sleep 0.1
run --iface h0 --group "$GROUP:$PORT" --no-expect-stream
expect "nothing is said of what was before" 'all(.findings[]; .code != "app-socket-overflow") and .host.sockets[0].dropped == 0'
end "$APP"
stream 0

step "leaves"
app join h0
meanwhile() { sleep 0.5; kill -USR1 "$APP"; }
run --iface h0 --group "$GROUP:$PORT" --save "$W/left"
exits 2
findings h0 app-membership-lost
replays "$W/left"
end "$APP"

step "ends"
app join h0
meanwhile() { sleep 0.5; end "$APP"; }
run --iface h0 --group "$GROUP:$PORT"
exits 0
