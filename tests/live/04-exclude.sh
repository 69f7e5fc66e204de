#!/bin/bash
# SPDX-License-Identifier: ISC
# An exclude filter: everybody but one source.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream "0 1" -s 10.77.250.20
stream "0 1" -s 10.77.250.21
run --iface all --group "$GROUP:$PORT" --exclude 10.77.250.21
exits 0
expect "filter mode" '.request.filter_mode == "exclude"'
for nic in h0 h1; do
	findings "$nic"
	for check in join source_filter stream delivery leave; do expect "$nic $check" "status(\"$nic\"; \"$check\") == \"pass\""; done
	expect "$nic blocked the source on the wire" "any(sent(\$wire)[] | membership; .interface == \"$nic\" and .group == \"$GROUP\"
		and (.record | IN(\"block\", \"to_ex\", \"is_ex\")) and .sources == [\"10.77.250.21\"])"
	expect "$nic gets only the other" "[nic(\"$nic\").streams[] | select(.delivered > 0) | .source] == [\"10.77.250.20\"]"
done
truth
