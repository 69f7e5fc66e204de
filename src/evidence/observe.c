/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/observe.h"
#include "evidence/limits.h"
#include "evidence/tables.h"

#include <stdio.h>
#include <string.h>

enum {
	MOST_SEND_ERRORS = 64, /* different errno values kept for one task */
	FEW_STREAMS = 2000,    /* a cache holds what is known of so many */
};

static const int64_t grace_ns = 100000000; /* for the pieces of a datagram when the captures end */

/* The first that fits, as the enum has them. */
static enum mcd_content content_of(const struct mcd_packet *p)
{
	if (!p->link_known)
		return MCD_CONTENT_UNKNOWN_LINK;
	if (p->status != MCD_WIRE_OK)
		return p->status == MCD_WIRE_CUT ? MCD_CONTENT_CUT : MCD_CONTENT_MALFORMED;
	if (p->layer >= MCD_LAYER_IP)
		return p->link.ethertype == MCD_ETHERTYPE_IPV6 ? MCD_CONTENT_IPV6 : MCD_CONTENT_IPV4;
	return p->link.is_protected ? MCD_CONTENT_ENCRYPTED : MCD_CONTENT_NOT_IP;
}

static void count_tunnel(struct mcd_nic *nic, const struct mcd_tunnel *tunnel)
{
	nic->capture.tunnels[tunnel->kind]++;
	nic->igmp.tunnelled += tunnel->igmp;
	nic->mld.tunnelled += tunnel->mld;
}

/* On the loopback device of Npcap stands too what the stack hands back to this host of what its other interfaces sent: that is on no wire, and was seen on
 * theirs. */
static bool is_handed_back(const struct mcd_sight *sight, const struct mcd_packet *packet)
{
	return sight->nic->iface->flags & MCD_IFACE_LOOPBACK && mcd_evidence_platform(sight->evidence) == MCD_PLATFORM_WINDOWS && !mcd_addr_is_loopback(packet->ip.source);
}

__attribute__((noinline)) static void observe_decoded(struct mcd_sight *sight)
{
	struct mcd_nic *nic = sight->nic;
	struct mcd_packet packet;

	mcd_packet_decode(sight->frame, &packet);
	nic->capture.contents[content_of(&packet)]++;
	nic->capture.truncated += sight->frame->captured < sight->frame->on_wire;
	if (packet.layer < MCD_LAYER_IP || is_handed_back(sight, &packet))
		return;
	sight->packet = &packet;
	sight->out = mcd_direction_out(nic, sight->frame, &packet);
	if (packet.tunnel.kind != MCD_TUNNEL_NONE)
		count_tunnel(nic, &packet.tunnel);
	if (mcd_addr_is_multicast(packet.ip.destination)) {
		nic->capture.multicast++;
		if (packet.ip.protocol == MCD_PROTOCOL_UDP)
			mcd_streams_observe(sight);
	}
	if (packet.is_igmp)
		mcd_reports_observe(sight);
}

static inline __attribute__((always_inline)) uint64_t observe(struct mcd_evidence *evidence, const struct mcd_frame *frame)
{
	struct mcd_nic *nic = &evidence->nics[frame->nic];
	struct mcd_nic_capture *capture = &nic->capture;
	struct mcd_sight sight = { .evidence = evidence, .nic = nic, .frame = frame, .when_ns = frame->when_ns };

	nic->changed = true;
	capture->packets++;
	sight.number = capture->number = frame->number ? frame->number : capture->number + 1;
	if (mcd_streams_observe_steady(&sight)) {
		capture->contents[MCD_CONTENT_IPV4]++;
		capture->multicast++;
	} else {
		observe_decoded(&sight);
	}
	return sight.number;
}

uint64_t mcd_observe_frame(struct mcd_evidence *evidence, const struct mcd_frame *frame)
{
	return observe(evidence, frame);
}

void mcd_observe_frames(struct mcd_evidence *evidence, const struct mcd_frame *frames, size_t count)
{
	const bool ahead = evidence->held.streams > FEW_STREAMS;

	for (size_t i = 0; i < count; i++) {
		if (ahead && i % MCD_STREAMS_AHEAD == 0)
			mcd_streams_fetch(evidence, frames + i, count - i);
		observe(evidence, &frames[i]);
	}
}

/* Whether this host sent it: a probe of this run, or anything from an address of ours. */
static bool is_ours(const struct mcd_evidence *evidence, const struct mcd_arrival *arrival)
{
	return mcd_evidence_is_local(evidence, arrival->source) || mcd_probes_is_ours(evidence, arrival);
}

bool mcd_observe_arrival(struct mcd_evidence *evidence, const struct mcd_arrival *arrival)
{
	struct mcd_nic *nic = &evidence->nics[arrival->nic];
	bool elsewhere = arrival->ifindex != 0 && arrival->ifindex != nic->iface->index;
	uint32_t task = mcd_streams_task(evidence->request, arrival->destination, arrival->port);

	nic->changed = true;
	if (!mcd_addr_is_multicast(arrival->destination))
		return false;
	if (elsewhere && !mcd_addr_is_v4(arrival->destination))
		return false; /* in IPv6 Linux asks a socket whether it is a member, and not where: the socket of that interface gets it too */
	if (task != MCD_NO_TASK) {
		bool ours = is_ours(evidence, arrival);

		nic->tasks[task].arrived_ours += ours;
		nic->tasks[task].arrived_foreign += !ours;
		nic->tasks[task].arrived_elsewhere += elsewhere;
	}
	if (!elsewhere)
		mcd_reception_arrival(evidence, nic, arrival);
	return task != MCD_NO_TASK && mcd_group_accepts(&evidence->request->groups[task], arrival->source);
}

static void count_send_error(struct mcd_nic *nic, struct mcd_task *task, int64_t when_ns, const struct mcd_err *err)
{
	struct mcd_send_error *e;

	for (size_t i = 0; i < task->send_errors.count; i++) {
		e = mcd_vec_at(&task->send_errors, i);
		if (e->os == err->os) {
			e->count++;
			return;
		}
	}
	e = task->send_errors.count < MOST_SEND_ERRORS ? mcd_vec_push(&task->send_errors) : NULL;
	if (!e) {
		mcd_omit(nic, MCD_OMITTED_OTHERS);
		return;
	}
	e->os = err->os;
	e->count = 1;
	e->first_ns = when_ns;
	snprintf(e->text, sizeof e->text, "%s", err->text);
}

void mcd_observe_sent(struct mcd_evidence *evidence, size_t nic, size_t group, int64_t when_ns, size_t length, const struct mcd_err *err)
{
	struct mcd_task *task = &evidence->nics[nic].tasks[group];

	evidence->nics[nic].changed = true;
	if (err) {
		count_send_error(&evidence->nics[nic], task, when_ns, err);
		return;
	}
	if (task->sent++ == 0)
		task->first_sent_ns = when_ns;
	task->last_sent_ns = when_ns;
	task->sent_bytes += length;
}

void mcd_observe_held_up(struct mcd_evidence *evidence, size_t nic, size_t group, int64_t when_ns)
{
	evidence->nics[nic].tasks[group].held_up_ns = when_ns;
}

void mcd_observe_queued(struct mcd_evidence *evidence, size_t nic, size_t group, bool queued)
{
	evidence->nics[nic].tasks[group].queued = queued;
	evidence->nics[nic].changed = true;
}

void mcd_observe_act(struct mcd_nic *nic, struct mcd_act *act, int64_t called_ns, int64_t done_ns, const struct mcd_err *err)
{
	*act = (struct mcd_act){ .tried = true, .done = !err, .called_ns = called_ns, .done_ns = done_ns };
	if (err)
		act->err = *err;
	nic->changed = true;
}

void mcd_observe_memberships(struct mcd_evidence *evidence, const struct mcd_host *host, enum mcd_moment moment)
{
	for (size_t i = 0; i < evidence->nnics; i++) {
		struct mcd_nic *nic = &evidence->nics[i];

		for (size_t j = 0; j < evidence->request->ngroups; j++) {
			struct mcd_task *task = &nic->tasks[j];
			bool listed = mcd_host_membership(host, nic->iface->index, evidence->request->groups[j].address) != NULL;

			if (moment == MCD_BEFORE_JOIN)
				task->member_before = listed;
			else if (moment == MCD_AFTER_JOIN)
				task->kernel_lists = listed;
			else /* Windows may list for a while what nobody holds any more */
				task->kernel_keeps = listed && (task->member_before || mcd_evidence_platform(evidence) != MCD_PLATFORM_WINDOWS);
		}
		nic->changed = true;
	}
}

void mcd_observe_interfaces(struct mcd_evidence *evidence, const struct mcd_iface_list *now)
{
	for (size_t i = 0; i < evidence->nnics; i++) {
		struct mcd_nic *nic = &evidence->nics[i];
		const struct mcd_iface *iface = mcd_iface_by_index(now, nic->iface->index);
		const uint32_t links = MCD_IFACE_UP | MCD_IFACE_CARRIER;

		nic->gone = !iface;
		nic->renamed = iface && strcmp(iface->name, nic->iface->name) != 0;
		nic->master_after = iface ? iface->master : 0;
		nic->went_down = !nic->gone && (nic->iface->flags & ~iface->flags & links) != 0;
		nic->changed = true;
	}
}

void mcd_observe_drops(struct mcd_evidence *evidence, struct mcd_drops *drops)
{
	size_t kept = 0;

	for (size_t i = 0; i < drops->rows.count; i++) {
		const struct mcd_drop *drop = mcd_vec_at(&drops->rows, i);

		if (mcd_evidence_nic(evidence, drop->ifindex))
			*(struct mcd_drop *)mcd_vec_at(&drops->rows, kept++) = *drop;
	}
	drops->rows.count = kept;
	mcd_drops_fini(&evidence->drops);
	evidence->drops = *drops;
	mcd_drops_init(drops);
}

void mcd_observe_firewall(struct mcd_evidence *evidence, struct mcd_firewall *firewall)
{
	mcd_firewall_fini(&evidence->firewall);
	evidence->firewall = *firewall;
	mcd_firewall_init(firewall);
}

void mcd_observe_end(struct mcd_evidence *evidence, int64_t when_ns)
{
	for (size_t i = 0; i < evidence->nnics; i++) {
		mcd_fragments_expire(evidence, &evidence->nics[i], when_ns - grace_ns);
		mcd_streams_end(&evidence->nics[i]);
		if (!evidence->passive)
			mcd_streams_sort(&evidence->nics[i]);
		evidence->nics[i].changed = true;
	}
}
