#!/bin/bash
# SPDX-License-Identifier: ISC
# MLDv1 on one segment, by its querier and by the host's own setting: a warning for any-source, a lost filter for source-specific.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
IPV6=1 GROUP=$GROUP6 SSM=ff35::77:2
segments 2
stream "0 1"
GROUP=$SSM stream "0 1" -s fd77:250::20
versions() { expect "MLDv$1 on h1, v2 on h0" '[sent($wire)[] | membership | select(.group == $group) | "\(.interface) \(.version)"] | unique == ["h0 2", "h1 \($version)"]' \
	--argjson version "$1" --arg group "$GROUP"; }	# of other groups the kernel repeats what was before

step "force_mld_version"
host_sysctl net.ipv6.conf.h1.force_mld_version=1
run --iface all --group "[$GROUP]:$PORT"
exits 1
findings h0
findings h1 mld-version-forced
expect "the querier is not blamed" 'found("mld-downgraded-by-querier"; "h1") | not'
versions 1
truth

step "force_mld_version of all NICs, and a source"
sleep 1.1	# what the kernel still repeats of the run before is over
host_sysctl net.ipv6.conf.h1.force_mld_version=0 net.ipv6.conf.all.force_mld_version=1
run --iface h1 --group "fd77:250::20@[$SSM]:$PORT"
exits 2
expect "the filter is lost" 'any(finding("source-filter-lost"); .interface == "h1" and .severity == "fault")'
expect "and why" 'found("mld-version-forced"; "h1")'
truth
host_sysctl net.ipv6.conf.all.force_mld_version=0

step "not forced"
sleep 1.1
run --iface all --group "[$GROUP]:$PORT"
exits 0
versions 2
truth

step "MLDv1 querier"
mld_version 1 1
run --iface all --group "[$GROUP]:$PORT"
exits 1
findings h0
findings h1 mld-downgraded-by-querier
expect "h1 joined all the same" 'status("h1"; "join") == "pass" and status("h1"; "stream") == "pass" and status("h1"; "delivery") == "pass" and status("h1"; "leave") == "pass"'
expect "the querier check warns" 'status("h1"; "querier") == "warn" and status("h0"; "querier") == "pass"'
expect "a Done is the leave" 'any(sent($wire)[]; .interface == "h1" and .kind == "leave" and .group == $group and .destination == "ff02::2")' --arg group "$GROUP"
versions 1
truth

step "MLDv1 querier, and a source"
run --iface all --group "fd77:250::20@[$SSM]:$PORT"
exits 2
findings h0
expect "the filter is lost on h1" 'any(finding("source-filter-lost"); .interface == "h1" and .severity == "fault")'
expect "and why" 'found("mld-downgraded-by-querier"; "h1")'
expect "source_filter" 'status("h0"; "source_filter") == "pass" and status("h1"; "source_filter") == "fail"'
truth
