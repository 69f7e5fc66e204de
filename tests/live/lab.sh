# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# The laboratory of the live tests: a host, a switch and a far side in network namespaces, faults on demand, and the truth about each wire.
# A scenario sources this file first. It is then started again inside mount, network and PID namespaces of its own (and a user namespace
# where the user is not root) with a private /run: the machine's own interfaces are out of reach, names cannot clash with another
# laboratory's, and nothing - process, namespace, file - outlives it.
#
#   h0 h1 ...   NICs of the namespace `host`, 10.77.N.10/24, where mcdiag runs
#   p0 p1 ...   the switch ports they are plugged into: the far end, where every frame is recorded by the peer's own decoder
#   br0 br1 ... one snooping bridge a segment in the namespace `switch`, 10.77.N.250, with a real querier
#   s0 s1 ...   NICs of the namespace `far`, 10.77.N.20/24: senders and crafted frames
#   r0 r1 ...   NICs of the namespace `router`, 10.77.N.254/24, where a scenario wants one
#
# IPV6=1 before `segments` gives it IPv6 as well: fd77:N:: with the same last groups, a link-local address a NIC and an MLDv2 querier.
# LAB_ALIAS, a JSON object, names who sent what leaves by a port: {"10.77.1.11": "mv0"} by source address, {"h1": "br9"} by NIC.
# Environment: MCDIAG the program (./mcdiag), PEER the peer (./tests/live/peer), LAB_KEEP a folder to leave the artefacts in, LAB_ALSO a file to source
# after this one.
# shellcheck disable=SC2034 # variables for the scenarios

lab_skip() { echo "# skipped: $*"; exit 77; }

lab_enter() {
	local way enter=(unshare --mount --net --pid --fork --kill-child)
	MCDIAG=$(readlink -f "${MCDIAG:-./mcdiag}") PEER=$(readlink -f "${PEER:-./tests/live/peer}")
	export MCDIAG PEER LAB_INSIDE=1
	command -v unshare >/dev/null || lab_skip "unshare (util-linux) is missing"
	for way in "" --map-root-user; do
		if [ -z "$way" ] && [ "$(id -u)" != 0 ]; then continue; fi
		# shellcheck disable=SC2086 # no way is no word
		if "${enter[@]}" $way sh -c 'mount -t tmpfs lab /run && ip netns add try' 2>/dev/null; then
			# shellcheck disable=SC2086
			exec timeout --foreground --kill-after=2 "${LAB_LIMIT:-240}" "${enter[@]}" $way "$BASH" "$0" "$@"
		fi
	done
	command -v ip >/dev/null || lab_skip "ip (iproute2) is missing"
	lab_skip "needs root or user namespaces; neither can make network namespaces here"
}
[ -n "${LAB_INSIDE:-}" ] || lab_enter "$@"
unset LAB_INSIDE
mount -t tmpfs lab /run || exit 99
mount -t proc proc /proc 2>/dev/null || :	# where it may be: sanitizers look themselves up there
W=/run/lab
mkdir -p "$W"
[ -z "${LAB_REPORTS:-}" ] || rm -f "$LAB_REPORTS/$(basename "$0" .sh)"-[0-9]*.json	# of an earlier run, by another program
echo '[]' >"$W/earlier"	# groups of the runs before
# named ADDRESS...: what the host's name resolves to. From here on no name server is asked for it, whatever the machine's own name.
named() {
	echo "127.0.0.1 localhost"
	printf "%s $(uname -n)\n" "$@"
} >"$W/hosts"
named 10.77.0.10
if [ -e /etc/hosts ]; then
	mount --bind "$W/hosts" /etc/hosts 2>/dev/null || :
else	# as in a system that was just unpacked: another /etc, which has one
	cp -a /etc "$W/etc" 2>/dev/null || :	# what may be read of it
	if ln -s "$W/hosts" "$W/etc/hosts"; then mount --bind "$W/etc" /etc 2>/dev/null || :; fi
fi
trap 'lab_end' EXIT
trap 'exit 130' INT TERM
set -u

# lab_needs TOOL...: skip where one is missing
lab_needs() {
	local tool
	for tool; do command -v "$tool" >/dev/null || lab_skip "$tool is missing"; done
}
lab_needs ip jq sysctl timeout
for tool in "$MCDIAG" "$PEER"; do
	if [ ! -x "$tool" ]; then
		echo "# no program at $tool (set MCDIAG and PEER)"
		trap - EXIT
		exit 99
	fi
done

FAILED=0 PASSED=0 TAP='' STEP='' GROUP=239.77.1.1 GROUP6=ff15::77:1 PORT=5000
LAB_HERE=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

lab_end() {
	local status=$?
	trap - EXIT
	if [ "$status" = 0 ] && [ "$PASSED" = 0 ]; then status=1; fi
	if [ "$status" = 77 ] || [ "$status" = 0 ] && [ "$FAILED" -gt 0 ]; then status=1; fi
	if [ "$status" != 0 ] && [ "$status" != 77 ]; then echo "# $PASSED checks held, $FAILED did not, status $status"; fi
	if [ -n "${LAB_KEEP:-}" ]; then mkdir -p "$LAB_KEEP" && cp -r "$W/." "$LAB_KEEP"; fi
	# The kernel ends the rest: this shell is process 1 of its PID namespace.
	exit "$status"
}

# ---- networks --------------------------------------------------------------------------------------------------------------------------

in_host() { ip netns exec host "$@"; }
in_switch() { ip netns exec switch "$@"; }
in_far() { ip netns exec far "$@"; }
host_sysctl() { in_host sysctl -qw "$@"; }

# lab_namespace NAME: one that says nothing by itself
lab_namespace() {
	if ! ip netns add "$1" || ! ip -n "$1" link set lo up; then exit 99; fi
	if [ -n "${IPV6:-}" ]; then	# no address is tentative for a second
		ip netns exec "$1" sysctl -qw net.ipv6.conf.default.accept_dad=0
	elif [ -e /proc/sys/net/ipv6 ]; then
		ip netns exec "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	fi
	ip netns exec "$1" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
}

lab_namespaces() {
	local ns
	if [ -n "${IPV6:-}" ] && [ ! -e /proc/sys/net/ipv6 ]; then lab_skip "the kernel has no IPv6"; fi
	for ns in host switch far; do lab_namespace "$ns"; done
	if in_switch test -e /proc/sys/net/bridge; then in_switch sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0; fi
	if [ -n "${IPV6:-}" ]; then in_switch sysctl -qw net.ipv6.conf.default.disable_ipv6=1; fi	# the ports are no hosts
}

# address6 NAMESPACE:NIC SEGMENT LAST
address6() { ip -n "${1%:*}" addr add "fd77:$2::$3/64" dev "${1#*:}" nodad || exit 99; }

# settled_address NAMESPACE: no address there is tentative
settled_address() { test -z "$(ip -n "$1" -6 addr show tentative)"; }

# segments6 LAST: IPv6 on the segments up to that one
segments6() {
	local i
	for i in $(seq 0 "$1"); do
		address6 "host:h$i" "$i" 10
		address6 "far:s$i" "$i" 20
		in_switch sysctl -qw "net.ipv6.conf.br$i.disable_ipv6=0"
		address6 "switch:br$i" "$i" 250
	done
	for i in 20 21; do ip -n far addr add "fd77:250::$i/128" dev lo; done
	ip -n host route add default via fd77::250
	ip -n far route add default via fd77::250
	for i in host far switch; do wait_for "addresses of IPv6 in $i" settled_address "$i"; done
}

# segments N: N segments with a host NIC, a far NIC and a v3 querier each; ready when the switches have begun to snoop.
segments() {
	local i last=$(($1 - 1))
	lab_namespaces
	for i in $(seq 0 "$last"); do
		echo "link add name br$i address 02:77:00:01:00:$(printf %02x "$i") type bridge forward_delay 0 mcast_snooping 1 mcast_querier 0" \
			"mcast_igmp_version 3 mcast_query_use_ifaddr 1 mcast_query_response_interval 20 mcast_query_interval ${INTERVAL:-200}" \
			"mcast_startup_query_interval ${INTERVAL:-200}" "${IPV6:+mcast_mld_version 2}"
		echo "addr add 10.77.$i.250/24 dev br$i"
		echo "link set br$i up"
	done | ip -n switch -batch - || exit 99
	for i in $(seq 0 "$last"); do plug "host:h$i" "p$i" "br$i" "10.77.$i.10/24"; done
	for i in $(seq 0 "$last"); do plug "far:s$i" "q$i" "br$i" "10.77.$i.20/24"; done
	ip -n far addr add 10.77.250.20/32 dev lo	# a source address that is the same on every segment
	ip -n far addr add 10.77.250.21/32 dev lo
	ip -n host route add default via 10.77.0.250
	ip -n far route add default via 10.77.0.250
	if [ -n "${IPV6:-}" ]; then segments6 "$last"; fi
	for i in $(seq 0 "$last"); do querier "$i" 3; done
	sleep 0.35
}

# plug NAMESPACE:NIC PORT BRIDGE [ADDRESS]: a NIC on a port of the switch
plug() {
	local ns=${1%:*} nic=${1#*:}
	ip -n "$ns" link add name "$nic" type veth peer name "$2" netns switch || exit 99
	ip -n switch link set "$2" master "$3" up
	if [ -n "${4:-}" ]; then ip -n "$ns" addr add "$4" dev "$nic"; fi
	ip -n "$ns" link set "$nic" up
}

# querier SEGMENT 2|3|off: the first general query goes out at once
querier() {
	ip -n switch link set "br$1" type bridge mcast_querier 0
	if [ "$2" != off ]; then ip -n switch link set "br$1" type bridge mcast_igmp_version "$2" mcast_querier 1; fi
}

# mld_querier SEGMENT 1|2|off: the same for MLD. Without an address there is no querier of MLD, and that of IGMP goes on.
mld_querier() {
	ip -n switch link set "br$1" type bridge mcast_querier 0
	in_switch sysctl -qw "net.ipv6.conf.br$1.disable_ipv6=1"
	if [ "$2" != off ]; then
		ip -n switch link set "br$1" type bridge mcast_mld_version "$2"
		in_switch sysctl -qw "net.ipv6.conf.br$1.disable_ipv6=0"
		address6 "switch:br$1" "$1" 250
	fi
	ip -n switch link set "br$1" type bridge mcast_querier 1
}

# flooded SEGMENT: the host's port gets all multicast of that segment, as a port behind which a router is
flooded() { ip -n switch link set "p$1" type bridge_slave mcast_router 2; }

# firewall NAMESPACE RULESET
firewall() {
	lab_needs nft
	ip netns exec "$1" nft "$2" || lab_skip "nft cannot set: $2"
}

# ---- larger networks -------------------------------------------------------------------------------------------------------------------

# guest NAME SEGMENT...: another host on these segments, in a namespace of that name, NICs NAME0 ... with 10.77.N.30
guest() {
	local ns=$1 i
	shift
	lab_namespace "$ns"
	for i; do
		plug "$ns:$ns$i" "$ns-$i" "br$i" "10.77.$i.30/24"
		if [ -n "${IPV6:-}" ]; then address6 "$ns:$ns$i" "$i" 30; fi
	done
}

# cascade SEGMENT: between the host and its switch another switch, acc<N> with the uplink u<N>; the querier stays on the first
cascade() {
	echo "link add name acc$1 type bridge forward_delay 0 mcast_snooping 1 mcast_igmp_version 3
		link set acc$1 up
		link add name u$1 type veth peer name d$1
		link set u$1 master acc$1 up
		link set d$1 master br$1 up
		link set p$1 master acc$1" | ip -n switch -batch - || exit 99
}

# router SEGMENT...: a host that forwards, in the namespace `router`, NICs r0 ... with 10.77.N.254
router() {
	local i
	lab_needs smcrouted
	lab_namespace router
	ip netns exec router sysctl -qw net.ipv4.ip_forward=1
	for i; do plug router:r"$i" "t$i" "br$i" "10.77.$i.254/24"; done
}

# multicast_routes LINE...: a real multicast router (smcroute) with this configuration, until the next one
multicast_routes() {
	if [ -n "${ROUTER:-}" ]; then kill -TERM "$ROUTER" && wait "$ROUTER"; fi
	printf '%s\n' "$@" >"$W/smcroute.conf"
	ip netns exec router smcrouted -n -N -f "$W/smcroute.conf" -u "$W/smcroute.sock" -P "$W/smcroute.pid" -i lab >"$W/smcroute.out" 2>&1 &
	ROUTER=$!
	wait_for "the router" test -e "$W/smcroute.pid"
}

# wait_for WHAT COMMAND...: until it holds
wait_for() {
	local what=$1 k
	shift
	for k in $(seq 400); do
		if "$@" 2>/dev/null; then return 0; fi
		sleep 0.05
	done
	echo "# never came: $what ($k)"
	exit 99
}

# speaks NIC 1|2|3: what the kernel of the host holds to be the version of the segment's querier
# shellcheck disable=SC2016 # for awk
speaks() { in_host awk -v nic="$1" -v version="V$2" '$2 == nic && $NF == version { found = 1 } END { exit !found }' /proc/net/igmp; }

# mld_reports NIC 1|2: how many the host has sent there in that version, since no file of the kernel tells the one in force
# shellcheck disable=SC2016 # for awk
mld_reports() {
	in_host awk -v counter="$([ "$2" = 1 ] && echo Icmp6OutGroupMembResponses || echo Icmp6OutMLDv2Reports)" '$1 == counter { print $2 }' "/proc/net/dev_snmp6/$1"
}

# mld_version SEGMENT 1|2: its querier asks in that version from now on, and the host has answered in it
mld_version() {
	local before
	before=$(mld_reports "h$1" "$2")
	mld_querier "$1" "$2"
	wait_for "MLDv$2 on h$1" mld_answered "h$1" "$2" "$before"
}
mld_answered() { test "$(mld_reports "$1" "$2")" -gt "$3"; }

frames_into() { ip -n switch -j -s link show "$1" | jq '.[0].stats64.rx.packets'; }

# received PORT NUMBER: that many frames came into that port of the switch
received() { test "$(frames_into "$1")" -ge "$2"; }

# pruned PORT: no stream comes into that port of the switch, though one is sent
pruned() {
	local before
	before=$(frames_into "$1")
	sleep 0.5
	test $(($(frames_into "$1") - before)) -lt 4
}

# ---- other programs --------------------------------------------------------------------------------------------------------------------

# start NAMESPACE PEER-ARGUMENTS: a peer in the background, ready on return; its process is $STARTED
start() {
	local ns=$1 ready="$W/ready.$RANDOM$RANDOM" k
	shift
	ip netns exec "$ns" "$PEER" -R "$ready" "$@" >"$ready.out" 2>&1 &
	STARTED=$! STARTED_OUT=$ready.out
	for k in $(seq 400); do
		[ ! -e "$ready" ] || return 0
		kill -0 "$STARTED" 2>/dev/null || break
		sleep 0.01
	done
	echo "# not started: peer $*: $(cat "$ready.out") ($k)"
	exit 99
}

end() { kill -TERM "$1" && wait "$1"; }

# stream SEGMENTS [PEER-OPTIONS]: a foreign stream to $GROUP:$PORT on each of the segments (blank-separated)
stream() {
	local nics
	read -ra nics <<<"$1"
	shift
	start far -g "$GROUP" -p "$PORT" "$@" send "${nics[@]/#/s}"
}

# app PEER-ARGUMENTS: a receiver on $PORT in the host, as a user's program; its process is $APP
app() {
	local kept=${STARTED:-}
	start host -g "$GROUP" -p "$PORT" "$@"
	APP=$STARTED APP_OUT=$STARTED_OUT STARTED=$kept
}

# heard PEER-ARGUMENTS: how many datagrams such a receiver gets by itself
heard() {
	app "$@"
	sleep 0.35
	end "$APP"
	jq -s 'map(.packets) | add // 0' "$APP_OUT"
}

# drops: of the sockets on $PORT in the host so far, as the kernel tells them in /proc/net/udp and udp6
# shellcheck disable=SC2016 # for awk
drops() { in_host sh -c 'cat /proc/net/udp /proc/net/udp6 2>/dev/null' | awk -v port="$(printf ':%04X' "$PORT")" '$2 ~ port { n += $NF } END { print n + 0 }'; }

# overflows: wait until one of them drops
overflows() {
	local k
	for k in $(seq 200); do
		[ "$(drops)" = 0 ] || return 0
		sleep 0.01
	done
	echo "# no socket on port $PORT drops ($k)"
	exit 99
}

# ---- the truth about the wires ---------------------------------------------------------------------------------------------------------

tap_start() {
	local ports kept=${STARTED:-}
	mapfile -t ports < <(ip -n switch -br link show up | sed -n 's/^\(p[0-9]*\)[@ ].*/\1/p')
	start switch tap "${ports[@]}"
	TAP=$STARTED TAP_OUT=$STARTED_OUT STARTED=$kept
}

tap_stop() {
	sleep 0.1
	end "$TAP"
	jq -s . "$TAP_OUT" >"$W/wire.json" || exit 99
	TAP=''
	if ! jq -e '.[-1].lost == 0' "$W/wire.json" >/dev/null; then echo "# the tap lost frames: no truth to judge by"; exit 99; fi
}

# shellcheck disable=SC2016 # for awk
members() {
	in_host awk 'FNR > 1 && $1 ~ /^[0-9]+$/ { nic = $2 } $1 ~ /^[0-9A-F]+$/ && length($1) == 8 { print nic, $1, $2 }' /proc/net/igmp
	if [ -n "${IPV6:-}" ]; then in_host awk '{ print $2, $3, $4 }' /proc/net/igmp6; fi
}

# run ARGUMENTS: mcdiag in the host, everything recorded. Fills $STATUS and, in $W, report.json, errors, wire.json.
# A function `meanwhile` runs beside it, with the process id of mcdiag as its argument. WRAP (an array) is put before the program.
run() {
	local process guard
	tap_start
	members >"$W/members.before"
	ip netns exec host ${WRAP[@]+"${WRAP[@]}"} "$MCDIAG" --json "$@" >"$W/report.json" 2>"$W/errors" &
	process=$!
	(
		sleep "${RUN_LIMIT:-90}"
		kill -KILL "$process"
	) 2>/dev/null &
	guard=$!
	if declare -F meanwhile >/dev/null; then meanwhile "$process"; fi
	wait "$process"
	STATUS=$?
	kill "$guard"
	wait "$guard" 2>/dev/null
	members >"$W/members.after"
	tap_stop
	if [ -n "${LAB_REPORTS:-}" ] && [ -s "$W/report.json" ]; then	# kept for the schema check that ends the tests
		RUNS=$((${RUNS:-0} + 1))
		mkdir -p "$LAB_REPORTS" && cp "$W/report.json" "$LAB_REPORTS/$(basename "$0" .sh)-$RUNS.json"
	fi
}

# ---- checks ----------------------------------------------------------------------------------------------------------------------------

# step NAME: a heading for the checks that follow
step() { STEP=$1; }
ok() { PASSED=$((PASSED + 1)); }
not_ok() {
	FAILED=$((FAILED + 1))
	echo "# does not hold: ${STEP:+$STEP: }$1"
}

# check NAME COMMAND...
check() {
	local name=$1
	shift
	if "$@"; then ok; else not_ok "$name"; fi
}

# expect NAME EXPRESSION [jq arguments]: a jq expression over the report ($wire = the frames of the far ends) that must be true
expect() {
	local name=$1 expression=$2
	shift 2
	if [ ! -s "$W/report.json" ]; then	# jq 1.6 holds all to be true of nothing
		not_ok "$name: no report: $(head -c 300 "$W/errors")"
		return
	fi
	if jq -e -L "$LAB_HERE" --slurpfile w "$W/wire.json" "$@" "include \"lab\"; \$w[0] as \$wire | $expression" "$W/report.json" >"$W/jq.out" 2>&1; then
		ok
		return
	fi
	not_ok "$name: $(head -c 400 "$W/jq.out" | tr '\n' ' ')"
	if [ ! -e "$W/told" ]; then
		jq -r -L "$LAB_HERE" 'include "lab"; tell' "$W/report.json" && touch "$W/told"
	fi
}

# exits NUMBER: the status, and a verdict that says the same
exits() {
	check "exit status $1, not $STATUS $(head -c 300 "$W/errors")" test "$STATUS" = "$1"
	# shellcheck disable=SC2016 # for jq
	expect "verdict of exit status $1" '.verdict == (["pass", "warn", "fail", "inconclusive"][$status])' --argjson status "$1"
}

# findings NIC [CODE...]: exactly these root causes (findings above note that no other finding causes) on that NIC; - is the whole host
findings() {
	local nic=$1
	shift
	# shellcheck disable=SC2016 # for jq
	expect "findings of $nic: $*" 'told($nic) == ($codes | split(" ") | sort) or ("told: " + (told($nic) | tostring) | error)' --arg nic "$nic" --arg codes "$*"
}

# settled: the run ended because all was known, not because its time was over
settled() { expect "ended when all was known" '.ended_by == "settled"'; }

# truth: what the report claims is on the wire of the far ends, nothing but what was asked for was joined or sent, nothing stays behind
truth() {
	# shellcheck disable=SC2016 # for jq
	expect "nothing joined or sent but the request's groups" 'strangers($wire; allowed; $earlier) | . == [] or (tostring | error)' \
		--argjson earlier "$(jq -s add "$W/earlier")"
	# shellcheck disable=SC2016 # for jq
	expect "every report told is on the wire" 'untrue_reports($wire) | . == [] or (tostring | error)'
	# shellcheck disable=SC2016 # for jq
	expect "every probe and TTL told is on the wire" 'untrue_probes($wire) | . == [] or (tostring | error)'
	nothing_left
	jq -L "$LAB_HERE" 'include "lab"; allowed' "$W/report.json" >>"$W/earlier"
}

# replays FOLDER: the evidence of the last run, judged again away from this host, gives the same report
replays() {
	local status
	(cd / && env -i "$MCDIAG" replay --json "$1") >"$W/replay.json" 2>"$W/replay.errors" </dev/null
	status=$?
	check "replayed with status $STATUS, not $status: $(head -c 300 "$W/replay.errors")" test "$status" = "$STATUS"
	check "the replay says the same: $(diff <(jq -S 'del(.mode, .tool)' "$W/report.json") <(jq -S 'del(.mode, .tool)' "$W/replay.json") | head -c 400 | tr '\n' ' ')" \
		cmp -s <(jq -S 'del(.mode, .tool)' "$W/report.json") <(jq -S 'del(.mode, .tool)' "$W/replay.json")
	if [ -n "${LAB_REPORTS:-}" ] && [ -s "$W/replay.json" ]; then cp "$W/replay.json" "$LAB_REPORTS/$(basename "$0" .sh)-${RUNS:-0}-replay.json"; fi
}

nothing_left() {
	check "no membership stays: $(diff "$W/members.before" "$W/members.after" | tr '\n' ' ')" cmp -s "$W/members.before" "$W/members.after"
}

# has_left NIC...: its leave was judged, and was on the wire
has_left() {
	local nic
	for nic in "$@"; do
		# shellcheck disable=SC2016 # for jq
		expect "$nic left" 'status($nic; "leave") == "pass"' --arg nic "$nic"
		# shellcheck disable=SC2016 # for jq
		expect "$nic left on the wire" 'any(sent($wire)[] | membership; .interface == $nic and .group == $group and .record == "to_in")' \
			--arg nic "$nic" --arg group "$GROUP"
	done
}

# shellcheck source=/dev/null
[ -z "${LAB_ALSO:-}" ] || . "$LAB_ALSO"
