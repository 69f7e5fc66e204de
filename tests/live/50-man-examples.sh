#!/bin/bash
# SPDX-License-Identifier: ISC
# Every example of the manual, run as it stands there, on a host as it supposes: two NICs, a querier, and the streams that it speaks of.
# shellcheck source-path=SCRIPTDIR source=lab.sh
. "${0%/*}/lab.sh"
segments 2
for i in 0 1; do
	ip -n host link set "h$i" down
	ip -n host link set "h$i" name "eth$i"
	ip -n host link set "eth$i" up
done
ip -n host route add default via 10.77.0.250
ip -n far addr add 192.0.2.1/32 dev lo
GROUP=239.1.2.3
stream "0 1"
GROUP=232.1.2.3
stream "0 1" -s 192.0.2.1
sleep 0.3
mkdir "$W/bin" "$W/here"
ln -s "$MCDIAG" "$W/bin/mcdiag"
cd "$W/here" || exit 99
in_host timeout 20 "$MCDIAG" -q -i eth0 -g 239.1.2.3:5000 -w "$W/mirror" >/dev/null && cp "$W/mirror/eth0.pcap" mirror.pcapng
PATH=$W/bin:$PATH
count=0
while read -r example; do
	count=$((count + 1))
	in_host timeout 20 bash -c "$example" >"$W/out" 2>"$W/errors" </dev/null
	status=$?
	check "'$example' ends with 0, not $status: $(head -c 200 "$W/errors") $(tail -n 1 "$W/out" | head -c 200)" test "$status" = 0
done < <(sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE ALSO/s/^\$ \(mcdiag.*\)/\1/p' "$LAB_HERE/../../man/mcdiag.1")
check "$count examples in the manual, more than 5" test "$count" -gt 5
check "the report of one" jq -e '.schema == "mcdiag.report.v1"' report.json >/dev/null
check "the evidence of one" test -s evidence/eth0.pcap -a -s evidence/host.json
