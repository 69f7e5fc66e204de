/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_wire.h"

#include "wire/ip.h"

#include <stdlib.h>
#include <string.h>

enum { ETHERNET = 14, FIXED = 40 };

/* Decode LENGTH octets of an IPv6 packet, on an exact copy. */
static enum mcd_wire_status decode(const uint8_t *data, size_t length, bool cut, struct mcd_ip *ip, size_t *payload_length)
{
	unsigned char *copy = unit_exact(data, length);
	struct mcd_cursor c = mcd_cursor_of(copy, length, cut), payload;
	enum mcd_wire_status status = mcd_ipv6_decode(&c, ip, &payload);

	*payload_length = mcd_cursor_left(&payload);
	CU_ASSERT_EQUAL(payload.bad, status != MCD_WIRE_OK);
	free(copy);
	return status;
}

static void every_field(void)
{
	struct mcd_packet p;

	wire_decode("udp6", &p);
	CU_ASSERT_TRUE(mcd_addr_equal(p.ip.source, (struct mcd_addr){ 0x20010db800000000, 1 }));
	CU_ASSERT_TRUE(mcd_addr_equal(p.ip.destination, (struct mcd_addr){ 0xff15000000000000, 0x123 }));
	CU_ASSERT_TRUE(p.ip.protocol == MCD_PROTOCOL_UDP && p.ip.ttl == 64 && p.ip.dscp == 46 && p.ip.ecn == 1);
	CU_ASSERT_TRUE(p.ip.total_length == 53 && p.ip.header_length == FIXED && p.ip.id == 0);
	CU_ASSERT_TRUE(!p.ip.router_alert && !p.ip.dont_fragment && !mcd_ip_is_fragment(&p.ip));
	CU_ASSERT_EQUAL(p.ip.checksum, MCD_CHECKSUM_NONE);
	CU_ASSERT_EQUAL(mcd_cursor_left(&p.payload), 13); /* the padding is not in it */
	CU_ASSERT_TRUE(p.udp.port == 7777 && p.udp.checksum == MCD_CHECKSUM_OK);
	CU_ASSERT_TRUE(mcd_cursor_left(&p.udp.payload) == 5 && memcmp(p.udp.payload.at, "hello", 5) == 0);
}

static void extension_headers(void)
{
	struct mcd_packet p;

	wire_decode("udp6_extended", &p);
	CU_ASSERT_TRUE(p.ip.protocol == MCD_PROTOCOL_UDP && p.ip.header_length == FIXED + 8 + 16 + 8 + 24 && !p.ip.router_alert);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.udp.port == 7777 && p.udp.checksum == MCD_CHECKSUM_OK && !p.udp.length_bad);
	wire_decode("mld_done", &p);
	CU_ASSERT_TRUE(p.ip.protocol == MCD_PROTOCOL_ICMPV6 && p.ip.router_alert && p.ip.header_length == FIXED + 8);
}

/* An option that claims more than its header holds ends the search and nothing else. */
static void malformed_options(void)
{
	uint8_t bytes[FIXED + 8 + 24];
	struct mcd_ip ip;
	size_t left;

	memcpy(bytes, wire_frame("mld_done")->data + ETHERNET, sizeof bytes);
	bytes[FIXED + 2] = 1; /* PadN of two octets, Router Alert is no option any more */
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, false, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_TRUE(!ip.router_alert && left == 24);
	bytes[FIXED + 3] = 5; /* reaches out of the header */
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, false, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_TRUE(!ip.router_alert && left == 24);
	memcpy(bytes + FIXED + 2, (const uint8_t[]){ 0, 0, 5, 2, 0, 0 }, 6); /* Pad1 twice */
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, false, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_TRUE(ip.router_alert);
	bytes[FIXED + 7] = 1; /* for RSVP */
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, false, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_TRUE(!ip.router_alert && left == 24);
}

static void fragments(void)
{
	struct mcd_packet p;

	wire_decode("udp6_first_fragment", &p);
	CU_ASSERT_TRUE(p.ip.more_fragments && p.ip.fragment_offset == 0 && p.ip.id == 0x12345678 && p.ip.header_length == FIXED + 8);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.udp.length == 40 && !p.udp.length_bad && p.udp.checksum == MCD_CHECKSUM_UNKNOWN);
	CU_ASSERT_TRUE(p.udp.payload.cut && mcd_cursor_left(&p.udp.payload) == 16);
	wire_decode("udp6_last_fragment", &p);
	CU_ASSERT_TRUE(!p.ip.more_fragments && p.ip.fragment_offset == 24 && p.ip.protocol == MCD_PROTOCOL_UDP && p.layer == MCD_LAYER_IP);
	CU_ASSERT_EQUAL(mcd_cursor_left(&p.payload), 16);
	wire_decode("mld_last_fragment", &p); /* RFC 9777, 6.2: no message */
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_IP && p.status == MCD_WIRE_OK && !p.is_igmp);
	wire_decode("mld_first_fragment", &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_IP && p.status == MCD_WIRE_CUT && p.is_igmp && p.igmp.mld && p.ip.router_alert);
}

/* A fragment header that neither moves nor continues is a whole packet (RFC 6946). */
static void atomic_fragment(void)
{
	uint8_t bytes[FIXED + 8 + 16];
	struct mcd_ip ip;
	size_t left;

	memcpy(bytes, wire_frame("udp6_last_fragment")->data + ETHERNET, sizeof bytes);
	bytes[FIXED + 3] = 0;
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, false, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_TRUE(!mcd_ip_is_fragment(&ip) && ip.id == 0x12345678 && left == 16);
	bytes[FIXED] = 60; /* now the data is a Destination Options header, and a later fragment's is never */
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, false, &ip, &left), MCD_WIRE_MALFORMED);
	bytes[FIXED + 3] = 0x18;
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, false, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_TRUE(ip.protocol == 60 && left == 16);
}

/* ESP, Mobility, no next header, Hop-by-Hop Options where they may not be: the search ends there. */
static void unknown_headers(void)
{
	static const uint8_t headers[] = { 50, 135, 59, 0, 139 };
	uint8_t bytes[FIXED + 8 + 16];
	struct mcd_ip ip;
	size_t left;

	memcpy(bytes, wire_frame("udp6_last_fragment")->data + ETHERNET, sizeof bytes);
	bytes[FIXED + 3] = 0;
	for (size_t i = 0; i < sizeof headers; i++) {
		bytes[FIXED] = headers[i];
		CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, false, &ip, &left), MCD_WIRE_OK);
		CU_ASSERT_TRUE(ip.protocol == headers[i] && ip.header_length == FIXED + 8 && left == 16);
	}
}

static void lengths_that_lie(void)
{
	uint8_t bytes[53];
	struct mcd_ip ip;
	size_t left;

	memcpy(bytes, wire_frame("udp6")->data + ETHERNET, sizeof bytes);
	bytes[5] = 14;
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, false, &ip, &left), MCD_WIRE_MALFORMED);
	CU_ASSERT_EQUAL(ip.total_length, 54);
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, true, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_EQUAL(left, 13);
	bytes[5] = 12;
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, false, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_EQUAL(left, 12);
	bytes[0] = 0x45;
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, true, &ip, &left), MCD_WIRE_MALFORMED);
	CU_ASSERT_EQUAL(decode(bytes, 1, true, &ip, &left), MCD_WIRE_MALFORMED);
}

/* Jumbograms and offload: all that there is, and the UDP length is held against that. */
static void payload_length_of_zero(void)
{
	uint8_t bytes[53];
	struct mcd_packet p;

	memcpy(bytes, wire_frame("udp6")->data + ETHERNET, sizeof bytes);
	bytes[5] = 0;
	wire_decode_bytes(MCD_LINK_IPV6, bytes, sizeof bytes, sizeof bytes, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.ip.total_length == 0 && mcd_cursor_left(&p.payload) == 13);
	CU_ASSERT_TRUE(!p.udp.length_bad && p.udp.checksum == MCD_CHECKSUM_OK);
	wire_decode_bytes(MCD_LINK_IPV6, bytes, sizeof bytes - 2, sizeof bytes, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.payload.cut && p.udp.payload.cut && !p.udp.length_bad);
	wire_decode_bytes(MCD_LINK_IPV6, bytes, sizeof bytes - 2, sizeof bytes - 2, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.udp.length_bad);
}

/* Each header alone is whole or it is not. */
static void every_prefix(void)
{
	const struct wire_frame *f = wire_frame("udp6_extended");
	const size_t whole = f->needed - ETHERNET, headers = FIXED + 8 + 16 + 8 + 24;
	struct mcd_ip ip;
	size_t left;

	for (size_t n = 0; n <= whole; n++) {
		CU_ASSERT_EQUAL(decode(f->data + ETHERNET, n, true, &ip, &left), n < headers ? MCD_WIRE_CUT : MCD_WIRE_OK);
		CU_ASSERT_EQUAL(left, n < headers ? 0 : n - headers);
		CU_ASSERT_EQUAL(decode(f->data + ETHERNET, n, false, &ip, &left), n < whole ? MCD_WIRE_MALFORMED : MCD_WIRE_OK);
	}
}

/* A packet that ends, by its own Payload Length, in one of its extension headers. */
static void every_payload_length(void)
{
	const struct wire_frame *f = wire_frame("udp6_extended");
	const size_t whole = f->needed - ETHERNET, headers = FIXED + 8 + 16 + 8 + 24;
	uint8_t bytes[128];
	struct mcd_ip ip;
	size_t left;

	memcpy(bytes, f->data + ETHERNET, whole);
	for (size_t n = FIXED + 1; n <= whole; n++) {
		bytes[5] = (uint8_t)(n - FIXED);
		CU_ASSERT_EQUAL(decode(bytes, whole, true, &ip, &left), n < headers ? MCD_WIRE_MALFORMED : MCD_WIRE_OK);
		CU_ASSERT_EQUAL(left, n < headers ? 0 : n - headers);
	}
}

const struct unit_test wire_ipv6_tests[] = {
	{ "every field", every_field },
	{ "extension headers", extension_headers },
	{ "Router Alert among malformed options", malformed_options },
	{ "fragments", fragments },
	{ "a fragment header without fragments", atomic_fragment },
	{ "headers that end the search", unknown_headers },
	{ "lengths that lie", lengths_that_lie },
	{ "a Payload Length of 0", payload_length_of_zero },
	{ "every prefix", every_prefix },
	{ "every Payload Length", every_payload_length },
	{ NULL, NULL },
};
