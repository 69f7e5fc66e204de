/* SPDX-License-Identifier: ISC */
/* What a fuzzer and the replay of its corpus share: libFuzzer's one function. */
#ifndef MCD_TESTS_FUZZ_H
#define MCD_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Run one input; always 0. Whatever is wrong is for a sanitizer to tell. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
