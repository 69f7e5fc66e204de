/* SPDX-License-Identifier: ISC */
/* Captures: what the numbers, times and addresses of a stream say of it, each beside the stream that it nearly is. */
#include <config.h>

#include "test_diagnose.h"

#include <string.h>

static struct mcd_stream *stream_of(struct the_case *c, size_t place)
{
	return mcd_vec_at(&c->nics[0].streams, place);
}

static void a_mirror(void)
{
	static const struct {
		uint32_t duplicated, doubled;
		bool two_ttls;
		enum mcd_severity severity;
	} repeats[] = {
		{ 15000, 15000, false, MCD_NOTE },    { 15000, 14300, false, MCD_NOTE },
		{ 15000, 14000, false, MCD_WARNING }, /* not all of them at once: two paths */
		{ 15000, 15000, true, MCD_WARNING },  /* one of them by a router more */
		{ 20000, 15000, false, MCD_WARNING }, /* thrice */
		{ 200, 200, false, MCD_WARNING },
	};

	for (size_t i = 0; i < sizeof repeats / sizeof repeats[0]; i++) {
		const struct mcd_finding *f;
		struct mcd_rtp_source *r;
		struct the_case c;

		case_init_passive(&c, true);
		r = case_rtp(stream_of(&c, 0));
		r->duplicated = repeats[i].duplicated;
		r->doubled = repeats[i].doubled;
		r->unique -= r->duplicated;
		r->highest -= r->duplicated;
		r->advances -= r->duplicated;
		if (repeats[i].two_ttls)
			stream_of(&c, 0)->ttl[0] |= UINT64_C(1) << 7;
		case_judge(&c);
		f = found(&c, 0, MCD_STREAM_DUPLICATED);
		CU_ASSERT_TRUE(is_whole(f) && f->severity == repeats[i].severity);
		CU_ASSERT_EQUAL(c.diagnosis.verdict, repeats[i].severity == MCD_NOTE ? MCD_VERDICT_PASS : MCD_VERDICT_WARN);
		case_fini(&c);
	}
}

static void no_checksum_in_ipv6(void)
{
	static const struct {
		const char *source, *group;
		uint16_t port;
		bool fault;
	} streams[] = {
		{ "2001:db8::20", "ff1e::db8:1", 5000, true }, { "2001:db8::20", "ff1e::db8:1", 4789, false },
		{ "2001:db8::20", "ff1e::db8:1", 6081, false }, { "10.77.0.20", "239.7.7.7", 5000, false },
	};

	for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
		struct mcd_stream *s;
		struct the_case c;

		case_init_passive(&c, false);
		s = stream_of(&c, 0);
		s->source = address(streams[i].source);
		s->group = address(streams[i].group);
		s->port = streams[i].port;
		s->no_checksum = 3;
		CU_ASSERT_EQUAL(case_judge(&c)->verdict, streams[i].fault ? MCD_VERDICT_FAIL : MCD_VERDICT_PASS);
		CU_ASSERT_EQUAL(is_whole(found(&c, 0, MCD_UDP_CHECKSUM_BAD)), streams[i].fault);
		case_fini(&c);
	}
}

static void protocols_of_the_link(void)
{
	static const struct {
		const char *group;
		uint16_t port;
		bool meant;
	} groups[] = {
		{ "224.0.1.129", 319, true }, { "224.0.1.132", 320, true }, { "224.0.1.133", 320, false }, { "224.0.1.129", 5000, false },
		{ "239.255.255.250", 1900, true }, { "239.255.255.250", 3702, true }, { "239.255.255.250", 5004, false }, { "239.7.7.7", 1900, false },
	};

	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		struct mcd_stream *s;
		struct the_case c;

		case_init_passive(&c, true);
		c.evidence.nnics = 1;
		c.groups[0].address = address(groups[i].group);
		c.groups[0].port = groups[i].port;
		case_no_report(&c, 0);
		case_silence(&c.nics[0].members);
		s = stream_of(&c, 0);
		s->group = c.groups[0].address;
		s->port = c.groups[0].port;
		s->ttl[0] = 2;
		CU_ASSERT_EQUAL(case_judge(&c)->verdict, groups[i].meant ? MCD_VERDICT_PASS : MCD_VERDICT_WARN);
		HAS(&c, 0, MCD_STREAM_TTL_EXHAUSTED);
		CU_ASSERT_EQUAL(strncmp(found(&c, 0, MCD_STREAM_TTL_EXHAUSTED)->remedy[0], "Nothing", 7) == 0, groups[i].meant);
		IS(&c, 0, MCD_CHECK_STREAM, groups[i].meant ? MCD_PASS : MCD_WARN);
		case_fini(&c);
	}
}

const struct unit_test passive_stream_tests[] = {
	{ "a mirror", a_mirror },
	{ "no checksum in IPv6", no_checksum_in_ipv6 },
	{ "protocols of the link", protocols_of_the_link },
	{ NULL, NULL },
};
