/* SPDX-License-Identifier: ISC */
/* Capture files as the generator writes them, byte by byte and little-endian on every machine: pcap and pcapng, Ethernet. */
#ifndef MCD_BENCH_GENERATE_FILE_H
#define MCD_BENCH_GENERATE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct capture_file {
	FILE *out;
	bool pcapng, nanoseconds;
	uint64_t bytes; /* written so far */
	char *buffer;
};

/* Create PATH ("-" = standard output) and write the header; PCAPNG and NANOSECONDS choose the format. False with errno set; then there is
 * nothing to close. */
bool capture_file_open(struct capture_file *file, const char *path, bool pcapng, bool nanoseconds);

/* One whole frame, captured at WHEN_NS since 1970. A write that fails shows when the file is closed. */
void capture_file_put(struct capture_file *file, int64_t when_ns, const uint8_t *frame, size_t length);

/* Whether all was written; false with errno set. */
bool capture_file_close(struct capture_file *file);

#endif
