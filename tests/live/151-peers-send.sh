#!/bin/bash
# SPDX-License-Identifier: ISC
# What programs of others send is what mcdiag counts, on the wire and at its socket, in both families: iperf at a rate of packets and of bits, socat, and
# multicat with a transport stream as it is and in RTP.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs iperf socat multicat
IPV6=1
segments 1
OTHER=239.77.1.2 LENGTH=500

is_member() { in_host ip maddress show dev h0 | grep -qwF "$1"; }
# sender NAME COMMAND...: one in the background, where the far end is
sender() {
	local name=$1
	shift
	in_far timeout 5 "$@" >"$W/$name" 2>"$W/$name.errors" &
	SENDERS+=($!)
}
# iperf_sent NAME: datagrams by the octets that it says it sent. Its count of datagrams has one more than the wire.
iperf_sent() { echo $(($(cut -d, -f8 "$W/$1") / LENGTH)); }
# counted GROUP NUMBER EXPRESSION: one stream of the group, so many of it on the wire of the far end, in the report and at the socket
counted() {
	expect "$1: $2, at the far end, in the report and at the socket" '[[$wire[] | select(.kind == "udp" and .interface == "p0" and .out and .destination == $group)] | length]
		+ ([nic("h0").streams[] | select(.group == $group)] | [length, (map(.packets) | add), (map(.delivered) | add)])
		| . == [$number, 1, $number, $number] or (tostring | error)' --arg group "$1" --argjson number "$2"
	expect "$1: $3" "nic(\"h0\").streams[] | select(.group == \$group) | $3" --arg group "$1"
}

step iperf
meanwhile() {
	for group in "$GROUP" "$GROUP6"; do wait_for "a member of $group" is_member "$group"; done
	sleep 0.1
	SENDERS=()
	sender pps iperf -y C -c "$GROUP" -p "$PORT" -u -T 5 -b 200pps -t 0.4 -l "$LENGTH"
	sender bps iperf -V -y C -c "$GROUP6%s0" -p "$PORT" -u -T 6 -b 800k -n 40000 -l "$LENGTH"
	wait "${SENDERS[@]}"
	sleep 0.1
	kill -INT "$1"
}
run -i h0 -d 8s -g "$GROUP:$PORT" -g "[$GROUP6]:$PORT"
exits 0
check "iperf sent something: $(head -c 200 "$W/pps.errors")" test "$(iperf_sent pps)" -gt 50 -a "$(iperf_sent bps)" -gt 50
counted "$GROUP" "$(iperf_sent pps)" '.ttl == [5] and .source == "10.77.0.20" and .bytes == .packets * 500 and .rate_pps > 150 and .rate_pps < 250'
counted "$GROUP6" "$(iperf_sent bps)" '.ttl == [6] and .source == "fd77::20" and .bytes == .packets * 500 and .rate_bps > 600000 and .rate_bps < 1000000'
truth

step socat
# a datagram for each hundred octets
head -c 2500 /dev/zero >"$W/text4"
head -c 2000 /dev/zero >"$W/text6"
meanwhile() {
	for group in "$GROUP" "$GROUP6"; do wait_for "a member of $group" is_member "$group"; done
	sleep 0.1
	SENDERS=()
	sender udp4 socat -u -b 100 "OPEN:$W/text4" "UDP4-DATAGRAM:$GROUP:$PORT,ip-multicast-if=10.77.0.20,ip-multicast-ttl=9"
	sender udp6 socat -u -b 100 "OPEN:$W/text6" "UDP6-DATAGRAM:[$GROUP6]:$PORT"
	wait "${SENDERS[@]}"
	sleep 0.1
	kill -INT "$1"
}
run -i h0 -d 8s -g "$GROUP:$PORT" -g "[$GROUP6]:$PORT"
counted "$GROUP" 25 '.ttl == [9] and .payload == "unknown"'
counted "$GROUP6" 20 '.ttl == [1]'
expect "one hop left is told, for IPv6, which socat does not set" '[.findings[] | select(.severity != "note") | [.code, .group]] | . == [["stream-ttl-exhausted", $group]] or (tostring | error)' \
	--arg group "$GROUP6"
truth

# forty datagrams of seven TS packets of nothing, and for each its time in 27 MHz: 5 ms apart
packet=$(printf '\\x47\\x1f\\xff\\x10'; printf '\\xff%.0s' $(seq 184))
for k in $(seq 0 39); do
	for _ in 1 2 3 4 5 6 7; do printf '%b' "$packet"; done >>"$W/null.ts"
	printf '%b' "$(printf '%016x' $((k * 135000)) | sed 's/../\\x&/g')" >>"$W/null.aux"
done
meanwhile() {
	for group in "$GROUP" "$OTHER" "$GROUP6"; do wait_for "a member of $group" is_member "$group"; done
	sleep 0.1
	SENDERS=()
	sender udp multicat -u -U "$W/null.ts" "$GROUP:$PORT@10.77.0.20/ttl=4"
	sender rtp multicat -u "$W/null.ts" "$OTHER:$PORT@10.77.0.20/ttl=5"
	sender rtp6 multicat -u "$W/null.ts" "[$GROUP6]:$PORT/ttl=6/ifindex=$(in_far cat /sys/class/net/s0/ifindex)"
	wait "${SENDERS[@]}"
	sleep 0.1
	kill -INT "$1"
}
for how in diagnose listen; do
	step "multicat, $how"
	run "$how" -i h0 -d 8s -g "$GROUP:$PORT" -g "$OTHER:$PORT" -g "[$GROUP6]:$PORT"
	exits 0
	counted "$GROUP" 40 '.ttl == [4] and .payload == "mpeg-ts" and .bytes == 40 * 1316'
	counted "$OTHER" 40 '.ttl == [5] and .payload == "rtp" and .lost == 0 and .reordered == 0 and .duplicated == 0 and .bytes == 40 * 1328'
	counted "$GROUP6" 40 '.ttl == [6] and .payload == "rtp" and .lost == 0'
	truth
done
