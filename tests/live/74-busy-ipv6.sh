#!/bin/bash
# SPDX-License-Identifier: ISC
# IPv6 is there too, with an MLD querier, listeners and router solicitations: a run over IPv4 does not mind.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
IPV6=1
segments 2
guest other 0 1
for i in 0 1; do ip -n switch link set "br$i" type bridge mcast_mld_version 2 mcast_querier 0; querier "$i" 3; done
addressed() { test -z "$(ip -n host -6 addr show tentative)"; }
wait_for "addresses of IPv6" addressed
stream "0 1"
run --iface all --group "$GROUP:$PORT" --send
exits 0
findings h0
findings h1
findings -
nothing_left
