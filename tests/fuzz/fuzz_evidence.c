/* SPDX-License-Identifier: ISC */
/* The path of a packet: frames of any link type into evidence and through every judgement.
 * Input: one byte of link type, then frames: two bytes of length (big-endian; its top bit says "cut by the capture"), then that many bytes. */
#include <config.h>

#include "fuzz.h"

#include "diagnose/diagnose.h"
#include "evidence/observe.h"
#include "wire/cursor.h"

#include <stdlib.h>
#include <string.h>

enum { CUT = 0x8000, START_S = 1000, GROUPS = 2 };

/* A host with one NIC, 02:00:00:00:00:01 and 10.0.0.1, that asked for one source of 232.1.1.1:5000, and for ff15::77:1 but one source. */
static bool host(struct mcd_evidence *evidence, struct mcd_request *request, struct mcd_group groups[GROUPS], struct mcd_addr sources[GROUPS])
{
	struct mcd_iface_list list = { calloc(1, sizeof *list.at), 1 };
	const size_t row = 0;

	sources[0] = mcd_addr_v4(0x0a000002);
	sources[1] = (struct mcd_addr){ UINT64_C(0xfd77) << 48, 0x20 };
	groups[0] = (struct mcd_group){ mcd_addr_v4(0xe8010101), 5000, MCD_INCLUDE, &sources[0], 1, NULL };
	groups[1] = (struct mcd_group){ { UINT64_C(0xff15) << 48, 0x770001 }, 5000, MCD_EXCLUDE, &sources[1], 1, NULL };
	*request = (struct mcd_request){ .groups = groups, .ngroups = GROUPS, .join = true, .send = true, .expect_stream = true, .loop = true, .ttl = 64,
					 .message = "", .duration_ms = 5000, .max_rows = 100, .scratch_groups = { mcd_addr_v4(0xe9fc0005), { UINT64_C(0xff12) << 48, 5 } } };
	if (!list.at)
		return false;
	memcpy(list.at->name, "eth0", 5);
	memcpy(list.at->mac, "\x02\0\0\0\0\x01", 6);
	list.at->index = 2;
	list.at->mtu = 1500;
	list.at->has_mac = true;
	list.at->flags = MCD_IFACE_UP | MCD_IFACE_CARRIER | MCD_IFACE_MULTICAST | MCD_IFACE_BROADCAST;
	list.at->addresses = calloc(1, sizeof *list.at->addresses);
	if (list.at->addresses) {
		list.at->naddresses = 1;
		*list.at->addresses = (struct mcd_iface_address){ mcd_addr_v4(0x0a000001), 24 };
	}
	if (!mcd_evidence_init(evidence, request, &list, &row, 1)) {
		mcd_iface_list_fini(&list);
		return false;
	}
	return true;
}

/* As if all had been joined and sent before the first frame. */
static void act(struct mcd_evidence *evidence, int64_t now)
{
	struct mcd_nic *nic = &evidence->nics[0];

	evidence->started_ns = now;
	nic->capture.tried = nic->capture.open = true;
	nic->capture.opened_ns = now;
	for (size_t g = 0; g < GROUPS; g++) {
		mcd_observe_act(nic, &nic->tasks[g].socket, now, now, NULL);
		mcd_observe_act(nic, &nic->tasks[g].join, now, now, NULL);
		mcd_observe_act(nic, &nic->scratch[g].join, now, now, NULL);
		mcd_observe_act(nic, &nic->scratch[g].leave, now, now, NULL);
		mcd_observe_sent(evidence, 0, g, now, 100, NULL);
		nic->tasks[g].ready_ns = now;
	}
}

void fuzz_evidence(const uint8_t *data, size_t size)
{
	struct mcd_cursor in = mcd_cursor_of(data, size, false);
	int link_type = fuzz_link_type(mcd_cursor_u8(&in));
	int64_t now = START_S * INT64_C(1000000000);
	struct mcd_evidence evidence;
	struct mcd_request request;
	struct mcd_group groups[GROUPS];
	struct mcd_addr sources[GROUPS];
	struct mcd_diagnosis diagnosis;

	if (!host(&evidence, &request, groups, sources))
		return;
	act(&evidence, now);
	while (mcd_cursor_left(&in) > 2) {
		uint16_t word = mcd_cursor_u16(&in);
		uint32_t length = word & (CUT - 1u), left = (uint32_t)mcd_cursor_left(&in);
		struct mcd_frame frame = { .when_ns = now += 10000000, .link_type = link_type, .captured = length < left ? length : left };

		frame.on_wire = frame.captured + (word & CUT ? 1000 : 0);
		frame.data = mcd_cursor_bytes(&in, frame.captured);
		mcd_observe_frame(&evidence, &frame);
	}
	mcd_settled(&evidence, 0, now);
	mcd_observe_end(&evidence, now);
	evidence.ended_ns = evidence.nics[0].capture.closed_ns = now + 5000000000;
	if (mcd_diagnose(&evidence, now, &diagnosis))
		mcd_diagnosis_fini(&diagnosis);
	mcd_evidence_fini(&evidence);
}
