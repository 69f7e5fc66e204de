#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Every input that a fuzzer was seeded with, or once crashed on, and every prefix of it.
exec ./tests/fuzz/replay_packet "${srcdir:-.}/tests/fuzz/corpus/packet"
