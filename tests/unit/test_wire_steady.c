/* SPDX-License-Identifier: ISC */
/* Frames told by what they share with an earlier one: every bit of the headers changed, one at a time. */
#include <config.h>

#include "test_wire.h"

#include "frames.h"
#include "wire/steady.h"

#include <string.h>

enum { ETHERNET = 14, TAG = 4, HEADERS = 20 + 8 };

static void make(struct frame *out, bool tagged)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	struct frame_ip ip = frame_to_group(mac, FRAME_IP(10, 0, 0, 1), FRAME_IP(239, 1, 2, 3));

	ip.ttl = 16;
	ip.tos = 0xb8;
	ip.id = 77;
	ip.has_vlan = tagged;
	ip.vlan = 7;
	frame_udp(out, &ip, 4000, 5000, "some payload of odd length, whose last", 37);
}

static struct mcd_frame captured(const struct frame *frame)
{
	return (struct mcd_frame){ .link_type = MCD_LINK_ETHERNET, .captured = (uint32_t)frame->length, .on_wire = (uint32_t)frame->length, .data = frame->data };
}

/* Octets of the headers, from IP's on, that each datagram has of its own: total length, identification, checksum; length and checksum of UDP. */
static bool is_own(size_t at)
{
	return (at >= 2 && at < 6) || at == 10 || at == 11 || (at >= 24 && at < 28);
}

static void every_bit(bool tagged)
{
	const size_t ip_at = ETHERNET + (tagged ? TAG : 0);
	struct mcd_steady steady = { 0 };
	struct frame one, other;

	make(&one, tagged);
	CU_ASSERT_TRUE_FATAL(mcd_steady_learn(&steady, one.data, one.data + ip_at));
	for (size_t bit = 0; bit < (ip_at + HEADERS) * 8; bit++) {
		const size_t at = bit / 8;
		struct mcd_frame frame = captured(&other);
		const uint8_t *ip;

		other = one;
		frame = captured(&other);
		other.data[at] ^= (uint8_t)(1 << bit % 8);
		ip = mcd_steady_ip(&frame);
		CU_ASSERT_EQUAL(ip && mcd_steady_fits(&steady, other.data, ip), at >= ip_at && is_own(at - ip_at));
		if (ip && at >= ip_at && at < ip_at + 20)
			CU_ASSERT_TRUE(!mcd_steady_fits(&steady, other.data, ip) || !mcd_steady_ip_right(&steady, ip));
	}
}

static void headers(void)
{
	every_bit(false);
	every_bit(true);
}

static void what_is_told(void)
{
	struct frame one;
	struct mcd_frame frame;
	struct mcd_steady steady = { 0 };
	const uint8_t *ip;

	make(&one, true);
	frame = captured(&one);
	ip = mcd_steady_ip(&frame);
	CU_ASSERT_PTR_EQUAL_FATAL(ip, one.data + ETHERNET + TAG);
	CU_ASSERT_EQUAL(mcd_steady_vlan(&frame, ip), 7);
	CU_ASSERT_EQUAL(mcd_steady_length(&frame, ip), 8 + 37);
	CU_ASSERT_TRUE(mcd_steady_learn(&steady, one.data, ip));
	CU_ASSERT_TRUE(mcd_steady_fits(&steady, one.data, ip));
	CU_ASSERT_TRUE(mcd_steady_ip_right(&steady, ip));
	CU_ASSERT_EQUAL(mcd_udp_checksum(ip + 20, 8 + 37, steady.pseudo_sum), MCD_CHECKSUM_OK);
	one.data[one.length - 1] ^= 1;
	CU_ASSERT_EQUAL(mcd_udp_checksum(ip + 20, 8 + 37, steady.pseudo_sum), MCD_CHECKSUM_BAD);
	memset(one.data + ETHERNET + TAG + 20 + 6, 0, 2);
	CU_ASSERT_EQUAL(mcd_udp_checksum(ip + 20, 8 + 37, steady.pseudo_sum), MCD_CHECKSUM_NONE);
}

/* Cut, of another link type, or with lengths that do not agree: for the decoders. */
static void not_steady(void)
{
	struct frame one;
	struct mcd_frame frame;
	const uint8_t *ip = one.data + ETHERNET;

	make(&one, false);
	frame = captured(&one);
	frame.on_wire++;
	CU_ASSERT_PTR_NULL(mcd_steady_ip(&frame));
	frame = captured(&one);
	frame.link_type = MCD_LINK_RAW;
	CU_ASSERT_PTR_NULL(mcd_steady_ip(&frame));
	frame = captured(&one);
	frame.captured = frame.on_wire = MCD_STEADY_LEAST - 1;
	CU_ASSERT_PTR_NULL(mcd_steady_ip(&frame));
	frame.captured = frame.on_wire = ETHERNET + HEADERS + 36;
	CU_ASSERT_EQUAL(mcd_steady_length(&frame, ip), 0);
	frame.captured = frame.on_wire = ETHERNET + HEADERS + 37;
	CU_ASSERT_EQUAL(mcd_steady_length(&frame, ip), 8 + 37);
	one.data[ETHERNET + 20 + 5]--;
	CU_ASSERT_EQUAL(mcd_steady_length(&frame, ip), 0);
}

/* Options, another protocol, fragments, and ports of tunnels are not learnt; and nothing fits what was not learnt. */
static void not_learnt(void)
{
	static const struct {
		size_t at;
		uint8_t octets[2];
	} cases[] = { { 0, { 0x46, 0 } }, { 8, { 64, 6 } }, { 6, { 0x20, 0 } }, { 6, { 0, 1 } }, { 22, { 0x12, 0xb5 } } };
	const struct mcd_steady nothing = { 0 };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct mcd_steady steady = nothing;
		struct frame one;

		make(&one, false);
		memcpy(one.data + ETHERNET + cases[i].at, cases[i].octets, 2);
		CU_ASSERT_FALSE(mcd_steady_learn(&steady, one.data, one.data + ETHERNET));
		CU_ASSERT_EQUAL(memcmp(&steady, &nothing, sizeof steady), 0);
		CU_ASSERT_FALSE(mcd_steady_fits(&steady, one.data, one.data + ETHERNET));
	}
}

const struct unit_test wire_steady_tests[] = {
	{ "every bit of the headers", headers },
	{ "what is told", what_is_told },
	{ "for the decoders", not_steady },
	{ "not learnt", not_learnt },
	{ NULL, NULL },
};
