/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_wire.h"

#include "wire/ip.h"

#include <stdlib.h>
#include <string.h>

enum { ETHERNET = 14 };

/* Decode the IPv4 packet of a frame without its link header: LENGTH octets of it, on an exact copy that *COPY keeps. */
static enum mcd_wire_status decode(const uint8_t *data, size_t length, bool cut, struct mcd_ip *ip, size_t *payload_length)
{
	unsigned char *copy = unit_exact(data, length);
	struct mcd_cursor c = mcd_cursor_of(copy, length, cut), payload;
	enum mcd_wire_status status = mcd_ipv4_decode(&c, ip, &payload);

	*payload_length = mcd_cursor_left(&payload);
	CU_ASSERT_TRUE(status != MCD_WIRE_OK || !payload.bad);
	free(copy);
	return status;
}

static void every_field(void)
{
	struct mcd_packet p;

	wire_decode("v2_query", &p);
	CU_ASSERT_TRUE(mcd_addr_equal(p.ip.source, mcd_addr_v4(0xc0000201)));
	CU_ASSERT_TRUE(mcd_addr_equal(p.ip.destination, mcd_addr_v4(0xe0000001)));
	CU_ASSERT_EQUAL(p.ip.protocol, MCD_PROTOCOL_IGMP);
	CU_ASSERT_EQUAL(p.ip.ttl, 1);
	CU_ASSERT_EQUAL(p.ip.dscp, 48);
	CU_ASSERT_EQUAL(p.ip.ecn, 0);
	CU_ASSERT_EQUAL(p.ip.id, 0x1234);
	CU_ASSERT_EQUAL(p.ip.total_length, 32);
	CU_ASSERT_EQUAL(p.ip.header_length, 24);
	CU_ASSERT_TRUE(p.ip.router_alert);
	CU_ASSERT_FALSE(mcd_ip_is_fragment(&p.ip));
	CU_ASSERT_EQUAL(p.ip.checksum, MCD_CHECKSUM_OK);
	CU_ASSERT_EQUAL(mcd_cursor_left(&p.payload), 8); /* the padding is not in it */
	wire_decode("udp", &p);
	CU_ASSERT_TRUE(p.ip.dscp == 46 && p.ip.ecn == 1 && p.ip.ttl == 64 && !p.ip.router_alert);
	wire_decode("bad_ip_checksum", &p);
	CU_ASSERT_TRUE(p.ip.checksum == MCD_CHECKSUM_BAD && p.layer == MCD_LAYER_UDP);
}

static void fragments(void)
{
	struct mcd_packet p;

	wire_decode("udp_first_fragment", &p);
	CU_ASSERT_TRUE(mcd_ip_is_fragment(&p.ip) && p.ip.more_fragments && p.ip.fragment_offset == 0);
	wire_decode("udp_last_fragment", &p);
	CU_ASSERT_TRUE(mcd_ip_is_fragment(&p.ip) && !p.ip.more_fragments && p.ip.fragment_offset == 24);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_IP && mcd_cursor_left(&p.payload) == 16);
}

static void dont_fragment(void)
{
	uint8_t bytes[33];
	struct mcd_ip ip;
	size_t left;

	memcpy(bytes, wire_frame("udp")->data + ETHERNET, sizeof bytes);
	bytes[6] = 0x40;
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, false, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_TRUE(ip.dont_fragment && !mcd_ip_is_fragment(&ip) && ip.checksum == MCD_CHECKSUM_BAD);
}

static void options(void)
{
	struct mcd_packet p;

	wire_decode("options", &p);
	CU_ASSERT_TRUE(p.ip.header_length == 32 && !p.ip.router_alert && p.layer == MCD_LAYER_UDP);
	wire_decode("options_alert_last", &p);
	CU_ASSERT_TRUE(p.ip.header_length == 32 && p.ip.router_alert && p.layer == MCD_LAYER_UDP);
	wire_decode("options_malformed", &p); /* not the packet's failure */
	CU_ASSERT_TRUE(p.ip.header_length == 28 && !p.ip.router_alert && p.layer == MCD_LAYER_UDP);
	CU_ASSERT_EQUAL(p.udp.checksum, MCD_CHECKSUM_OK);
}

static void lengths_that_lie(void)
{
	uint8_t bytes[33];
	struct mcd_ip ip;
	size_t left;

	memcpy(bytes, wire_frame("udp")->data + ETHERNET, sizeof bytes);
	bytes[0] = 0x44; /* IHL 4 */
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, true, &ip, &left), MCD_WIRE_MALFORMED);
	bytes[0] = 0x4f; /* IHL 15: 60 octets, more than Total Length */
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, true, &ip, &left), MCD_WIRE_MALFORMED);
	bytes[0] = 0x65;
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, true, &ip, &left), MCD_WIRE_MALFORMED);
	bytes[0] = 0x45;
	bytes[3] = 19;
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, true, &ip, &left), MCD_WIRE_MALFORMED);
	bytes[3] = 34;
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, false, &ip, &left), MCD_WIRE_MALFORMED);
	CU_ASSERT_EQUAL(ip.total_length, 34);
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, true, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_EQUAL(left, 13);
	bytes[3] = 20;
	CU_ASSERT_EQUAL(decode(bytes, sizeof bytes, false, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_EQUAL(left, 0);
}

/* The whole header is there and its checksum right, whatever the payload. */
static void checksum_needs_the_header_only(void)
{
	const uint8_t *bytes = wire_frame("v2_query")->data + ETHERNET;
	struct mcd_ip ip;
	size_t left;

	CU_ASSERT_EQUAL(decode(bytes, 24, true, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_TRUE(ip.checksum == MCD_CHECKSUM_OK && ip.router_alert && left == 0);
	CU_ASSERT_EQUAL(decode(bytes, 23, true, &ip, &left), MCD_WIRE_CUT);
	CU_ASSERT_TRUE(ip.checksum == MCD_CHECKSUM_UNKNOWN && ip.total_length == 32);
	CU_ASSERT_EQUAL(decode(bytes, 23, false, &ip, &left), MCD_WIRE_MALFORMED);
	CU_ASSERT_EQUAL(decode(bytes, 28, false, &ip, &left), MCD_WIRE_MALFORMED);
	CU_ASSERT_EQUAL(ip.checksum, MCD_CHECKSUM_OK);
}

static void total_length_of_zero(void)
{
	enum { LARGE = 70000 };
	uint8_t *bytes = calloc(LARGE, 1);
	struct mcd_ip ip;
	size_t left;

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	memcpy(bytes, wire_frame("udp")->data + ETHERNET, 33);
	bytes[2] = bytes[3] = 0;
	CU_ASSERT_EQUAL(decode(bytes, LARGE, false, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_EQUAL(left, LARGE - 20);
	CU_ASSERT_EQUAL(decode(bytes, 65536, false, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_EQUAL(decode(bytes, 65535, false, &ip, &left), MCD_WIRE_MALFORMED);
	CU_ASSERT_EQUAL(decode(bytes, 100, true, &ip, &left), MCD_WIRE_OK);
	CU_ASSERT_EQUAL(left, 80);
	free(bytes);
}

static void every_prefix(void)
{
	const struct wire_frame *f = wire_frame("options_alert_last");
	size_t whole = f->needed - ETHERNET, left;
	struct mcd_ip ip;

	for (size_t n = 0; n <= whole; n++) {
		CU_ASSERT_EQUAL(decode(f->data + ETHERNET, n, true, &ip, &left), n < 32 ? MCD_WIRE_CUT : MCD_WIRE_OK);
		CU_ASSERT_EQUAL(left, n < 32 ? 0 : n - 32);
		CU_ASSERT_EQUAL(decode(f->data + ETHERNET, n, false, &ip, &left), n < whole ? MCD_WIRE_MALFORMED : MCD_WIRE_OK);
	}
}

const struct unit_test wire_ip_tests[] = {
	{ "every field", every_field },
	{ "fragments", fragments },
	{ "DF", dont_fragment },
	{ "options and Router Alert", options },
	{ "lengths that lie", lengths_that_lie },
	{ "the checksum needs the header only", checksum_needs_the_header_only },
	{ "a Total Length of 0", total_length_of_zero },
	{ "every prefix", every_prefix },
	{ NULL, NULL },
};
