#!/bin/bash
# SPDX-License-Identifier: ISC
# A macvlan child and its parent: the parent carries what the child sends, and that is no fault.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
export LAB_ALIAS='{"10.77.1.11": "mv0"}'
segments 2
ip -n host link add name mv0 link h1 type macvlan mode bridge 2>/dev/null || lab_skip "no macvlan devices in this kernel"
ip -n host addr add 10.77.1.11/24 dev mv0
ip -n host link set mv0 up
stream "0 1"

step "the child, its parent observed"
run --iface mv0 --group "$GROUP:$PORT" --send
exits 0
findings mv0
expect "the parent carries it" 'nic("mv0").probes | .on_wire > 0 and .carried_by == ["h1"]'
expect "the parent is observed" 'nic("h1").role == "observed"'
truth

step "both chosen"
run --iface h1,mv0 --group "$GROUP:$PORT" --send
expect "no fault" '.verdict == "pass" or .verdict == "warn"'
expect "no stray probe" 'all(.findings[]; .code != "probe-on-other-interface" and .code != "probe-not-on-wire")'
truth
