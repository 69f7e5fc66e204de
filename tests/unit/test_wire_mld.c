/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_wire.h"

#include "wire/mld.h"

#include <stdlib.h>
#include <string.h>

static const struct mcd_addr group = { 0xff15000000000000, 0x123 };

static struct mcd_igmp mld_of(const char *name)
{
	struct mcd_packet p;

	wire_decode(name, &p);
	CU_ASSERT_TRUE_FATAL(p.is_igmp && p.igmp.mld);
	return p.igmp;
}

static struct mcd_addr documentation(uint64_t low)
{
	return (struct mcd_addr){ 0x20010db800000000, low };
}

static void version_1(void)
{
	struct mcd_igmp m = mld_of("mld_v1_query");

	CU_ASSERT_TRUE(m.type == MCD_IGMP_QUERY && m.version == 1 && m.max_response_ms == 10000 && mcd_addr_is_unspecified(m.group));
	CU_ASSERT_TRUE(m.checksum == MCD_CHECKSUM_OK && m.interval_s == 0);
	m = mld_of("mld_v1_group_query"); /* linear to its end (RFC 2710, 3.4) */
	CU_ASSERT_TRUE(m.version == 1 && m.max_response_ms == 32769 && mcd_addr_equal(m.group, group));
	m = mld_of("mld_v1_report");
	CU_ASSERT_TRUE(m.type == MCD_IGMP_V2_REPORT && m.version == 1 && mcd_addr_equal(m.group, group) && m.checksum == MCD_CHECKSUM_OK);
	CU_ASSERT_EQUAL(m.max_response_ms, 0);
	m = mld_of("mld_done");
	CU_ASSERT_TRUE(m.type == MCD_IGMP_LEAVE && m.version == 1 && mcd_addr_equal(m.group, group) && m.checksum == MCD_CHECKSUM_OK);
}

static void version_2_queries(void)
{
	struct mcd_igmp m = mld_of("mld_v2_query");
	struct mcd_addr source;

	CU_ASSERT_TRUE(m.type == MCD_IGMP_QUERY && m.version == 2 && m.max_response_ms == 10000 && m.interval_s == 125 && m.robustness == 2);
	CU_ASSERT_TRUE(!m.suppress && m.nsources == 0 && !mcd_igmp_next_source(&m, &m.sources, &source) && m.checksum == MCD_CHECKSUM_OK);
	m = mld_of("mld_v2_source_query");
	CU_ASSERT_TRUE(m.version == 2 && m.suppress && m.robustness == 7 && mcd_addr_equal(m.group, group));
	CU_ASSERT_EQUAL(m.max_response_ms, 0x1fa0 << 3); /* exponent 0 */
	CU_ASSERT_EQUAL(m.interval_s, 31744);
	CU_ASSERT_EQUAL(m.nsources, 2);
	CU_ASSERT_TRUE(mcd_igmp_next_source(&m, &m.sources, &source) && mcd_addr_equal(source, documentation(0xa)));
	CU_ASSERT_TRUE(mcd_igmp_next_source(&m, &m.sources, &source) && mcd_addr_equal(source, documentation(0xb)));
	CU_ASSERT_FALSE(mcd_igmp_next_source(&m, &m.sources, &source));
}

/* RFC 9777, 8.1. */
static void queries_of_every_length(void)
{
	uint8_t bytes[40] = { 130, 0, 0, 0, 0x27, 0x10 };
	const struct mcd_ip ip = { .protocol = MCD_PROTOCOL_ICMPV6 };

	for (size_t n = 4; n <= sizeof bytes; n++) {
		struct mcd_cursor c = mcd_cursor_of(bytes, n, false);
		struct mcd_igmp m;
		bool short_one = n == 24, long_one = n >= 28;

		CU_ASSERT_EQUAL(mcd_mld_decode(&c, &ip, &m), short_one || long_one ? MCD_WIRE_OK : MCD_WIRE_MALFORMED);
		CU_ASSERT_EQUAL(m.version, short_one ? 1 : long_one ? 2 : 0);
		CU_ASSERT_EQUAL(m.type, MCD_IGMP_QUERY);
	}
}

/* RFC 9777, 5.1.3: linear below 32768, then a float of twelve bits of mantissa. */
static void response_codes(void)
{
	static const struct {
		uint16_t code;
		uint32_t ms;
	} expected[] = {
		{ 0, 0 },
		{ 1, 1 },
		{ 0x7fff, 32767 },
		{ 0x8000, 32768 },
		{ 0x8001, 32776 },
		{ 0x8fff, 0x1fff * 8 },
		{ 0x9000, 65536 },
		{ 0xf000, 4194304 },
		{ 0xffff, 8387584 },
	};
	const struct mcd_ip ip = { .protocol = MCD_PROTOCOL_ICMPV6 };

	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		const uint8_t bytes[28] = { 130, 0, 0, 0, (uint8_t)(expected[i].code >> 8), (uint8_t)expected[i].code };
		struct mcd_cursor c = mcd_cursor_of(bytes, sizeof bytes, false);
		struct mcd_igmp m;

		CU_ASSERT_EQUAL(mcd_mld_decode(&c, &ip, &m), MCD_WIRE_OK);
		CU_ASSERT_EQUAL(m.max_response_ms, expected[i].ms);
	}
}

static void all_record_types(void)
{
	static const unsigned nsources[] = { 1, 0, 0, 2, 1, 3 };
	struct mcd_igmp m = mld_of("mld_v2_report");
	struct mcd_igmp_record record;
	struct mcd_addr source;
	unsigned next = 1;

	CU_ASSERT_TRUE(m.type == MCD_IGMP_V3_REPORT && m.version == 2 && m.nrecords == 6 && m.checksum == MCD_CHECKSUM_OK);
	for (unsigned i = 0; i < 6; i++) {
		CU_ASSERT_TRUE_FATAL(mcd_igmp_next_record(&m, &record));
		CU_ASSERT_TRUE(record.type == i + 1 && record.nsources == nsources[i]);
		CU_ASSERT_TRUE(mcd_addr_equal(record.group, (struct mcd_addr){ 0xff15000000000000, i + 1 }));
		for (unsigned s = 0; s < nsources[i]; s++)
			CU_ASSERT_TRUE(mcd_igmp_next_source(&m, &record.sources, &source) && mcd_addr_equal(source, documentation(next++)));
		CU_ASSERT_FALSE(mcd_igmp_next_source(&m, &record.sources, &source));
	}
	CU_ASSERT_FALSE(mcd_igmp_next_record(&m, &record));
}

static void aux_data_and_lies(void)
{
	struct mcd_igmp m = mld_of("mld_v2_report_aux");
	struct mcd_igmp_record record;
	struct mcd_addr source;

	CU_ASSERT_TRUE(mcd_igmp_next_record(&m, &record) && record.type == MCD_TO_EX && mcd_cursor_left(&record.sources) == 16);
	CU_ASSERT_TRUE(mcd_igmp_next_record(&m, &record) && record.type == MCD_ALLOW);
	CU_ASSERT_TRUE(mcd_igmp_next_source(&m, &record.sources, &source) && mcd_addr_equal(source, documentation(2)));
	CU_ASSERT_FALSE(mcd_igmp_next_record(&m, &record));
	m = mld_of("mld_v2_report_lying");
	CU_ASSERT_EQUAL(m.nrecords, 65535);
	CU_ASSERT_TRUE(mcd_igmp_next_record(&m, &record) && record.type == MCD_TO_EX && record.nsources == 0);
	CU_ASSERT_FALSE(mcd_igmp_next_record(&m, &record)); /* the second is not whole */
	m = mld_of("mld_first_fragment");
	CU_ASSERT_TRUE(m.nrecords == 2 && m.checksum == MCD_CHECKSUM_UNKNOWN);
	CU_ASSERT_TRUE(mcd_igmp_next_record(&m, &record) && !mcd_igmp_next_record(&m, &record));
}

/* The pseudo-header is in it. */
static void checksum(void)
{
	const struct wire_frame *f = wire_frame("mld_v1_report");
	uint8_t copy[128];
	struct mcd_packet p;

	memcpy(copy, f->data, f->length);
	copy[14 + 8 + 15] ^= 1; /* another source */
	wire_decode_bytes(f->link_type, copy, f->length, f->length, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_IGMP && p.igmp.checksum == MCD_CHECKSUM_BAD);
	wire_decode_bytes(f->link_type, f->data, f->length - 1, f->length, &p);
	CU_ASSERT_TRUE(p.status == MCD_WIRE_CUT && p.igmp.checksum == MCD_CHECKSUM_UNKNOWN);
}

/* Other ICMPv6, and IGMP's number in IPv6, are no messages of membership. */
static void others(void)
{
	const struct wire_frame *f = wire_frame("mld_v1_report");
	static const uint8_t types[] = { 0, 1, 128, 129, 133, 142, 144, 151, 255 };
	struct mcd_cursor c = mcd_cursor_of(types, 4, false);
	uint8_t copy[128];
	struct mcd_packet p;
	struct mcd_igmp m;

	memcpy(copy, f->data, f->length);
	for (size_t i = 0; i < sizeof types; i++) {
		copy[14 + 48] = types[i];
		wire_decode_bytes(f->link_type, copy, f->length, f->length, &p);
		CU_ASSERT_TRUE(p.layer == MCD_LAYER_IP && p.status == MCD_WIRE_OK && !p.is_igmp);
	}
	CU_ASSERT_EQUAL(mcd_mld_decode(&c, &p.ip, &m), MCD_WIRE_OK);
	CU_ASSERT_TRUE(m.type == 0 && m.version == 0 && m.mld);
	copy[14 + 40] = MCD_PROTOCOL_IGMP;
	copy[14 + 48] = 0x16;
	wire_decode_bytes(f->link_type, copy, f->length, f->length, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_IP && p.status == MCD_WIRE_OK && !p.is_igmp);
}

static void every_prefix(void)
{
	wire_check_prefixes("mld_v1_query", 24);
	wire_check_prefixes("mld_v1_report", 24);
	wire_check_prefixes("mld_done", 24);
	wire_check_prefixes("mld_v2_query", 24);
	wire_check_prefixes("mld_v2_source_query", 24);
	wire_check_prefixes("mld_v2_report", 8 + 6 * 20 + 7 * 16);
	wire_check_prefixes("mld_v2_report_aux", 8 + 20 + 16 + 8 + 20 + 16);
}

const struct unit_test wire_mld_tests[] = {
	{ "version 1", version_1 },
	{ "queries of version 2", version_2_queries },
	{ "queries of every length", queries_of_every_length },
	{ "Maximum Response Code", response_codes },
	{ "all six record types", all_record_types },
	{ "aux data, and counts that lie", aux_data_and_lies },
	{ "checksum", checksum },
	{ "what is no MLD", others },
	{ "every prefix", every_prefix },
	{ NULL, NULL },
};
