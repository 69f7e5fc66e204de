#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Captures of others beside the numbers that tshark counted in them: only where a folder with both stands beside the sources. MCDIAG = the program.
set -u
top=${srcdir:-$(dirname "$0")/../..}
captures=$top/../shared/pcaps
program=$(readlink -f "${MCDIAG:-./mcdiag}")
python=${PYTHON3:-python3}
if [ ! -d "$captures/truth" ]; then
	echo "SKIP: no captures with their truth at $captures"
	exit 77
fi
if ! command -v "$python" >/dev/null; then
	echo "SKIP: python3 is missing"
	exit 77
fi
if [ ! -x "$program" ]; then
	echo "# no program at $program (set MCDIAG)"
	exit 99
fi
exec "$python" -B "$top/tests/truth/compare.py" --mcdiag "$program" "$captures" "$@"
