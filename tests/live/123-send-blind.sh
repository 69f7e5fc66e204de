#!/bin/bash
# SPDX-License-Identifier: ISC
# Without the right to capture it sends all the same, and says what that does not prove.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs setpriv nft
segments 2
WRAP=(setpriv "--bounding-set=-net_raw,-net_admin" --inh-caps=-all)
in_host "${WRAP[@]}" "$PEER" -c 1 craft h0 >/dev/null 2>&1 && lab_skip "the right to capture cannot be given up here"

step healthy
run send -g "$GROUP:$PORT" -c 4 --rate 200
exits 3
expect "told" 'any(finding("capture-denied"); .severity == "note")'
for nic in h0 h1; do
	findings "$nic"
	expect "$nic: sent, and nothing is claimed of its wire" 'nic($nic) | .probes.sent == 4 and .probes.on_wire == null and .probes.groups[0].on_wire == null
		and .checks.send.status == "inconclusive" and .checks.ttl.status == "inconclusive"' --arg nic "$nic"
	expect "$nic: the far end has them" '[sent($wire)[] | select(.interface == $nic and .kind == "udp")] | length == 4' --arg nic "$nic"
done

step "what the kernel refuses is known without it"
firewall host "add table inet f; add chain inet f o { type filter hook output priority 0; }; add rule inet f o oifname h1 udp dport $PORT drop"
run send -g "$GROUP:$PORT" -c 4 --rate 200
exits 2
findings h1 send-blocked
expect "none of them left" '[sent($wire)[] | select(.interface == "h1" and .kind == "udp")] == []'

step "as text"
firewall host 'delete table inet f'
in_host "${WRAP[@]}" "$MCDIAG" send -g "$GROUP:$PORT" >"$W/text"
check "exit status 3" test $? = 3
check "not known" grep -qE '^  h1 .* 1 +not known ' "$W/text"
