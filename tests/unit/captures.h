/* SPDX-License-Identifier: ISC */
/* Capture files for tests, written number by number in either byte order, with arithmetic of its own. */
#ifndef MCD_TESTS_CAPTURES_H
#define MCD_TESTS_CAPTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file being written: start with { .big = ... }, end with capture_free(). */
struct capture {
	uint8_t *data;
	size_t length, room;
	bool big;	   /* most significant byte first */
	size_t block;	   /* where the block that is open begins */
	size_t ends[64];   /* where each header, record and block ends, as far as there is room */
	size_t nends;
};

void capture_free(struct capture *c);
void capture_bytes(struct capture *c, const void *bytes, size_t length);
void capture_zeros(struct capture *c, size_t length);
void capture_u16(struct capture *c, unsigned value);
void capture_u32(struct capture *c, uint32_t value);
void capture_u64(struct capture *c, uint64_t value);

/* A pcap header of version 2.4 and snap length 65535, and a record of a frame whose every byte is its length's low 8 bits. */
void capture_pcap(struct capture *c, uint32_t magic, uint32_t link_type);
void capture_record(struct capture *c, uint32_t seconds, uint32_t fraction, uint32_t captured, uint32_t on_wire);

/* A pcapng block: begin, its body, end. Options are padded. */
void capture_begin(struct capture *c, uint32_t type);
void capture_option(struct capture *c, unsigned code, const void *value, size_t length);
void capture_end(struct capture *c);

/* Whole blocks: a Section Header Block in order BIG, an Interface Description Block without options or with if_name,
 * an Enhanced Packet Block of such a frame. */
void capture_section(struct capture *c, bool big);
void capture_iface(struct capture *c, unsigned link_type, uint32_t snap_length, const char *name);
void capture_packet(struct capture *c, uint32_t iface, uint64_t when, uint32_t captured, uint32_t on_wire);

#endif
