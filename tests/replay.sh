#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The replay of captures from end to end: operands, names, times, ends of files, signals, exit statuses. MCDIAG = the program.
set -u
export LC_ALL=C
MCDIAG=$(readlink -f "${MCDIAG:-./mcdiag}")
if [ ! -x "$MCDIAG" ]; then
	echo "# no program at $MCDIAG (set MCDIAG)"
	exit 99
fi
command -v jq >/dev/null || { echo "# skipped: jq is missing"; exit 77; }
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
passed=0 failed=0

# check WHAT COMMAND...
check()
{
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok: $what: $(head -c 300 errors 2>/dev/null)"
	fi
}

holds() { jq -e "$1" out >/dev/null 2>&1; }

# told WHAT EXPRESSION: a jq expression that the report holds
told() { check "$1: $(jq -c '[.verdict, .ended_by, .started, .elapsed_ms, [.interfaces[] | [.name, .capture]]]' out 2>/dev/null | head -c 400)" holds "$2"; }

# replay ARGUMENTS: its status in $status, what it says in out and errors
replay()
{
	timeout 20 "$MCDIAG" replay --json "$@" >out 2>errors </dev/null
	status=$?
	if [ -n "${LAB_REPORTS:-}" ] && [ -s out ]; then	# kept for the schema check that ends the tests
		reports=$((${reports:-0} + 1))
		mkdir -p "$LAB_REPORTS" && cp out "$LAB_REPORTS/replay-$reports.json"
	fi
}

# refused OFFENDING ARGUMENTS: status 3, one line that names it, nothing else
refused()
{
	local offending=$1
	shift
	replay "$@"
	check "$*: status 3, not $status" test "$status" = 3
	check "$*: one line" test "$(wc -l <errors)" = 1
	check "$*: names $offending: $(cat errors)" grep -qF -e "$offending" errors
	check "$*: nothing on standard output" test ! -s out
}

# ---- captures -------------------------------------------------------------------------------------------------------------------------

# hex DIGITS...: those bytes
hex() { printf '%s' "$@" | fold -w 2 | sed 's/^/\\x/' | tr -d '\n' | { IFS= read -r digits; printf '%b' "$digits"; }; }

# le WIDTH NUMBER: hexadecimal, little endian
le() { printf '%0*x' $(($1 * 2)) "$2" | fold -w 2 | tac | tr -d '\n'; }

header=d4c3b2a10200040000000000000000000000040001000000 # pcap, microseconds, Ethernet
# 192.0.2.1 to 239.1.2.3, port 5000: UDP with eight bytes and no checksum
datagram=01005e010203020000000001080045000024000100000811ca92c0000201ef010203138913880010000061626364
datagram+=65666768

# packet SECOND MICROSECOND: its record in a pcap file
packet() { local n=$((${#datagram} / 2)); echo "$(le 4 "$1")$(le 4 "$2")$(le 4 $n)$(le 4 $n)$datagram"; }

# capture FILE SECOND...: a pcap file with a datagram at each second after 1700000000
capture()
{
	local file=$1 second
	shift
	{
		hex "$header"
		for second; do hex "$(packet $((1700000000 + second)) 0)"; done
	} >"$file"
}

# block TYPE BODY: of pcapng
block() { local n=$((${#2} / 2 + 12)); echo "$(le 4 "$1")$(le 4 $n)$2$(le 4 $n)"; }
section=$(block 168627466 4d3c2b1a01000000ffffffffffffffff)

# interface NAME: its block; four letters
interface() { block 1 "0100000000000000$(le 2 2)$(le 2 4)$(printf '%s' "$1" | od -An -tx1 | tr -d ' \n')$(le 4 0)"; }

# enhanced INTERFACE SECOND
enhanced()
{
	local us=$(((1700000000 + $2) * 1000000)) n=$((${#datagram} / 2)) pad=''
	while [ $(((n + ${#pad} / 2) % 4)) != 0 ]; do pad+=00; done
	block 6 "$(le 4 "$1")$(le 4 $((us >> 32)))$(le 4 $((us & 0xffffffff)))$(le 4 $n)$(le 4 $n)$datagram$pad"
}

capture one.pcap 0 1 2
capture two.pcap 5 6
capture early.pcap -3
capture empty.pcap
head -c 100 one.pcap >cut.pcap
hex "$section" "$(interface eth0)" "$(interface eth1)" "$(enhanced 1 0)" "$(enhanced 0 1)" "$(enhanced 1 2)" >both.pcapng
hex "$section" "$(interface eth0)" "$(enhanced 0 0)" >eth0.pcapng
{ cat eth0.pcapng; hex "$(le 4 6)$(le 4 4294967295)"; head -c 100 one.pcap; } >corrupt.pcapng
for name in ens3 'a;b '; do hex "$section" "$(interface "$name")" "$(enhanced 0 0)" "$(enhanced 0 2)" >"$name.pcapng"; done
echo text >text
: >nothing
mkdir none some
cp one.pcap some/b.pcap
cp two.pcap some/a.pcap

# ---- what is read ---------------------------------------------------------------------------------------------------------------------

replay one.pcap
told "mode" '.mode == "replay" and .tool.libpcap == null and .host == null and .ended_by == "settled"'
told "times" '.started == "2023-11-14T22:13:20.000000000Z" and .elapsed_ms == 2000'
told "a row" '.interfaces | length == 1 and (.[0] | .name == "one" and .index == null and .role == "chosen")'
told "the capture" '.interfaces[0].capture | .packets == 3 and .file == "one.pcap" and .ended == "complete" and .dropped == null and .error == null'
told "the stream" '.interfaces[0].streams | length == 1 and (.[0] | .packets == 3 and .group == "239.1.2.3" and .port == 5000 and .first_ms == 0)'
cp out first
replay "$work/one.pcap"
check "the same from elsewhere, byte for byte" cmp -s out first
timeout 20 "$MCDIAG" -r one.pcap -j >out 2>errors </dev/null
check "the same by -r" cmp -s out first
told "-r is a replay" '.mode == "replay"'

replay eth7=one.pcap ./two.pcap early.pcap
told "names" '[.interfaces[].name] == ["eth7", "two", "early"]'
told "begins with the earliest" '.started == "2023-11-14T22:13:17.000000000Z" and .elapsed_ms == 9000'
told "relative to it" '[.interfaces[].streams[0].first_ms] == [3000, 8000, 0]'
told "packet numbers by file" '[.interfaces[].capture.packets] == [3, 2, 1]'
replay one.pcap one.pcap one=two.pcap
told "equal names are parted" '[.interfaces[].name] == ["one", "one#2", "one#3"]'
cp one.pcap a=b.pcap
replay ./a=b.pcap
told "a path with =" '.interfaces[0].name == "a=b"'
replay some
told "a folder in order of names" '[.interfaces[].capture.file] == ["a.pcap", "b.pcap"]'

replay both.pcapng
told "interfaces of pcapng" '[.interfaces[] | [.name, .capture.packets]] == [["eth0", 1], ["eth1", 2]]'
told "numbered over all of them" '[.interfaces[].streams[0].first_ms] == [1000, 0]'
replay x=both.pcapng y=eth0.pcapng eth0.pcapng both.pcapng
told "names of several" '[.interfaces[].name] == ["x:eth0", "x:eth1", "y", "eth0", "eth0#2", "eth1"]'

# A command to copy names what the file itself calls the interface, if it is a plain name.
remedy() { told "a remedy names $1" "[.findings[].remedy[]] | any(contains(\"tcpdump -ni $1 host\"))"; }
replay -g 239.1.2.3:9 ens3.pcapng
remedy ens3
replay -g 239.1.2.3:9 one.pcap
remedy IFACE
replay -g 239.1.2.3:9 ens3=one.pcap
remedy IFACE
replay -g 239.1.2.3:9 'a;b .pcapng'
remedy IFACE

timeout 20 "$MCDIAG" replay --json - <one.pcap >out 2>errors
told "standard input" '.interfaces[0] | .name == "stdin" and .capture.packets == 3 and .capture.file == "-"'
head -c 1000 one.pcap | timeout 20 "$MCDIAG" replay --json two.pcap in=- >out 2>errors
told "a pipe beside a file" '[.interfaces[] | [.name, .capture.packets]] == [["two", 2], ["in", 3]]'
for i in $(seq 40); do cp one.pcap "some/$i.pcap"; done
replay some
told "many files" '.interfaces | length == 42 and ([.[].capture.packets] | add == 125)'

replay cut.pcap
told "a cut file" '.interfaces[0].capture | .ended == "cut" and .packets == 1 and (.error | length > 0)'
replay corrupt.pcapng
told "a broken file" '.interfaces[0].capture | .ended == "corrupt" and .packets == 1 and (.error | length > 0)'
replay empty.pcap
told "an empty capture" '.verdict == "inconclusive" and .started == null and (.interfaces[0].capture | .packets == 0 and .ended == "complete")'
told "no time is no garbage" '.elapsed_ms == null or .elapsed_ms == 0'
check "its exit status, not $status" test "$status" = 3

replay -d 1.5 one.pcap two.pcap
told "the first seconds" '.ended_by == "duration" and .elapsed_ms == 1000 and [.interfaces[].capture.packets] == [2, 0]'
replay -d 1h one.pcap
told "a duration that is longer" '.ended_by == "settled" and .interfaces[0].capture.packets == 3 and .request.duration_given'
replay -g 239.1.2.3:5000 -t 8 one.pcap
told "a request" '.request | .groups[0].address == "239.1.2.3" and .ttl == 8 and .expect_stream and (.join or .send | not)'
replay -g '[ff3e::1234]:5000' --no-expect-stream one.pcap
told "a request of IPv6" '.request.groups[0] | .address == "ff3e::1234" and .family == 6'

rm -f report.json
replay -o report.json one.pcap
check "--output is the report" cmp -s out report.json
timeout 20 "$MCDIAG" replay one.pcap >out 2>errors </dev/null
check "text" grep -q '^VERDICT' out
timeout 20 "$MCDIAG" replay one.pcap >/dev/full 2>errors </dev/null
check "a full disk is an error, not $?" test $? = 3

# ---- what is refused ------------------------------------------------------------------------------------------------------------------

refused missing.pcap missing.pcap
refused text text
refused pcapng text
refused nothing nothing
refused text one.pcap text
refused "$work/none" "$work/none"
refused "'-'" - -
refused '=one.pcap' '=one.pcap'
refused one= one=
refused some n=some
refused FILE
refused --iface -i eth0 one.pcap
refused --save -w folder one.pcap
refused --source -s 192.0.2.1 one.pcap
refused /nowhere/report -o /nowhere/report one.pcap
rm -f report.json
refused text -o report.json one.pcap text
check "nothing half-written: $(ls)" test -z "$(find . -name 'report*')"

mkdir folder
echo '{}' >folder/host.json
refused request.json folder
echo '{"schema":"mcdiag.request.v1"}' >folder/request.json
refused groups folder
refused alone folder one.pcap
refused --group -g 239.1.1.1 folder
check "no folder was made" test ! -e "$work/folder/report.json"

# ---- a signal -------------------------------------------------------------------------------------------------------------------------

# The pipe stays open, so that only the signal can end the reading: once it is caught, what is in the pipe is read.
mkfifo pipe
exec 3<>pipe
cat one.pcap >&3
"$MCDIAG" replay --json pipe two.pcap >out 2>errors </dev/null &
process=$!
for _ in $(seq 200); do
	if grep -qs '^SigCgt:.*[2367abef]$' "/proc/$process/status"; then break; fi
	sleep 0.02
done
sleep 0.3
kill -INT "$process"
wait "$process"
exec 3>&-
told "interrupted" '.ended_by == "signal" and [.interfaces[] | [.name, .capture.packets]] == [["pipe", 3], ["two", 0]]'
told "what was not read says so" '[.interfaces[].capture.error] | all(. != null and contains("interrupted"))'

echo "# $passed of $((passed + failed)) held"
[ "$failed" -eq 0 ] && [ "$passed" -gt 100 ]
