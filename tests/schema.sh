#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Literal reports of the unit tests, checked against the schema and its invariants. Runs in the build folder.
set -eu
program=${TEST_REPORT:-./tests/unit/test_report}
if [ ! -x "$program" ]; then
	echo "SKIP: $program is not built (it needs CUnit)"
	exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$program" --write "$folder"
"${PYTHON3:-python3}" "${srcdir:-.}/tests/schema-check.py" "$folder"/*.json
