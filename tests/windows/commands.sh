#!/bin/bash
# SPDX-License-Identifier: ISC
# The other commands, and an interface by each of its names: what Windows calls it, an address, an index.
# shellcheck source-path=SCRIPTDIR source=wine.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/wine.sh" || exit 99
segments 2
stream "0 1"

step "interfaces"
in_host "$MCDIAG" interfaces --json >"$W/interfaces" 2>"$W/errors"
check "exit status 0" test $? = 0
same() { diff <(jq -c '.interfaces | map([.name, .index, .mac, (.addresses | map(.address))]) | sort[]' "$W/interfaces") \
	<(ip -n host -j addr | jq -c 'map([.ifname, .ifindex, if .ifname == "lo" then null else .address end, (.addr_info | map(.local))]) | sort[]'); }
check "those of the host: $(same)" same
in_host "$MCDIAG" interfaces >"$W/text" 2>"$W/errors"
for nic in h0 h1; do check "$nic in the text" grep -qE "^ *$nic +usable .*10\.77\.${nic#h}\.10/24" "$W/text"; done
check "lines end as on Linux" bash -c '! grep -q "$(printf "\\r")" "$1"' - "$W/text"

for name in h1 10.77.1.10 "$(ip -n host -j link show h1 | jq '.[0].ifindex')"; do
	step "an interface as $name"
	run --iface "$name" --group "$GROUP:$PORT"
	exits 0
	expect "it is h1" '[.interfaces[] | select(.role == "chosen") | .name] == ["h1"]'
	truth
done

step "send"
run send --iface h1 --group "$GROUP:$PORT" --count 20 --rate 100 --ttl 9
exits 0
expect "all of it is on the wire of h1 alone" '[sent($wire)[] | select(.kind == "udp")] | length == 20 and all(.[]; .interface == "h1" and .ttl == 9)'

step "listen"
run listen --iface h0 --group "$GROUP:$PORT" --count 10
exits 0
expect "that many were received" '.ended_by == "count" and ([nic("h0").streams[].delivered] | add) >= 10'
truth
