#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Every input that a fuzzer was seeded with, or once crashed on, and every prefix of it. A folder is named for its target.
set -u
failed=0
for folder in "${srcdir:-.}"/tests/fuzz/corpus/*/; do
	./tests/fuzz/replay --target="$(basename "$folder")" "$folder" || failed=1
done
exit $failed
