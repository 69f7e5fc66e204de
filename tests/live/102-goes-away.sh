#!/bin/bash
# SPDX-License-Identifier: ISC
# In the middle of a run the cable is pulled, the address taken, the querier lost, a firewall switched on.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
INTERVAL=12500
segments 5
stream "0 1 2 3 4"
meanwhile() {
	sleep 1.5
	ip -n switch link set p1 down
	ip -n host addr flush dev h2
	querier 3 off
	firewall host "add table inet f; add chain inet f i { type filter hook input priority 0; }; add rule inet f i iifname h4 udp dport $PORT drop"
}
run --iface h0,h1,h2,h3,h4 --group "$GROUP:$PORT" --duration 5s
exits 2
findings h0
findings h3
findings h1 interface-down
expect "h2 is not blamed for what it got before" 'told("h2") - ["no-ipv4-address", "report-from-zero-address", "dropped-by-firewall", "not-delivered", "stream-stopped"] == [] or (told("h2") | tostring | error)'
findings h4 dropped-by-firewall
