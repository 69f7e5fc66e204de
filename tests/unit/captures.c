/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "captures.h"

#include <stdlib.h>
#include <string.h>

void capture_free(struct capture *c)
{
	free(c->data);
	*c = (struct capture){ .big = c->big };
}

static uint8_t *grow(struct capture *c, size_t length)
{
	if (c->length + length > c->room) {
		c->room = (c->length + length) * 2;
		c->data = realloc(c->data, c->room);
		if (!c->data)
			abort();
	}
	c->length += length;
	return c->data + c->length - length;
}

static void mark_end(struct capture *c)
{
	if (c->nends < sizeof c->ends / sizeof c->ends[0])
		c->ends[c->nends++] = c->length;
}

void capture_bytes(struct capture *c, const void *bytes, size_t length)
{
	if (length)
		memcpy(grow(c, length), bytes, length);
}

void capture_zeros(struct capture *c, size_t length)
{
	memset(grow(c, length), 0, length);
}

static void put(struct capture *c, uint64_t value, unsigned bytes)
{
	uint8_t *at = grow(c, bytes);

	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * (c->big ? bytes - 1 - i : i));
}

void capture_u16(struct capture *c, unsigned value)
{
	put(c, value, 2);
}

void capture_u32(struct capture *c, uint32_t value)
{
	put(c, value, 4);
}

void capture_u64(struct capture *c, uint64_t value)
{
	put(c, value, 8);
}

static void frame(struct capture *c, uint32_t length)
{
	memset(grow(c, length), (int)(length & 0xff), length);
}

void capture_pcap(struct capture *c, uint32_t magic, uint32_t link_type)
{
	capture_u32(c, magic);
	capture_u16(c, 2);
	capture_u16(c, 4);
	capture_u64(c, 0);
	capture_u32(c, 65535);
	capture_u32(c, link_type);
	mark_end(c);
}

void capture_record(struct capture *c, uint32_t seconds, uint32_t fraction, uint32_t captured, uint32_t on_wire)
{
	capture_u32(c, seconds);
	capture_u32(c, fraction);
	capture_u32(c, captured);
	capture_u32(c, on_wire);
	frame(c, captured);
	mark_end(c);
}

static void pad(struct capture *c)
{
	while ((c->length - c->block) % 4 != 0)
		capture_zeros(c, 1);
}

void capture_begin(struct capture *c, uint32_t type)
{
	c->block = c->length;
	capture_u32(c, type);
	capture_u32(c, 0);
}

void capture_option(struct capture *c, unsigned code, const void *value, size_t length)
{
	capture_u16(c, code);
	capture_u16(c, (unsigned)length);
	capture_bytes(c, value, length);
	pad(c);
}

void capture_end(struct capture *c)
{
	size_t end;

	pad(c);
	capture_u32(c, (uint32_t)(c->length + 4 - c->block));
	end = c->length;
	c->length = c->block + 4;
	capture_u32(c, (uint32_t)(end - c->block));
	c->length = end;
	mark_end(c);
}

void capture_section(struct capture *c, bool big)
{
	c->big = big;
	capture_begin(c, 0x0a0d0d0a);
	capture_u32(c, 0x1a2b3c4d);
	capture_u16(c, 1);
	capture_u16(c, 0);
	capture_u64(c, UINT64_MAX);
	capture_end(c);
}

void capture_iface(struct capture *c, unsigned link_type, uint32_t snap_length, const char *name)
{
	capture_begin(c, 1);
	capture_u16(c, link_type);
	capture_u16(c, 0);
	capture_u32(c, snap_length);
	if (name) {
		capture_option(c, 2, name, strlen(name));
		capture_option(c, 0, NULL, 0);
	}
	capture_end(c);
}

void capture_packet(struct capture *c, uint32_t iface, uint64_t when, uint32_t captured, uint32_t on_wire)
{
	capture_begin(c, 6);
	capture_u32(c, iface);
	capture_u32(c, (uint32_t)(when >> 32));
	capture_u32(c, (uint32_t)when);
	capture_u32(c, captured);
	capture_u32(c, on_wire);
	frame(c, captured);
	capture_end(c);
}
