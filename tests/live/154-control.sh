#!/bin/bash
# SPDX-License-Identifier: ISC
# --peer: a host beyond the switch answers unicast while the stream is blocked; it does not once the link is cut there. A clue each time, and no more.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs setpriv
IPV6=1
segments 2
cascade 1
echo "10.77.1.20 gw.lab" >>"$W/hosts"

control() { expect "$1: $2" "nic(\$nic).control | $2 or (tostring | error)" --arg nic "$1"; }
clues() { expect "$1 on $2: a clue says $3" '[.findings[] | select(.code == $code and .interface == $nic).evidence[].text | select(test("unicast"))]
	| (length == 1 and (.[0] | test($text))) or (tostring | error)' --arg code "$1" --arg nic "$2" --arg text "$3"; }
# echoes NUMBER: requests that came in at the switch from h1
echoes() { expect "$1 echo requests left h1" '[$wire[] | select(.interface == "p1" and (.out | not) and .kind == "ip" and (.destination == "10.77.1.20" or .destination == "fd77:1::20"))]
	| length == $number or (tostring | error)' --argjson number "$1"; }

step "reports end at the access switch"
firewall switch 'add table bridge t; add chain bridge t f { type filter hook forward priority 0; }; add rule bridge t f iifname p1 oifname u1 ip protocol igmp drop; add rule bridge t f iifname p1 oifname u1 ip6 nexthdr hopopt drop'
stream "0 1"
GROUP=$GROUP6 stream "0 1"
wait_for "the first switch prunes" pruned u1
run --iface all --group "$GROUP:$PORT" --peer 10.77.1.20 --duration 2s --no-second-look --save "$W/saved"
exits 2
control h1 '.peer == "10.77.1.20" and .address == .peer and .sent == 5 and .received == 5 and .pending == 0 and .error == null and .rtt_least_ms <= .rtt_ms and .rtt_ms < 1000'
control h0 '.sent == 0 and (.error | test("not by this interface"))'
clues stream-on-other-interface h1 '^10[.]77[.]1[.]20 answers unicast on h1 \(5 of 5, [0-9.]+ m?s\): the network is there, it is multicast'
echoes 5
replays "$W/saved"

step IPv6
run --iface h1 --only-chosen --group "[$GROUP6]:$PORT" --peer fd77:1::20 --duration 2s --no-second-look
exits 2
control h1 '.address == "fd77:1::20" and .sent == 5 and .received == 5'
clues stream-absent h1 '^fd77:1::20 answers unicast on h1 \(5 of 5'

step "the link beyond the switch is cut"
ip -n switch link set u1 down
run --iface h1 --only-chosen --group "$GROUP:$PORT" --peer gw.lab --duration 2500ms --no-second-look
exits 2
control h1 '.peer == "gw.lab" and .address == "10.77.1.20" and .sent == 5 and .received == 0 and .pending == 0 and .rtt_ms == null'
clues stream-absent h1 '^10[.]77[.]1[.]20 does not answer unicast on h1 either \(0 of 5\): look at the network first; a firewall'

step "healthy"
ip -n switch link set u1 up
firewall switch 'flush chain bridge t f'
run --iface all --group "$GROUP:$PORT" --group "[$GROUP6]:$PORT" --peer fd77:1::20 --no-second-look
exits 0
findings h0
findings h1
control h1 '.sent == 5 and .received == 5'
expect "no clue" '[.findings[].evidence[].text | select(test("unicast"))] == []'

step listening
run listen --iface h1 --group "$GROUP:$PORT" --peer 10.77.1.20 --duration 2s
exits 0
control h1 '.sent == 5 and .received == 5'

step "while sending, and without the right to ask"
run send --iface h1 --group "$GROUP:$PORT" --peer 10.77.1.20
exits 0
control h1 '.sent == 5 and .received == 5'
host_sysctl net.ipv4.ping_group_range="0 0"
WRAP=(setpriv "--bounding-set=-net_raw,-net_admin" --inh-caps=-all)
run send --iface h1 --group "$GROUP:$PORT" --peer 10.77.1.20
control h1 '.sent == 5 and .received == 5'
host_sysctl net.ipv4.ping_group_range="1 0"
run send --iface h1 --group "$GROUP:$PORT" --peer 10.77.1.20
control h1 '.sent == 0 and (.error | test("CAP_NET_RAW"))'
