/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/observe.h"
#include "evidence/tables.h"

#include <stdio.h>
#include <string.h>

enum { MOST_SEND_ERRORS = 64 }; /* different errno values kept for one task */

static const int64_t grace_ns = 100000000; /* for the pieces of a datagram when the captures end */

/* Decoded, and no evidence yet. */
static bool is_ipv6(const struct mcd_packet *packet)
{
	return packet->link.ethertype == MCD_ETHERTYPE_IPV6;
}

static void count_frame(struct mcd_nic *nic, const struct mcd_frame *frame, const struct mcd_packet *packet)
{
	nic->capture.packets++;
	nic->capture.truncated += frame->captured < frame->on_wire;
	nic->capture.undecoded += !packet->link_known;
	nic->capture.malformed += packet->link_known && packet->status == MCD_WIRE_MALFORMED && !is_ipv6(packet);
}

uint64_t mcd_observe_frame(struct mcd_evidence *evidence, const struct mcd_frame *frame)
{
	struct mcd_nic *nic = &evidence->nics[frame->nic];
	struct mcd_packet packet;
	struct mcd_sight sight;

	mcd_packet_decode(frame, &packet);
	count_frame(nic, frame, &packet);
	nic->changed = true;
	sight = (struct mcd_sight){ evidence, nic, &packet, frame->when_ns, nic->capture.packets, mcd_direction_out(nic, &packet) };
	if (packet.layer < MCD_LAYER_IP || is_ipv6(&packet))
		return sight.number;
	if (packet.is_igmp)
		mcd_reports_observe(&sight);
	else if (packet.ip.protocol == MCD_PROTOCOL_UDP && mcd_addr_is_multicast(packet.ip.destination))
		mcd_streams_observe(&sight);
	return sight.number;
}

/* Whether this host sent it: a probe of this run, or anything from an address of ours. */
static bool is_ours(const struct mcd_evidence *evidence, const struct mcd_arrival *arrival)
{
	struct mcd_cursor payload = mcd_cursor_of(arrival->data, arrival->held, arrival->held < arrival->length);
	struct mcd_probe probe;

	if (mcd_evidence_is_local(evidence, arrival->source))
		return true;
	return arrival->held > 0 && mcd_probe_parse(payload, &probe, NULL) && probe.session == evidence->session;
}

void mcd_observe_arrival(struct mcd_evidence *evidence, const struct mcd_arrival *arrival)
{
	struct mcd_nic *nic = &evidence->nics[arrival->nic];
	bool elsewhere = arrival->ifindex != 0 && arrival->ifindex != nic->iface->index;
	size_t task = mcd_streams_task(evidence->request, arrival->destination, arrival->port);

	nic->changed = true;
	if (!mcd_addr_is_multicast(arrival->destination))
		return;
	if (task != SIZE_MAX) {
		bool ours = is_ours(evidence, arrival);

		nic->tasks[task].arrived_ours += ours;
		nic->tasks[task].arrived_foreign += !ours;
		nic->tasks[task].arrived_elsewhere += elsewhere;
	}
	if (!elsewhere)
		mcd_streams_arrival(evidence, nic, arrival);
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
		nic->omitted++;
		return;
	}
	e->os = err->os;
	e->count = 1;
	e->first_ns = when_ns;
	snprintf(e->text, sizeof e->text, "%s", err->text);
}

void mcd_observe_sent(struct mcd_evidence *evidence, size_t nic, size_t group, int64_t when_ns, const struct mcd_err *err)
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
			else
				task->kernel_keeps = listed;
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

void mcd_observe_end(struct mcd_evidence *evidence, int64_t when_ns)
{
	for (size_t i = 0; i < evidence->nnics; i++) {
		mcd_fragments_expire(evidence, &evidence->nics[i], when_ns - grace_ns);
		mcd_streams_end(&evidence->nics[i]);
		evidence->nics[i].changed = true;
	}
}
