#!/bin/bash
# SPDX-License-Identifier: ISC
# Programs at another port, in two groups on one port, and a host where much else is going on.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream 1
second=239.77.1.2

step "another port"
PORT=5009 app join h1
run --iface h1 --group "$GROUP:$PORT" --save "$W/port"
exits 1
findings - app-on-other-port
truth
replays "$W/port"

step "another port, where something comes"
start far -g "$GROUP" -p 5009 send s1
run --iface h1 --group "$GROUP:$PORT"
exits 0
end "$STARTED"
end "$APP"

step "two groups on a port"
start far -g "$second" -p "$PORT" -s 10.77.250.20 send s1
sender=$STARTED
GROUP=$second app join h1
other=$APP
app join h1
run --iface h1 --group "$GROUP:$PORT" --save "$W/two"
exits 1
findings h1 foreign-group-delivered
nothing_left # the other group is reported, too, when a query comes
replays "$W/two"
end "$APP"
heard join h1 >/dev/null
check "it gets both" grep -q '"10.77.250.20"' "$APP_OUT"
heard -u "$GROUP" join h1 >/dev/null
check "bound to the group it gets that alone" test "$(jq -r .source "$APP_OUT")" = 10.77.1.20

step "two groups, told apart by address"
app -u "$GROUP" join h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
end "$APP"
end "$other"

step "two groups, the other is not sent"
end "$sender"
GROUP=$second app join h1
other=$APP
app join h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
end "$APP"
end "$other"

step "others that are no concern"
for at in "5353 224.0.0.251" "1900 239.255.255.250" "320 224.0.1.129"; do
	PORT=${at% *} GROUP=${at#* } app join h0 h1
done
PORT=53 app -u 10.77.1.10 join
PORT=123 app join
PORT=4321 app -d h0 join
app join h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
expect "one socket matters" '.host.sockets | length == 1'
run --iface all
expect "nothing is said of them" 'all(.findings[]; .code | startswith("app-") | not) and .host.sockets == []'
nothing_left

step "who keeps the port"
end "$APP"
start host -p "$PORT" -x join
run --iface h1 --group "$GROUP:$PORT"
exits 2
expect "is named" 'any(finding("port-in-use").evidence[]; .text | contains("peer (pid \($pid)) holds a socket on 0.0.0.0 port \($port)"))' \
	--argjson pid "$STARTED" --argjson port "$PORT"
expect "that comes first" '.findings[0].code == "port-in-use"'
