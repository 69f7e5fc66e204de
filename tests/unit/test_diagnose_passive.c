/* SPDX-License-Identifier: ISC */
/* Captures: TTL and stream, each status beside the capture that it nearly is. */
#include <config.h>

#include "test_diagnose.h"

#include <stdio.h>
#include <string.h>

static struct mcd_stream *stream_of(struct the_case *c, size_t place)
{
	return mcd_vec_at(&c->nics[0].streams, place);
}

static void a_ttl_that_was_asked_for(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	c.request.ttl = 8;
	c.request.ttl_given = true;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	IS(&c, 0, MCD_CHECK_TTL, MCD_PASS);
	c.request.ttl = 9;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_FAIL);
	IS(&c, 0, MCD_CHECK_TTL, MCD_FAIL);
	HAS(&c, 0, MCD_TTL_MISMATCH);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_TTL_MISMATCH)->confidence, MCD_LIKELY); /* a router may have counted it down */
	c.request.ttl = 7;
	case_judge(&c);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_TTL_MISMATCH)->confidence, MCD_CERTAIN); /* none counts up */
	c.request.ttl = 8;
	stream_of(&c, 0)->ttl[0] |= UINT64_C(1) << 7; /* some have another */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_TTL, MCD_FAIL);
	case_no_stream(&c, 0);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_TTL, MCD_SKIPPED);
	case_fini(&c);
}

/* Without a stream, and with nothing else of its group that would explain it. */
static enum mcd_status absent_in(struct the_case *c, int closed_ms)
{
	c->nics[0].capture.closed_ns = T0 + closed_ms * MS;
	case_judge(c);
	CU_ASSERT_EQUAL(found(c, 0, MCD_STREAM_ABSENT) != NULL, total(c, 0, MCD_CHECK_STREAM)->status == MCD_FAIL);
	return total(c, 0, MCD_CHECK_STREAM)->status;
}

static void a_stream_that_is_expected(void)
{
	struct mcd_nic_capture *capture;
	struct the_case c;

	case_init_passive(&c, true);
	c.evidence.nnics = 1;
	capture = &c.nics[0].capture;
	case_no_stream(&c, 0);
	CU_ASSERT_EQUAL(absent_in(&c, MINUTES_5), MCD_FAIL);
	HAS(&c, 0, MCD_STREAM_ABSENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_STREAM_ABSENT)->summary, "although a host there asks for it"));
	CU_ASSERT_EQUAL(absent_in(&c, 999), MCD_INCONCLUSIVE);
	capture->ended = MCD_FILE_CUT; /* what was before is known */
	CU_ASSERT_EQUAL(absent_in(&c, MINUTES_5), MCD_FAIL);
	HAS(&c, 0, MCD_CAPTURE_FILE_CUT);
	capture->ended = MCD_FILE_COMPLETE;
	capture->timeless = true;
	CU_ASSERT_EQUAL(absent_in(&c, MINUTES_5), MCD_INCONCLUSIVE);
	capture->timeless = false;
	capture->dropped = 1;
	CU_ASSERT_EQUAL(absent_in(&c, MINUTES_5), MCD_INCONCLUSIVE);
	HAS(&c, 0, MCD_CAPTURE_DROPPED);
	capture->dropped = 0;
	capture->contents[MCD_CONTENT_CUT] = 1;
	CU_ASSERT_EQUAL(absent_in(&c, MINUTES_5), MCD_INCONCLUSIVE);
	capture->contents[MCD_CONTENT_CUT] = 0;
	c.nics[0].omitted = c.nics[0].omitted_of[MCD_OMITTED_STREAMS] = 1;
	CU_ASSERT_EQUAL(absent_in(&c, MINUTES_5), MCD_INCONCLUSIVE);
	c.nics[0].omitted = 0;
	c.nics[0].igmp.queries_v3 = capture->packets - 3; /* a filter kept only these */
	c.nics[0].igmp.reports_v3 = 3;
	CU_ASSERT_EQUAL(absent_in(&c, MINUTES_5), MCD_INCONCLUSIVE);
	c.nics[0].igmp.reports_v3 = 2;
	CU_ASSERT_EQUAL(absent_in(&c, MINUTES_5), MCD_FAIL);
	c.request.expect_stream = false;
	CU_ASSERT_EQUAL(absent_in(&c, MINUTES_5), MCD_SKIPPED);
	case_fini(&c);
}

static void a_capture_that_cannot_tell(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	c.evidence.nnics = 1;
	case_no_stream(&c, 0);
	case_no_report(&c, 0);
	case_no_query(&c, 0);
	c.nics[0].capture.contents[MCD_CONTENT_UNKNOWN_LINK] = c.nics[0].capture.packets;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_INCONCLUSIVE);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_INCONCLUSIVE);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	case_fini(&c);
}

/* Nobody asked, so that no switch brings it: the text says so. */
static void absent_where_nobody_asks(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	c.evidence.nnics = 1;
	case_no_stream(&c, 0);
	case_no_report(&c, 0);
	case_silence(&c.nics[0].members);
	case_judge(&c);
	HAS(&c, 0, MCD_STREAM_ABSENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_STREAM_ABSENT)->summary, "no host was heard to ask"));
	case_fini(&c);
}

static void a_stream_that_is_elsewhere(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	stream_of(&c, 0)->port = 5001;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_FAIL);
	HAS(&c, 0, MCD_STREAM_ON_OTHER_PORT);
	LACKS(&c, 0, MCD_STREAM_ABSENT);
	IS(&c, 1, MCD_CHECK_STREAM, MCD_PASS);
	c.groups[0].port = 0; /* any */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
	LACKS(&c, 0, MCD_STREAM_ON_OTHER_PORT);
	case_no_stream(&c, 0);
	case_judge(&c);
	HAS(&c, 0, MCD_STREAM_ON_OTHER_INTERFACE);
	((struct mcd_stream *)mcd_vec_at(&c.nics[1].streams, 0))->first_ns = T0 + 7200000 * MS; /* the other capture is of another time */
	((struct mcd_stream *)mcd_vec_at(&c.nics[1].streams, 0))->last_ns = T0 + 7500000 * MS;
	case_judge(&c);
	HAS(&c, 0, MCD_STREAM_ABSENT);
	LACKS(&c, 0, MCD_STREAM_ON_OTHER_INTERFACE);
	c.nics[0].capture.packets = 0; /* an interface of a file that has no frame of it */
	c.nics[0].capture.opened_ns = c.nics[0].capture.closed_ns = 0;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_SKIPPED);
	LACKS(&c, 0, MCD_STREAM_ABSENT);
	case_fini(&c);
	case_init_passive(&c, true);
	case_no_stream(&c, 0);
	c.sources[0] = address("10.77.1.20");
	c.groups[0].mode = MCD_INCLUDE;
	c.groups[0].nsources = 1;
	case_stream(&c, 0, "10.77.0.20", 100);
	case_judge(&c);
	HAS(&c, 0, MCD_STREAM_FROM_OTHER_SOURCE);
	case_fini(&c);
}

/* Sent by the host that captured, as the capture's own flag says: nothing of it came. */
static void only_what_the_host_sent(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	case_rare(stream_of(&c, 0))->packets_out = stream_of(&c, 0)->packets;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_SKIPPED);
	case_rare(stream_of(&c, 0))->packets_out--;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
	/* A stream that claims to be this run's own is not there. */
	case_rare(stream_of(&c, 0))->packets_out = 0;
	stream_of(&c, 0)->ours = true;
	case_judge(&c);
	CU_ASSERT_TRUE(total(&c, 0, MCD_CHECK_STREAM)->status != MCD_PASS);
	case_fini(&c);
}

static void a_stream_that_stopped(void)
{
	struct mcd_stream *s;
	struct the_case c;

	case_init_passive(&c, true);
	s = stream_of(&c, 0);
	s->last_ns = T0 + 200000 * MS;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_FAIL);
	HAS(&c, 0, MCD_STREAM_STOPPED);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_STREAM_STOPPED)->confidence, MCD_LIKELY);
	s->longest_gap_ns = 40000 * MS; /* it paused before, and came again */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
	s->longest_gap_ns = 20 * MS;
	c.nics[0].capture.longest_gap_ns = 3600000 * MS; /* that of another time, put behind */
	case_judge(&c);
	LACKS(&c, 0, MCD_STREAM_STOPPED);
	c.nics[0].capture.longest_gap_ns = 0;
	c.nics[0].capture.dropped = 1;
	case_judge(&c);
	LACKS(&c, 0, MCD_STREAM_STOPPED);
	c.nics[0].capture.dropped = 0;
	((struct mcd_member *)mcd_vec_at(&c.nics[0].members, 0))->mode = MCD_INCLUDE; /* it had left: that is how it goes */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
	LACKS(&c, 0, MCD_STREAM_STOPPED);
	case_source(&((struct mcd_member *)mcd_vec_at(&c.nics[0].members, 0))->sources, &((struct mcd_member *)mcd_vec_at(&c.nics[0].members, 0))->nsources,
		    "10.77.0.99"); /* or asks for another source by now */
	case_judge(&c);
	LACKS(&c, 0, MCD_STREAM_STOPPED);
	case_fini(&c);
}

/* A second stream as the first, on VLAN. */
static struct mcd_stream *add_on(struct the_case *c, uint16_t vlan)
{
	struct mcd_stream *s = case_stream(c, 0, "10.77.0.20", 30000);

	s->vlan = vlan;
	s->last_ns = T0 + (MINUTES_5 - 10) * MS;
	return s;
}

/* The stream is on VLAN 10, and only hosts of VLAN 20 ask. */
static void a_stream_on_another_vlan_than_its_members(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	stream_of(&c, 0)->vlan = 10;
	for (size_t i = 0; i < c.nics[0].reports.count; i++)
		((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, i))->vlan = 20;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_FAIL);
	HAS(&c, 0, MCD_VLAN_MISMATCH);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_VLAN_MISMATCH)->confidence, MCD_LIKELY);
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_VLAN_MISMATCH)->summary, "VLAN 10,"));
	/* A report of VLAN 10 may be among frames that were lost. */
	c.nics[0].capture.dropped = 1;
	case_judge(&c);
	LACKS(&c, 0, MCD_VLAN_MISMATCH);
	c.nics[0].capture.dropped = 0;
	/* A router brings it to VLAN 20: that is where the members are, and what is judged. */
	case_querier(&c, 0, "10.77.0.249", 3, 20, 1000, 125000, 3);
	add_on(&c, 20);
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	LACKS(&c, 0, MCD_VLAN_MISMATCH);
	CU_ASSERT_PTR_NOT_NULL(strstr(total(&c, 0, MCD_CHECK_STREAM)->reason, "VLAN 20"));
	IS(&c, 0, MCD_CHECK_JOIN, MCD_PASS);
	/* Members on both. */
	case_host_report(&c, 0, 500, "10.77.0.33", MCD_IGMP_V3_REPORT, MCD_TO_EX)->vlan = 10;
	case_judge(&c);
	LACKS(&c, 0, MCD_VLAN_MISMATCH);
	case_fini(&c);
}

/* One of thirty VLANs has all of it, and the others are as silent as they may be. */
static void a_trunk(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	for (uint16_t vlan = 2; vlan < 32; vlan++) {
		char querier[] = "10.78.0.250";

		querier[6] = (char)('0' + vlan % 10);
		querier[4] = (char)('1' + vlan / 10);
		case_querier(&c, 0, querier, 3, vlan, 2000, 125000, 3);
		case_host_report(&c, 0, 2500, "10.77.0.30", MCD_IGMP_V3_REPORT, MCD_TO_EX)->vlan = vlan;
		((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, c.nics[0].reports.count - 1))->group = address("239.255.255.250");
	}
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	case_fini(&c);
}

/* A command names what its file calls the interface, not what the report does, and never "on this host". */
static bool serves_ipv6(enum mcd_code code)
{
	return code != MCD_IGMP_DOWNGRADED_BY_QUERIER && code != MCD_IGMP_VERSION_FORCED && code != MCD_QUERIER_ZERO_ADDRESS;
}

static void remedies_are_for_another_host(void)
{
	struct the_case c;
	const struct mcd_finding *f;

	case_init_passive(&c, true);
	c.nics[0].capture.dropped = 1;
	case_judge(&c);
	f = found(&c, 0, MCD_CAPTURE_DROPPED);
	CU_ASSERT_TRUE(f && strstr(f->remedy[0], "tcpdump -ni IFACE ") != NULL);
	snprintf(c.nics[0].capture.device, sizeof c.nics[0].capture.device, "ens3");
	case_judge(&c);
	f = found(&c, 0, MCD_CAPTURE_DROPPED);
	CU_ASSERT_TRUE(f && strstr(f->remedy[0], "tcpdump -ni ens3 ") != NULL && strstr(f->remedy[0], "--iface") == NULL);
	case_fini(&c);
	for (int code = 0; code < (int)MCD_CODE_COUNT; code++) {
		const char *plain = mcd_catalogue((enum mcd_code)code)->remedy;

		CU_ASSERT_PTR_EQUAL(mcd_remedy((enum mcd_code)code, MCD_PLATFORM_LINUX, false, false), plain);
		for (int v6 = 0; v6 < 2; v6++) {
			const char *captured = mcd_remedy((enum mcd_code)code, MCD_PLATFORM_LINUX, true, v6), *here = mcd_remedy((enum mcd_code)code, MCD_PLATFORM_LINUX, false, v6);

			CU_ASSERT_TRUE(strlen(captured) < MCD_FINDING_TEXT - 80 && strlen(here) < MCD_FINDING_TEXT - 80);
			CU_ASSERT_FALSE(v6 && (strstr(here, "%g:") || strstr(captured, "%g:"))); /* an address of IPv6 takes a port in brackets only */
			CU_ASSERT_PTR_NULL(captured == plain ? NULL : strstr(captured, "this host"));
			CU_ASSERT_FALSE(v6 && serves_ipv6((enum mcd_code)code) &&
					(strstr(here, "ip igmp") || strstr(here, "protocol igmp") || strstr(here, "IP_MULTICAST")));
		}
	}
}

const struct unit_test passive_tests[] = {
	{ "a TTL that was asked for", a_ttl_that_was_asked_for },
	{ "a stream that is expected", a_stream_that_is_expected },
	{ "a capture that cannot tell", a_capture_that_cannot_tell },
	{ "absent where nobody asks", absent_where_nobody_asks },
	{ "a stream that is elsewhere", a_stream_that_is_elsewhere },
	{ "only what the host sent", only_what_the_host_sent },
	{ "a stream that stopped", a_stream_that_stopped },
	{ "a stream on another VLAN than its members", a_stream_on_another_vlan_than_its_members },
	{ "a trunk", a_trunk },
	{ "remedies are for another host", remedies_are_for_another_host },
	{ NULL, NULL },
};
