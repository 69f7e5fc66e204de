#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The captures in pcaps/ are byte for byte what pcaps/make.py makes, and each has its row in pcaps/README.md.
set -u
python=${PYTHON3:-python3}
if ! command -v "$python" >/dev/null; then
	echo "SKIP: python3 is missing"
	exit 77
fi
exec "$python" -B "${srcdir:-.}/pcaps/make.py" --check
