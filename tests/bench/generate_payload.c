/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "generate_payload.h"

#include <string.h>

enum { TS = 188, TS_PER_DATAGRAM = 7, SYNC = 0x47, UNIT_START = 0x4000, PAYLOAD_ONLY = 0x10, ADAPTATION_AND_PAYLOAD = 0x30 };
enum { PAT, PMT, VIDEO, AUDIO }; /* indexes of counters */
enum { TABLES_EVERY = 64, CLOCK_EVERY = 4, PCMU = 0, MP2T = 33 };

static const uint16_t PIDS[TS_PIDS] = { 0, 0x1000, 0x100, 0x101 };

/* CRC of a table's section (ISO/IEC 13818-1, annex A) */
static uint32_t crc(const uint8_t *data, size_t length)
{
	uint32_t value = UINT32_MAX;

	for (size_t i = 0; i < length; i++) {
		value ^= (uint32_t)data[i] << 24;
		for (int bit = 0; bit < 8; bit++)
			value = value << 1 ^ (value >> 31 ? 0x04c11db7u : 0);
	}
	return value;
}

/* A section in one transport stream packet; its header, 4 bytes, is written with each use. */
static void make_table(uint8_t *packet, const uint8_t *section, size_t length)
{
	memset(packet, 0xff, TS);
	packet[4] = 0; /* pointer field */
	memcpy(packet + 5, section, length);
	put_be32(packet + 5 + length, crc(section, length));
}

void payload_init(struct network *n)
{
	static const uint8_t pat[] = { 0x00, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xf0, 0x00 };
	static const uint8_t pmt[] = { 0x02, 0xb0, 23, 0, 1, 0xc1, 0, 0, 0xe1, 0x00, 0xf0, 0, /* H.264 and AAC: */
		0x1b, 0xe1, 0x00, 0xf0, 0, 0x0f, 0xe1, 0x01, 0xf0, 0 };

	make_table(n->pat, pat, sizeof pat);
	make_table(n->pmt, pmt, sizeof pmt);
}

static uint64_t ticks(const struct network *n, uint32_t rate)
{
	return (uint64_t)n->now_ns / 1000 * rate / 1000000;
}

void payload_append_rtp(struct network *n, uint16_t sequence, uint32_t ssrc, bool small)
{
	uint8_t *at = frame_append(&n->frame, 12);

	at = put_be16(at, 0x8000 | (small ? PCMU : MP2T));
	at = put_be16(at, sequence);
	at = put_be32(at, (uint32_t)ticks(n, small ? 8000 : 90000));
	put_be32(at, ssrc);
}

/* Program clock reference: 33 bits at 90 kHz, 6 reserved, 9 at 27 MHz (ISO/IEC 13818-1, 2.4.3.5) */
static void put_clock(const struct network *n, uint8_t *packet)
{
	uint64_t base = ticks(n, 90000) & 0x1ffffffffu;
	uint8_t *at = packet + 4;

	packet[3] |= ADAPTATION_AND_PAYLOAD;
	at = put_be16(at, 7 << 8 | 0x10);
	at = put_be32(at, (uint32_t)(base >> 1));
	put_be16(at, (unsigned)(base & 1) << 15 | 0x7e00);
}

static void put_ts_packet(struct network *n, struct stream *s, uint8_t *packet, int which, bool lost)
{
	bool table = which == PAT || which == PMT;
	uint8_t counter = s->counters[which];

	if (table)
		memcpy(packet, which == PAT ? n->pat : n->pmt, TS);
	packet[0] = SYNC;
	put_be16(packet + 1, PIDS[which] | (table ? UNIT_START : 0u));
	packet[3] = (uint8_t)(PAYLOAD_ONLY | counter);
	s->counters[which] = (uint8_t)((counter + 1) % 16);
	if (lost)
		return;
	n->continuity_errors += s->seen[which] != TS_NEVER && s->seen[which] != counter;
	s->seen[which] = s->counters[which];
}

void payload_append_ts(struct network *n, struct stream *s, bool lost)
{
	bool tables = s->datagrams % TABLES_EVERY == 0;
	uint8_t *at = frame_append(&n->frame, sizeof n->filler);

	memcpy(at, n->filler, sizeof n->filler);
	for (int i = 0; i < TS_PER_DATAGRAM; i++) {
		int which = i == TS_PER_DATAGRAM - 1 ? AUDIO : !tables || i > 1 ? VIDEO : i ? PMT : PAT;

		put_ts_packet(n, s, at + TS * i, which, lost);
		if (i == 2 && s->datagrams % CLOCK_EVERY == 0)
			put_clock(n, at + TS * i);
	}
}

/* Which services are there? (RFC 6763, 9) */
void payload_append_mdns(struct network *n)
{
	static const uint8_t query[] = "\0\0\0\0\0\1\0\0\0\0\0\0" "\11_services" "\7_dns-sd" "\4_udp" "\5local" "\0" "\0\14\0\1";

	memcpy(frame_append(&n->frame, sizeof query - 1), query, sizeof query - 1);
}

void payload_append_ssdp(struct network *n)
{
	static const char search[] = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 2\r\nST: ssdp:all\r\n\r\n";

	memcpy(frame_append(&n->frame, sizeof search - 1), search, sizeof search - 1);
}

void payload_append_tcp(struct network *n, unsigned source_port, unsigned port, uint32_t sequence, uint32_t acknowledged, size_t length)
{
	uint8_t *at = frame_append(&n->frame, 20);

	at = put_be16(at, source_port);
	at = put_be16(at, port);
	at = put_be32(at, sequence);
	at = put_be32(at, acknowledged);
	at = put_be16(at, 5 << 12 | 0x18); /* PSH, ACK */
	at = put_be16(at, 65535);
	put_be32(at, 0);
	for (; length > 0; length -= length < sizeof n->filler ? length : sizeof n->filler) {
		size_t piece = length < sizeof n->filler ? length : sizeof n->filler;

		memcpy(frame_append(&n->frame, piece), n->filler, piece);
	}
}
