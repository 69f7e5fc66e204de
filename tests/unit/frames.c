/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "frames.h"

#include <stdlib.h>
#include <string.h>

enum { ETHERNET_LEAST = 60 };

static void put(struct frame *out, const void *bytes, size_t length)
{
	if (length > sizeof out->data - out->length)
		abort();
	memcpy(out->data + out->length, bytes, length);
	out->length += length;
}

static void put16(struct frame *out, unsigned value)
{
	put(out, (const uint8_t[]){ (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

static void put32(struct frame *out, uint32_t value)
{
	put16(out, value >> 16);
	put16(out, value & 0xffff);
}

/* RFC 1071, written the plain way: byte by byte. */
static uint32_t sum(uint32_t start, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		start += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
	return start;
}

static unsigned complement(uint32_t value)
{
	while (value > 0xffff)
		value = (value & 0xffff) + (value >> 16);
	return ~value & 0xffff;
}

static void set16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

struct frame_ip frame_to_group(const uint8_t mac[6], uint32_t source, uint32_t group)
{
	struct frame_ip ip = { .source = source, .destination = group, .ttl = 1 };

	memcpy(ip.source_mac, mac, 6);
	memcpy(ip.destination_mac, (const uint8_t[]){ 1, 0, 0x5e, group >> 16 & 0x7f, (uint8_t)(group >> 8), (uint8_t)group }, 6);
	return ip;
}

void frame_ipv4(struct frame *out, const struct frame_ip *ip, uint8_t protocol, const void *payload, size_t length)
{
	static const uint8_t router_alert[] = { 0x94, 4, 0, 0 }, padding[ETHERNET_LEAST];
	const size_t header = ip->router_alert ? 24 : 20;
	uint8_t *start;

	out->length = 0;
	put(out, ip->destination_mac, 6);
	put(out, ip->source_mac, 6);
	if (ip->has_vlan) {
		put16(out, 0x8100);
		put16(out, ip->vlan);
	}
	put16(out, 0x0800);
	start = out->data + out->length;
	put(out, (const uint8_t[]){ (uint8_t)(0x40 | header / 4), ip->tos }, 2);
	put16(out, (unsigned)(header + length));
	put16(out, ip->id);
	put16(out, (unsigned)(ip->fragment_offset / 8) | (ip->more_fragments ? 0x2000 : 0));
	put(out, (const uint8_t[]){ ip->ttl, protocol, 0, 0 }, 4);
	put32(out, ip->source);
	put32(out, ip->destination);
	if (ip->router_alert)
		put(out, router_alert, sizeof router_alert);
	set16(start + 10, complement(sum(ip->bad_checksum, start, header)));
	put(out, payload, length);
	if (out->length < ETHERNET_LEAST)
		put(out, padding, ETHERNET_LEAST - out->length);
}

size_t frame_udp_datagram(uint8_t *out, const struct frame_ip *ip, uint16_t source_port, uint16_t port, const void *payload, size_t length)
{
	const unsigned whole = (unsigned)length + 8;
	uint32_t pseudo = 17 + whole + (ip->source >> 16) + (ip->source & 0xffff) + (ip->destination >> 16) + (ip->destination & 0xffff);
	unsigned checksum;

	set16(out, source_port);
	set16(out + 2, port);
	set16(out + 4, whole);
	set16(out + 6, 0);
	memcpy(out + 8, payload, length);
	checksum = complement(sum(pseudo, out, whole));
	set16(out + 6, checksum ? checksum : 0xffff);
	return whole;
}

void frame_udp(struct frame *out, const struct frame_ip *ip, uint16_t source_port, uint16_t port, const void *payload, size_t length)
{
	uint8_t datagram[FRAME_ROOM];

	if (length > sizeof datagram - 8)
		abort();
	length = frame_udp_datagram(datagram, ip, source_port, port, payload, length);
	frame_ipv4(out, ip, 17, datagram, length);
}

void frame_igmp(struct frame *out, const struct frame_ip *ip, const void *message, size_t length)
{
	uint8_t bytes[FRAME_ROOM];

	if (length > sizeof bytes)
		abort();
	memcpy(bytes, message, length);
	set16(bytes + 2, 0);
	set16(bytes + 2, complement(sum(0, bytes, length)));
	frame_ipv4(out, ip, 2, bytes, length);
}

void frame_igmp_short(struct frame *out, const struct frame_ip *ip, uint8_t type, uint8_t code, uint32_t group)
{
	struct frame message = { .length = 0 };

	put(&message, (const uint8_t[]){ type, code, 0, 0 }, 4);
	put32(&message, group);
	frame_igmp(out, ip, message.data, message.length);
}

void frame_igmp_query_v3(struct frame *out, const struct frame_ip *ip, uint8_t code, uint32_t group, uint8_t robustness, uint8_t interval)
{
	struct frame message = { .length = 0 };

	put(&message, (const uint8_t[]){ 0x11, code, 0, 0 }, 4);
	put32(&message, group);
	put(&message, (const uint8_t[]){ robustness, interval, 0, 0 }, 4);
	frame_igmp(out, ip, message.data, message.length);
}

void frame_igmp_report_v3(struct frame *out, const struct frame_ip *ip, const struct frame_record *records, size_t nrecords)
{
	struct frame message = { .length = 0 };

	put32(&message, 0x22000000);
	put16(&message, 0);
	put16(&message, (unsigned)nrecords);
	for (size_t i = 0; i < nrecords; i++) {
		put(&message, (const uint8_t[]){ records[i].type, 0 }, 2);
		put16(&message, (unsigned)records[i].nsources);
		put32(&message, records[i].group);
		for (size_t j = 0; j < records[i].nsources; j++)
			put32(&message, records[i].sources[j]);
	}
	frame_igmp(out, ip, message.data, message.length);
}

void frame_tag(struct frame *frame, uint16_t vlan)
{
	enum { MACS = 12, TAG = 4 };

	if (frame->length + TAG > sizeof frame->data)
		abort();
	memmove(frame->data + MACS + TAG, frame->data + MACS, frame->length - MACS);
	set16(frame->data + MACS, 0x8100);
	set16(frame->data + MACS + 2, vlan);
	frame->length += TAG;
}

void frame_icmpv6(struct frame *out, const struct frame_ip6 *ip, const void *message, size_t length)
{
	static const uint8_t options[] = { 58, 0, 5, 2, 0, 0, 1, 0 }; /* ICMPv6 next, Router Alert of MLD, PadN */
	uint8_t bytes[FRAME_ROOM];
	uint32_t pseudo;

	if (length > sizeof bytes)
		abort();
	memcpy(bytes, message, length);
	set16(bytes + 2, 0);
	pseudo = sum(sum((uint32_t)length + 58, ip->source, 16), ip->destination, 16);
	set16(bytes + 2, complement(sum(pseudo, bytes, length)));
	out->length = 0;
	put(out, (const uint8_t[]){ 0x33, 0x33 }, 2);
	put(out, ip->destination + 12, 4);
	put(out, ip->source_mac, 6);
	put16(out, 0x86dd);
	put32(out, 0x60000000);
	put16(out, (unsigned)(length + (ip->router_alert ? sizeof options : 0)));
	put(out, (const uint8_t[]){ ip->router_alert ? 0 : 58, ip->hop_limit }, 2);
	put(out, ip->source, 16);
	put(out, ip->destination, 16);
	if (ip->router_alert)
		put(out, options, sizeof options);
	put(out, bytes, length);
}
