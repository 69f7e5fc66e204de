/* SPDX-License-Identifier: ISC */
/* The report of a run that only listens: senders, messages, silence. */
#include <config.h>

#include "test_report.h"

#include "report/message.h"

#include <stdlib.h>
#include <string.h>

static const struct mcd_text_style wide = { .width = 100 }, narrow = { .width = 48 };

static struct mcd_stream *add_heard(struct mcd_nic *nic, const char *source, uint64_t received, uint64_t packets)
{
	struct mcd_stream *s = scene_push(&nic->streams);

	*s = (struct mcd_stream){ .source = scene_addr(source), .group = scene_addr("239.1.1.1"), .port = 5000, .source_port = 40000, .packets = packets,
				  .bytes = packets * 100, .ttl = { packets ? 1u << 8 : 0 }, .first_ns = packets ? scene_at(0) : 0,
				  .last_ns = packets ? scene_at(1000000) : 0, .accepted = true, .reception = scene_zeroed(1, sizeof *s->reception) };
	s->reception->delivered = received;
	s->reception->delivered_bytes = received * 100;
	s->reception->first_arrival_ns = scene_at(0);
	s->reception->last_arrival_ns = scene_at(500000);
	s->reception->last_ttl = 7;
	return s;
}

static void add_probes(struct mcd_nic *nic, struct mcd_stream *s)
{
	struct mcd_probe_seen *seen = scene_push(&nic->probes);

	s->probes = true;
	*seen = (struct mcd_probe_seen){ .session = 0xfeed, .host = "alpha", .iface = "eth7", .source = s->source, .address = s->group, .source_port = s->source_port,
					 .port = s->port, .packets = s->packets, .first_sequence = 3, .last_sequence = 14, .reordered = 1, .duplicated = 2,
					 .jitter_16 = 16 * 1500000, .timed = true, .ttl_sent = 64 };
	mcd_vec_init(&seen->ttl, sizeof(struct mcd_ttl_count));
	*(struct mcd_ttl_count *)scene_push(&seen->ttl) = (struct mcd_ttl_count){ 62, s->packets };
}

/* eth0: a sender of whom the sockets lack some, and probes of another host; eth1: nothing that was asked for; eth2: no capture; eth3: no carrier. */
static void scene_heard(struct scene *s)
{
	struct mcd_stream *other;

	scene_init(s, 4);
	s->input.mode = "listen";
	s->request.listen_only = s->request.join = true;
	s->request.send = false;
	s->request.ttl = -1;
	s->request.ngroups = 1;
	s->evidence.ended_by = MCD_ENDED_SIGNAL;
	for (size_t i = 0; i < 4; i++) {
		scene_check(s, i, MCD_CHECK_SEND, MCD_SKIPPED, "this run only listens");
		scene_check(s, i, MCD_CHECK_TTL, MCD_SKIPPED, "this run only listens");
	}
	add_probes(&s->evidence.nics[0], add_heard(&s->evidence.nics[0], "10.1.1.2", 12, 12));
	add_heard(&s->evidence.nics[0], "10.1.1.1", 99, 101);
	other = add_heard(&s->evidence.nics[1], "10.1.1.1", 0, 5); /* of no group of ours */
	other->accepted = false;
	other = add_heard(&s->evidence.nics[1], "10.1.1.1", 0, 5);
	other->vlan = 9;
	add_heard(&s->evidence.nics[2], "10.1.1.3", 26, 0);
	s->evidence.nics[2].capture = (struct mcd_nic_capture){ .tried = true, .lacks = MCD_LACKS_RIGHT };
	s->evidence.nics[3].unusable = MCD_UNUSABLE_NO_CARRIER;
}

static bool has(const char *text, const char *part)
{
	if (!strstr(text, part))
		printf("\nlacks:\n%s\n%s", part, text);
	return strstr(text, part) != NULL;
}

static void test_table(void)
{
	static const char *const lines[] = {
		": joined 239.1.1.1:5000; 4 interfaces; listened for 2.34 s, then interrupted\n",
		"\n  interface  sender          received  on wire  rate     lost  late  twice  jitter    TTL\n"
		"  eth0       10.1.1.1:40000  99        101      100 pps  -     -     -      -         8\n"
		"             10.1.1.2:40000  12        12       11 pps   2     1     2      1.500 ms  8\n"
		"  eth2       10.1.1.3:40000  26        -        50 pps   -     -     -      -         7\n"
		"  eth3: not usable, no carrier\n"
		"  Nothing came on eth1\n"
		"  Sockets alone, without a capture, on eth2: not known are",
		"  eth0       alpha  eth7    239.1.1.1:5000  12        2     2       2     1.500 ms\n",
	};
	struct scene s;
	char *text;

	scene_heard(&s);
	text = scene_text(&s, &wide);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		CU_ASSERT_TRUE(has(text, lines[i]));
	CU_ASSERT_PTR_NULL(strstr(text, "only listens"));
	CU_ASSERT_PTR_NULL(strstr(text, "nothing was received"));
	free(text);
	text = scene_text(&s, &narrow);
	CU_ASSERT_TRUE(has(text, "eth0: sender 10.1.1.1:40000, received 99, on\n"));
	free(text);
	s.request.ngroups = 2; /* then each row names its group */
	text = scene_text(&s, &wide);
	CU_ASSERT_TRUE(has(text, "group"));
	free(text);
	scene_fini(&s);
}

/* A transport stream has a count of its own; one that this host sends on is not lacking at the socket. */
static void test_rows(void)
{
	struct mcd_stream *s;
	struct scene scene;
	char *text;

	scene_heard(&scene);
	s = add_heard(&scene.evidence.nics[1], "10.1.1.9", 0, 40);
	s->local_source = true; /* and no socket of ours got it */
	s = add_heard(&scene.evidence.nics[1], "10.1.1.8", 0, 40);
	s->ts = scene_zeroed(1, sizeof *s->ts);
	*s->ts = (struct mcd_ts_seen){ .packets = 280, .datagrams = 40, .errors = 3 };
	text = scene_text(&scene, &wide);
	CU_ASSERT_PTR_NULL(strstr(text, "10.1.1.9"));
	CU_ASSERT_TRUE(has(text, "  eth1       10.1.1.8:40000  0         40       39 pps   3 CC  -     -      -         8\n"));
	CU_ASSERT_PTR_NULL(strstr(text, "Nothing came"));
	free(text);
	scene_fini(&scene);
}

static void test_nothing(void)
{
	struct scene s;
	char *text;

	scene_heard(&s);
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < s.evidence.nics[i].streams.count; k++)
			((struct mcd_stream *)mcd_vec_at(&s.evidence.nics[i].streams, k))->accepted = false;
	s.diagnosis.verdict = MCD_VERDICT_INCONCLUSIVE;
	text = scene_text(&s, &wide);
	CU_ASSERT_TRUE(has(text, "  Nothing came on eth0-eth2\n"));
	CU_ASSERT_TRUE(has(text, "VERDICT: INCONCLUSIVE, nothing was received (exit status 3)\n"));
	CU_ASSERT_PTR_NULL(strstr(text, "sender"));
	free(text);
	scene_fini(&s);
}

static void test_json(void)
{
	static const struct scene_value expected[] = {
		{ "mode", "\"listen\"" },
		{ "request.listen_only", "true" },
		{ "request.ttl", "null" },
		{ "interfaces.2.streams.0.packets", "null" },
		{ "interfaces.2.streams.0.rate_pps", "50" },
		{ "interfaces.2.streams.0.rate_bps", "40000" },
		{ "interfaces.2.streams.0.ttl", "[7]" },
		{ "interfaces.0.streams.1.jitter_ms", "1.5" },
		{ "peers.0.before_first", "2" },
		{ "peers.0.hops", "2" },
		{ "peers.0.jitter_ms", "1.5" },
	};
	struct scene s;

	scene_heard(&s);
	scene_expect(scene_json(&s, false), expected, sizeof expected / sizeof expected[0]);
	scene_fini(&s);
}

/* What PRINT writes for a datagram that says the LENGTH bytes of TEXT, of which HELD were kept. */
static char *printed(const void *text, size_t length, size_t held, const struct mcd_probe *probe, bool symbols)
{
	const struct mcd_arrival arrival = { .source = scene_addr("10.1.1.1"), .destination = scene_addr("239.1.1.1"), .source_port = 40000, .port = 5000,
					     .ttl = 62, .length = length, .held = held, .data = text };
	const struct mcd_message message = { &arrival, "eth0", probe, text, held };
	char *line;
	FILE *out = unit_open();

	mcd_message_print(out, &message, symbols);
	line = unit_close(out);
	return line;
}

static bool prints(const char *text, size_t length, bool symbols, const char *wanted)
{
	char *line = printed(text, length, length, NULL, symbols), all[300];
	bool same;

	snprintf(all, sizeof all, "10.1.1.1:40000 to 239.1.1.1:5000 on eth0, TTL 62, %zu byte%s%s\n", length, length == 1 ? "" : "s", wanted);
	same = strcmp(line, all) == 0;
	if (!same)
		printf("\n%s%s", line, all);
	free(line);
	return same;
}

static void test_messages(void)
{
	CU_ASSERT_TRUE(prints("Alice foo foo !", 16, false, ": Alice foo foo !")); /* the sample sends its NUL too */
	CU_ASSERT_TRUE(prints("no NUL", 6, false, ": no NUL"));
	CU_ASSERT_TRUE(prints("line\r\n", 6, false, ": line"));
	CU_ASSERT_TRUE(prints("a\nb\033[2Jc\x7f", 9, false, ": a?b?[2Jc?"));
	CU_ASSERT_TRUE(prints("\xc3\xa9\xff\xe2\x80\xae", 6, false, ": \xc3\xa9??"));
	CU_ASSERT_TRUE(prints("\xff", 1, true, ": \xef\xbf\xbd"));
	CU_ASSERT_TRUE(prints("\xe2\x82", 2, false, ": ??")); /* cut in the middle of a character */
	CU_ASSERT_TRUE(prints("", 0, false, ""));
	CU_ASSERT_TRUE(prints("\0hidden", 7, false, ""));
	CU_ASSERT_TRUE(prints("\n", 1, false, ""));
}

static void test_long_messages(void)
{
	enum { HELD = 2048, LONG = 9000 };
	static uint8_t bytes[HELD];
	char *line;

	memset(bytes, 0xff, sizeof bytes);
	line = printed(bytes, LONG, HELD, NULL, true);
	CU_ASSERT_TRUE(strlen(line) > 3 * HELD && strcmp(line + strlen(line) - 4, "...\n") == 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(line, ", 9000 bytes: "));
	free(line);
	bytes[5] = '\0';
	line = printed(bytes, LONG, HELD, NULL, false);
	CU_ASSERT_STRING_EQUAL(strstr(line, "bytes"), "bytes: ?????\n");
	free(line);
}

static void test_probe_messages(void)
{
	struct mcd_probe probe = { .host = "al\033pha", .iface = "eth7", .sequence = 7, .ttl = 64 };
	char *line = printed("hello", 5, 5, &probe, false);

	CU_ASSERT_STRING_EQUAL(line, "10.1.1.1:40000 to 239.1.1.1:5000 on eth0, TTL 62, 5 bytes, probe 7 of al?pha out of eth7, 2 hops: hello\n");
	free(line);
	probe.ttl = 10; /* less than it has now: something sets it */
	memset(probe.host, 0xff, sizeof probe.host - 1);
	line = printed("", 0, 0, &probe, true);
	CU_ASSERT_PTR_NULL(strstr(line, "hop"));
	CU_ASSERT_STRING_EQUAL(line + strlen(line) - 13, " out of eth7\n");
	free(line);
}

static void test_silence(void)
{
	struct mcd_finding *f;
	struct scene s;
	char *text;
	FILE *out = unit_open();

	scene_heard(&s);
	scene_check(&s, 0, MCD_CHECK_STREAM, MCD_FAIL, "no datagram in 1.0 s");
	scene_check(&s, 0, MCD_CHECK_QUERIER, MCD_INCONCLUSIVE, "no query heard");
	scene_finding(&s, MCD_STREAM_ON_OTHER_INTERFACE, MCD_FAULT, 0, -1, "It comes on eth1");
	f = scene_finding(&s, MCD_SEVERAL_SENDERS, MCD_NOTE, 0, -1, "a note");
	CU_ASSERT_PTR_NOT_NULL(f);
	mcd_report_silence(out, &s.evidence, &s.diagnosis, &s.diagnosis, 100);
	text = unit_close(out);
	CU_ASSERT_TRUE(has(text, "mcdiag: nothing has come yet. What is known so far:\n"
				 "  eth0: join: seen in packet 3; querier: no query heard; stream: no datagram in 1.0 s\n"));
	CU_ASSERT_TRUE(has(text, "  stream-on-other-interface on eth0: It comes on eth1\n"));
	CU_ASSERT_PTR_NULL(strstr(text, "eth3:"));
	CU_ASSERT_PTR_NULL(strstr(text, "a note"));
	CU_ASSERT_PTR_NULL(strstr(text, "only listens"));
	free(text);
	scene_fini(&s);
}

static void test_progress(void)
{
	static const struct {
		struct mcd_progress_listening state;
		const char *line;
	} cases[] = {
		{ { 500, 2000, 3, 49.96, 3000 }, "\r\033[K500 of 2000 datagrams received, 50.0/s, from 3 senders, 3.0 s more" },
		{ { 1, 0, 1, 0, -1 }, "\r\033[K1 datagram received, 0.0/s, from 1 sender" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *text;
		FILE *out = unit_open();

		mcd_progress_show_listening(out, &cases[i].state, 100);
		text = unit_close(out);
		CU_ASSERT_STRING_EQUAL(text, cases[i].line);
		free(text);
	}
}

const struct unit_test report_heard_tests[] = {
	{ "table of senders", test_table },
	{ "rows of senders", test_rows },
	{ "nothing received", test_nothing },
	{ "JSON of a listener", test_json },
	{ "messages", test_messages },
	{ "long messages", test_long_messages },
	{ "messages of probes", test_probe_messages },
	{ "silence", test_silence },
	{ "progress of listening", test_progress },
	{ NULL, NULL },
};
