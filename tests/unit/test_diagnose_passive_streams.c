/* SPDX-License-Identifier: ISC */
/* Captures: what the numbers, times and addresses of a stream say of it, each beside the stream that it nearly is. */
#include <config.h>

#include "test_diagnose.h"

#include <string.h>

static struct mcd_stream *stream_of(struct the_case *c, size_t place)
{
	return mcd_vec_at(&c->nics[0].streams, place);
}

/* LOST of the stream's numbers in GAPS. */
static void lose(struct mcd_rtp_source *r, uint64_t packets, uint32_t lost, uint32_t gaps)
{
	r->unique = packets - lost;
	r->disorder->gaps = gaps;
	r->disorder->gap_packets = lost;
	r->disorder->largest_gap = (uint16_t)(lost / gaps);
}

static void bursts(void)
{
	enum { ALL = 30000 };
	static const struct {
		uint32_t lost, gaps;
		bool burst;
	} losses[] = {
		{ 40, 4, true }, { 40, 13, true }, { 40, 14, false }, /* three in a row, or less */
		{ 9, 1, false },				      /* too few to tell */
		{ 15000, 4000, false },				      /* half of all: runs of two are chance */
		{ 15000, 2500, true },
	};
	struct mcd_rtp_source *r;
	struct the_case c;

	case_init_passive(&c, true);
	r = case_rtp(stream_of(&c, 0));
	for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
		stream_of(&c, 0)->packets = stream_of(&c, 0)->rtp->packets = ALL - losses[i].lost;
		lose(r, ALL, losses[i].lost, losses[i].gaps);
		CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
		HAS(&c, 0, MCD_STREAM_LOSS);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_STREAM_BURST_LOSS) != NULL, losses[i].burst);
		CU_ASSERT_EQUAL(is_because(&c, MCD_STREAM_LOSS, MCD_STREAM_BURST_LOSS), losses[i].burst);
	}
	r->disorder->reordered = 2500; /* late ones filled gaps that were counted */
	case_judge(&c);
	LACKS(&c, 0, MCD_STREAM_BURST_LOSS);
	r->disorder->reordered = 0;
	c.nics[0].capture.dropped = 1;
	case_judge(&c);
	LACKS(&c, 0, MCD_STREAM_BURST_LOSS);
	case_fini(&c);
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
		r->disorder->duplicated = repeats[i].duplicated;
		r->disorder->doubled = repeats[i].doubled;
		r->unique -= r->disorder->duplicated;
		r->highest -= r->disorder->duplicated;
		r->advances -= r->disorder->duplicated;
		if (repeats[i].two_ttls)
			stream_of(&c, 0)->ttl[0] |= UINT64_C(1) << 7;
		case_judge(&c);
		f = found(&c, 0, MCD_STREAM_DUPLICATED);
		CU_ASSERT_TRUE(is_whole(f) && f->severity == repeats[i].severity);
		CU_ASSERT_EQUAL(c.diagnosis.verdict, repeats[i].severity == MCD_NOTE ? MCD_VERDICT_PASS : MCD_VERDICT_WARN);
		case_fini(&c);
	}
}

/* The stream of the case, 10 ms of PCMU in each packet, off by MOVED_MS on average. */
static struct mcd_rtp_source *uneven(struct the_case *c, uint64_t moved_ms)
{
	struct mcd_stream *s;
	struct mcd_rtp_source *r;

	case_init_passive(c, true);
	s = stream_of(c, 0);
	r = case_rtp(s);
	r->clock_hz = 8000;
	r->first_ns = s->first_ns;
	r->last_ns = s->last_ns;
	r->timestamp = (uint32_t)((s->last_ns - s->first_ns) / MS * 8);
	r->moved_ns = s->packets * moved_ms * (uint64_t)MS;
	return r;
}

static void jitter(void)
{
	struct mcd_rtp_source *r;
	struct the_case c;

	for (uint64_t moved_ms = 19; moved_ms <= 21; moved_ms += 2) {
		uneven(&c, moved_ms);
		case_judge(&c);
		CU_ASSERT_EQUAL(c.diagnosis.verdict, moved_ms > 20 ? MCD_VERDICT_WARN : MCD_VERDICT_PASS);
		CU_ASSERT_EQUAL(is_whole(found(&c, 0, MCD_STREAM_JITTER)), moved_ms > 20);
		case_fini(&c);
	}
	for (unsigned why = 0; why < 5; why++) { /* none of these lets it be judged */
		r = uneven(&c, 25);
		c.nics[0].capture.timeless = why == 0;
		r->unpaced = why == 1 ? 4000 : 2000;
		r->clock_hz = why == 2 ? 16000 : why == 3 ? 0 : 8000;
		if (why == 4)
			stream_of(&c, 0)->last_ns = stream_of(&c, 0)->first_ns + 100000 * MS; /* one packet each 3 ms */
		case_judge(&c);
		LACKS(&c, 0, MCD_STREAM_JITTER);
		case_fini(&c);
	}
}

/* 239.135.7.7 has the MAC address of 239.7.7.7, 239.71.7.7 has not. */
static void overlaps(void)
{
	struct mcd_stream *other;
	struct the_case c;

	for (unsigned asked = 0; asked < 2; asked++) {
		case_init_passive(&c, asked);
		other = case_stream(&c, 0, "10.77.0.22", 50);
		other->group = address("239.71.7.7");
		case_judge(&c);
		LACKS(&c, 0, MCD_MAC_OVERLAP);
		other->group = address("239.135.7.7");
		CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
		HAS(&c, 0, MCD_MAC_OVERLAP);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_MAC_OVERLAP)->severity, MCD_NOTE);
		LACKS(&c, 1, MCD_MAC_OVERLAP);
		other->vlan = 20; /* another network */
		case_judge(&c);
		LACKS(&c, 0, MCD_MAC_OVERLAP);
		other->vlan = 0;
		case_rare(other)->unicast_mac = case_rare(other)->wrong_mac = 50; /* its frames go elsewhere */
		case_judge(&c);
		LACKS(&c, 0, MCD_MAC_OVERLAP);
		case_fini(&c);
	}
	case_init_passive(&c, true);
	c.evidence.nnics = 1;
	stream_of(&c, 0)->group = address("239.135.7.7"); /* and the group itself does not come */
	case_judge(&c);
	HAS(&c, 0, MCD_STREAM_ABSENT);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_MAC_OVERLAP)->severity, MCD_WARNING);
	case_fini(&c);
	case_init_passive(&c, false);
	stream_of(&c, 0)->group = address("ff02::c");
	other = case_stream(&c, 0, "fe80::1", 50);
	other->group = address("ff05::c"); /* one protocol in two scopes */
	case_judge(&c);
	LACKS(&c, 0, MCD_MAC_OVERLAP);
	other->group = address("ff15::c");
	case_judge(&c);
	HAS(&c, 0, MCD_MAC_OVERLAP);
	case_fini(&c);
}

/* .31 leaves at 200 s; the stream's last datagram came AFTER_MS behind that. */
static struct mcd_report *leave(struct the_case *c, int after_ms)
{
	struct mcd_report *r;

	case_init_passive(c, true);
	stream_of(c, 0)->last_ns = T0 + (200000 + after_ms) * MS;
	case_member(c, 0, "10.77.0.31")->mode = MCD_INCLUDE;
	r = case_host_report(c, 0, 200000, "10.77.0.31", MCD_IGMP_V3_REPORT, MCD_TO_IN);
	return r;
}

static void fast_leave(void)
{
	struct the_case c;
	struct mcd_query *q;

	leave(&c, 400);
	case_judge(&c);
	HAS(&c, 0, MCD_FAST_LEAVE);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_FAST_LEAVE)->confidence, MCD_LIKELY);
	CU_ASSERT_TRUE(is_because(&c, MCD_STREAM_STOPPED, MCD_FAST_LEAVE));
	q = case_query(&c, 0, 200001, 3, "10.77.0.250"); /* who else is a member */
	q->group = c.groups[0].address;
	case_judge(&c);
	HAS(&c, 0, MCD_STREAM_STOPPED);
	LACKS(&c, 0, MCD_FAST_LEAVE);
	case_no_query(&c, 0); /* nobody is there to ask */
	case_judge(&c);
	LACKS(&c, 0, MCD_FAST_LEAVE);
	case_fini(&c);
	leave(&c, 2100); /* as long as asking takes */
	case_judge(&c);
	HAS(&c, 0, MCD_STREAM_STOPPED);
	LACKS(&c, 0, MCD_FAST_LEAVE);
	case_fini(&c);
	leave(&c, -500); /* it had stopped before */
	case_judge(&c);
	LACKS(&c, 0, MCD_FAST_LEAVE);
	case_fini(&c);
	leave(&c, 400)->source = address("10.77.0.30"); /* the only member itself */
	case_judge(&c);
	LACKS(&c, 0, MCD_FAST_LEAVE);
	case_fini(&c);
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
	{ "bursts", bursts },
	{ "a mirror", a_mirror },
	{ "jitter", jitter },
	{ "overlaps", overlaps },
	{ "fast leave", fast_leave },
	{ "no checksum in IPv6", no_checksum_in_ipv6 },
	{ "protocols of the link", protocols_of_the_link },
	{ NULL, NULL },
};
