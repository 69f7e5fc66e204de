#!/bin/bash
# SPDX-License-Identifier: ISC
# A listener to whom nothing comes says so after a second, and what is known of why; it does not pass.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
told() { grep -c "^mcdiag: nothing has come yet" "$W/errors"; }
# words of one paragraph
says() { tr -s '\n ' '  ' <"$W/errors" | grep -qE -e "$1"; }

step "nobody sends"
run listen -i h0 -g "$GROUP:$PORT" -d 2s
exits 2
findings h0 stream-absent
check "said once: $(told)" test "$(told)" = 1
check "what is known: $(head -c 300 "$W/errors")" says "h0: join: [^;]* in packet [0-9]+, [^;]*; querier: IGMPv3 querier 10.77.0.250 [^;]*; stream: no datagram in 1\.[0-9] s so far"
truth

step "nothing expected"
run listen -d 1500ms
exits 3
findings h0
findings h1
check "said once: $(told)" test "$(told)" = 1
truth

step "quiet"
run listen -i h0 -g "$GROUP:$PORT" -d 1500ms --quiet
exits 2
check "nothing said" test ! -s "$W/errors"

step "too short to tell"
run listen -i h0 -g "$GROUP:$PORT" -d 300ms
exits 3
check "nothing said" test ! -s "$W/errors"

step "by another interface"
stream 1
app join h1	# without whom the switch would not let it through
run listen -i h0 -g "$GROUP:$PORT" -d 2s
exits 2
findings h0 stream-on-other-interface
check "where: $(head -c 500 "$W/errors")" says "stream-on-other-interface on h0: [^.]* h1"
end "$APP"

step "joined by all, it may come by any"
run listen -g "$GROUP:$PORT" -d 1500ms
exits 0
findings h0
expect "h0 is not asked" 'status("h0"; "stream") == "skipped" and (nic("h0").checks.stream.reason | test("received on h1"))'
check "nothing said" test ! -s "$W/errors"
truth
end "$STARTED"

step "no querier"
querier 0 off
run listen -i h0 -g "$GROUP:$PORT" -d 3s
exits 2
check "said: $(head -c 300 "$W/errors")" says "querier: no query heard in 1\.[0-9] s.*; stream: no datagram in 1\.[0-9] s so far"
querier 0 3

step "on the wire, not at the socket"
stream 0
firewall host "add table inet f; add chain inet f i { type filter hook input priority 0; }; add rule inet f i udp dport $PORT drop"
run listen -i h0 -g "$GROUP:$PORT" -d 2s
exits 2
findings h0 dropped-by-firewall
check "said: $(head -c 500 "$W/errors")" says "delivery: 0 of [0-9]+ datagrams reached the socket"
firewall host 'delete table inet f'

step "no interface to listen on"
ip -n host link set h0 down
run listen -i h0 -g "$GROUP:$PORT"
expect "it ends at once" '.ended_by == "settled" and .elapsed_ms < 5000'
findings h0 interface-down
