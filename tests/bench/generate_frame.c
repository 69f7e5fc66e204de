/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "generate_frame.h"

#include <arpa/inet.h>
#include <string.h>

enum { ETHERNET_MINIMUM = 60, TYPE_IPV4 = 0x0800, TYPE_VLAN = 0x8100, MORE_FRAGMENTS = 0x2000 };

uint8_t *put_be16(uint8_t *at, unsigned value)
{
	*at++ = (uint8_t)(value >> 8);
	*at++ = (uint8_t)value;
	return at;
}

uint8_t *put_be32(uint8_t *at, uint32_t value)
{
	at = put_be16(at, value >> 16);
	return put_be16(at, value & 0xffff);
}

/* Sums of words as they lie in memory: the folded sum does not depend on the byte order (RFC 1071, 2(B)). */
static uint64_t add(uint64_t sum, const uint8_t *data, size_t length)
{
	uint32_t word;

	for (; length >= sizeof word; data += sizeof word, length -= sizeof word) {
		memcpy(&word, data, sizeof word);
		sum += word;
	}
	word = 0;
	memcpy(&word, data, length);
	return sum + word;
}

static void put_checksum(uint8_t *at, uint64_t sum, bool zero_is_none)
{
	uint16_t checksum;

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	checksum = (uint16_t)~sum;
	if (checksum == 0 && zero_is_none)
		checksum = 0xffff; /* RFC 768 */
	memcpy(at, &checksum, sizeof checksum);
}

static bool is_group(uint32_t address)
{
	return address >> 28 == 0xe;
}

static uint8_t *put_mac(uint8_t *at, uint32_t address)
{
	at = put_be16(at, is_group(address) ? 0x0100 : 0x0200);
	return put_be32(at, is_group(address) ? 0x5e000000u | (address & 0x7fffff) : address);
}

uint8_t *frame_append(struct frame *frame, size_t length)
{
	uint8_t *at = frame->data + frame->length;

	frame->length += length;
	return at;
}

static void append_ipv4(struct frame *frame, const struct path *path)
{
	unsigned length = path->router_alert ? 24 : 20;
	uint8_t *at;

	frame->ip = frame->length;
	at = frame_append(frame, length);
	at = put_be16(at, (0x40 | length / 4) << 8 | path->tos);
	at = put_be16(at, 0);
	at = put_be16(at, path->id);
	at = put_be16(at, path->first_fragment ? MORE_FRAGMENTS : 0);
	at = put_be16(at, (unsigned)path->ttl << 8 | path->protocol);
	at = put_be16(at, 0);
	at = put_be32(at, path->source);
	at = put_be32(at, path->destination);
	if (path->router_alert)
		put_be32(at, 0x94040000u); /* RFC 2113 */
	frame->transport = frame->length;
}

void frame_start(struct frame *frame, const struct path *path)
{
	uint8_t *at;

	frame->length = 0;
	frame->path = *path;
	at = frame_append(frame, path->vlan ? 18 : 14);
	at = put_mac(at, path->destination);
	at = put_mac(at, path->source);
	if (path->vlan) {
		at = put_be16(at, TYPE_VLAN);
		at = put_be16(at, path->vlan);
	}
	put_be16(at, TYPE_IPV4);
	append_ipv4(frame, path);
}

void frame_append_udp(struct frame *frame, unsigned source_port, unsigned port)
{
	uint8_t *at = frame_append(frame, 8);

	at = put_be16(at, source_port);
	at = put_be16(at, port);
	put_be32(at, 0);
}

/* Source and destination stand side by side in the header, as in the pseudo-header. */
static uint64_t pseudo(const struct frame *frame, size_t length)
{
	uint64_t sum = add(0, frame->data + frame->ip + 12, 8);

	return sum + htons(frame->path.protocol) + htons((uint16_t)length);
}

static void finish_transport(struct frame *frame)
{
	uint8_t *at = frame->data + frame->transport;
	size_t length = frame->length - frame->transport;

	switch (frame->path.protocol) {
	case PROTOCOL_UDP:
		put_be16(at + 4, (unsigned)(frame->path.first_fragment ? 2 * length : length)); /* of the whole datagram */
		put_checksum(at + 6, add(pseudo(frame, length), at, length), true);
		break;
	case PROTOCOL_TCP:
		put_checksum(at + 16, add(pseudo(frame, length), at, length), false);
		break;
	default:
		put_checksum(at + 2, add(0, at, length), false);
	}
}

void frame_finish(struct frame *frame)
{
	uint8_t *ip = frame->data + frame->ip;

	finish_transport(frame);
	put_be16(ip + 2, (unsigned)(frame->length - frame->ip));
	put_checksum(ip + 10, add(0, ip, frame->transport - frame->ip), false);
	if (frame->length < ETHERNET_MINIMUM) {
		size_t padding = ETHERNET_MINIMUM - frame->length;

		memset(frame_append(frame, padding), 0, padding);
	}
}
