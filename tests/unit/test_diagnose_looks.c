/* SPDX-License-Identifier: ISC */
/* The second look: what comes only while the interface is promiscuous, beside what nearly does; and when to look. */
#include <config.h>

#include "test_diagnose.h"

#include <string.h>

/* -1 = the finding is not there. */
static int confidence(const struct the_case *c)
{
	const struct mcd_finding *f = found(c, 0, MCD_NIC_FILTER_SUSPECT);

	return f ? (int)f->confidence : -1;
}

static void only_while_promiscuous(void)
{
	struct the_case c;

	case_init(&c);
	case_filtered(&c, 0);
	case_judge(&c);
	HAS(&c, 0, MCD_NIC_FILTER_SUSPECT);
	CU_ASSERT_EQUAL(confidence(&c), MCD_CERTAIN);
	CU_ASSERT_STRING_EQUAL(found(&c, 0, MCD_NIC_FILTER_SUSPECT)->settle_by, "");
	CU_ASSERT_EQUAL(found(&c, 0, MCD_NIC_FILTER_SUSPECT)->checks, 1u << MCD_CHECK_STREAM | 1u << MCD_CHECK_DELIVERY);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_FAIL);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_FAIL);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_PASS);
	CU_ASSERT_EQUAL(troubles(&c), 1); /* it is not absent too */
	IS(&c, 1, MCD_CHECK_STREAM, MCD_PASS);
	LACKS(&c, 1, MCD_NIC_FILTER_SUSPECT);
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_NIC_FILTER_SUSPECT)->summary, "hypervisor keeps 01:00:5e:07:07:07 out"));
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_NIC_FILTER_SUSPECT)->remedy[0], "allmulticast on"));
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_NIC_FILTER_SUSPECT)->remedy[1], "ethtool -i h0"));
	memcpy(c.ifaces[0].kind, "bridge", sizeof "bridge"); /* whose filter is software of this host */
	case_judge(&c);
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_NIC_FILTER_SUSPECT)->summary, "snooping keeps 01:00:5e:07:07:07 out"));
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_NIC_FILTER_SUSPECT)->remedy[0], "bridge mdb show dev h0"));
	case_fini(&c);
}

/* One datagram that came otherwise, and the filter is none. */
static void otherwise_too(void)
{
	for (unsigned phase = 0; phase <= 4; phase += 2) {
		const int at = phase == 0 ? 1650 : phase == 2 ? 2600 : 3900;
		struct the_case c;

		case_init(&c);
		case_filtered(&c, 0);
		case_phase(&c, 0, phase, at, at, 20);
		case_judge(&c);
		LACKS(&c, 0, MCD_NIC_FILTER_SUSPECT);
		IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
		IS(&c, 0, MCD_CHECK_DELIVERY, MCD_PASS);
		CU_ASSERT_EQUAL(troubles(&c), 0);
		case_fini(&c);
	}
}

static void before_the_look_too(void)
{
	struct the_case c;

	case_init(&c);
	case_filtered(&c, 0);
	((struct mcd_stream *)mcd_vec_at(&c.nics[0].streams, 0))->first_ns = T0 + 1699 * MS;
	case_judge(&c);
	LACKS(&c, 0, MCD_NIC_FILTER_SUSPECT);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
	case_fini(&c);
}

/* How a sender that begins or stops by chance, and a run that was too short, differ from the filter: FROM..TO in each look, each GAP ms. */
struct chance {
	int first[3], second[3]; /* from, to, gap; gap 0 = nothing came */
	int confidence;
};

static const struct chance chances[] = {
	{ { 1705, 2195, 20 }, { 2705, 3195, 20 }, MCD_CERTAIN },
	{ { 1705, 2195, 20 }, { 0, 0, 0 }, -1 },	 /* it stopped with the first look */
	{ { 0, 0, 0 }, { 2705, 3195, 20 }, -1 },	 /* it began with the second one */
	{ { 1900, 2195, 20 }, { 2705, 3195, 20 }, -1 },	 /* it began in the middle of a look */
	{ { 1705, 2195, 20 }, { 2900, 3195, 20 }, -1 },
	{ { 1705, 2000, 20 }, { 2705, 3195, 20 }, -1 },	 /* or stopped there */
	{ { 1705, 2195, 20 }, { 2705, 3000, 20 }, -1 },
	{ { 1705, 1705, 20 }, { 2705, 2705, 20 }, -1 },	 /* one datagram each has no pace */
	{ { 1710, 2190, 120 }, { 2710, 3190, 120 }, MCD_LIKELY }, /* 3 were due between them */
	{ { 1710, 2190, 160 }, { 2710, 3190, 160 }, -1 }, /* 2 were */
};

static void chance(void)
{
	for (size_t i = 0; i < sizeof chances / sizeof chances[0]; i++) {
		const struct chance *row = &chances[i];
		struct the_case c;

		case_init(&c);
		case_look(&c, 0, 1700, 2200);
		case_look(&c, 0, 2700, 3200);
		if (row->first[2])
			case_phase(&c, 0, 1, row->first[0], row->first[1], row->first[2]);
		if (row->second[2])
			case_phase(&c, 0, 3, row->second[0], row->second[1], row->second[2]);
		case_judge(&c);
		CU_ASSERT_EQUAL(confidence(&c), row->confidence);
		IS(&c, 0, MCD_CHECK_STREAM, row->confidence < 0 ? MCD_INCONCLUSIVE : MCD_FAIL);
		IS(&c, 0, MCD_CHECK_DELIVERY, row->confidence < 0 ? MCD_INCONCLUSIVE : MCD_FAIL);
		CU_ASSERT_EQUAL(troubles(&c), row->confidence < 0 ? 0 : 1);
		if (row->confidence == MCD_LIKELY)
			CU_ASSERT_NOT_EQUAL(*found(&c, 0, MCD_NIC_FILTER_SUSPECT)->settle_by, '\0');
		case_fini(&c);
	}
}

static void one_look_proves_nothing(void)
{
	struct the_case c;

	case_init(&c);
	case_look(&c, 0, 1700, 2200);
	case_phase(&c, 0, 1, 1705, 2195, 20);
	case_judge(&c);
	LACKS(&c, 0, MCD_NIC_FILTER_SUSPECT);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_INCONCLUSIVE);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_INCONCLUSIVE);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_INCONCLUSIVE);
	case_fini(&c);
}

/* Frames to another host come in while promiscuous, and are no fault of a filter, nor of their sender. */
static void frames_for_others(void)
{
	struct the_case c;

	case_init(&c);
	case_filtered(&c, 0);
	case_rare(mcd_vec_at(&c.nics[0].streams, 0))->wrong_mac = 1;
	c.tasks[0][0].phases[3].misaddressed = 1;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_INCONCLUSIVE);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	case_fini(&c);
}

static void a_capture_that_lost_frames(void)
{
	struct the_case c;

	case_init(&c);
	case_filtered(&c, 0);
	c.nics[0].capture.dropped = 3;
	case_judge(&c);
	LACKS(&c, 0, MCD_NIC_FILTER_SUSPECT);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_INCONCLUSIVE);
	c.nics[0].capture.dropped = 0;
	c.nics[0].went_down = true;
	case_judge(&c);
	LACKS(&c, 0, MCD_NIC_FILTER_SUSPECT);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_INCONCLUSIVE);
	case_fini(&c);
}

/* What the look brings and the kernel drops has two causes. */
static void dropped_as_well(void)
{
	struct the_case c;

	case_init(&c);
	case_filtered(&c, 0);
	((struct mcd_stream *)mcd_vec_at(&c.nics[0].streams, 0))->reception->delivered = 0;
	case_judge(&c);
	HAS(&c, 0, MCD_NIC_FILTER_SUSPECT);
	HAS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	case_fini(&c);
}

/* A filter that keeps the group out keeps queries out too: their absence proves nothing. */
static void no_query_behind_a_filter(void)
{
	struct the_case c;

	case_init(&c);
	case_no_query(&c, 0);
	case_judge(&c);
	HAS(&c, 0, MCD_NO_QUERIER);
	case_filtered(&c, 0);
	case_judge(&c);
	LACKS(&c, 0, MCD_NO_QUERIER);
	HAS(&c, 0, MCD_QUERIER_NOT_HEARD);
	HAS(&c, 0, MCD_NIC_FILTER_SUSPECT);
	CU_ASSERT_EQUAL(troubles(&c), 1);
	case_query(&c, 0, 1710, 3, "10.77.0.250")->interval_s = 1; /* which came in with the first look, and no other since */
	((struct mcd_querier *)mcd_vec_at(&c.nics[0].queriers, 0))->interval_s = 1;
	case_report(&c, 0, 1720, MCD_IGMP_V3_REPORT, MCD_IS_EX);
	case_judge(&c);
	LACKS(&c, 0, MCD_NO_QUERIER);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_PASS);
	c.nics[0].nlooks = 0;
	case_judge(&c);
	HAS(&c, 0, MCD_NO_QUERIER);
	case_fini(&c);
}

/* A bridge of this host that is not answered forgets the host; a NIC has nobody to answer. */
static void a_bridge_that_forgot(void)
{
	struct the_case c;

	case_init(&c);
	case_filtered(&c, 0);
	case_query(&c, 0, 1000, 3, "10.77.0.250");
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_NIC_FILTER_SUSPECT)->because_of, -1);
	memcpy(c.ifaces[0].kind, "bridge", sizeof "bridge");
	case_judge(&c);
	CU_ASSERT_PTR_EQUAL(mcd_vec_at(&c.diagnosis.findings, (size_t)found(&c, 0, MCD_NIC_FILTER_SUSPECT)->because_of),
			    found(&c, 0, MCD_QUERY_NOT_ANSWERED));
	case_fini(&c);
}

static void absent_all_the_same(void)
{
	const struct mcd_finding *f;
	bool said = false;
	struct the_case c;

	case_init(&c);
	case_no_stream(&c, 0);
	case_no_stream(&c, 1);
	case_look(&c, 0, 1700, 2600);
	case_judge(&c);
	LACKS(&c, 0, MCD_NIC_FILTER_SUSPECT);
	HAS(&c, 0, MCD_STREAM_ABSENT);
	f = found(&c, 0, MCD_STREAM_ABSENT);
	for (size_t i = 0; f && i < f->clues.count; i++)
		said = said || strstr(((const struct mcd_clue *)mcd_vec_at(&f->clues, i))->text, "nor in 900.0 ms while we had made h0 promiscuous");
	CU_ASSERT_TRUE(said);
	CU_ASSERT_PTR_NOT_NULL(strstr(total(&c, 0, MCD_CHECK_STREAM)->reason, "promiscuous"));
	CU_ASSERT_PTR_NULL(strstr(total(&c, 1, MCD_CHECK_STREAM)->reason, "promiscuous"));
	case_fini(&c);
}

/* While the run goes on, nothing is settled before the look has proved it. */
static void settles(void)
{
	const unsigned stream = 1u << MCD_CHECK_STREAM;
	struct the_case c;

	case_init(&c);
	case_look(&c, 0, 1700, 0);
	case_phase(&c, 0, 1, 1705, 2095, 20);
	case_judge_at(&c, 2100);
	CU_ASSERT_FALSE(mcd_settled(&c.evidence, 0, T0 + 2100 * MS) & stream);
	c.nics[0].looks[0].off_ns = T0 + 2200 * MS;
	CU_ASSERT_FALSE(mcd_settled(&c.evidence, 0, T0 + 4900 * MS) & stream);
	case_phase(&c, 0, 1, 1705, 2195, 20);
	case_look(&c, 0, 2700, 3200);
	case_phase(&c, 0, 3, 2705, 3195, 20);
	CU_ASSERT_FALSE(mcd_settled(&c.evidence, 0, T0 + 3350 * MS) & stream);
	CU_ASSERT_TRUE(mcd_settled(&c.evidence, 0, T0 + 3401 * MS) & stream);
	case_fini(&c);
}

/* ---- when to look ---- */

#define UNTIL (T0 + (JOINED + 5000) * MS)

static bool wanted_at(const struct the_case *c, int at_ms)
{
	return mcd_look_wanted(&c->evidence, 0, T0 + at_ms * MS, UNTIL);
}

/* On both NICs nothing comes, and the run goes on. */
static void init_absent(struct the_case *c)
{
	case_init(c);
	case_no_stream(c, 0);
	case_no_stream(c, 1);
	case_judge_at(c, 1500);
}

static void wanted_where_it_is_absent(void)
{
	struct the_case c;

	init_absent(&c);
	CU_ASSERT_FALSE(wanted_at(&c, JOINED + 1490));
	CU_ASSERT_TRUE(wanted_at(&c, JOINED + 1510));
	CU_ASSERT_TRUE(wanted_at(&c, JOINED + 3490));
	CU_ASSERT_FALSE(wanted_at(&c, JOINED + 3510)); /* too late for it */
	case_stream(&c, 1, "10.77.1.20", 100);	       /* elsewhere it comes, and may be meant to come here too */
	CU_ASSERT_TRUE(wanted_at(&c, JOINED + 1510));
	case_no_query(&c, 0); /* that the filter may keep out as well */
	CU_ASSERT_TRUE(wanted_at(&c, JOINED + 2510));
	case_stream(&c, 0, "10.77.0.20", 1);
	CU_ASSERT_FALSE(wanted_at(&c, JOINED + 1510));
	case_fini(&c);
}

static void frame_of_the_mac(struct the_case *c)
{
	case_stream(c, 0, "10.77.0.20", 100)->group = address("239.135.7.7"); /* the same 23 bits */
}

static void to_another_port(struct the_case *c)
{
	case_stream(c, 0, "10.77.0.20", 100)->port = 5001;
}

static void sent_by_this_host(struct the_case *c)
{
	struct mcd_stream *s = case_stream(c, 1, "10.77.1.10", 100);

	s->local_source = true;
	case_rare(s)->packets_out = 100;
}

static void not_expected(struct the_case *c)
{
	c->request.expect_stream = false;
}

static void observed(struct the_case *c)
{
	c->nics[0].role = MCD_ROLE_OBSERVED;
}

static void unusable(struct the_case *c)
{
	c->nics[0].unusable = MCD_UNUSABLE_NO_CARRIER;
}

static void not_captured(struct the_case *c)
{
	c->nics[0].capture.open = false;
}

static void broken(struct the_case *c)
{
	c->nics[0].capture.broke = true;
}

static void not_reported(struct the_case *c)
{
	case_no_report(c, 0);
}

static void not_joined(struct the_case *c)
{
	c->tasks[0][0].join.done = false;
}

static void malformed(struct the_case *c)
{
	((struct mcd_report *)mcd_vec_at(&c->nics[0].reports, 0))->router_alert = false;
}

static void by_xdp(struct the_case *c)
{
	c->ifaces[0].flags |= MCD_IFACE_XDP;
}

/* Where it would show nothing, or what is wrong is known, no interface is made promiscuous. */
static void not_wanted_for_nothing(void)
{
	static void (*const spoils[])(struct the_case *) = { frame_of_the_mac, to_another_port, sent_by_this_host, not_expected, observed, unusable,
							     not_captured, broken, not_reported, not_joined, malformed, by_xdp };

	for (size_t i = 0; i < sizeof spoils / sizeof spoils[0]; i++) {
		struct the_case c;

		init_absent(&c);
		CU_ASSERT_TRUE(wanted_at(&c, JOINED + 1510));
		spoils[i](&c);
		CU_ASSERT_FALSE(wanted_at(&c, JOINED + 1510));
		CU_ASSERT_FALSE(wanted_at(&c, JOINED + 2510));
		case_fini(&c);
	}
}

static void one_look_where_nothing_comes(void)
{
	struct the_case c;

	init_absent(&c);
	case_look(&c, 0, 1700, 0);
	CU_ASSERT_TRUE(wanted_at(&c, 1710));
	CU_ASSERT_TRUE(wanted_at(&c, 2540)); /* a quarter of what was left: 850 ms */
	CU_ASSERT_FALSE(wanted_at(&c, 2560));
	c.nics[0].looks[0].off_ns = T0 + 2560 * MS;
	for (int at = 2570; at < 5100; at += 50)
		CU_ASSERT_FALSE(wanted_at(&c, at));
	case_fini(&c);
}

static void two_where_it_comes(void)
{
	struct the_case c;

	init_absent(&c);
	case_look(&c, 0, 1700, 0);
	case_stream(&c, 0, "10.77.0.20", 10);
	case_phase(&c, 0, 1, 1705, 2185, 20);
	CU_ASSERT_TRUE(wanted_at(&c, 2190)); /* plenty, but half a second it takes */
	CU_ASSERT_FALSE(wanted_at(&c, 2210));
	case_phase(&c, 0, 1, 2025, 2185, 20);
	CU_ASSERT_TRUE(wanted_at(&c, 2210)); /* nine */
	case_phase(&c, 0, 1, 1705, 2105, 20);
	CU_ASSERT_TRUE(wanted_at(&c, 2210)); /* plenty, but it pauses */
	case_phase(&c, 0, 1, 1705, 2185, 20);
	c.nics[0].looks[0].off_ns = T0 + 2210 * MS;
	CU_ASSERT_FALSE(wanted_at(&c, 2600));
	CU_ASSERT_TRUE(wanted_at(&c, 2620)); /* 300 ms of silence, and the edge */
	CU_ASSERT_FALSE(wanted_at(&c, 4860)); /* too late */
	case_phase(&c, 0, 2, 2500, 2500, 20);
	CU_ASSERT_FALSE(wanted_at(&c, 2620)); /* it comes by itself */
	c.tasks[0][0].phases[2].packets = 0;
	case_look(&c, 0, 2620, 0);
	CU_ASSERT_TRUE(wanted_at(&c, 3100));
	case_phase(&c, 0, 3, 2625, 3105, 20);
	CU_ASSERT_TRUE(wanted_at(&c, 3110));
	CU_ASSERT_FALSE(wanted_at(&c, 3130));
	c.nics[0].looks[1].off_ns = T0 + 3130 * MS;
	for (int at = 3140; at < 5100; at += 50)
		CU_ASSERT_FALSE(wanted_at(&c, at));
	case_fini(&c);
}

/* The silence is as long as the pace asks for, up to half of what is left. */
static void slower(void)
{
	struct the_case c;

	init_absent(&c);
	case_look(&c, 0, 1700, 2550);
	case_stream(&c, 0, "10.77.0.20", 5);
	case_phase(&c, 0, 1, 1710, 2510, 200);
	CU_ASSERT_FALSE(wanted_at(&c, 3800));
	CU_ASSERT_TRUE(wanted_at(&c, 3860)); /* 1300 ms by its pace; 1275 ms are half of what is left */
	case_phase(&c, 0, 1, 1710, 2510, 100);
	CU_ASSERT_FALSE(wanted_at(&c, 3240));
	CU_ASSERT_TRUE(wanted_at(&c, 3260));
	case_phase(&c, 0, 1, 1710, 1710, 100); /* one has no pace: a second would not tell more */
	for (int at = 2600; at < 5100; at += 50)
		CU_ASSERT_FALSE(wanted_at(&c, at));
	case_fini(&c);
}

const struct unit_test look_tests[] = {
	{ "it comes only while promiscuous", only_while_promiscuous },
	{ "it comes otherwise too", otherwise_too },
	{ "it came before the look too", before_the_look_too },
	{ "a sender that begins or stops by chance", chance },
	{ "one look proves nothing", one_look_proves_nothing },
	{ "frames for others", frames_for_others },
	{ "a capture that lost frames", a_capture_that_lost_frames },
	{ "dropped as well", dropped_as_well },
	{ "no query behind a filter", no_query_behind_a_filter },
	{ "a bridge that forgot", a_bridge_that_forgot },
	{ "absent all the same", absent_all_the_same },
	{ "it settles", settles },
	{ "wanted where it is absent", wanted_where_it_is_absent },
	{ "not wanted for nothing", not_wanted_for_nothing },
	{ "one look where nothing comes", one_look_where_nothing_comes },
	{ "two where it comes", two_where_it_comes },
	{ "slower", slower },
	{ NULL, NULL },
};
