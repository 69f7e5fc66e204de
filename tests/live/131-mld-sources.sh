#!/bin/bash
# SPDX-License-Identifier: ISC
# Source filters of IPv6, included and excluded: the record is on the wire, the switch prunes the rest, and the socket gets the same.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
IPV6=1 GROUP=ff35::77:2
segments 2
stream "0 1" -s fd77:250::20
stream "0 1" -s fd77:250::21
checks() { for check in join source_filter querier stream delivery leave; do expect "$nic $check" "status(\"$nic\"; \"$check\") == \"pass\""; done; }

step "one source"
run --iface all --group "fd77:250::20@[$GROUP]:$PORT"
exits 0
for nic in h0 h1; do
	findings "$nic"
	checks
	expect "$nic asked for the source" "any(sent(\$wire)[] | membership; .interface == \"$nic\" and .record == \"allow\" and .sources == [\"fd77:250::20\"])"
done
expect "nothing was sent" 'all(sent($wire)[]; .kind != "udp")'
truth

step "two sources"
run --iface all --group "[$GROUP]:$PORT" --source fd77:250::20,fd77:250::21 --send
exits 0
for nic in h0 h1; do
	findings "$nic"
	expect "$nic asked for both" "[sent(\$wire)[] | membership | select(.interface == \"$nic\" and .record == \"allow\") | .sources[]] | unique
		== [\"fd77:250::20\", \"fd77:250::21\"]"
	expect "$nic gets both" "[nic(\"$nic\").streams[] | select(.delivered > 0) | .source] | unique == [\"fd77:250::20\", \"fd77:250::21\"]"
done
truth

step "all but one"
GROUP=$GROUP6
stream "0 1" -s fd77:250::20
stream "0 1" -s fd77:250::21
run --iface all --group "[$GROUP]:$PORT" --exclude fd77:250::21
exits 0
for nic in h0 h1; do
	findings "$nic"
	checks
	expect "$nic blocked the source on the wire" "any(sent(\$wire)[] | membership; .interface == \"$nic\" and .group == \"$GROUP\"
		and (.record | IN(\"block\", \"to_ex\", \"is_ex\")) and .sources == [\"fd77:250::21\"])"
	expect "$nic gets only the other" "[nic(\"$nic\").streams[] | select(.delivered > 0) | .source] == [\"fd77:250::20\"]"
done
truth

step "a source that does not send"
GROUP=ff35::77:2
run --iface h1 --group "fd77:250::22@[$GROUP]:$PORT"
exits 2
findings h1 stream-absent
truth

step "others do, and the switch does not prune them"
flooded 1
run --iface h1 --group "fd77:250::22@[$GROUP]:$PORT"
exits 2
findings h1 stream-from-other-source
truth
