#!/bin/bash
# SPDX-License-Identifier: ISC
# A program holds the port for itself alone: nothing can be received beside it.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 1
start host -p "$PORT" -x join
run --iface all --group "$GROUP:$PORT" --no-expect-stream
exits 2
expect "told" 'any(finding("port-in-use"); .severity == "fault")'
truth
