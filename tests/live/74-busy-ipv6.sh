#!/bin/bash
# SPDX-License-Identifier: ISC
# IPv6 as it is in life, with listeners, neighbours, routers and discovery around: a run over IPv4 does not mind, nor does one over IPv6.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
IPV6=1
segments 2
guest other 0 1
for noise in ff02::fb:5353:255 ff05::c:1900:4 ff02::1:3:5355:1 ff0e::181:319:1 ff15::1:2:3:9999:16; do
	group=${noise%:*:*} port=${noise#"$group:"}
	start other -g "$group" -p "${port%:*}" -P "${port%:*}" -t "${noise##*:}" -w 300 send other0 other1
	start host -g "$group" -p "${port%:*}" join h0 h1
	start other -g "$group" -p "${port%:*}" join other0 other1
done
start far -g ff02::5 -q 89 -t 1 -s fe80::20 -l 44 -w 250 craft s0 s1	# OSPF
start far -g ff02::12 -q 112 -t 255 -s fe80::20 -l 20 -w 250 craft s0 s1	# VRRP
start far -g ff02::d -q 103 -t 1 -s fe80::20 -l 34 -w 250 craft s0 s1	# PIM
start far -g ff02::1 -q 58 -t 255 -s fe80::20 -l 16 -w 250 -T 134 craft s0 s1	# router advertisements
start far -g ff02::1:ff00:10 -q 58 -t 255 -s fe80::20 -l 24 -w 250 -T 135 craft s0 s1	# neighbour solicitations
stream "0 1"
GROUP=$GROUP6 stream "0 1"
start other -g "$GROUP6" -p "$PORT" join other1	# another member of the group itself

step IPv4
run --iface all --group "$GROUP:$PORT" --send
exits 0
for nic in h0 h1 -; do findings "$nic"; done
nothing_left

step IPv6
run --iface all --group "[$GROUP6]:$PORT" --send
exits 0
for nic in h0 h1 -; do findings "$nic"; done
nothing_left

step "the self-test of IPv6"
run --iface all -6
exits 0
for nic in h0 h1 -; do findings "$nic"; done
nothing_left

step "the discovery group itself"
run --iface all --group "[ff05::c]:1900" --duration 3s
exits 0
for nic in h0 h1; do findings "$nic"; done
