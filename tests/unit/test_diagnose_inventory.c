/* SPDX-License-Identifier: ISC */
/* Captures that no group is asked about: what is worth a word in them, and what is how a network is. */
#include <config.h>

#include "test_diagnose.h"

#include <stdio.h>
#include <string.h>

static struct mcd_stream *stream_of(struct the_case *c, size_t place)
{
	return mcd_vec_at(&c->nics[0].streams, place);
}

static void verdicts(void)
{
	struct the_case c;

	case_init_passive(&c, false);
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_SKIPPED);
	CU_ASSERT_STRING_EQUAL(total(&c, 0, MCD_CHECK_STREAM)->reason, "no group was asked about (--group)");
	case_rtp(stream_of(&c, 0))->unique -= 3;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
	HAS(&c, 0, MCD_STREAM_LOSS);
	case_rare(stream_of(&c, 0))->bad_checksum = 9;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_FAIL);
	HAS(&c, 0, MCD_UDP_CHECKSUM_BAD);
	case_fini(&c);
}

/* What an offload leaves is a note, whether or not the group is asked about; it hides no fault of another sender. */
static void no_ip_checksum(void)
{
	for (int asked = 0; asked < 2; asked++) {
		struct the_case c;

		case_init_passive(&c, asked);
		case_rare(stream_of(&c, 0))->no_ip_checksum = 30000;
		CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
		HAS(&c, 0, MCD_IP_CHECKSUM_BAD);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_IP_CHECKSUM_BAD)->severity, MCD_NOTE);
		LACKS(&c, 1, MCD_IP_CHECKSUM_BAD);
		case_rare(case_stream(&c, 0, "10.77.0.21", 10))->bad_ip_checksum = 10;
		CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_FAIL);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_IP_CHECKSUM_BAD)->severity, MCD_FAULT);
		case_fini(&c);
	}
}

/* Nothing of multicast proves nothing; one message of it is something. */
static void without_multicast(void)
{
	struct the_case c;

	case_init_passive(&c, false);
	for (size_t i = 0; i < 2; i++) {
		case_no_stream(&c, i);
		case_no_report(&c, i);
		case_no_query(&c, i);
		case_silence(&c.nics[i].members);
		c.nics[i].capture.multicast = 0;
	}
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_INCONCLUSIVE);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	c.nics[1].capture.multicast = 1;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	case_fini(&c);
	case_init_passive(&c, false);
	c.evidence.nnics = 0; /* a file without a frame has no interface */
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_INCONCLUSIVE);
	case_fini(&c);
}

/* What concerns a single host is a note: nobody knows whether it is the one in question. */
static void single_hosts(void)
{
	static const char *const groups[] = { "239.1.2.3", "232.1.2.3" };
	struct mcd_report *r;
	struct the_case c;

	case_init_passive(&c, false);
	for (int i = 0; i < 50; i++) {
		r = case_host_report(&c, 0, 300 + i, "0.0.0.0", MCD_IGMP_V3_REPORT, MCD_TO_EX);
		r->group = address(groups[i % 2]);
		r->router_alert = false;
	}
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 3);
	HAS(&c, 0, MCD_REPORT_MALFORMED);
	HAS(&c, 0, MCD_REPORT_FROM_ZERO_ADDRESS);
	HAS(&c, 0, MCD_SSM_RANGE_WITHOUT_SOURCE);
	CU_ASSERT_EQUAL(troubles(&c), 1); /* many routers take no report of 0.0.0.0 */
	CU_ASSERT_EQUAL(c.diagnosis.findings_omitted, 0);
	r->checksum_ok = false; /* that nobody takes */
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_FAIL);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_REPORT_MALFORMED)->severity, MCD_FAULT);
	LACKS(&c, 1, MCD_REPORT_MALFORMED);
	case_fini(&c);
}

/* SSDP, mDNS and LLMNR: some datagrams with TTL 1 of many hosts, and reports of link-local groups on a LAN without a querier. */
static void the_talk_of_a_lan(void)
{
	static const struct {
		const char *group;
		uint16_t port;
		unsigned ttl;
	} talks[] = { { "239.255.255.250", 1900, 1 }, { "224.0.0.251", 5353, 63 }, { "224.0.0.252", 5355, 1 } };
	struct the_case c;

	case_init_passive(&c, false);
	case_no_stream(&c, 0);
	case_no_report(&c, 0);
	case_no_query(&c, 0);
	case_silence(&c.nics[0].members);
	for (size_t i = 0; i < 3; i++)
		for (int host = 0; host < 5; host++) {
			char source[] = "10.77.0.60";
			struct mcd_stream *s;

			source[9] = (char)('0' + host);
			s = case_stream(&c, 0, source, 40);
			s->group = address(talks[i].group);
			s->port = talks[i].port;
			s->ttl[0] = UINT64_C(1) << talks[i].ttl;
			case_rtp(s)->advances = 0; /* a form that it has in common with RTP */
			if (i == 0)
				continue;
			case_host_report(&c, 0, 900 + host, source, MCD_IGMP_V3_REPORT, MCD_TO_EX)->group = s->group;
			case_member(&c, 0, source)->group = s->group;
		}
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	/* A group that is more than the link's needs a querier on that LAN. */
	case_host_report(&c, 0, 950, "10.77.0.60", MCD_IGMP_V3_REPORT, MCD_TO_EX)->group = address("239.255.255.250");
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
	HAS(&c, 0, MCD_NO_QUERIER);
	case_fini(&c);
}

/* A stream that stays on its link is a note: nobody said that it has to go on. */
static void streams_with_ttl_1(void)
{
	struct the_case c;

	case_init_passive(&c, false);
	stream_of(&c, 0)->ttl[0] = 2;
	case_rtp(stream_of(&c, 0));
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	HAS(&c, 0, MCD_STREAM_TTL_EXHAUSTED);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_STREAM_TTL_EXHAUSTED)->severity, MCD_NOTE);
	c.request.ngroups = 1; /* asked about, it is more */
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_STREAM_TTL_EXHAUSTED)->severity, MCD_WARNING);
	case_fini(&c);
}

/* Thirty VLANs, three of them without a querier: one finding, which names them. */
static void a_trunk(void)
{
	const struct mcd_finding *f;
	struct the_case c;
	unsigned named = 0;

	case_init_passive(&c, false);
	for (uint16_t vlan = 10; vlan < 40; vlan++) {
		char querier[] = "10.78.10.250", host[] = "10.79.10.30";

		querier[6] = host[6] = (char)('0' + vlan / 10);
		querier[7] = host[7] = (char)('0' + vlan % 10);
		case_host_report(&c, 0, 2500, host, MCD_IGMP_V3_REPORT, MCD_TO_EX)->vlan = vlan;
		case_member(&c, 0, host)->vlan = vlan;
		if (vlan % 10 != 7)
			case_querier(&c, 0, querier, 3, vlan, 2000, 125000, 3);
	}
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 1);
	HAS(&c, 0, MCD_NO_QUERIER);
	f = found(&c, 0, MCD_NO_QUERIER);
	for (size_t i = 0; f && i < f->clues.count; i++)
		for (unsigned k = 0; k < 3; k++) {
			const char *const vlans[] = { "VLAN 17 in 300", "VLAN 27 in 300", "VLAN 37 in 300" };

			named |= (unsigned)(strstr(((const struct mcd_clue *)mcd_vec_at(&f->clues, i))->text, vlans[k]) != NULL) << k;
		}
	CU_ASSERT_EQUAL(named, 7);
	case_fini(&c);
}

/* What queriers say about each other is of one network: two on two VLANs are no two on one. */
static void queriers_by_vlan(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	for (uint16_t vlan = 0; vlan < 30; vlan += 20) {
		case_init_passive(&c, false);
		case_no_query(&c, 0);
		for (int i = 0; i < 3; i++) {
			case_query(&c, 0, 1000 + i * 125000, 3, "10.77.0.250");
			case_query(&c, 0, 40000 + i * 125000, 2, "10.77.0.251")->vlan = vlan;
		}
		((struct mcd_querier *)mcd_vec_at(&c.nics[0].queriers, 1))->vlan = vlan;
		CU_ASSERT_EQUAL(case_judge(&c)->verdict, vlan ? MCD_VERDICT_PASS : MCD_VERDICT_WARN);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_MULTIPLE_QUERIERS) == NULL, vlan != 0);
		if (vlan == 0) /* a mirror may have taken tags off */
			CU_ASSERT_EQUAL(found(&c, 0, MCD_MULTIPLE_QUERIERS)->confidence, MCD_LIKELY);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_QUERIER_VERSION_CONFLICT) == NULL, vlan != 0);
		case_fini(&c);
	}
	case_init_passive(&c, false);
	case_querier(&c, 0, "0.0.0.0", 3, 20, 2000, 125000, 3);
	case_judge(&c);
	f = found(&c, 0, MCD_QUERIER_ZERO_ADDRESS);
	CU_ASSERT_TRUE(f && strstr(f->summary, "h0 on VLAN 20"));
	case_fini(&c);
}

/* One takes over when the other's time has run out, as often as that happens; sooner, it has not heard it. */
static void takeovers(void)
{
	for (int wait_ms = 249000; wait_ms <= 251000; wait_ms += 2000) {
		struct the_case c;

		case_init_passive(&c, false);
		case_no_query(&c, 0);
		for (int i = 0; i < 5; i++) {
			case_query(&c, 0, 1000 + i * 500000, 3, "10.77.0.250");
			case_query(&c, 0, 1000 + i * 500000 + wait_ms, 3, "10.77.0.251");
		}
		case_judge(&c);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_MULTIPLE_QUERIERS) == NULL, wait_ms == 251000);
		case_fini(&c);
	}
}

/* A switch asks for the querier, group by group; alone, or with general queries, it is the querier. */
static void a_switch_that_asks_from_0(void)
{
	struct mcd_querier *k;
	struct the_case c;

	case_init_passive(&c, false);
	case_query(&c, 0, 2000, 3, "0.0.0.0")->group = address("239.7.7.7");
	k = mcd_vec_at(&c.nics[0].queriers, c.nics[0].queriers.count - 1);
	k->general = 0;
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERIER_ZERO_ADDRESS);
	k->general = 1;
	case_judge(&c);
	HAS(&c, 0, MCD_QUERIER_ZERO_ADDRESS);
	k->general = 0;
	for (size_t i = 0; i + 1 < c.nics[0].queries.count; i++)
		((struct mcd_query *)mcd_vec_at(&c.nics[0].queries, i))->vlan = 20;
	case_judge(&c);
	HAS(&c, 0, MCD_QUERIER_ZERO_ADDRESS);
	case_fini(&c);
}

/* A v2 querier matters where somebody needs a source in his report. */
static void an_older_querier(void)
{
	struct the_case c;

	case_init_passive(&c, false);
	case_no_query(&c, 0);
	case_querier(&c, 0, "10.77.0.250", 2, 0, 1000, 125000, 3);
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	case_host_report(&c, 0, 400, "10.77.0.31", MCD_IGMP_V2_REPORT, MCD_RECORD_NONE)->group = address("239.1.1.1");
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	case_host_report(&c, 0, 400, "10.77.0.31", MCD_IGMP_V2_REPORT, MCD_RECORD_NONE)->group = address("232.1.1.1");
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
	HAS(&c, 0, MCD_IGMP_DOWNGRADED_BY_QUERIER);
	case_fini(&c);
}

/* Silence in a capture that proves nothing by it. */
static void silence_that_proves_nothing(void)
{
	for (unsigned i = 0; i < 6; i++) {
		struct mcd_nic_capture *capture;
		struct the_case c;

		case_init_passive(&c, false);
		capture = &c.nics[0].capture;
		case_no_query(&c, 0);
		capture->dropped = i == 1;
		capture->timeless = i == 2;
		capture->contents[MCD_CONTENT_CUT] = i == 3;
		capture->contents[MCD_CONTENT_ENCRYPTED] = i == 4;
		capture->closed_ns = T0 + (i == 5 ? 259 : 300) * 1000 * MS;
		case_judge(&c);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_NO_QUERIER) != NULL, i == 0);
		case_fini(&c);
	}
}

/* Streams of two senders to one group and port; a word now and then of many is none. */
static void several_senders(void)
{
	struct mcd_stream *s;
	struct the_case c;

	case_init_passive(&c, false);
	case_rtp(stream_of(&c, 0));
	s = case_stream(&c, 0, "10.77.0.21", 500);
	case_judge(&c);
	LACKS(&c, 0, MCD_SEVERAL_SENDERS);
	case_rtp(s);
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	HAS(&c, 0, MCD_SEVERAL_SENDERS);
	s->vlan = 20;
	case_judge(&c);
	LACKS(&c, 0, MCD_SEVERAL_SENDERS);
	s->vlan = 0;
	s->port++;
	case_judge(&c);
	LACKS(&c, 0, MCD_SEVERAL_SENDERS);
	case_fini(&c);
}

/* A hundred of one code on one interface say it; the rest is counted. Another code, and another interface, have their own. */
static void findings_are_bounded(void)
{
	enum { STREAMS = 150, SHOWN = 100 };
	struct the_case c;
	size_t losses = 0;

	case_init_passive(&c, false);
	for (unsigned i = 0; i < STREAMS; i++)
		for (size_t nic = 0; nic < 2; nic++) {
			struct mcd_stream *s = case_stream(&c, nic, "10.77.0.20", 100);

			s->port = (uint16_t)(10000 + i);
			case_rtp(s)->unique--;
			if (i == STREAMS - 1)
				case_rare(s)->bad_checksum = 1;
		}
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_FAIL);
	for (size_t i = 0; i < c.diagnosis.findings.count; i++)
		losses += ((const struct mcd_finding *)mcd_vec_at(&c.diagnosis.findings, i))->code == MCD_STREAM_LOSS;
	CU_ASSERT_EQUAL(losses, 2 * SHOWN);
	CU_ASSERT_EQUAL(c.diagnosis.findings_omitted, 2 * (STREAMS - SHOWN));
	HAS(&c, 0, MCD_UDP_CHECKSUM_BAD);
	HAS(&c, 1, MCD_UDP_CHECKSUM_BAD);
	case_fini(&c);
}

const struct unit_test inventory_tests[] = {
	{ "verdicts", verdicts },
	{ "no IP checksum", no_ip_checksum },
	{ "without multicast", without_multicast },
	{ "single hosts", single_hosts },
	{ "the talk of a LAN", the_talk_of_a_lan },
	{ "streams with TTL 1", streams_with_ttl_1 },
	{ "a trunk", a_trunk },
	{ "queriers by VLAN", queriers_by_vlan },
	{ "takeovers", takeovers },
	{ "a switch that asks from 0.0.0.0", a_switch_that_asks_from_0 },
	{ "an older querier", an_older_querier },
	{ "silence that proves nothing", silence_that_proves_nothing },
	{ "several senders", several_senders },
	{ "findings are bounded", findings_are_bounded },
	{ NULL, NULL },
};
