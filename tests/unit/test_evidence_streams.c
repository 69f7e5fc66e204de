/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_evidence.h"

#include <string.h>

/* The sockets of all tasks of NIC are ready from now on. */
static void make_ready(struct lab *lab, size_t nic)
{
	for (size_t i = 0; i < LAB_GROUPS; i++)
		lab_nic(lab, nic)->tasks[i].ready_ns = lab->now_ns;
}

static void arrive(struct lab *lab, size_t nic, unsigned ifindex, uint32_t source, uint32_t group, int64_t when_ns)
{
	struct mcd_arrival arrival = {
		.when_ns = when_ns,
		.nic = nic,
		.ifindex = ifindex,
		.source = mcd_addr_v4(source),
		.destination = mcd_addr_v4(group),
		.source_port = LAB_SOURCE_PORT,
		.port = LAB_PORT,
		.ttl = 1,
		.length = 1,
		.held = 1,
		.data = (const uint8_t[]){ 'x' },
	};

	mcd_observe_arrival(&lab->evidence, &arrival);
}

static void see_probe_sent(struct lab *lab, size_t nic, const struct frame_ip *ip, uint32_t sequence, uint64_t session, int64_t sent_ns)
{
	struct mcd_probe probe = { .session = session, .host = "host", .iface = "eth0", .sequence = sequence, .ttl = 64, .sent_ns = sent_ns };
	uint8_t payload[MCD_PROBE_LINE];
	struct frame frame;
	size_t length = mcd_probe_write(payload, sizeof payload, &probe, "hello", 0);

	CU_ASSERT_TRUE_FATAL(length > 0);
	frame_udp(&frame, ip, LAB_SOURCE_PORT, LAB_PORT, payload, length);
	lab_see(lab, nic, &frame);
}

static void see_probe(struct lab *lab, size_t nic, const struct frame_ip *ip, uint32_t sequence, uint64_t session)
{
	see_probe_sent(lab, nic, ip, sequence, session, LAB_START);
}

static void what_a_stream_is(void)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	const struct mcd_stream *s;
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	ip.ttl = 200;
	ip.tos = 46 << 2;
	frame_udp(&frame, &ip, LAB_SOURCE_PORT, LAB_PORT, "hello", 5);
	lab_see(&lab, ETH0, &frame);
	ip.ttl = 3;
	frame_udp(&frame, &ip, LAB_SOURCE_PORT, LAB_PORT, "hi", 2);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->streams.count, 1);
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_TRUE(mcd_addr_equal(s->source, mcd_addr_v4(LAB_OTHER)) && mcd_addr_equal(s->group, mcd_addr_v4(LAB_ASM)));
	CU_ASSERT_TRUE(s->port == LAB_PORT && s->source_port == LAB_SOURCE_PORT && !s->vlan && s->task == ASM && s->accepted);
	CU_ASSERT_TRUE(s->packets == 2 && mcd_stream_frames(s) == 2 && s->bytes == 7 && mcd_stream_rare(s)->packets_out == 0 && mcd_stream_rare(s)->fragments == 0);
	CU_ASSERT_TRUE(s->ttl[3] == UINT64_C(1) << (200 - 192) && s->ttl[0] == 8 && s->dscp == UINT64_C(1) << 46);
	CU_ASSERT_TRUE(s->first_packet == 1 && s->last_packet == 2 && s->first_ns == LAB_START && s->last_ns == LAB_START + LAB_MS);
	CU_ASSERT_TRUE(mcd_stream_rare(s)->bad_checksum == 0 && mcd_stream_rare(s)->bad_ip_checksum == 0 && mcd_stream_rare(s)->bad_length == 0 && mcd_stream_rare(s)->wrong_mac == 0);
	CU_ASSERT_FALSE(s->local_source || s->probes || s->ours);
	/* Unicast UDP is none. */
	ip.destination = lab_ip(&lab, ETH0);
	frame_udp(&frame, &ip, LAB_SOURCE_PORT, LAB_PORT, "x", 1);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->streams.count, 1);
	lab_fini(&lab);
}

static void streams_are_keyed(void)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	for (uint16_t vlan = 0; vlan < 3; vlan++) { /* VID 0 is untagged */
		ip.has_vlan = true;
		ip.vlan = vlan;
		frame_udp(&frame, &ip, 1, 2, "x", 1);
		lab_see(&lab, ETH0, &frame);
	}
	ip.has_vlan = false;
	frame_udp(&frame, &ip, 1, 2, "x", 1);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->streams.count, 3);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH0, 0)->packets == 2 && !lab_stream(&lab, ETH0, 0)->vlan);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH0, 2)->vlan && lab_stream(&lab, ETH0, 2)->vlan == 2);
	frame_udp(&frame, &ip, 1, 3, "x", 1);
	lab_see(&lab, ETH0, &frame);
	frame_udp(&frame, &ip, 2, 2, "x", 1);
	lab_see(&lab, ETH0, &frame);
	ip.source++;
	frame_udp(&frame, &ip, 1, 2, "x", 1);
	lab_see(&lab, ETH0, &frame);
	ip.destination++;
	frame_udp(&frame, &ip, 1, 2, "x", 1);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->streams.count, 7);
	CU_ASSERT_EQUAL(lab_stream(&lab, ETH0, 6)->task, MCD_NO_TASK);
	lab_fini(&lab);
}

static void destination_macs(void)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	const struct mcd_stream *s;
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	make_ready(&lab, ETH0);
	ip.destination_mac[5]++; /* of another group: the NIC may let it pass */
	frame_udp(&frame, &ip, 1, LAB_PORT, "x", 1);
	lab_see(&lab, ETH0, &frame);
	memcpy(ip.destination_mac, lab_mac(&lab, ETH0), 6); /* what a multicast-to-unicast switch does */
	frame_udp(&frame, &ip, 1, LAB_PORT, "x", 1);
	lab_see(&lab, ETH0, &frame);
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_TRUE(mcd_stream_rare(s)->wrong_mac == 2 && mcd_stream_rare(s)->unicast_mac == 1 && s->nmacs == 2 && mcd_stream_reception(s)->deliverable == 2);
	memcpy(ip.destination_mac, lab_mac(&lab, ETH1), 6); /* seen in promiscuous mode only */
	frame_udp(&frame, &ip, 1, LAB_PORT, "x", 1);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_TRUE(mcd_stream_rare(s)->unicast_mac == 2 && s->packets == 3 && mcd_stream_reception(s)->deliverable == 2);
	lab_fini(&lab);
}

static void deliverable_from_ready_to_leave(void)
{
	struct mcd_task *task;
	const struct mcd_stream *s;
	struct lab lab;

	lab_init(&lab);
	task = &lab_nic(&lab, ETH0)->tasks[ASM];
	lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_ASM, 10);
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_EQUAL(mcd_stream_reception(s)->deliverable, 0);
	task->ready_ns = lab.now_ns + 1;
	lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_ASM, 10);
	CU_ASSERT_EQUAL(mcd_stream_reception(s)->deliverable, 0);
	lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_ASM, 10);
	CU_ASSERT_EQUAL(mcd_stream_reception(s)->deliverable, 1);
	arrive(&lab, ETH0, 2, LAB_OTHER, LAB_ASM, task->ready_ns - 1);
	CU_ASSERT_EQUAL(mcd_stream_reception(s)->delivered, 0);
	arrive(&lab, ETH0, 2, LAB_OTHER, LAB_ASM, task->ready_ns);
	arrive(&lab, ETH0, 0, LAB_OTHER, LAB_ASM, task->ready_ns); /* no IP_PKTINFO */
	CU_ASSERT_EQUAL(mcd_stream_reception(s)->delivered, 2);
	arrive(&lab, ETH0, 3, LAB_OTHER, LAB_ASM, task->ready_ns); /* came in by eth1 */
	CU_ASSERT_EQUAL(mcd_stream_reception(s)->delivered, 2);
	CU_ASSERT_TRUE(task->arrived_foreign == 4 && task->arrived_elsewhere == 1 && task->arrived_ours == 0);
	mcd_observe_act(lab_nic(&lab, ETH0), &task->leave, lab.now_ns, lab.now_ns, NULL);
	arrive(&lab, ETH0, 2, LAB_OTHER, LAB_ASM, lab.now_ns - 1);
	arrive(&lab, ETH0, 2, LAB_OTHER, LAB_ASM, lab.now_ns);
	lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_ASM, 10);
	CU_ASSERT_TRUE(mcd_stream_reception(s)->deliverable == 1 && mcd_stream_reception(s)->delivered == 3 && s->packets == 4);
	lab_fini(&lab);
}

/* The stream of a lone frame on a NIC that is ready. */
struct lone {
	struct mcd_stream s;	/* what it owns is gone */
	struct mcd_stream_rare rare;
	uint64_t deliverable;
};

static struct lone lone(const struct frame_ip *ip, size_t flip)
{
	struct lone one;
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	make_ready(&lab, ETH0);
	frame_udp(&frame, ip, LAB_SOURCE_PORT, LAB_PORT, "hello, world, how are you", 25);
	if (flip > 0)
		frame.data[flip] ^= 0x40;
	lab_see(&lab, ETH0, &frame);
	one.s = *lab_stream(&lab, ETH0, 0);
	one.rare = *mcd_stream_rare(&one.s);
	one.deliverable = mcd_stream_reception(&one.s)->deliverable;
	lab_fini(&lab);
	return one;
}

static void what_is_not_deliverable(void)
{
	struct frame_ip good = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM), ip = good;

	CU_ASSERT_EQUAL(lone(&good, 0).deliverable, 1);
	ip.has_vlan = true;
	ip.vlan = 0;
	CU_ASSERT_EQUAL(lone(&ip, 0).deliverable, 1);
	ip.vlan = 5;
	CU_ASSERT_EQUAL(lone(&ip, 0).deliverable, 0);
	ip = good;
	ip.bad_checksum = true;
	CU_ASSERT_TRUE(lone(&ip, 0).deliverable == 0 && lone(&ip, 0).rare.bad_ip_checksum == 1);
	CU_ASSERT_TRUE(lone(&good, 14 + 20 + 20).deliverable == 0 && lone(&good, 14 + 20 + 20).rare.bad_checksum == 1);
	CU_ASSERT_TRUE(lone(&good, 14 + 20 + 5).deliverable == 0 && lone(&good, 14 + 20 + 5).rare.bad_length == 1);
	ip = good;
	ip.source = FRAME_IP(198, 51, 100, 3); /* eth1's: this host sent it */
	CU_ASSERT_TRUE(lone(&ip, 0).deliverable == 0 && lone(&ip, 0).s.local_source);
	ip = good;
	memcpy(ip.source_mac, (const uint8_t[]){ 2, 0, 0, 0, 0, 2 }, 6); /* eth0's: it went out */
	CU_ASSERT_TRUE(lone(&ip, 0).deliverable == 0 && lone(&ip, 0).rare.packets_out == 1);
	ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_SSM);
	CU_ASSERT_TRUE(lone(&ip, 0).deliverable == 0 && lone(&ip, 0).s.task == SSM && !lone(&ip, 0).s.accepted);
	ip.source = LAB_SENDER;
	CU_ASSERT_EQUAL(lone(&ip, 0).deliverable, 1);
	ip = frame_to_group(lab_foreign_mac, LAB_OTHER, FRAME_IP(239, 9, 9, 9));
	CU_ASSERT_EQUAL(lone(&ip, 0).deliverable, 0);
}

static void arrivals_without_a_wire(void)
{
	const struct mcd_stream *s;
	struct lab lab;

	lab_init(&lab);
	make_ready(&lab, ETH0);
	arrive(&lab, ETH0, 2, LAB_OTHER, LAB_ASM, lab.now_ns);
	CU_ASSERT_TRUE(lab_nic(&lab, ETH0)->changed);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->streams.count, 1);
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_TRUE(s->packets == 0 && mcd_stream_reception(s)->delivered == 1 && mcd_stream_reception(s)->first_arrival_ns == LAB_START && s->first_packet == 0);
	/* Our own traffic is no delivery of a stream. */
	arrive(&lab, ETH0, 2, FRAME_IP(198, 51, 100, 3), LAB_ASM, lab.now_ns);
	CU_ASSERT_TRUE(lab_nic(&lab, ETH0)->tasks[ASM].arrived_ours == 1 && lab_nic(&lab, ETH0)->tasks[ASM].arrived_foreign == 1);
	CU_ASSERT_EQUAL(mcd_stream_reception(lab_stream(&lab, ETH0, 1))->delivered, 0);
	/* A datagram to our unicast address says nothing about a group. */
	arrive(&lab, ETH0, 2, LAB_OTHER, lab_ip(&lab, ETH0), lab.now_ns);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->streams.count, 2);
	lab_fini(&lab);
}

/* What was asked for, of others and of programs here, is what a listener has heard. */
static void what_was_heard(void)
{
	const struct mcd_reception *got;
	struct mcd_heard heard;
	struct lab lab;

	lab_init(&lab);
	make_ready(&lab, ETH0);
	heard = mcd_evidence_heard(&lab.evidence);
	CU_ASSERT_TRUE(heard.datagrams == 0 && heard.senders == 0);
	for (int i = 0; i < 3; i++)
		arrive(&lab, ETH0, 2, LAB_OTHER, LAB_ASM, lab.now_ns + i * LAB_MS);
	arrive(&lab, ETH0, 2, lab_ip(&lab, ETH0), LAB_ASM, lab.now_ns);
	arrive(&lab, ETH0, 2, LAB_OTHER, FRAME_IP(239, 7, 7, 7), lab.now_ns);
	heard = mcd_evidence_heard(&lab.evidence);
	CU_ASSERT_TRUE(heard.datagrams == 4 && heard.senders == 2);
	got = mcd_stream_reception(lab_stream(&lab, ETH0, 0));
	CU_ASSERT_TRUE(got->last_ttl == 1 && got->last_arrival_ns - got->first_arrival_ns == 2 * LAB_MS);
	CU_ASSERT_EQUAL(mcd_stream_received(&(struct mcd_stream){ .packets = 3 }), 0);
	CU_ASSERT_EQUAL(mcd_stream_reception(&(struct mcd_stream){ .packets = 3 })->last_ttl, -1);
	lab_fini(&lab);
}

static void superframes(void)
{
	const struct mcd_stream *s;
	struct lab lab;

	lab_init(&lab);
	make_ready(&lab, ETH0);
	lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_ASM, 8000);
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_TRUE(s->packets == 1 && mcd_stream_rare(s)->superframes == 1 && mcd_stream_frames(s) == 1);
	lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_ASM, 100); /* the size of a single datagram tells nothing of theirs */
	lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_ASM, 7500);
	CU_ASSERT_TRUE(s->packets == 3 && mcd_stream_rare(s)->superframes == 2 && mcd_stream_frames(s) == 3 && mcd_stream_reception(s)->deliverable == 3);
	CU_ASSERT_TRUE(s->bytes == 15600 && mcd_stream_reception(s)->deliverable_bytes == 15600 && mcd_stream_rare(s)->super_bytes == 15500);
	/* As large as the MTU is a plain frame. */
	lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_ASM, LAB_MTU - 28);
	CU_ASSERT_EQUAL(mcd_stream_rare(s)->superframes, 2);
	lab_fini(&lab);
}

static void peak_of_100_ms(void)
{
	const struct mcd_stream *s;
	struct lab lab;

	lab_init(&lab);
	for (int i = 0; i < 150; i++) /* one each millisecond */
		lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_ASM, 10);
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_EQUAL(s->peak_100ms, 100);
	lab_fini(&lab);
}

static void own_probe_goes_out_and_comes_in(void)
{
	const struct mcd_probe_seen *seen;
	struct frame_ip ip;
	struct lab lab;

	lab_init(&lab);
	make_ready(&lab, ETH1);
	ip = frame_to_group(lab_mac(&lab, ETH0), lab_ip(&lab, ETH0), LAB_ASM);
	ip.ttl = 64;
	see_probe(&lab, ETH0, &ip, 1, LAB_SESSION);
	see_probe(&lab, ETH1, &ip, 1, LAB_SESSION); /* the two segments are one */
	CU_ASSERT_TRUE(lab_stream(&lab, ETH0, 0)->ours && mcd_stream_rare(lab_stream(&lab, ETH0, 0))->packets_out == 1);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH1, 0)->ours && mcd_stream_rare(lab_stream(&lab, ETH1, 0))->packets_out == 0);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH1, 0)->local_source && mcd_stream_reception(lab_stream(&lab, ETH1, 0))->deliverable == 0);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->probes.count, 1);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH1)->probes.count, 1);
	seen = mcd_vec_at(&lab_nic(&lab, ETH0)->probes, 0);
	CU_ASSERT_TRUE(seen->ours && seen->out && seen->group == ASM && seen->packets == 1 && seen->ttl_sent == 64 && seen->first_packet == 1);
	CU_ASSERT_STRING_EQUAL(seen->iface, "eth0");
	CU_ASSERT_STRING_EQUAL(seen->host, "host");
	seen = mcd_vec_at(&lab_nic(&lab, ETH1)->probes, 0);
	CU_ASSERT_TRUE(seen->ours && !seen->out && seen->wrong_mac == 0);
	/* Of another run, from another host: probes, not ours, and foreign traffic like any other. */
	ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	see_probe(&lab, ETH1, &ip, 1, LAB_SESSION + 1);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH1)->probes.count, 2);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH1, 1)->probes && !lab_stream(&lab, ETH1, 1)->ours && mcd_stream_reception(lab_stream(&lab, ETH1, 1))->deliverable == 1);
	lab_fini(&lab);
}

static void probe_sequences_and_ttls(void)
{
	static const uint32_t sequences[] = { 3, 4, 2, 4, 70, 5, 3, 100, 70, 36 };
	const struct mcd_probe_seen *seen;
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, FRAME_IP(239, 7, 7, 7));
	struct lab lab;

	lab_init(&lab);
	for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
		ip.ttl = i == 2 ? 8 : 9;
		if (i == 3)
			memcpy(ip.destination_mac, lab_mac(&lab, ETH0), 6);
		see_probe(&lab, ETH0, &ip, sequences[i], 42);
	}
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->probes.count, 1);
	seen = mcd_vec_at(&lab_nic(&lab, ETH0)->probes, 0);
	CU_ASSERT_TRUE(seen->packets == 10 && seen->first_sequence == 2 && seen->last_sequence == 100 && seen->group == SIZE_MAX);
	/* 4 and 70 again are duplicates; 2 and 5 came late; 3 after 70 and 36 after 100 are too old to tell. */
	CU_ASSERT_TRUE(seen->duplicated == 2 && seen->reordered == 4);
	CU_ASSERT_TRUE(seen->wrong_mac == 7 && seen->unicast_mac == 7);
	CU_ASSERT_EQUAL_FATAL(seen->ttl.count, 2);
	CU_ASSERT_TRUE(((struct mcd_ttl_count *)mcd_vec_at(&seen->ttl, 0))->value == 9 &&
		       ((struct mcd_ttl_count *)mcd_vec_at(&seen->ttl, 0))->packets == 9);
	lab_fini(&lab);
}

/* RFC 3550, 6.4.1: the two clocks need not agree, and one that is set is no jitter. */
static void probes_have_jitter(void)
{
	static const int64_t sent_ms[] = { -5000, -4999, -4998, -4995, -4994 }; /* and they arrive each ms: the fourth was 2 ms less on the way */
	static const int64_t wanted_ns[] = { -1, 0, 0, 2000000 / 16 };
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	const struct mcd_probe_seen *seen;
	struct lab lab;
	int64_t jitter;

	lab_init(&lab);
	for (size_t i = 0; i < sizeof sent_ms / sizeof sent_ms[0]; i++) {
		see_probe_sent(&lab, ETH0, &ip, (uint32_t)i + 1, 42, LAB_START + sent_ms[i] * LAB_MS);
		seen = mcd_vec_at(&lab_nic(&lab, ETH0)->probes, 0);
		if (i < sizeof wanted_ns / sizeof wanted_ns[0])
			CU_ASSERT_EQUAL(mcd_probes_jitter_ns(seen), wanted_ns[i]);
	}
	jitter = mcd_probes_jitter_ns(seen);
	CU_ASSERT_TRUE(jitter > 2000000 / 18 && jitter < 2000000 / 16);
	CU_ASSERT_EQUAL(mcd_probes_sequence(seen).jitter_ns, jitter);
	see_probe_sent(&lab, ETH0, &ip, 6, 42, INT64_MAX);
	see_probe_sent(&lab, ETH0, &ip, 7, 42, 0);
	CU_ASSERT_EQUAL(mcd_probes_jitter_ns(seen), jitter);
	lab_fini(&lab);
}

static void hops_are_those_of_most(void)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	const struct mcd_probe_seen *seen;
	struct lab lab;

	lab_init(&lab);
	for (uint32_t i = 1; i <= 5; i++) {
		ip.ttl = i == 2 ? 61 : 62;
		see_probe(&lab, ETH0, &ip, i, 42);
	}
	seen = mcd_vec_at(&lab_nic(&lab, ETH0)->probes, 0);
	CU_ASSERT_EQUAL(mcd_probes_hops(seen), 2);
	CU_ASSERT_EQUAL(mcd_probes_hops(&(struct mcd_probe_seen){ .packets = 1 }), -1);
	lab_fini(&lab);
}

static void streams_are_bounded(void)
{
	struct lab lab;

	lab_init(&lab);
	for (uint32_t i = 0; i < MCD_MAX_STREAMS + 7; i++)
		lab_see_udp(&lab, ETH0, LAB_OTHER + i, LAB_ASM, 10);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->streams.count, MCD_MAX_STREAMS);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted, 7);
	/* A known stream still counts. */
	lab_see_udp(&lab, ETH0, LAB_OTHER + 5000, LAB_ASM, 10);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH0, 5000)->packets == 2 && lab_nic(&lab, ETH0)->omitted == 7);
	lab_fini(&lab);
}

static void probes_are_bounded(void)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	struct lab lab;

	lab_init(&lab);
	for (uint32_t i = 0; i < MCD_MAX_PROBES + 2; i++)
		see_probe(&lab, ETH0, &ip, 1, i);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->probes.count, MCD_MAX_PROBES);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted, 2);
	CU_ASSERT_EQUAL(lab_stream(&lab, ETH0, 0)->packets, MCD_MAX_PROBES + 2);
	lab_fini(&lab);
}

/* What only reaches the socket as the loopback copy of what this host sent. */
static void loopback_copies(void)
{
	struct mcd_arrival arrival = {
		.when_ns = LAB_START + LAB_MS,
		.nic = ETH0,
		.ifindex = 2,
		.destination = mcd_addr_v4(LAB_ASM),
		.source_port = LAB_SOURCE_PORT,
		.port = LAB_PORT,
		.ttl = -1,
		.length = 1,
		.held = 1,
		.data = (const uint8_t[]){ 'x' },
	};
	const struct mcd_stream *s;
	struct lab lab;

	lab_init(&lab);
	make_ready(&lab, ETH0);
	arrival.source = mcd_addr_v4(lab_ip(&lab, ETH0));
	mcd_observe_arrival(&lab.evidence, &arrival);
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_TRUE(mcd_stream_reception(s)->looped == 1 && mcd_stream_reception(s)->looped_ttl == -1 && s->local_source && s->packets == 0);
	for (int ttl = 3; ttl >= 0; ttl -= 3) {
		arrival.ttl = ttl;
		mcd_observe_arrival(&lab.evidence, &arrival);
		CU_ASSERT_EQUAL(mcd_stream_reception(s)->looped_ttl, ttl);
	}
	arrival.ttl = 5; /* the least stays */
	mcd_observe_arrival(&lab.evidence, &arrival);
	CU_ASSERT_TRUE(mcd_stream_reception(s)->looped == 4 && mcd_stream_reception(s)->looped_ttl == 0 && mcd_stream_reception(s)->delivered == 0);
	arrive(&lab, ETH0, 2, LAB_OTHER, LAB_ASM, LAB_START + LAB_MS); /* a foreign one is none */
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->streams.count, 2);
	CU_ASSERT_TRUE(mcd_stream_reception(lab_stream(&lab, ETH0, 1))->looped == 0 && mcd_stream_reception(lab_stream(&lab, ETH0, 1))->delivered == 1);
	lab_fini(&lab);
}

/* How many datagrams were in the super-frames is told at the end, by the largest that came to the socket. */
static void superframes_are_counted_at_the_end(void)
{
	struct mcd_arrival arrival = {
		.when_ns = LAB_START + LAB_MS,
		.nic = ETH0,
		.ifindex = 2,
		.source = mcd_addr_v4(LAB_OTHER),
		.destination = mcd_addr_v4(LAB_ASM),
		.source_port = LAB_SOURCE_PORT,
		.port = LAB_PORT,
		.ttl = 1,
		.length = 1000,
		.held = 1,
		.data = (const uint8_t[]){ 'x' },
	};
	const struct mcd_stream *s;
	struct lab lab;

	lab_init(&lab);
	make_ready(&lab, ETH0);
	lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_ASM, 7500);
	lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_ASM, 500);
	for (int i = 0; i < 7; i++)
		mcd_observe_arrival(&lab.evidence, &arrival);
	arrival.length = 500;
	for (int i = 0; i < 2; i++)
		mcd_observe_arrival(&lab.evidence, &arrival);
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_TRUE(mcd_stream_reception(s)->delivered == 9 && mcd_stream_reception(s)->delivered_bytes == 8000 && mcd_stream_reception(s)->deliverable_bytes == 8000 && mcd_stream_reception(s)->largest_arrival == 1000);
	CU_ASSERT_EQUAL(s->packets, 2);
	mcd_observe_end(&lab.evidence, lab.now_ns);
	CU_ASSERT_EQUAL(s->packets, 9);
	lab_fini(&lab);
	lab_init(&lab);
	lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_ASM, 7500); /* nothing came to the socket: one frame is all that is known */
	mcd_observe_end(&lab.evidence, lab.now_ns);
	CU_ASSERT_EQUAL(lab_stream(&lab, ETH0, 0)->packets, 1);
	lab_fini(&lab);
}

/* Many streams on one NIC, one on another, and frames that are too short for any. */
static void frames_at_once(void)
{
	enum { STREAMS = 2500, ROUNDS = 3, AT_ONCE = 50 };
	static struct frame made[AT_ONCE];
	struct mcd_frame frames[AT_ONCE];
	struct lab single, several;

	lab_init(&single);
	lab_init(&several);
	for (unsigned n = 0; n < ROUNDS * STREAMS; n += AT_ONCE) {
		for (unsigned i = 0; i < AT_ONCE; i++) {
			struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, FRAME_IP(239, 5, 0, 0) + (n + i) % STREAMS);

			ip.id = (uint16_t)(n / STREAMS);
			frame_udp(&made[i], &ip, LAB_SOURCE_PORT, LAB_PORT, "payload", i % 7);
			frames[i] = (struct mcd_frame){ .when_ns = LAB_START + n + i, .nic = i == 9 ? ETH1 : ETH0, .link_type = MCD_LINK_ETHERNET,
							.captured = i == 7 ? 10 : (uint32_t)made[i].length, .on_wire = (uint32_t)made[i].length,
							.data = made[i].data };
			mcd_observe_frame(&single.evidence, &frames[i]);
		}
		mcd_observe_frames(&several.evidence, frames, AT_ONCE);
	}
	for (size_t nic = ETH0; nic <= ETH1; nic++) {
		const struct mcd_nic *a = lab_nic(&single, nic), *b = lab_nic(&several, nic);

		CU_ASSERT_EQUAL(b->streams.count, nic == ETH0 ? STREAMS - 2 * STREAMS / AT_ONCE : STREAMS / AT_ONCE);
		CU_ASSERT_EQUAL_FATAL(a->streams.count, b->streams.count);
		CU_ASSERT_EQUAL(memcmp(&a->capture, &b->capture, sizeof a->capture), 0);
		CU_ASSERT_EQUAL(memcmp(a->streams.items, b->streams.items, a->streams.count * sizeof(struct mcd_stream)), 0);
		CU_ASSERT_EQUAL(lab_stream(&several, nic, 0)->packets, ROUNDS);
	}
	lab_fini(&single);
	lab_fini(&several);
}

/* Of its own stack's copies of what other interfaces sent, a host of Windows sees nothing on its loopback device; what is sent by it stands there. */
static void copies_on_loopback_are_no_wire(void)
{
	for (int windows = 0; windows < 2; windows++) {
		struct lab lab;

		lab_init(&lab);
		lab.evidence.has_host = true;
		lab.evidence.before.platform = windows ? MCD_PLATFORM_WINDOWS : MCD_PLATFORM_LINUX;
		lab.evidence.ifaces.at[ETH1].flags |= MCD_IFACE_LOOPBACK;
		lab_see_udp(&lab, ETH1, lab_ip(&lab, ETH0), LAB_ASM, 10);
		CU_ASSERT_EQUAL(lab_nic(&lab, ETH1)->streams.count, windows ? 0 : 1);
		lab_see_udp(&lab, ETH1, FRAME_IP(127, 0, 0, 1), LAB_ASM, 10);
		CU_ASSERT_EQUAL(lab_nic(&lab, ETH1)->streams.count, windows ? 1 : 2);
		CU_ASSERT_EQUAL(lab_nic(&lab, ETH1)->capture.packets, 2);
		lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_ASM, 10);
		CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->streams.count, 1);
		lab_fini(&lab);
	}
}

const struct unit_test lab_streams_tests[] = {
	{ "what a stream is", what_a_stream_is },
	{ "streams are keyed", streams_are_keyed },
	{ "destination MACs", destination_macs },
	{ "deliverable from ready to leave", deliverable_from_ready_to_leave },
	{ "what is not deliverable", what_is_not_deliverable },
	{ "arrivals without a wire", arrivals_without_a_wire },
	{ "what was heard", what_was_heard },
	{ "superframes", superframes },
	{ "superframes are counted at the end", superframes_are_counted_at_the_end },
	{ "loopback copies", loopback_copies },
	{ "peak of 100 ms", peak_of_100_ms },
	{ "our own probe goes out and comes in", own_probe_goes_out_and_comes_in },
	{ "probe sequences and TTLs", probe_sequences_and_ttls },
	{ "probes have jitter", probes_have_jitter },
	{ "hops are those of most", hops_are_those_of_most },
	{ "streams are bounded", streams_are_bounded },
	{ "probes are bounded", probes_are_bounded },
	{ "several frames at once", frames_at_once },
	{ "copies on loopback are no wire", copies_on_loopback_are_no_wire },
	{ NULL, NULL },
};
