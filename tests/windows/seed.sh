#!/bin/bash
# SPDX-License-Identifier: ISC
# The sample for Windows by others that began this: its consumer joins, and its producer sends, by the addresses of the host's name. On a host of three
# NICs whose name resolves to 127.0.0.1 neither works, and mcdiag says why. MCDIAG_SEED = the sample, a text with the programs in it; without it, where it
# stands beside the sources.
# shellcheck source-path=SCRIPTDIR source=wine.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/wine.sh" || exit 99
sample=${MCDIAG_SEED:-$WINE_HERE/../../../shared/seed/multicast-programming-sample.md}
[ -e "$sample" ] || lab_skip "no sample at $sample"
lab_needs x86_64-w64-mingw32-g++
GROUP=225.233.233.233 PORT=7777

# program NAME: that of the sample, built. Its headers are written as Windows, where the case of a name is all one, finds them.
program() {
	awk -v name="$1" '/^ *```/ { if (inside) exit; inside = here } /# / && !inside { here = $NF == name } inside && !/^ *```/' "$sample" >"$W/$1.cpp"
	while read -r header; do echo "#include <${header,,}>" >"$W/$header"; done < <(sed -n 's/^ *#include <\(.*[A-Z].*\)>.*/\1/p' "$W/$1.cpp")
	x86_64-w64-mingw32-g++ -w -O2 -D_WIN32_WINNT=0x0601 -I"$W" -static -o "$W/$1.exe" "$W/$1.cpp" -lws2_32 2>"$W/$1.errors"
}
for name in consumer producer; do check "the $name is built: $(head -n 5 "$W/$name.errors" 2>/dev/null)" program "$name"; done

segments 3
named 127.0.0.1
in_host timeout 200 "$WINE" "$W/consumer.exe" >"$W/consumed" 2>&1 </dev/null &
consumer=$!
in_host sh -c 'for i in $(seq 400); do "$0" "$1"; sleep 0.05; done' "$WINE" "$W/producer.exe" >"$W/produced" 2>&1 </dev/null &
producer=$!
sent_often() { test "$(grep -c 127.0.0.1 "$W/produced")" -gt 10; }
wait_for "the consumer" grep -q 127.0.0.1 "$W/consumed"
wait_for "the producer's messages" sent_often
check "the consumer hears nothing of them" bash -c '! grep -q "msg:" "$1"' - "$W/consumed"

# judged PROGRAM STATUS: what it says of them
judged() {
	run --iface all --group "$GROUP:$PORT" --duration 3s
	cp "$W/report.json" "$W/report-$1.json"
	exits "$2"
	expect "what the name resolves to" 'finding("hostname-resolves-to-loopback") | (.summary | test("127\\.0\\.0\\.1"))'
}
# by each PROGRAM: mcdiag of Windows, and that of Linux
windows=$MCDIAG
by() { if [ "$1" = windows ]; then MCDIAG=$windows; else MCDIAG=$NATIVE; fi; }

for system in windows linux; do
	step "the producer, by mcdiag of $system"
	by $system
	judged "$system-producer" 1
	expect "a consumer that is deaf to any network" 'finding("app-not-joined", "app-joined-on-other-interface") | .severity == "warning"'
	for nic in h1 h2; do expect "$nic is not where it sends" 'found("local-sender-on-other-interface"; $nic)' --arg nic "$nic"; done
	expect "its messages are on one wire" '[$wire[] | select(.kind == "udp" and .destination == $group) | .interface] | unique == ["p0"]' --arg group "$GROUP"
done
kill "$producer"

stream "0 1 2"
for system in windows linux; do
	step "the consumer, by mcdiag of $system"
	by $system
	judged "$system-consumer" 2
	expect "the consumer joined on no NIC" 'any(.findings[]; .code == "app-not-joined" or .code == "app-joined-on-other-interface")'
done
kill "$consumer"
check "it never heard anything" bash -c '! grep -q "msg:" "$1"' - "$W/consumed"
