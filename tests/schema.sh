#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The literal reports of the unit tests and all that the live tests made, checked against the schema and its invariants.
set -eu
program=${TEST_REPORT:-./tests/unit/test_report}
if [ ! -x "$program" ]; then
	echo "SKIP: $program is not built (it needs CUnit)"
	exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$program" --write "$folder"
for report in "${LAB_REPORTS:-tests/reports}"/*.json; do if [ -e "$report" ]; then cp "$report" "$folder"; fi; done
"${PYTHON3:-python3}" "${srcdir:-.}/tests/schema-check.py" "$folder"/*.json
