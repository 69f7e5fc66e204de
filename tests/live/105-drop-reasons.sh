#!/bin/bash
# SPDX-License-Identifier: ISC
# The kernel's own drop reasons: they prove what the counters say of a drop, and tell of one that no counter tells; a healthy run stays silent.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
segments 2
stream "0 1" -s 10.77.250.20

# reason NAME: the kernel counted it for the stream on h1 as often as datagrams are missing there, and on h0 not at all. What came before the socket
# was ready is not missing.
reason() {
	expect "reason $1" '[.host.drop_reasons.rows[] | select(.group == $group and .protocol == 17 and .reason == $reason)] as $rows
		| ($rows | map(.interface) | unique == ["h1"]) and ($rows | map(.port) == [$port]) and
		($rows[0].packets >= ([.findings[] | .summary | capture("^(?<missing>[0-9]+) of ").missing | tonumber] | max) - 2 or ($rows | tostring | error))' \
		--arg reason "$1" --arg group "$GROUP" --argjson port "$PORT"
}
certain() { expect "$1 is certain" 'finding($code) | .confidence == "certain" and any(.evidence[]; .text | test("drop reasons .*: " + $reason))' --arg code "$1" --arg reason "$2"; }
counted() { in_host nft -j list ruleset | jq '[.. | .counter? | objects | .packets] | add'; }

step healthy
run --iface all --group "$GROUP:$PORT"
exits 0
if jq -e '.host.drop_reasons.known | not' "$W/report.json" >/dev/null; then lab_skip "$(jq -r .host.drop_reasons.why_not "$W/report.json")"; fi
expect "nothing of the stream was dropped while it was wanted" '[.host.drop_reasons.rows[] | select(.reason != "NOT_SPECIFIED")] == []'
truth

step "netfilter input"
firewall host "add table inet f; add chain inet f i { type filter hook input priority 0; }; add rule inet f i iifname h1 udp dport $PORT counter drop"
run --iface all --group "$GROUP:$PORT" --save "$W/input"
exits 2
findings h0
findings h1 dropped-by-firewall
reason NETFILTER_DROP
certain dropped-by-firewall NETFILTER_DROP
expect "as nftables counted" '[.host.drop_reasons.rows[] | select(.reason == "NETFILTER_DROP").packets] | add | . <= $n and . + 3 >= $n or (tostring | error)' --argjson n "$(counted)"
replays "$W/input"
firewall host 'delete table inet f'

step "netdev ingress"
firewall host "add table netdev f; add chain netdev f i { type filter hook ingress device h1 priority 0; }; add rule netdev f i udp dport $PORT drop"
run --iface all --group "$GROUP:$PORT"
exits 2
findings h1 dropped-by-firewall
reason NETFILTER_DROP
certain dropped-by-firewall NETFILTER_DROP
firewall host 'delete table netdev f'

step "the later fragments only, which have no port"
start far -g "$GROUP" -p 5009 -l 3000 -s 10.77.1.20 send s1
run --iface h1 --group "$GROUP:5009"
exits 0
firewall host "add table inet f; add chain inet f i { type filter hook prerouting priority -450; }; add rule inet f i iifname h1 ip frag-off & 0x1fff != 0 counter drop"
run --iface h1 --group "$GROUP:5009"
exits 2
findings h1 dropped-by-firewall
certain dropped-by-firewall NETFILTER_DROP
firewall host 'delete table inet f'
end "$STARTED"

step "an IPsec policy"
if in_host ip xfrm policy add src 10.77.250.20/32 dst "$GROUP/32" dir in action block 2>/dev/null; then
	run --iface h1 --group "$GROUP:$PORT"
	exits 2
	findings h1 not-delivered
	reason XFRM_POLICY
	certain not-delivered XFRM_POLICY
	expect "and named" 'finding("not-delivered") | (.summary | test("IPsec")) and any(.remedy[]; test("ip xfrm policy")) and .settle_by == null'
	truth
	in_host ip xfrm policy flush
fi

step "reverse path filter"
host_sysctl net.ipv4.conf.h1.rp_filter=1
run --iface all --group "$GROUP:$PORT"
exits 2
findings h1 dropped-by-rp-filter
reason IP_RPFILTER
certain dropped-by-rp-filter IP_RPFILTER
host_sysctl net.ipv4.conf.h1.rp_filter=0

step "reports and probes on their way out"
firewall host "add table inet f; add chain inet f o { type filter hook output priority 0; }; add rule inet f o oifname h1 ip protocol igmp counter drop; add rule inet f o oifname h1 udp dport $PORT drop"
run --iface all --group "$GROUP:$PORT" --send
exits 2
certain join-not-on-wire NETFILTER_DROP
certain send-blocked NETFILTER_DROP
expect "the reports are counted where they were to leave" '[.host.drop_reasons.rows[] | select(.group == "224.0.0.22" and .reason != "NOT_SPECIFIED")]
	| length == 1 and (.[0] | .interface == "h1" and .source == "10.77.1.10" and .reason == "NETFILTER_DROP" and .packets <= $n and .packets + 2 >= $n) or (tostring | error)' \
	--argjson n "$(counted)"
firewall host 'delete table inet f'
end "$STARTED"

step "bad checksums"
start far -g "$GROUP" -p "$PORT" -P 4000 -s 10.77.1.20 -b udp craft s1
run --iface all --group "$GROUP:$PORT" --no-expect-stream --duration 1s
expect "found where the socket is read" 'any(.host.drop_reasons.rows[]; .reason == "UDP_CSUM" and .interface == "h1" and .port == $port) or (.host.drop_reasons.rows | tostring | error)' --argjson port "$PORT"
end "$STARTED"

step "another network namespace, where an interface has the same index"
ip netns add other
plug other:x0 z0 br0 10.77.0.30/24
ip -n switch link set z0 type bridge_slave mcast_router 2
firewall other "add table inet f; add chain inet f i { type filter hook prerouting priority 0; }; add rule inet f i udp dport $PORT counter drop"
check "the same index" test "$(in_host cat /sys/class/net/h0/ifindex)" = "$(ip netns exec other cat /sys/class/net/x0/ifindex)"
stream "0 1"
run --iface all --group "$GROUP:$PORT"
exits 0
check "it drops the stream" test "$(ip netns exec other nft -j list ruleset | jq '[.. | .counter? | objects | .packets] | add')" -gt 20
expect "which is not counted here" '[.host.drop_reasons.rows[] | select(.reason == "NETFILTER_DROP")] == []'
