/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_wire.h"

#include "wire/igmp.h"

#include <stdlib.h>
#include <string.h>

static struct mcd_igmp igmp_of(const char *name)
{
	struct mcd_packet p;

	wire_decode(name, &p);
	CU_ASSERT_EQUAL(p.ip.protocol, MCD_PROTOCOL_IGMP);
	return p.igmp;
}

static struct mcd_addr v4(unsigned a, unsigned b, unsigned c, unsigned d)
{
	return mcd_addr_v4(a << 24 | b << 16 | c << 8 | d);
}

static bool is_group(struct mcd_igmp m, unsigned a, unsigned b, unsigned c, unsigned d)
{
	return mcd_addr_equal(m.group, v4(a, b, c, d));
}

static void short_queries(void)
{
	struct mcd_igmp m = igmp_of("v1_query");

	CU_ASSERT_TRUE(m.type == MCD_IGMP_QUERY && m.version == 1 && m.max_response_ms == 10000 && is_group(m, 0, 0, 0, 0));
	CU_ASSERT_EQUAL(m.checksum, MCD_CHECKSUM_OK);
	m = igmp_of("v2_query"); /* padded to 60 octets of Ethernet */
	CU_ASSERT_TRUE(m.version == 2 && m.max_response_ms == 10000 && is_group(m, 0, 0, 0, 0));
	CU_ASSERT_TRUE(m.interval_s == 0 && m.nsources == 0 && m.checksum == MCD_CHECKSUM_OK);
	m = igmp_of("v2_group_query");
	CU_ASSERT_TRUE(m.version == 2 && m.max_response_ms == 1000 && is_group(m, 239, 1, 2, 3));
	m = igmp_of("query_of_ten");
	CU_ASSERT_TRUE(m.type == MCD_IGMP_QUERY && m.version == 0);
}

static void v3_queries(void)
{
	struct mcd_igmp m = igmp_of("v3_query");
	struct mcd_addr source;

	CU_ASSERT_TRUE(m.version == 3 && m.max_response_ms == 10000 && m.interval_s == 125 && m.robustness == 2);
	CU_ASSERT_TRUE(!m.suppress && m.nsources == 0 && !mcd_igmp_next_source(&m, &m.sources, &source));
	m = igmp_of("v3_source_query");
	CU_ASSERT_TRUE(m.version == 3 && m.suppress && m.robustness == 7 && is_group(m, 239, 1, 2, 3));
	CU_ASSERT_EQUAL(m.max_response_ms, 24800); /* (15 + 16) << 3, tenths */
	CU_ASSERT_EQUAL(m.interval_s, 31744);	   /* (15 + 16) << 10 */
	CU_ASSERT_EQUAL(m.nsources, 2);
	CU_ASSERT_TRUE(mcd_igmp_next_source(&m, &m.sources, &source) && mcd_addr_equal(source, v4(198, 51, 100, 1)));
	CU_ASSERT_TRUE(mcd_igmp_next_source(&m, &m.sources, &source) && mcd_addr_equal(source, v4(198, 51, 100, 2)));
	CU_ASSERT_FALSE(mcd_igmp_next_source(&m, &m.sources, &source));
	CU_ASSERT_FALSE(mcd_igmp_next_source(&m, &m.sources, &source));
}

/* RFC 9776, 4.1.1: linear below 128, then the float. */
static void response_codes(void)
{
	static const struct {
		uint8_t code;
		uint32_t tenths;
	} expected[] = {
		{ 0, 0 },     { 1, 1 },	    { 127, 127 }, { 128, 128 },	  { 129, 136 },
		{ 143, 248 }, { 144, 256 }, { 159, 496 }, { 240, 16384 }, { 255, 31744 },
	};

	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		const uint8_t bytes[12] = { 0x11, expected[i].code, 0, 0, 0, 0, 0, 0, 2, expected[i].code };
		struct mcd_cursor c = mcd_cursor_of(bytes, sizeof bytes, false);
		struct mcd_igmp m;

		CU_ASSERT_EQUAL(mcd_igmp_decode(&c, &m), MCD_WIRE_OK);
		CU_ASSERT_EQUAL(m.max_response_ms, expected[i].tenths * 100);
		CU_ASSERT_EQUAL(m.interval_s, expected[i].tenths);
	}
}

/* In version 2 the code is linear to its end (RFC 2236, 2.2). */
static void v2_response_code(void)
{
	static const uint8_t bytes[8] = { 0x11, 255 };
	struct mcd_cursor c = mcd_cursor_of(bytes, sizeof bytes, false);
	struct mcd_igmp m;

	CU_ASSERT_EQUAL(mcd_igmp_decode(&c, &m), MCD_WIRE_OK);
	CU_ASSERT_TRUE(m.version == 2 && m.max_response_ms == 25500);
}

static void short_messages(void)
{
	static const uint8_t longer[12] = { 0x16, 0, 0, 0, 239, 1, 2, 3, 1, 2, 3, 4 }; /* RFC 2236, 2.5: the rest is ignored */
	struct mcd_cursor c = mcd_cursor_of(longer, sizeof longer, false);
	struct mcd_igmp m = igmp_of("v1_report");

	CU_ASSERT_TRUE(m.type == MCD_IGMP_V1_REPORT && m.version == 1 && is_group(m, 239, 1, 2, 3));
	m = igmp_of("v2_report");
	CU_ASSERT_TRUE(m.type == MCD_IGMP_V2_REPORT && m.version == 2 && is_group(m, 239, 1, 2, 3));
	CU_ASSERT_EQUAL(m.max_response_ms, 0);
	m = igmp_of("v2_leave");
	CU_ASSERT_TRUE(m.type == MCD_IGMP_LEAVE && m.version == 2 && is_group(m, 239, 1, 2, 3));
	m = igmp_of("bad_igmp_checksum");
	CU_ASSERT_TRUE(m.type == MCD_IGMP_V2_REPORT && m.checksum == MCD_CHECKSUM_BAD);
	m = igmp_of("mrd_advertisement");
	CU_ASSERT_TRUE(m.type == MCD_IGMP_MRD_ADVERTISEMENT && m.version == 0 && m.checksum == MCD_CHECKSUM_OK);
	CU_ASSERT_EQUAL(mcd_igmp_decode(&c, &m), MCD_WIRE_OK);
	CU_ASSERT_TRUE(m.version == 2 && is_group(m, 239, 1, 2, 3));
}

static void all_record_types(void)
{
	static const struct {
		const char *name;
		unsigned nsources, first; /* last octet of the first source */
	} expected[] = { { "is_in", 1, 1 }, { "is_ex", 0, 0 }, { "to_in", 0, 0 }, { "to_ex", 2, 4 }, { "allow", 1, 6 }, { "block", 3, 7 } };
	struct mcd_igmp m = igmp_of("v3_report");
	struct mcd_igmp_record record;
	struct mcd_addr source;

	CU_ASSERT_TRUE(m.version == 3 && m.nrecords == 6 && is_group(m, 0, 0, 0, 0) && m.checksum == MCD_CHECKSUM_OK);
	for (unsigned i = 0; i < 6; i++) {
		CU_ASSERT_TRUE_FATAL(mcd_igmp_next_record(&m, &record));
		CU_ASSERT_EQUAL(record.type, i + 1);
		CU_ASSERT_STRING_EQUAL(mcd_record_name(record.type), expected[i].name);
		CU_ASSERT_TRUE(mcd_addr_equal(record.group, v4(239, 0, 0, i + 1)));
		CU_ASSERT_EQUAL(record.nsources, expected[i].nsources);
		for (unsigned s = 0; s < expected[i].nsources; s++) {
			CU_ASSERT_TRUE(mcd_igmp_next_source(&m, &record.sources, &source));
			CU_ASSERT_TRUE(mcd_addr_equal(source, v4(198, 51, 100, expected[i].first + s)));
		}
		CU_ASSERT_FALSE(mcd_igmp_next_source(&m, &record.sources, &source));
	}
	CU_ASSERT_FALSE(mcd_igmp_next_record(&m, &record));
	CU_ASSERT_FALSE(mcd_igmp_next_record(&m, &record));
	CU_ASSERT_STRING_EQUAL(mcd_record_name(0), "unknown");
	CU_ASSERT_STRING_EQUAL(mcd_record_name(7), "unknown");
}

static void aux_data_is_skipped(void)
{
	struct mcd_igmp m = igmp_of("v3_report_aux");
	struct mcd_igmp_record record;
	struct mcd_addr source;

	CU_ASSERT_EQUAL(m.checksum, MCD_CHECKSUM_OK);
	CU_ASSERT_TRUE(mcd_igmp_next_record(&m, &record) && record.type == MCD_TO_EX && record.nsources == 1);
	CU_ASSERT_EQUAL(mcd_cursor_left(&record.sources), 4); /* the aux data is not in it */
	CU_ASSERT_TRUE(mcd_igmp_next_record(&m, &record) && record.type == 9 && mcd_addr_equal(record.group, v4(239, 0, 0, 2)));
	CU_ASSERT_TRUE(mcd_igmp_next_record(&m, &record) && record.type == MCD_ALLOW);
	CU_ASSERT_TRUE(mcd_igmp_next_source(&m, &record.sources, &source) && mcd_addr_equal(source, v4(198, 51, 100, 2)));
	CU_ASSERT_FALSE(mcd_igmp_next_record(&m, &record)); /* what follows is additional data, 4.2.11 */
}

static void lying_counts(void)
{
	struct mcd_igmp m = igmp_of("v3_report_lying");
	struct mcd_igmp_record record;
	struct mcd_addr source;

	CU_ASSERT_TRUE(m.version == 3 && m.nrecords == 65535);
	CU_ASSERT_TRUE(mcd_igmp_next_record(&m, &record) && record.type == MCD_TO_EX && record.nsources == 0);
	CU_ASSERT_FALSE(mcd_igmp_next_record(&m, &record)); /* the second is not whole */
	m = igmp_of("query_lying");
	CU_ASSERT_TRUE(m.version == 3 && m.nsources == 5 && m.interval_s == 125);
	CU_ASSERT_TRUE(mcd_igmp_next_source(&m, &m.sources, &source) && mcd_addr_equal(source, v4(198, 51, 100, 1)));
	CU_ASSERT_FALSE(mcd_igmp_next_source(&m, &m.sources, &source));
}

static void first_fragment(void)
{
	struct mcd_igmp m = igmp_of("igmp_first_fragment");
	struct mcd_igmp_record record;

	CU_ASSERT_TRUE(m.nrecords == 2 && m.checksum == MCD_CHECKSUM_UNKNOWN);
	CU_ASSERT_TRUE(mcd_igmp_next_record(&m, &record) && record.type == MCD_TO_EX);
	CU_ASSERT_FALSE(mcd_igmp_next_record(&m, &record));
}

/* Eight octets held of a query that was longer: no v2 query. */
static void cut_queries(void)
{
	const struct wire_frame *f = wire_frame("v3_source_query");
	struct mcd_packet p;

	for (size_t n = f->needed - 12; n < f->needed; n++) {
		wire_decode_bytes(f->link_type, f->data, n, f->length, &p);
		CU_ASSERT_TRUE(p.layer == MCD_LAYER_IP && p.status == MCD_WIRE_CUT && p.igmp.version == 3);
		CU_ASSERT_TRUE(is_group(p.igmp, 239, 1, 2, 3) && p.igmp.max_response_ms == 24800);
		CU_ASSERT_EQUAL(mcd_cursor_left(&p.igmp.sources), n < f->needed - 4 ? 0 : 4);
	}
}

static void every_prefix(void)
{
	wire_check_prefixes("v1_query", 8);
	wire_check_prefixes("v3_query", 8);
	wire_check_prefixes("v1_report", 8);
	wire_check_prefixes("v2_report", 8);
	wire_check_prefixes("v2_leave", 8);
	wire_check_prefixes("v3_report", 84);
	wire_check_prefixes("v3_report_aux", 8 + 20 + 8 + 12);
	wire_check_prefixes("mrd_advertisement", 4);
}

static void names_of_other_types(void)
{
	static const struct {
		uint8_t type;
		const char *name;
	} expected[] = {
		{ 0x13, "dvmrp" },  { 0x14, "pimv1" }, { 0x15, "cisco-trace" }, { 0x1e, "mtrace-response" },
		{ 0x1f, "mtrace" }, { 0x23, "msnip" }, { 0x25, "msnip" },	{ 0x30, "mrd" },
		{ 0x32, "mrd" },    { 0xfc, "rgmp" },  { 0xff, "rgmp" },
	};
	static const uint8_t nameless[] = { 0, 0x11, 0x12, 0x16, 0x17, 0x1d, 0x20, 0x22, 0x26, 0x2f, 0x33, 0xfb };

	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		const char *name = mcd_igmp_type_name(expected[i].type);

		CU_ASSERT_PTR_NOT_NULL_FATAL(name);
		CU_ASSERT_STRING_EQUAL(name, expected[i].name);
	}
	for (size_t i = 0; i < sizeof nameless; i++)
		CU_ASSERT_PTR_NULL(mcd_igmp_type_name(nameless[i]));
}

const struct unit_test wire_igmp_tests[] = {
	{ "v1 and v2 queries", short_queries },
	{ "v3 queries", v3_queries },
	{ "Max Resp Code and QQIC", response_codes },
	{ "the code of a v2 query", v2_response_code },
	{ "v1 and v2 reports, leave, others", short_messages },
	{ "names of other types", names_of_other_types },
	{ "all six record types", all_record_types },
	{ "aux data", aux_data_is_skipped },
	{ "counts that lie", lying_counts },
	{ "a first fragment", first_fragment },
	{ "queries cut by the capture", cut_queries },
	{ "every prefix", every_prefix },
	{ NULL, NULL },
};
