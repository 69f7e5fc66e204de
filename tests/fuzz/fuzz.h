/* SPDX-License-Identifier: ISC */
/* What a fuzzer and the replay of its corpus share: libFuzzer's two functions, and the targets that the first one chooses from. */
#ifndef MCD_TESTS_FUZZ_H
#define MCD_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Take --target=NAME from the arguments: the target, and the folder of its corpus, of that name. Exits when there is none. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Run one input; always 0. What is wrong is for a sanitizer to tell, or aborts. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Abort when WHAT does not hold. */
void fuzz_hold(int what);

/* Link types by one octet of the input: index modulo their count. The last is none that is decoded. */
int fuzz_link_type(uint8_t index);

/* The index of LINK_TYPE; aborts when there is none. */
uint8_t fuzz_link_index(int link_type);

/* The targets. DATA is on the heap with nothing behind it. */
void fuzz_capfile(const uint8_t *data, size_t size);
void fuzz_evidence(const uint8_t *data, size_t size);
void fuzz_steady(const uint8_t *data, size_t size);
void fuzz_frame(const uint8_t *data, size_t size);
void fuzz_link(const uint8_t *data, size_t size);
void fuzz_ipv4(const uint8_t *data, size_t size);
void fuzz_ipv6(const uint8_t *data, size_t size);
void fuzz_udp(const uint8_t *data, size_t size);
void fuzz_igmp(const uint8_t *data, size_t size);
void fuzz_mld(const uint8_t *data, size_t size);
void fuzz_tunnel(const uint8_t *data, size_t size);
void fuzz_rtp(const uint8_t *data, size_t size);
void fuzz_mpegts(const uint8_t *data, size_t size);
void fuzz_probe(const uint8_t *data, size_t size);

#endif
