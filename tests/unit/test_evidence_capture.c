/* SPDX-License-Identifier: ISC */
/* What a capture file is, frame by frame, and rows that are added while it is read. */
#include <config.h>

#include "test_evidence.h"

#include "wire/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Observe FRAME as a reader of files hands it up. */
static uint64_t see(struct lab *lab, size_t nic, const struct frame *frame, uint64_t number, enum mcd_sent sent)
{
	struct mcd_frame seen = {
		.when_ns = lab->now_ns,
		.number = number,
		.nic = nic,
		.link_type = MCD_LINK_ETHERNET,
		.sent = sent,
		.captured = (uint32_t)frame->length,
		.on_wire = (uint32_t)frame->length,
		.data = frame->data,
	};

	lab->now_ns += LAB_MS;
	return mcd_observe_frame(&lab->evidence, &seen);
}

static void make_udp(struct frame *frame)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);

	frame_udp(frame, &ip, LAB_SOURCE_PORT, LAB_PORT, "hello", 5);
}

static void numbers_of_a_file(void)
{
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	make_udp(&frame);
	CU_ASSERT_EQUAL(see(&lab, ETH0, &frame, 4, MCD_SENT_UNKNOWN), 4); /* those between are of other interfaces of the file */
	CU_ASSERT_EQUAL(see(&lab, ETH1, &frame, 5, MCD_SENT_UNKNOWN), 5);
	CU_ASSERT_EQUAL(see(&lab, ETH0, &frame, 9, MCD_SENT_UNKNOWN), 9);
	CU_ASSERT_EQUAL(see(&lab, ETH0, &frame, 0, MCD_SENT_UNKNOWN), 10);
	CU_ASSERT_TRUE(lab_nic(&lab, ETH0)->capture.packets == 3 && lab_nic(&lab, ETH0)->capture.number == 10);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH0, 0)->first_packet == 4 && lab_stream(&lab, ETH0, 0)->last_packet == 10);
	CU_ASSERT_EQUAL(lab_stream(&lab, ETH1, 0)->first_packet, 5);
	lab_fini(&lab);
}

/* Every frame is one of the kinds, the first that fits. */
static void contents(void)
{
	const uint64_t *n;
	struct frame frame;
	struct lab lab;
	uint64_t sum = 0;

	lab_init(&lab);
	n = lab_nic(&lab, ETH0)->capture.contents;
	make_udp(&frame);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL(n[MCD_CONTENT_IPV4], 1);
	lab_see_cut(&lab, ETH0, &frame, 14 + 20 + 8); /* its payload is not what decides */
	CU_ASSERT_EQUAL(n[MCD_CONTENT_IPV4], 2);
	lab_see_cut(&lab, ETH0, &frame, 14 + 12);
	CU_ASSERT_EQUAL(n[MCD_CONTENT_CUT], 1);
	lab_see_cut(&lab, ETH0, &frame, 14 + 20 + 4);
	CU_ASSERT_EQUAL(n[MCD_CONTENT_CUT], 2);
	frame.data[14] = 0x42;
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL(n[MCD_CONTENT_MALFORMED], 1);
	frame.data[12] = frame.data[13] = 0x88; /* no such protocol */
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL(n[MCD_CONTENT_NOT_IP], 1);
	lab_see_link(&lab, ETH0, 999, frame.data, frame.length);
	CU_ASSERT_EQUAL(n[MCD_CONTENT_UNKNOWN_LINK], 1);
	for (int i = 0; i < MCD_CONTENTS; i++)
		sum += n[i];
	CU_ASSERT_TRUE(sum == 7 && lab_nic(&lab, ETH0)->capture.packets == 7 && lab_nic(&lab, ETH0)->capture.truncated == 3);
	lab_fini(&lab);
}

/* An IGMP report in IP in IP is behind another header: neither a report of this wire nor lost. */
static void tunnels(void)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	struct frame inner, frame;
	struct lab lab;

	lab_init(&lab);
	frame_igmp_short(&inner, &ip, MCD_IGMP_V2_REPORT, 0, LAB_ASM);
	ip.destination = lab_ip(&lab, ETH0);
	frame_ipv4(&frame, &ip, 4, inner.data + 14, 28);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->capture.tunnels[MCD_TUNNEL_IP], 1);
	CU_ASSERT_TRUE(lab_nic(&lab, ETH0)->igmp.tunnelled == 1 && lab_nic(&lab, ETH0)->igmp.reports_v2 == 0 && lab_nic(&lab, ETH0)->mld.tunnelled == 0);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->members.count, 0);
	lab_see(&lab, ETH0, &inner);
	CU_ASSERT_TRUE(lab_nic(&lab, ETH0)->igmp.tunnelled == 1 && lab_nic(&lab, ETH0)->igmp.reports_v2 == 1);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->capture.tunnels[MCD_TUNNEL_NONE], 0);
	lab_fini(&lab);
}

/* The MAC decides where the NIC has one; else the capture's own flag; else the address. */
static void direction_of_a_file(void)
{
	struct mcd_iface plain = { .name = "wire" };
	struct frame frame;
	struct lab lab;
	size_t nic;

	lab_init(&lab);
	make_udp(&frame);
	nic = mcd_evidence_add(&lab.evidence, &plain);
	CU_ASSERT_NOT_EQUAL_FATAL(nic, SIZE_MAX);
	see(&lab, nic, &frame, 0, MCD_SENT_UNKNOWN);
	CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, nic, 0))->packets_out, 0);
	see(&lab, nic, &frame, 0, MCD_SENT_OUT);
	CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, nic, 0))->packets_out, 1);
	see(&lab, nic, &frame, 0, MCD_SENT_IN);
	CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, nic, 0))->packets_out, 1);
	see(&lab, ETH0, &frame, 0, MCD_SENT_OUT); /* another's MAC */
	CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->packets_out, 0);
	lab_fini(&lab);
}

static void others_that_share_the_protocol(void)
{
	static const uint8_t types[] = { MCD_IGMP_PIMV1, MCD_IGMP_DVMRP, MCD_IGMP_PIMV1, 0x77, MCD_IGMP_PIMV1 };
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, FRAME_IP(224, 0, 0, 4));
	const struct mcd_other_igmp *other;
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	for (size_t i = 0; i < sizeof types; i++) {
		frame_igmp_short(&frame, &ip, types[i], 0, LAB_ASM);
		lab_see(&lab, ETH0, &frame);
	}
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->others.count, 3);
	other = mcd_vec_at(&lab_nic(&lab, ETH0)->others, 0);
	CU_ASSERT_TRUE(other->type == MCD_IGMP_PIMV1 && other->packets == 3 && other->first_packet == 1);
	other = mcd_vec_at(&lab_nic(&lab, ETH0)->others, 1);
	CU_ASSERT_TRUE(other->type == MCD_IGMP_DVMRP && other->packets == 1 && other->first_packet == 2);
	CU_ASSERT_TRUE(lab_nic(&lab, ETH0)->igmp.other == 5 && lab_nic(&lab, ETH0)->reports.count == 0 && lab_nic(&lab, ETH0)->members.count == 0);
	lab_fini(&lab);
}

/* Rows and interfaces move when one is added: all that points to them follows. */
static void rows_are_added(void)
{
	struct mcd_iface_address address = { mcd_addr_v4(LAB_SENDER), 24 };
	struct mcd_iface more = { .addresses = &address, .naddresses = 1 };
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	make_udp(&frame);
	lab_see(&lab, ETH1, &frame);
	for (unsigned i = 0; i < 20; i++) {
		snprintf(more.name, sizeof more.name, "file%u", i);
		more.index = 100 + i;
		CU_ASSERT_EQUAL(mcd_evidence_add(&lab.evidence, &more), LAB_NICS + i);
		CU_ASSERT_EQUAL(lab.evidence.ifaces.count, LAB_NICS + i + 1);
	}
	for (size_t i = 0; i < LAB_NICS + 20; i++)
		CU_ASSERT_PTR_EQUAL(lab_nic(&lab, i)->iface, &lab.evidence.ifaces.at[i]);
	CU_ASSERT_STRING_EQUAL(lab_nic(&lab, ETH1)->iface->name, "eth1");
	CU_ASSERT_STRING_EQUAL(lab_nic(&lab, LAB_NICS + 7)->iface->name, "file7");
	CU_ASSERT_PTR_EQUAL(mcd_evidence_nic(&lab.evidence, 107), lab_nic(&lab, LAB_NICS + 7));
	CU_ASSERT_PTR_NOT_EQUAL(lab_nic(&lab, LAB_NICS + 7)->iface->addresses, &address);
	CU_ASSERT_TRUE(mcd_evidence_is_local(&lab.evidence, mcd_addr_v4(LAB_SENDER)));
	CU_ASSERT_EQUAL(lab_nic(&lab, LAB_NICS)->role, MCD_ROLE_CHOSEN);
	lab_see(&lab, ETH1, &frame);
	lab_see(&lab, LAB_NICS + 19, &frame);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH1, 0)->packets == 2 && lab_stream(&lab, LAB_NICS + 19, 0)->packets == 1);
	lab_fini(&lab);
}

static void rows_are_bounded(void)
{
	struct mcd_iface_list none = { NULL, 0 };
	struct mcd_request request = { .ngroups = 0 };
	struct mcd_iface iface = { .name = "wire" };
	struct mcd_evidence evidence;

	CU_ASSERT_TRUE_FATAL(mcd_evidence_init(&evidence, &request, &none, NULL, 0));
	for (size_t i = 0; i < MCD_MAX_NICS; i++)
		if (mcd_evidence_add(&evidence, &iface) != i)
			CU_FAIL_FATAL("no row");
	CU_ASSERT_EQUAL(mcd_evidence_add(&evidence, &iface), SIZE_MAX);
	CU_ASSERT_TRUE(evidence.nnics == MCD_MAX_NICS && evidence.ifaces.count == MCD_MAX_NICS);
	mcd_evidence_fini(&evidence);
}

/* Fragments are put together on so many NICs; on the others they count, and are said to be left out. */
static void reassemblies_are_bounded(void)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	struct mcd_iface iface = { .name = "wire" };
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	ip.more_fragments = true;
	frame_udp(&frame, &ip, LAB_SOURCE_PORT, LAB_PORT, "0123456789abcdef", 16);
	for (size_t i = 0; i <= MCD_MAX_REASSEMBLIES; i++)
		lab_see(&lab, mcd_evidence_add(&lab.evidence, &iface), &frame);
	CU_ASSERT_EQUAL(lab_nic(&lab, LAB_NICS + MCD_MAX_REASSEMBLIES - 1)->omitted, 0);
	CU_ASSERT_EQUAL(lab_nic(&lab, LAB_NICS + MCD_MAX_REASSEMBLIES)->omitted_of[MCD_OMITTED_FRAGMENTS], 1);
	CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, LAB_NICS + MCD_MAX_REASSEMBLIES, 0))->fragments, 1);
	lab_fini(&lab);
}

/* What one member may have, whatever the rest of the room is. */
static void sources_of_one_member_are_bounded(void)
{
	enum { SOURCES = 3000 };
	static uint32_t sources[SOURCES];
	const struct mcd_member *m;
	struct lab lab;

	lab_init(&lab);
	for (unsigned round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < SOURCES; i++)
			sources[i] = FRAME_IP(10, 0, 0, 0) + round * SOURCES + i;
		lab_see_record(&lab, ETH0, lab_foreign_mac, LAB_OTHER, (struct frame_record){ MCD_ALLOW, LAB_SSM, sources, SOURCES });
	}
	m = mcd_vec_at(&lab_nic(&lab, ETH0)->members, 0);
	CU_ASSERT_TRUE(m->nsources == SOURCES && lab_nic(&lab, ETH0)->omitted_of[MCD_OMITTED_MEMBERS] == 1 && lab_nic(&lab, ETH0)->omitted == 1);
	CU_ASSERT_TRUE(lab_nic(&lab, ETH0)->reports.count == 2 && lab_nic(&lab, ETH0)->igmp.reports_v3 == 2);
	lab_fini(&lab);
}

const struct unit_test lab_capture_tests[] = {
	{ "numbers of a file", numbers_of_a_file },
	{ "contents", contents },
	{ "tunnels", tunnels },
	{ "direction of a file", direction_of_a_file },
	{ "others that share the protocol", others_that_share_the_protocol },
	{ "rows are added", rows_are_added },
	{ "rows are bounded", rows_are_bounded },
	{ "reassemblies are bounded", reassemblies_are_bounded },
	{ "sources of one member are bounded", sources_of_one_member_are_bounded },
	{ NULL, NULL },
};
