/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/taps.h"

#include "command/plan.h"
#include "diagnose/diagnose.h"
#include "evidence/observe.h"
#include "net/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TAGS = 2, /* of a frame, that the kernel's filter looks behind (IEEE 802.1ad) */
	BESIDE = 8, /* most groups that were not asked for and are looked for */
	RING_TOTAL = 48 << 20, RING_LEAST = 512 << 10, RING_MOST = 4 << 20, /* bytes of kernel buffers: all, and each */
};

/* Groups of other programs that reach a program which has joined one of ours; how many of them are in GROUPS, each once. */
static size_t groups_beside(const struct mcd_evidence *evidence, struct mcd_addr groups[BESIDE])
{
	const struct mcd_vec *memberships = &evidence->before.apps.memberships;
	size_t count = 0;

	for (size_t i = 0; i < memberships->count && count < BESIDE; i++) {
		const struct mcd_app_membership *m = mcd_vec_at(memberships, i);
		bool there = false;

		for (size_t k = 0; k < count; k++)
			there = there || mcd_addr_equal(groups[k], m->group);
		if (!there && mcd_apps_imposes(evidence, m))
			groups[count++] = m->group;
	}
	return count;
}

/* All groups with the MAC address of GROUP: a NIC that filters by that lets the others in too (RFC 1112, 6.4; RFC 2464, 7). */
static void put_group(FILE *out, struct mcd_addr group)
{
	if (mcd_addr_is_v4(group))
		fprintf(out, " or ip[16:4] & 0xf07fffff = 0x%08" PRIx32, UINT32_C(0xe0000000) | (mcd_addr_to_v4(group) & UINT32_C(0x7fffff)));
	else
		fprintf(out, " or (ip6[24] = 0xff and ip6[36:4] = 0x%08" PRIx32 ")", (uint32_t)group.lo);
}

/* MLD behind its hop-by-hop header, and without one, which is a fault to be seen (RFC 9777, 5). */
static void put_mld(FILE *out)
{
	fputs("(ip6[6] = 0 and ip6[40] = 58) or (ip6[6] = 58 and (ip6[40] = 130 or ip6[40] = 131 or ip6[40] = 132 or ip6[40] = 143))", out);
}

/* What hosts and routers of the families that were asked about say of memberships. */
static void put_memberships(FILE *out, const struct mcd_request *request)
{
	const bool v4 = mcd_request_has_family(request, MCD_IPV4), v6 = mcd_request_has_family(request, MCD_IPV6);

	if (v4)
		fputs("igmp", out);
	if (v4 && v6)
		fputs(" or ", out);
	if (v6)
		put_mld(out);
}

/* What the kernel lets through, behind up to TAGS VLAN tags: IGMP, MLD and all that goes to the groups, later fragments included. A port in the
 * filter would hide those. NULL when memory is out. */
static char *filter_of(const struct mcd_evidence *evidence, unsigned tags)
{
	const struct mcd_request *request = evidence->request;
	struct mcd_addr beside[BESIDE];
	const size_t nbeside = groups_beside(evidence, beside);
	char *filter = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&filter, &length);

	if (!out)
		return NULL;
	for (unsigned depth = 0; depth <= tags; depth++) {
		fputs(depth ? " or (vlan and (" : "", out);
		put_memberships(out, request);
		for (size_t g = 0; g < request->ngroups; g++)
			put_group(out, request->groups[g].address);
		for (size_t g = 0; g < nbeside; g++)
			put_group(out, beside[g]);
	}
	for (unsigned depth = 0; depth < tags; depth++)
		fputs("))", out);
	if (fclose(out) == 0)
		return filter;
	free(filter);
	return NULL;
}

static int ring_size(size_t captures)
{
	size_t each = RING_TOTAL / (captures ? captures : 1);

	return (int)(each < RING_LEAST ? RING_LEAST : each > RING_MOST ? RING_MOST : each);
}

size_t mcd_taps_files_each(const struct mcd_save *save)
{
	return save ? 2 : 1;
}

static void note_opened(struct mcd_taps *taps, const struct mcd_capture_slot *slot)
{
	struct mcd_nic_capture *capture = &taps->evidence->nics[slot->nic].capture;

	capture->tried = true;
	capture->open = slot->capture != NULL;
	capture->denied = slot->failure == MCD_OPEN_DENIED;
	if (slot->capture) {
		capture->opened_ns = mcd_clock_wall_ns();
		capture->link_type = mcd_capture_link_type(slot->capture);
	} else {
		snprintf(capture->error, sizeof capture->error, "%s", slot->err.text);
	}
}

/* How many of the slots fit into FILES descriptors; the others are told why not. */
static size_t fitting(struct mcd_taps *taps, size_t files)
{
	size_t each = mcd_taps_files_each(taps->save), fit = files / each;

	for (size_t i = fit; i < taps->count; i++) {
		taps->slots[i].failure = MCD_OPEN_FAILED;
		mcd_err_set(&taps->slots[i].err, "the limit of open files has no room for it: ulimit -n must be %zu higher", (taps->count - fit) * each);
	}
	return fit < taps->count ? fit : taps->count;
}

bool mcd_taps_open(struct mcd_taps *out, struct mcd_evidence *evidence, struct mcd_save *save, size_t files, struct mcd_err *err)
{
	char *filter = filter_of(evidence, TAGS), *plain = filter_of(evidence, 0);

	*out = (struct mcd_taps){ .evidence = evidence, .save = save, .slots = calloc(evidence->nnics + 1, sizeof *out->slots) };
	if (!filter || !plain || !out->slots) {
		free(filter);
		free(plain);
		mcd_err_set(err, "out of memory");
		return false;
	}
	for (size_t i = 0; i < evidence->nnics; i++)
		if (mcd_plan_captured(&evidence->nics[i]))
			out->slots[out->count++] = (struct mcd_capture_slot){ .name = evidence->nics[i].iface->name, .nic = i };
	mcd_captures_open(out->slots, fitting(out, files),
			  &(struct mcd_capture_how){ filter, plain, MCD_SNAP_LENGTH, ring_size(out->count), evidence->request->promiscuous });
	free(filter);
	free(plain);
	for (size_t i = 0; i < out->count; i++)
		note_opened(out, &out->slots[i]);
	return true;
}

void mcd_taps_close(struct mcd_taps *taps)
{
	mcd_captures_close(taps->slots, taps->count);
	free(taps->slots);
	taps->slots = NULL;
	taps->count = 0;
}

static void on_frame(void *context, const struct mcd_frame *frame)
{
	struct mcd_taps *taps = context;

	mcd_observe_frame(taps->evidence, frame);
	if (taps->save)
		mcd_save_frame(taps->save, taps->evidence->nics[frame->nic].iface, frame);
}

bool mcd_taps_read(struct mcd_taps *taps, size_t i)
{
	struct mcd_nic *nic = &taps->evidence->nics[taps->slots[i].nic];
	struct mcd_err err = { 0 };

	if (!taps->slots[i].capture || nic->capture.broke)
		return false;
	if (mcd_capture_read(taps->slots[i].capture, on_frame, taps, &err) >= 0)
		return true;
	nic->capture.broke = true;
	nic->capture.broke_ns = mcd_clock_wall_ns();
	snprintf(nic->capture.error, sizeof nic->capture.error, "%s", err.text);
	nic->changed = true;
	return false;
}

int64_t mcd_taps_end(struct mcd_taps *taps)
{
	int64_t last = 0;

	for (size_t i = 0; i < taps->count; i++) {
		struct mcd_nic_capture *capture = &taps->evidence->nics[taps->slots[i].nic].capture;
		struct mcd_capture_stats stats;

		if (!taps->slots[i].capture)
			continue;
		mcd_taps_read(taps, i);
		capture->closed_ns = mcd_clock_wall_ns();
		last = capture->closed_ns > last ? capture->closed_ns : last;
		if (mcd_capture_stats(taps->slots[i].capture, &stats))
			capture->dropped = stats.dropped;
	}
	return last;
}
