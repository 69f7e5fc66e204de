#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The comparison with the truth can fail: on reports made of a truth, with nothing changed, and with each number changed.
set -u
top=${srcdir:-$(dirname "$0")/../..}
python=${PYTHON3:-python3}
if ! command -v "$python" >/dev/null; then
	echo "SKIP: python3 is missing"
	exit 77
fi
exec "$python" -B "$top/tests/truth/selftest.py" "$top/../shared/pcaps"
