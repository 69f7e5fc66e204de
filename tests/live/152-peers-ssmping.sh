#!/bin/bash
# SPDX-License-Identifier: ISC
# ssmpingd answers each request of ssmping and asmping to their group: mcdiag, a member beside them, has as many as it answered. IPv4 by source, IPv6 by any.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs ssmping asmping ssmpingd
IPV6=1
segments 1
guest asker 0
SSM=232.43.211.234 ASM6=ff15::4321:1234	# the groups of ssmping, and of asmping where ff15:: is asked for
in_asker() { ip netns exec asker "$@"; }
in_asker sysctl -qw "net.ipv4.ip_local_port_range=$PORT $PORT"	# it answers to the port of who asks
in_far timeout 60 ssmpingd >"$W/answered" 2>&1 &
listens() { in_far ss -nlu | grep -q :4321; }
wait_for ssmpingd listens

is_member() { in_host ip maddress show dev h0 | grep -qwF "$1"; }
meanwhile() {
	for group in "$SSM" "$ASM6"; do wait_for "a member of $group" is_member "$group"; done
	sleep 0.1
	in_asker timeout 10 ssmping -c 3 -I asker0 10.77.0.20 >"$W/ssmping"
	in_asker timeout 10 asmping -6 -c 3 -I asker0 ff15::1 fd77::20 >"$W/asmping"
	sleep 0.1
	kill -INT "$1"
}
run -i h0 -d 15s -g "10.77.0.20@$SSM:$PORT" -g "[$ASM6]:$PORT"
exits 0
requests() { grep -c "^received request from $1" "$W/answered"; }
counted() {
	check "$1 was asked for" test "$3" = 3
	expect "$1: $3, at the far end, in the report and at the socket" '[[$wire[] | select(.kind == "udp" and .interface == "p0" and .out and .destination == $group)] | length]
		+ ([nic("h0").streams[] | select(.group == $group)] | [length, .[0].source, .[0].source_port, (map(.packets) | add), (map(.delivered) | add)])
		| . == [$number, 1, $source, 4321, $number, $number] or (tostring | error)' --arg group "$1" --arg source "$2" --argjson number "$3"
}
counted "$SSM" 10.77.0.20 "$(requests 10.77.0.30)"
counted "$ASM6" fd77::20 "$(requests fd77::30)"
check "who asked heard them too: $(grep received "$W/ssmping" "$W/asmping" | tr '\n' ';')" \
	test "$(cat "$W/ssmping" "$W/asmping" | grep -c '^multicast from ')" -ge 4
expect "the source was asked for by its name" 'status("h0"; "source_filter") == "pass"'
truth
