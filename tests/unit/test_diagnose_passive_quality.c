/* SPDX-License-Identifier: ISC */
/* Captures: what is wrong with a stream that comes, and with the capture itself. */
#include <config.h>

#include "test_diagnose.h"

#include <stdlib.h>
#include <string.h>

static struct mcd_stream *stream_of(struct the_case *c, size_t place)
{
	return mcd_vec_at(&c->nics[0].streams, place);
}

/* A filter on the port leaves only the first fragments, which have one. */
static void fragments(void)
{
	struct mcd_stream *s;
	struct the_case c;

	case_init_passive(&c, true);
	s = stream_of(&c, 0);
	case_rare(s)->fragments = s->packets;
	case_rare(s)->incomplete = s->packets;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	HAS(&c, 0, MCD_FRAGMENTS_MISSING);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_FRAGMENTS_MISSING)->severity, MCD_NOTE);
	case_rare(s)->later_fragments = s->packets - 9; /* the others are there */
	case_rare(s)->incomplete = 9;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_FAIL);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_FRAGMENTS_MISSING)->severity, MCD_FAULT);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_FRAGMENTS_MISSING)->confidence, MCD_CERTAIN);
	c.nics[0].capture.drops_unknown = true;
	case_judge(&c);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_FRAGMENTS_MISSING)->confidence, MCD_LIKELY);
	c.nics[0].capture.dropped = 1;
	case_judge(&c);
	LACKS(&c, 0, MCD_FRAGMENTS_MISSING);
	c.nics[0].capture.dropped = 0;
	case_rare(s)->incomplete = 1;
	case_judge(&c);
	LACKS(&c, 0, MCD_FRAGMENTS_MISSING);
	case_fini(&c);
}

/* Multicast in unicast frames: what Wi-Fi does, to whomever; to another group's MAC it is wrong. */
static void frames_to_other_macs(void)
{
	struct mcd_stream *s;
	struct the_case c;

	case_init_passive(&c, true);
	s = stream_of(&c, 0);
	memcpy(s->macs[0], (const uint8_t[]){ 2, 0, 0, 0, 9, 9 }, 6);
	case_rare(s)->wrong_mac = case_rare(s)->unicast_mac = s->packets;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	HAS(&c, 0, MCD_UNICAST_FRAME);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_UNICAST_FRAME)->severity, MCD_NOTE);
	memcpy(s->macs[0], (const uint8_t[]){ 1, 0, 0x5e, 9, 9, 9 }, 6);
	case_rare(s)->unicast_mac = 0;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
	HAS(&c, 0, MCD_WRONG_DESTINATION_MAC);
	case_fini(&c);
}

/* What there is one of is told as one. */
static void one_datagram(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	stream_of(&c, 0)->packets = 1;
	case_rare(stream_of(&c, 0))->bad_checksum = 1;
	case_judge(&c);
	CU_ASSERT_EQUAL(strncmp(total(&c, 0, MCD_CHECK_STREAM)->reason, "1 datagram, the first", 21), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_UDP_CHECKSUM_BAD)->summary, "1 of 1 datagram from"));
	stream_of(&c, 0)->packets = 2;
	case_judge(&c);
	CU_ASSERT_EQUAL(strncmp(total(&c, 0, MCD_CHECK_STREAM)->reason, "2 datagrams, the first", 22), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_UDP_CHECKSUM_BAD)->summary, "1 of 2 datagrams from"));
	case_fini(&c);
}

static void loss(void)
{
	struct mcd_rtp_source *r;
	struct the_case c;

	case_init_passive(&c, true);
	r = case_rtp(stream_of(&c, 0));
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	r->unique -= 12;
	r->disorder->largest_gap = 5;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_STREAM_LOSS)->confidence, MCD_CERTAIN);
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_STREAM_LOSS)->summary, "12 RTP packets"));
	c.nics[0].capture.drops_unknown = true;
	case_judge(&c);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_STREAM_LOSS)->confidence, MCD_LIKELY);
	c.nics[0].capture.dropped = 12; /* the capture's own */
	case_judge(&c);
	LACKS(&c, 0, MCD_STREAM_LOSS);
	case_fini(&c);
}

static void continuity(void)
{
	struct mcd_stream *s;
	struct the_case c;

	case_init_passive(&c, true);
	s = stream_of(&c, 0);
	s->ts = calloc(1, sizeof *s->ts);
	CU_ASSERT_PTR_NOT_NULL_FATAL(s->ts);
	s->ts->pids = calloc(2, sizeof *s->ts->pids);
	CU_ASSERT_PTR_NOT_NULL_FATAL(s->ts->pids);
	s->ts->npids = s->ts->room = 2;
	s->ts->pids[1] = (struct mcd_ts_pid){ .pid = 101, .packets = 900 };
	s->ts->datagrams = s->packets;
	s->ts->packets = 7 * s->packets;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	s->ts->errors = s->ts->pids[1].errors = 4;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
	HAS(&c, 0, MCD_STREAM_LOSS);
	s->ts->datagrams = s->packets / 2; /* only half of it is a transport stream: the other half is not known */
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	case_fini(&c);
}

/* Each twice: a mirror of both directions, says the text; a few: not. */
static void repeats(void)
{
	for (unsigned all = 0; all < 2; all++) {
		struct mcd_rtp_source *r;
		struct the_case c;

		case_init_passive(&c, true);
		r = case_rtp(stream_of(&c, 0));
		r->disorder->duplicated = all ? 15000 : 20;
		r->unique -= r->disorder->duplicated;
		r->highest -= r->disorder->duplicated;
		r->advances -= r->disorder->duplicated;
		CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
		HAS(&c, 0, MCD_STREAM_DUPLICATED);
		LACKS(&c, 0, MCD_STREAM_LOSS);
		CU_ASSERT_EQUAL(strstr(found(&c, 0, MCD_STREAM_DUPLICATED)->settle_by, "mirror") != NULL, all);
		case_fini(&c);
	}
}

static void what_was_not_kept(void)
{
	struct the_case c;

	for (int kind = 0; kind < MCD_OMITTED_KINDS; kind++) {
		bool rows = kind == MCD_OMITTED_REPORTS || kind == MCD_OMITTED_QUERIES;

		case_init_passive(&c, true);
		c.nics[0].omitted = c.nics[0].omitted_of[kind] = 3;
		CU_ASSERT_EQUAL(case_judge(&c)->verdict, rows ? MCD_VERDICT_PASS : MCD_VERDICT_WARN);
		HAS(&c, 0, MCD_EVIDENCE_LIMIT_REACHED);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_EVIDENCE_LIMIT_REACHED)->severity, rows ? MCD_NOTE : MCD_WARNING);
		LACKS(&c, 1, MCD_EVIDENCE_LIMIT_REACHED);
		case_fini(&c);
	}
}

static void files_that_end_badly(void)
{
	static const enum mcd_file_end ends[] = { MCD_FILE_CUT, MCD_FILE_CORRUPT };

	for (size_t i = 0; i < 2; i++) {
		struct the_case c;

		case_init_passive(&c, i == 0);
		c.nics[0].capture.ended = ends[i];
		CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
		HAS(&c, 0, MCD_CAPTURE_FILE_CUT);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_CAPTURE_FILE_CUT)->severity, MCD_NOTE);
		LACKS(&c, 1, MCD_CAPTURE_FILE_CUT);
		case_fini(&c);
	}
}

const struct unit_test passive_quality_tests[] = {
	{ "fragments", fragments },
	{ "frames to other MACs", frames_to_other_macs },
	{ "one datagram", one_datagram },
	{ "loss", loss },
	{ "continuity", continuity },
	{ "repeats", repeats },
	{ "what was not kept", what_was_not_kept },
	{ "files that end badly", files_that_end_badly },
	{ NULL, NULL },
};
