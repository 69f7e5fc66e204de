/* SPDX-License-Identifier: ISC */
/* What of the wanted datagrams comes while we have made the interface promiscuous, and what otherwise. */
#include <config.h>

#include "test_evidence.h"

#include <string.h>

static const struct mcd_phase *phases_of(const struct lab *lab, size_t group)
{
	return lab_nic(lab, ETH0)->tasks[group].phases;
}

static void look(struct lab *lab, bool on)
{
	mcd_observe_promiscuous(lab_nic(lab, ETH0), on, lab->now_ns);
	lab->now_ns += LAB_MS;
}

/* COUNT wanted datagrams, one each millisecond. */
static void see(struct lab *lab, unsigned count)
{
	while (count--)
		lab_see_udp(lab, ETH0, LAB_OTHER, LAB_ASM, 10);
}

static void each_phase_has_its_own(void)
{
	const struct mcd_phase *p;
	struct lab lab;
	int64_t on_ns;

	lab_init(&lab);
	see(&lab, 3);
	CU_ASSERT_PTR_NULL(phases_of(&lab, ASM)); /* no look yet */
	on_ns = lab.now_ns;
	look(&lab, true);
	see(&lab, 4);
	lab.now_ns += 9 * LAB_MS;
	see(&lab, 1);
	look(&lab, false);
	see(&lab, 99); /* up to 100 ms behind the end: of no phase */
	CU_ASSERT_EQUAL(phases_of(&lab, ASM)[2].packets, 0);
	lab.now_ns += 2 * LAB_MS;
	see(&lab, 2);
	look(&lab, true);
	see(&lab, 5);
	p = phases_of(&lab, ASM);
	CU_ASSERT_TRUE(p[0].packets == 0 && p[1].packets == 5 && p[2].packets == 2 && p[3].packets == 5 && p[4].packets == 0);
	CU_ASSERT_TRUE(p[1].first_packet == 4 && p[1].first_ns == on_ns + LAB_MS && p[1].last_ns == on_ns + 14 * LAB_MS);
	CU_ASSERT_TRUE(p[1].longest_gap_ns == 10 * LAB_MS && p[3].longest_gap_ns == LAB_MS);
	look(&lab, false);
	lab.now_ns = on_ns - LAB_MS; /* read late from the tap, but it came before */
	see(&lab, 1);
	CU_ASSERT_EQUAL(phases_of(&lab, ASM)[0].packets, 1);
	CU_ASSERT_PTR_NULL(phases_of(&lab, SSM));
	CU_ASSERT_PTR_NULL(lab_nic(&lab, ETH1)->tasks[ASM].phases);
	lab_fini(&lab);
}

static void no_more_looks_than_there_is_room_for(void)
{
	struct lab lab;

	lab_init(&lab);
	look(&lab, false); /* nothing to end */
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->nlooks, 0);
	for (int i = 0; i < MCD_LOOKS + 2; i++) {
		look(&lab, true);
		look(&lab, false);
	}
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->nlooks, MCD_LOOKS);
	lab_fini(&lab);
}

/* Only what a socket of ours waits for counts, and only while it is a member. */
static void what_counts(void)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	look(&lab, true);
	lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_SSM, 10); /* a source that was not asked for */
	lab_see_udp(&lab, ETH0, LAB_OTHER, LAB_SCRATCH, 10);
	lab_see_udp(&lab, ETH0, lab_ip(&lab, ETH1), LAB_ASM, 10); /* this host's own */
	ip.has_vlan = true;
	ip.vlan = 7;
	frame_udp(&frame, &ip, LAB_SOURCE_PORT, LAB_PORT, "x", 1);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_TRUE(!phases_of(&lab, ASM) && !phases_of(&lab, SSM));
	ip.has_vlan = false;
	memset(ip.destination_mac, 2, sizeof ip.destination_mac); /* another host's, which only promiscuity shows */
	frame_udp(&frame, &ip, LAB_SOURCE_PORT, LAB_PORT, "x", 1);
	lab_see(&lab, ETH0, &frame);
	see(&lab, 1);
	lab_see_udp(&lab, ETH0, LAB_SENDER, LAB_SSM, 10);
	CU_ASSERT_TRUE(phases_of(&lab, ASM)[1].packets == 2 && phases_of(&lab, ASM)[1].misaddressed == 1);
	CU_ASSERT_TRUE(phases_of(&lab, SSM)[1].packets == 1 && phases_of(&lab, SSM)[1].misaddressed == 0);
	mcd_observe_act(lab_nic(&lab, ETH0), &lab_nic(&lab, ETH0)->tasks[ASM].leave, lab.now_ns, lab.now_ns, NULL);
	see(&lab, 1);
	CU_ASSERT_EQUAL(phases_of(&lab, ASM)[1].packets, 2);
	lab_fini(&lab);
}

const struct unit_test lab_looks_tests[] = {
	{ "each phase has its own", each_phase_has_its_own },
	{ "no more looks than there is room for", no_more_looks_than_there_is_room_for },
	{ "what counts", what_counts },
	{ NULL, NULL },
};
