/* SPDX-License-Identifier: ISC */
/* `stream` and `delivery` with several streams, interfaces and causes at once, each beside its healthy control. */
#include <config.h>

#include "test_diagnose.h"

#include <stdio.h>
#include <string.h>

static struct mcd_stream *stream_of(struct the_case *c, size_t nic)
{
	return mcd_vec_at(&c->nics[nic].streams, 0);
}

/* Whether the summary or a clue of CODE on NIC says TEXT. */
static bool says(const struct the_case *c, size_t nic, enum mcd_code code, const char *text)
{
	const struct mcd_finding *f = found(c, nic, code);
	bool said = f && strstr(f->summary, text);

	for (size_t i = 0; f && i < f->clues.count; i++)
		said = said || strstr(((const struct mcd_clue *)mcd_vec_at(&f->clues, i))->text, text);
	if (!said)
		printf("\n%s on %zu does not say: %s\n", mcd_catalogue(code)->code, nic, text);
	return said;
}

/* -1 = not found. */
static int confidence(const struct the_case *c, size_t nic, enum mcd_code code)
{
	const struct mcd_finding *f = found(c, nic, code);

	return f ? (int)f->confidence : -1;
}

static void each_stream_has_its_cause(void)
{
	struct the_case c;

	case_init(&c);
	case_kernel(&c, 0)->rp_filter = 1;
	case_stream(&c, 0, "172.16.5.5", 100);
	case_stream(&c, 0, "10.77.0.21", 100);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_PASS);
	for (size_t i = 1; i < 3; i++)
		((struct mcd_stream *)mcd_vec_at(&c.nics[0].streams, i))->reception->delivered = 0;
	c.evidence.after.counters.ip_reverse_path_filter = 100;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_FAIL);
	HAS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	HAS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	CU_ASSERT_TRUE(says(&c, 0, MCD_DROPPED_BY_RP_FILTER, "100 of 100 datagrams from 172.16.5.5"));
	CU_ASSERT_TRUE(says(&c, 0, MCD_DROPPED_BY_FIREWALL, "100 of 100 datagrams from 10.77.0.21"));
	CU_ASSERT_EQUAL(confidence(&c, 0, MCD_DROPPED_BY_RP_FILTER), MCD_CERTAIN);
	case_stream(&c, 1, "172.16.5.6", 100)->accepted = false; /* of another program, which may have lost them too */
	case_kernel(&c, 1)->rp_filter = 1;
	case_judge(&c);
	CU_ASSERT_EQUAL(confidence(&c, 0, MCD_DROPPED_BY_RP_FILTER), MCD_LIKELY);
	((struct mcd_stream *)mcd_vec_at(&c.nics[0].streams, 2))->reception->delivered = 100; /* one cause alone */
	case_judge(&c);
	HAS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	LACKS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	case_fini(&c);
}

static void the_filter_is_not_blamed_for_its_own_subnet(void)
{
	struct the_case c;

	case_init(&c);
	case_kernel(&c, 0)->rp_filter = case_kernel(&c, 1)->rp_filter = 1;
	c.evidence.after.counters.ip_reverse_path_filter = 100;
	stream_of(&c, 0)->reception->delivered = stream_of(&c, 1)->reception->delivered = 0;
	stream_of(&c, 1)->source = address("172.16.5.5");
	case_judge(&c);
	HAS(&c, 1, MCD_DROPPED_BY_RP_FILTER);
	LACKS(&c, 1, MCD_DROPPED_BY_FIREWALL);
	HAS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	LACKS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	stream_of(&c, 1)->source = address("10.77.1.20");
	stream_of(&c, 1)->reception->delivered = 100; /* nothing else is known to have been counted: a more specific route, or another program's packets */
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	LACKS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	HAS(&c, 0, MCD_NOT_DELIVERED);
	case_fini(&c);
}

static void wrong_checksums_are_no_full_buffer(void)
{
	struct the_case c;
	struct mcd_host_counters *after = &c.evidence.after.counters;

	case_init(&c);
	stream_of(&c, 0)->reception->delivered = 50;
	stream_of(&c, 0)->reception->unverified = 100;
	c.tasks[0][0].socket_dropped = 50; /* the kernel counts both causes there */
	after->udp_in_errors = after->udp_in_csum_errors = 50;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_FAIL);
	HAS(&c, 0, MCD_DROPPED_BY_CHECKSUM);
	LACKS(&c, 0, MCD_DROPPED_BY_SOCKET_BUFFER);
	after->udp_in_csum_errors = 0;
	after->udp_rcvbuf_errors = 50;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_INCONCLUSIVE);
	HAS(&c, 0, MCD_DROPPED_BY_SOCKET_BUFFER);
	LACKS(&c, 0, MCD_DROPPED_BY_CHECKSUM);
	after->udp_rcvbuf_errors = UINT64_MAX; /* not known: then the socket's word stands */
	case_judge(&c);
	HAS(&c, 0, MCD_DROPPED_BY_SOCKET_BUFFER);
	case_fini(&c);
}

/* Ten frames of ten datagrams of 1000 bytes each at the tap, DELIVERED datagrams at the socket. */
static void set_superframes(struct the_case *c, uint64_t delivered)
{
	struct mcd_stream *s = stream_of(c, 0);

	case_rare(s)->superframes = s->packets = s->reception->deliverable = 10;
	s->packets = 100;
	s->reception->deliverable_bytes = 100000;
	s->reception->delivered = delivered;
	s->reception->delivered_bytes = delivered * 1000;
	s->reception->largest_arrival = delivered ? 1000 : 0;
	case_judge(c);
}

static void superframes_are_weighed(void)
{
	struct the_case c;

	case_init(&c);
	set_superframes(&c, 100);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_PASS);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	set_superframes(&c, 98);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_PASS);
	set_superframes(&c, 50); /* more than there were frames */
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_FAIL);
	CU_ASSERT_TRUE(says(&c, 0, MCD_DROPPED_BY_FIREWALL, "50 of 100 datagrams"));
	set_superframes(&c, 0);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_FAIL);
	HAS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	case_fini(&c);
}

/* The hook that is told where h0 lost its 100 datagrams, h1 got OTHERS, and the counters grew by so much more than by what arrived. */
static bool hook_is(uint64_t others, uint64_t receives, uint64_t mcast, const char *text)
{
	struct the_case c;
	uint64_t queries = 2;
	bool said;

	case_init(&c);
	stream_of(&c, 0)->reception->delivered = 0;
	c.tasks[0][0].arrived_foreign = 0;
	c.tasks[1][0].arrived_foreign = others;
	c.evidence.after.counters.ip_in_receives = others + queries + receives;
	c.evidence.after.counters.ip_in_mcast_pkts = mcast == UINT64_MAX ? UINT64_MAX : others + queries + mcast;
	case_judge(&c);
	said = says(&c, 0, MCD_DROPPED_BY_FIREWALL, text);
	case_fini(&c);
	return said;
}

static void the_hook_is_told_without_what_others_got(void)
{
	const char *input = "so the drop is in an input hook", *prerouting = "prerouting or raw", *ingress = "netdev ingress or tc";

	for (uint64_t others = 0; others <= 5000; others += 2500) {
		CU_ASSERT_TRUE(hook_is(others, 100, 100, input));
		CU_ASSERT_TRUE(hook_is(others, 100, 0, prerouting));
		CU_ASSERT_TRUE(hook_is(others, 0, 0, ingress));
		CU_ASSERT_TRUE(hook_is(others, 50, 50, "which does not tell the hook"));
		CU_ASSERT_TRUE(hook_is(others, 100, UINT64_MAX, "which does not tell the hook"));
	}
}

static void a_port_that_was_taken_in_is_no_firewall(void)
{
	struct the_case c;

	case_init(&c);
	stream_of(&c, 0)->reception->delivered = 0;
	c.nics[0].master_after = 99;
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	CU_ASSERT_TRUE(says(&c, 0, MCD_NOT_DELIVERED, "became a port of another device"));
	c.nics[0].master_after = 0;
	case_judge(&c);
	HAS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	case_fini(&c);
}

static void what_begins_after_our_leave_is_not_ours(void)
{
	struct the_case c;
	struct mcd_stream *s;

	case_init(&c);
	case_no_stream(&c, 1);
	s = stream_of(&c, 0);
	s->reception->deliverable = s->reception->delivered = 0;
	s->first_ns = T0 + (LEFT - 1) * MS;
	s->last_ns = T0 + (LEFT + 300) * MS;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_INCONCLUSIVE);
	s->first_ns = T0 + LEFT * MS;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_FAIL);
	HAS(&c, 0, MCD_STREAM_ABSENT);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_SKIPPED);
	c.request.expect_stream = false;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_SKIPPED);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_SKIPPED);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	case_fini(&c);
}

static void ttl_zero_shows_in_loopback_copies(void)
{
	struct the_case c;
	struct mcd_stream *s;

	case_init(&c);
	case_no_stream(&c, 1);
	s = stream_of(&c, 0);
	s->source = c.addresses[0].address;
	s->local_source = true;
	s->packets = s->reception->deliverable = s->reception->delivered = s->ttl[0] = 0;
	s->first_packet = s->last_packet = 0;
	s->reception->looped = 5;
	s->reception->first_arrival_ns = T0 + 300 * MS;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_SKIPPED);
	HAS(&c, 0, MCD_TTL_ZERO);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	CU_ASSERT_TRUE(says(&c, 0, MCD_TTL_ZERO, "5 datagrams"));
	for (int ttl = -1; ttl <= 1; ttl += 2) { /* not told, or one that leaves the host */
		s->reception->looped_ttl = ttl;
		case_judge(&c);
		IS(&c, 0, MCD_CHECK_STREAM, MCD_SKIPPED);
		LACKS(&c, 0, MCD_TTL_ZERO);
	}
	case_fini(&c);
}

static void the_last_hop_is_why_it_is_elsewhere(void)
{
	const struct mcd_finding *effect, *cause;
	struct the_case c;

	case_init(&c);
	case_no_stream(&c, 0);
	stream_of(&c, 1)->ttl[0] = 2;
	case_judge(&c);
	effect = found(&c, 0, MCD_STREAM_ON_OTHER_INTERFACE);
	CU_ASSERT_TRUE_FATAL(effect && effect->because_of >= 0);
	cause = mcd_vec_at(&c.diagnosis.findings, (size_t)effect->because_of);
	CU_ASSERT_TRUE(cause->code == MCD_STREAM_TTL_EXHAUSTED && cause->nic == &c.nics[1]);
	c.evidence.nnics = 3; /* of a third interface it is no cause */
	stream_of(&c, 1)->ttl[0] = 1 << 8;
	stream_of(&c, 2)->ttl[0] = 2;
	case_judge(&c);
	HAS(&c, 2, MCD_STREAM_TTL_EXHAUSTED);
	effect = found(&c, 0, MCD_STREAM_ON_OTHER_INTERFACE);
	CU_ASSERT_TRUE(effect && effect->because_of == -1);
	case_fini(&c);
}

static void a_cause_of_its_own_goes_first(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	case_init(&c);
	case_no_stream(&c, 0);
	case_judge(&c);
	HAS(&c, 0, MCD_STREAM_ON_OTHER_INTERFACE);
	LACKS(&c, 0, MCD_STREAM_ABSENT);
	case_no_query(&c, 0); /* likely, and a warning: it does not keep back where the stream is */
	case_judge(&c);
	HAS(&c, 0, MCD_STREAM_ON_OTHER_INTERFACE);
	case_no_report(&c, 0);
	case_judge(&c);
	LACKS(&c, 0, MCD_STREAM_ON_OTHER_INTERFACE);
	f = found(&c, 0, MCD_STREAM_ABSENT);
	CU_ASSERT_TRUE(f && f->because_of >= 0 &&
		       ((const struct mcd_finding *)mcd_vec_at(&c.diagnosis.findings, (size_t)f->because_of))->code == MCD_JOIN_NOT_ON_WIRE);
	CU_ASSERT_TRUE(says(&c, 0, MCD_STREAM_ABSENT, "on h1 it comes, from 10.77.1.20"));
	case_fini(&c);
}

static void headless_fragments_are_told(void)
{
	struct the_case c;
	struct mcd_stream *s;

	case_init(&c);
	case_no_stream(&c, 1);
	s = stream_of(&c, 0);
	s->port = s->source_port = 0;
	s->packets = s->reception->deliverable = s->reception->delivered = 0;
	case_rare(s)->incomplete = 50;
	case_rare(s)->fragments = 100;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_FAIL);
	LACKS(&c, 0, MCD_STREAM_ABSENT);
	CU_ASSERT_TRUE(says(&c, 0, MCD_FRAGMENTS_MISSING, "100 fragments of 50 datagrams"));
	case_rare(s)->incomplete = 1; /* under way as the capture began */
	case_judge(&c);
	LACKS(&c, 0, MCD_FRAGMENTS_MISSING);
	HAS(&c, 0, MCD_STREAM_ABSENT);
	case_rare(s)->incomplete = 50;
	s->group = address("239.9.9.9");
	case_judge(&c);
	LACKS(&c, 0, MCD_FRAGMENTS_MISSING);
	case_fini(&c);
}

/* In frames that the capture cannot read it came all the same: the socket says so. */
static void what_only_the_socket_saw_is_not_absent(void)
{
	struct the_case c;
	struct mcd_stream *s;

	case_init(&c);
	case_no_stream(&c, 1);
	s = stream_of(&c, 0);
	s->packets = s->reception->deliverable = 0;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_INCONCLUSIVE);
	LACKS(&c, 0, MCD_STREAM_ABSENT);
	s->reception->delivered = 0;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_FAIL);
	HAS(&c, 0, MCD_STREAM_ABSENT);
	case_fini(&c);
}

static void wrong_checksums_elsewhere_are_no_cause_here(void)
{
	struct the_case c;

	case_init(&c);
	case_rare(stream_of(&c, 0))->bad_checksum = 100;
	stream_of(&c, 1)->reception->delivered = 0;
	stream_of(&c, 1)->reception->unverified = 100;
	c.evidence.after.counters.udp_in_csum_errors = 100;
	case_judge(&c);
	HAS(&c, 0, MCD_UDP_CHECKSUM_BAD);
	HAS(&c, 1, MCD_DROPPED_BY_FIREWALL);
	LACKS(&c, 1, MCD_DROPPED_BY_CHECKSUM);
	c.evidence.after.counters.udp_in_csum_errors = 200;
	case_judge(&c);
	HAS(&c, 1, MCD_DROPPED_BY_CHECKSUM);
	LACKS(&c, 1, MCD_DROPPED_BY_FIREWALL);
	CU_ASSERT_EQUAL(confidence(&c, 1, MCD_DROPPED_BY_CHECKSUM), MCD_LIKELY);
	case_fini(&c);
}

static void none_is_missed_on_a_bridge_for_containers(void)
{
	struct the_case c;

	case_init(&c);
	case_no_stream(&c, 1);
	c.nics[1].named = false;
	case_judge(&c);
	IS(&c, 1, MCD_CHECK_STREAM, MCD_FAIL);
	HAS(&c, 1, MCD_STREAM_ON_OTHER_INTERFACE);
	snprintf(c.ifaces[1].kind, sizeof c.ifaces[1].kind, "bridge");
	case_judge(&c);
	IS(&c, 1, MCD_CHECK_STREAM, MCD_SKIPPED);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	c.ifaces[2].master = c.ifaces[1].index; /* a port to a network: "" is the kind of hardware */
	case_judge(&c);
	IS(&c, 1, MCD_CHECK_STREAM, MCD_FAIL);
	snprintf(c.ifaces[2].kind, sizeof c.ifaces[2].kind, "veth");
	case_judge(&c);
	IS(&c, 1, MCD_CHECK_STREAM, MCD_SKIPPED);
	c.nics[1].named = true;
	case_judge(&c);
	IS(&c, 1, MCD_CHECK_STREAM, MCD_FAIL);
	case_fini(&c);
}

static void arrivals_settle_by_time(void)
{
	const struct { int at_ms; uint64_t arrived; bool settled; } rows[] = {
		{ JOINED + 900, 100, false }, { JOINED + 1001, 100, true }, { JOINED + 1001, 0, false }, { LEFT - 200, 0, false },
	};
	struct the_case c;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		case_init(&c);
		c.nics[0].capture = (struct mcd_nic_capture){ .tried = true, .lacks = MCD_LACKS_RIGHT };
		case_no_stream(&c, 0);
		c.tasks[0][0].arrived_foreign = rows[i].arrived;
		case_judge_at(&c, rows[i].at_ms);
		CU_ASSERT_EQUAL(total(&c, 0, MCD_CHECK_STREAM)->settled, rows[i].settled);
		IS(&c, 0, MCD_CHECK_STREAM, rows[i].arrived ? MCD_PASS : MCD_INCONCLUSIVE);
		CU_ASSERT_EQUAL(mcd_settled(&c.evidence, 0, T0 + rows[i].at_ms * MS) >> MCD_CHECK_STREAM & 1, rows[i].settled);
		case_fini(&c);
	}
}

/* What came before our report came for nobody, unless somebody else wants it, or it always comes. */
static void snooping_is_judged_where_nobody_else_asks(void)
{
	for (unsigned why = 0; why < 6; why++) {
		struct the_case c;

		case_init(&c);
		stream_of(&c, 0)->first_ns = T0 + (why == 1 ? 150 : 10) * MS;
		if (why == 2)
			case_foreign_report(&c, 0, 50, MCD_IGMP_V3_REPORT, MCD_IS_EX);
		if (why == 3) /* as Wi-Fi brings it, station by station */
			case_rare(stream_of(&c, 0))->unicast_mac = 100;
		c.tasks[0][0].member_before = why == 4;
		if (why == 5) /* flooded by right */
			c.groups[0].address = stream_of(&c, 0)->group = address("224.0.0.251");
		for (size_t i = 0; i < c.nics[0].reports.count; i++)
			((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, i))->group = c.groups[0].address;
		case_judge(&c);
		CU_ASSERT_EQUAL(is_whole(found(&c, 0, MCD_NO_SNOOPING)), why == 0);
		if (why == 0)
			CU_ASSERT_EQUAL(found(&c, 0, MCD_NO_SNOOPING)->confidence, MCD_LIKELY);
		LACKS(&c, 1, MCD_NO_SNOOPING);
		case_fini(&c);
	}
}

/* 7 of 100 lost; or by our own capture; or seen on their way out too, where this host sends the stream on. */
static void loss_of_a_live_stream(void)
{
	for (unsigned why = 0; why < 4; why++) {
		struct the_case c;
		struct mcd_rtp_source *r;

		case_init(&c);
		r = case_rtp(stream_of(&c, 0));
		if (why > 0)
			r->unique -= 7;
		c.nics[0].capture.dropped = why == 2 ? 7 : 0;
		if (why == 3)
			case_rare(stream_of(&c, 0))->packets_out = 50;
		case_judge(&c);
		CU_ASSERT_EQUAL(is_whole(found(&c, 0, MCD_STREAM_LOSS)), why == 1);
		IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
		case_fini(&c);
	}
}

/* .99 leaves at 1150 ms and the stream stops at 1200 ms; or it goes on; or it is our own leave of the group, at the end. */
static void another_leave_cuts_us_off(void)
{
	for (unsigned why = 0; why < 3; why++) {
		struct the_case c;
		struct mcd_report *r;

		case_init(&c);
		r = case_foreign_report(&c, 0, 1150, MCD_IGMP_V3_REPORT, MCD_TO_IN);
		r->out = why == 2;
		*case_member(&c, 0, "10.77.0.10") = (struct mcd_member){
			.group = c.groups[0].address, .host = c.addresses[0].address, .out = true, .since_ns = T0 + (JOINED + 10) * MS
		};
		if (why != 1)
			stream_of(&c, 0)->last_ns = T0 + 1200 * MS;
		case_judge(&c);
		CU_ASSERT_EQUAL(is_whole(found(&c, 0, MCD_FAST_LEAVE)), why == 0);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_STREAM_STOPPED) != NULL, why != 1);
		case_fini(&c);
	}
}

/* What the tap saw came in after all, or was delivered in part: no device of another namespace sent it. */
static void a_guest_is_not_blamed_for_what_came_in(void)
{
	static const struct {
		uint64_t received, sent, delivered;
		bool blamed;
	} cases[] = { { 10, 110, 0, true }, { 100, 110, 0, false }, { 10, 99, 0, false }, { 10, 110, 50, false }, { UINT64_MAX, 110, 0, false } };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct mcd_host_iface *before, *after;
		struct mcd_stream *s;
		struct the_case c;

		case_init(&c);
		s = mcd_vec_at(&c.nics[0].streams, 0);
		s->reception->delivered = cases[i].delivered;
		before = mcd_vec_at(&c.evidence.before.ifaces, 0);
		after = case_kernel(&c, 0);
		before->traffic = (struct mcd_host_traffic){ .rx_packets = 0, .tx_packets = 0 };
		after->traffic = (struct mcd_host_traffic){ .rx_packets = cases[i].received, .tx_packets = cases[i].sent };
		case_judge(&c);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_MACVLAN_ISOLATION) != NULL, cases[i].blamed);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_DROPPED_BY_FIREWALL) != NULL, !cases[i].blamed);
		case_fini(&c);
	}
}

/* A local sender on the parent of a macvlan, and on an interface that is none of its. */
static void a_child_does_not_hear_its_parent(void)
{
	struct mcd_stream *s;
	struct the_case c;

	case_init(&c);
	case_no_stream(&c, 0);
	s = mcd_vec_at(&c.nics[1].streams, 0);
	s->local_source = true;
	case_rare(s)->packets_out = s->packets;
	case_judge(&c);
	LACKS(&c, 0, MCD_MACVLAN_ISOLATION);
	c.ifaces[0].link = c.ifaces[1].index;
	snprintf(c.ifaces[0].kind, sizeof c.ifaces[0].kind, "vlan");
	case_judge(&c);
	LACKS(&c, 0, MCD_MACVLAN_ISOLATION);
	snprintf(c.ifaces[0].kind, sizeof c.ifaces[0].kind, "macvlan");
	case_judge(&c);
	HAS(&c, 0, MCD_MACVLAN_ISOLATION);
	CU_ASSERT_TRUE(says(&c, 0, MCD_MACVLAN_ISOLATION, "h0, its macvlan child"));
	CU_ASSERT_TRUE(found(&c, 0, MCD_LOCAL_SENDER_ON_OTHER_INTERFACE)->because_of >= 0);
	case_fini(&c);
}

/* Its child's frames leave by the parent, which carries them and does not hear them. The parent's own program it hears. */
static void a_parent_does_not_hear_its_child(void)
{
	struct mcd_stream *s[2];
	struct the_case c;

	case_init(&c);
	c.ifaces[1].link = c.ifaces[0].index;
	snprintf(c.ifaces[1].kind, sizeof c.ifaces[1].kind, "macvlan");
	for (size_t nic = 0; nic < 2; nic++) {
		s[nic] = mcd_vec_at(&c.nics[nic].streams, 0);
		s[nic]->local_source = true;
		s[nic]->source = c.ifaces[1].addresses[0].address;
		case_rare(s[nic])->packets_out = s[nic]->packets;
		s[nic]->reception->delivered = 0;
	}
	case_judge(&c);
	CU_ASSERT_TRUE(says(&c, 0, MCD_MACVLAN_ISOLATION, "h0, its macvlan parent"));
	CU_ASSERT_TRUE(found(&c, 0, MCD_MACVLAN_ISOLATION)->severity == MCD_FAULT);
	LACKS(&c, 1, MCD_MACVLAN_ISOLATION);
	c.request.expect_stream = false;
	case_judge(&c);
	CU_ASSERT_TRUE(found(&c, 0, MCD_MACVLAN_ISOLATION)->severity == MCD_NOTE);
	c.request.expect_stream = true;
	snprintf(c.ifaces[1].kind, sizeof c.ifaces[1].kind, "vlan"); /* what a VLAN sends, its parent carries too, and is not meant to hear */
	case_judge(&c);
	LACKS(&c, 0, MCD_MACVLAN_ISOLATION);
	snprintf(c.ifaces[1].kind, sizeof c.ifaces[1].kind, "macvlan");
	s[0]->source = c.ifaces[0].addresses[0].address;
	case_judge(&c);
	LACKS(&c, 0, MCD_MACVLAN_ISOLATION);
	case_fini(&c);
}

/* The kernel takes packets from our own addresses where it is told to: then something else dropped them. */
static void an_own_address_may_be_let_in(void)
{
	struct the_case c;
	struct mcd_stream *s;

	case_init(&c);
	s = mcd_vec_at(&c.nics[0].streams, 0);
	s->source = c.addresses[1].address;
	s->reception->delivered = 0;
	case_judge(&c);
	HAS(&c, 0, MCD_DROPPED_AS_MARTIAN);
	case_kernel(&c, 0)->accept_local = 1;
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_AS_MARTIAN);
	HAS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	case_fini(&c);
}

static void a_port_tells_of_its_bridge(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	case_init(&c);
	c.nics[0].unusable = MCD_UNUSABLE_ENSLAVED;
	c.ifaces[0].master = c.ifaces[2].index;
	*(struct mcd_host_bridge *)mcd_vec_push(&c.evidence.after.bridges) = (struct mcd_host_bridge){ c.ifaces[2].index, 1, -1, 2, -1 };
	for (unsigned i = 0; i < 3; i++) /* for the port, for another one, for this host */
		*(struct mcd_host_entry *)mcd_vec_push(&c.evidence.after.entries) =
			(struct mcd_host_entry){ c.ifaces[2].index, c.ifaces[i].index, c.groups[0].address, address("0.0.0.0"), false };
	case_judge(&c);
	f = found(&c, 0, MCD_NIC_ENSLAVED);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL_FATAL(f->clues.count, 4);
	CU_ASSERT_PTR_NOT_NULL(strstr(((struct mcd_clue *)mcd_vec_at(&f->clues, 1))->text, "snooping on, querier not known, IGMPv2"));
	CU_ASSERT_PTR_NOT_NULL(strstr(((struct mcd_clue *)mcd_vec_at(&f->clues, 2))->text, "passes 239.7.7.7 to h0"));
	CU_ASSERT_PTR_NOT_NULL(strstr(((struct mcd_clue *)mcd_vec_at(&f->clues, 3))->text, "to this host"));
	case_fini(&c);
}

const struct unit_test stream_tests[] = {
	{ "delivery: a guest is not blamed for what came in", a_guest_is_not_blamed_for_what_came_in },
	{ "delivery: an own address may be let in", an_own_address_may_be_let_in },
	{ "stream: a child does not hear its parent", a_child_does_not_hear_its_parent },
	{ "stream: a parent does not hear its child", a_parent_does_not_hear_its_child },
	{ "interface: a port tells of its bridge", a_port_tells_of_its_bridge },
	{ "delivery: each stream has its cause", each_stream_has_its_cause },
	{ "delivery: rp_filter is not blamed for its own subnet", the_filter_is_not_blamed_for_its_own_subnet },
	{ "delivery: wrong checksums are no full buffer", wrong_checksums_are_no_full_buffer },
	{ "delivery: superframes are weighed", superframes_are_weighed },
	{ "delivery: the hook is told without what others got", the_hook_is_told_without_what_others_got },
	{ "delivery: a port that was taken in is no firewall", a_port_that_was_taken_in_is_no_firewall },
	{ "stream: what begins after our leave is not ours", what_begins_after_our_leave_is_not_ours },
	{ "stream: TTL 0 shows in loopback copies", ttl_zero_shows_in_loopback_copies },
	{ "stream: the last hop is why it is elsewhere", the_last_hop_is_why_it_is_elsewhere },
	{ "stream: a cause of its own goes first", a_cause_of_its_own_goes_first },
	{ "stream: headless fragments are told", headless_fragments_are_told },
	{ "stream: what only the socket saw is not absent", what_only_the_socket_saw_is_not_absent },
	{ "delivery: wrong checksums elsewhere are no cause here", wrong_checksums_elsewhere_are_no_cause_here },
	{ "stream: none is missed on a bridge for containers", none_is_missed_on_a_bridge_for_containers },
	{ "stream: arrivals without a capture settle by time", arrivals_settle_by_time },
	{ "stream: snooping is judged where nobody else asks", snooping_is_judged_where_nobody_else_asks },
	{ "stream: loss of a live stream", loss_of_a_live_stream },
	{ "stream: another leave cuts us off", another_leave_cuts_us_off },
	{ NULL, NULL },
};
