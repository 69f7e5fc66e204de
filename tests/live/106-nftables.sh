#!/bin/bash
# SPDX-License-Identifier: ISC
# The rule of nftables that drops is named, with the command that mends it, and its counter proves it; what it does not touch names nobody.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
segments 2
stream "0 1"

table() { firewall host "add table $1 f; add chain $1 f c { type filter hook $2 priority 0; policy ${3:-accept}; }"; }
rule() { firewall host "add rule $1 f c $2"; }
handle() { in_host nft -j list ruleset | jq '[.. | .rule? | objects | select(.expr | tostring | test($what))][0].handle' --arg what "$1"; }
counter() { in_host nft -j list ruleset | jq '[.. | .counter? | objects | .packets] | add'; }
# names CODE WHAT: the finding on h1 names it, and the command that it gives for it ends the fault
names() {
	expect "$1 names $2" 'finding($code) | .interface == "h1" and (.summary + ([.evidence[].text] | add) | test($what)) and .settle_by == null or (tostring | error)' \
		--arg code "$1" --arg what "$2"
}
mend() {
	local command
	command=$(jq -r '[.findings[] | select(.code == $code)][0].remedy[0] | sub("^Let it pass: "; "")' --arg code "$1" "$W/report.json")
	check "the remedy is a command: $command" in_host bash -c "$command"
	run --iface all --group "$GROUP:$PORT"
	exits 0
	firewall host 'flush ruleset'
}

step "nothing drops"
table inet input
rule inet "iifname h1 udp dport $((PORT + 1)) counter drop"
rule inet "iifname h1 ip daddr 239.77.1.2 drop"
rule inet "iifname h1 udp dport { 1, 2 } drop"
table ip6 input drop	# which IPv4 does not meet
run --iface all --group "$GROUP:$PORT"
exits 0
expect "the rules were read" '.host.firewall | .known and .rules == 3 and .chains == [{family: "inet", table: "f", name: "c", hook: "input", policy: "accept"}, {family: "ip6", table: "f", name: "c", hook: "input", policy: "drop"}]'
truth

step "a rule with a counter, among others"
rule inet "iifname h1 ip daddr 239.0.0.0/8 udp dport 4000-6000 counter drop"
run --iface all --group "$GROUP:$PORT" --save "$W/rule"
exits 2
findings h0
findings h1 dropped-by-firewall
names dropped-by-firewall "rule handle $(handle 4000) of chain c in table inet f drops"
expect "by its counter" '[finding("dropped-by-firewall").evidence[].text | capture("counted (?<n>[0-9]+) packets")][0].n | tonumber | . <= $n and . + 5 >= $n and . > 20' --argjson n "$(counter)"
expect "it is certain" 'finding("dropped-by-firewall").confidence == "certain"'
truth
replays "$W/rule"
mend dropped-by-firewall

step "a policy, and rules that may let it pass"
table ip prerouting drop
rule ip "ct state established,related accept"
rule ip "iifname { lo, h0 } accept"
rule ip "ip protocol igmp accept"
run --iface all --group "$GROUP:$PORT"
exits 2
findings h0
findings h1 dropped-by-firewall
if jq -e '.host.drop_reasons.known' "$W/report.json" >/dev/null; then
	names dropped-by-firewall "the policy of chain c in table ip f drops"
	mend dropped-by-firewall
else
	expect "it could be the policy" '[finding("dropped-by-firewall").evidence[].text] | any(test("could drop it: the policy of chain c in table ip f"))'
	firewall host 'flush ruleset'
fi

step "netdev ingress"
firewall host "add table netdev f; add chain netdev f c { type filter hook ingress device h1 priority 0; }"
rule netdev "udp dport $PORT drop"
run --iface all --group "$GROUP:$PORT"
exits 2
findings h1 dropped-by-firewall
expect "named" 'finding("dropped-by-firewall").summary | test("rule handle " + $handle + " of chain c in table netdev f drops")' --arg handle "$(handle "$PORT")"
mend dropped-by-firewall

step "a rule that may match, and drops more than is asked about"
table inet input
rule inet "ip protocol igmp accept"
rule inet "udp dport $PORT ct state new counter drop"
run --iface all --group "$GROUP:$PORT"
exits 2
findings h0 dropped-by-firewall
findings h1 dropped-by-firewall
if jq -e '.host.drop_reasons.known' "$W/report.json" >/dev/null; then
	expect "it is named on both" '[finding("dropped-by-firewall").summary | test("rule handle " + $handle + " of chain c in table inet f drops")] == [true, true]' \
		--arg handle "$(handle state)"
fi
firewall host 'flush ruleset'

step "two rules may do it, and neither counts"
table inet input
rule inet "iifname h1 udp dport $PORT meta mark 0 drop"
rule inet "iifname h1 udp dport $PORT ip ttl < 200 drop"
run --iface all --group "$GROUP:$PORT"
exits 2
findings h1 dropped-by-firewall
expect "neither is named as the cause" 'finding("dropped-by-firewall") | (.summary | test("handle") | not) and any(.evidence[]; .text | test("2 could drop it: rule handle .*; rule handle ")) and .settle_by != null'
firewall host 'flush ruleset'

step "on the way out"
table inet output
rule inet "oifname h1 ip protocol igmp counter drop"
rule inet "oifname h1 udp dport $PORT counter drop"
run --iface all --group "$GROUP:$PORT" --send
exits 2
names join-not-on-wire "rule handle $(handle '"field":"protocol"') of chain c in table inet f"
names send-blocked "rule handle $(handle "$PORT") of chain c in table inet f"
expect "they are told how to mend it" 'all(("join-not-on-wire", "send-blocked") as $c | finding($c); .remedy[0] | test("^Let it pass: nft insert rule inet f c position [0-9]+ oifname h1 .* accept$"))'
firewall host 'flush ruleset'

step "a query on its way in"
table inet input drop
rule inet "iifname h1 udp dport $PORT accept"
run --iface h1 --group "$GROUP:$PORT" --duration 2500ms
findings h1 query-not-answered
expect "the policy is named" 'finding("query-not-answered").evidence | any(.text | test("the policy of chain c in table inet f"))'
firewall host 'flush ruleset'
run --iface h1 --group "$GROUP:$PORT" --duration 2500ms
exits 0
