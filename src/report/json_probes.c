/* SPDX-License-Identifier: ISC */
/* Probes: ours, by the interface that sent them, and those of other runs. */
#include <config.h>

#include "report/json.h"

#include "report/peers.h"
#include "report/sent.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The NICs below SENDER on whose wire its probes were seen as well. */
static void put_carriers(struct mcd_json *j, const struct mcd_evidence *evidence, const struct mcd_nic *sender)
{
	mcd_json_array(j, "carried_by");
	for (size_t n = 0; n < evidence->nnics; n++) {
		const struct mcd_nic *nic = &evidence->nics[n];
		bool carried = false;

		for (size_t i = 0; nic != sender && !carried && i < nic->probes.count; i++)
			carried = mcd_probes_left(mcd_vec_at(&nic->probes, i), sender);
		if (carried && mcd_iface_is_below(&evidence->ifaces, nic->iface->index, sender->iface->index))
			mcd_json_text(j, NULL, nic->iface->name);
	}
	mcd_json_end(j);
}

static void put_errors(struct mcd_json *j, const struct mcd_request *request, const struct mcd_nic *nic)
{
	mcd_json_array(j, "errors");
	for (size_t g = 0; nic->tasks && g < request->ngroups; g++) {
		for (size_t i = 0; i < nic->tasks[g].send_errors.count; i++) {
			const struct mcd_send_error *error = mcd_vec_at(&nic->tasks[g].send_errors, i);

			mcd_json_object(j, NULL);
			mcd_json_address(j, "group", request->groups[g].address);
			mcd_json_known(j, "errno", error->os != 0, (uint64_t)mcd_err_to_number(error->os));
			mcd_json_uint(j, "count", error->count);
			mcd_json_text(j, "text", error->text);
			mcd_json_end(j);
		}
	}
	mcd_json_end(j);
}

static void put_ttl(struct mcd_json *j, const struct mcd_sent_seen *seen)
{
	mcd_json_array(j, "ttl");
	for (unsigned i = 0; i < sizeof seen->ttl / sizeof seen->ttl[0]; i++) {
		if (!seen->ttl[i])
			continue;
		mcd_json_object(j, NULL);
		mcd_json_uint(j, "value", i);
		mcd_json_uint(j, "packets", seen->ttl[i]);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

static void put_rate(struct mcd_json *j, const struct mcd_task *task)
{
	double pps = 0, bps = 0;
	const bool known = mcd_sent_rate(task, &pps, &bps);

	mcd_json_rates(j, known, pps, bps);
}

/* A row for each group that was sent to. */
static void put_sent_to(struct mcd_json *j, const struct mcd_request *request, const struct mcd_nic *nic)
{
	mcd_json_array(j, "groups");
	for (size_t g = 0; nic->tasks && g < request->ngroups; g++) {
		const struct mcd_task *task = &nic->tasks[g];
		struct mcd_sent_seen seen;

		if (task->sent == 0 && task->send_errors.count == 0)
			continue;
		mcd_sent_seen(nic, g, &seen);
		mcd_json_object(j, NULL);
		mcd_json_address(j, "address", request->groups[g].address);
		mcd_json_uint(j, "port", request->groups[g].port);
		mcd_json_uint(j, "sent", task->sent);
		mcd_json_uint(j, "failed", mcd_sent_failed(task));
		mcd_json_known(j, "on_wire", mcd_nic_was_captured(nic), seen.packets);
		put_ttl(j, &seen);
		mcd_json_addresses(j, "sources", seen.sources, seen.nsources);
		put_rate(j, task);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

void mcd_json_probes(struct mcd_json *j, const struct mcd_report_input *in, size_t index)
{
	const struct mcd_evidence *evidence = in->evidence;
	const struct mcd_nic *nic = &evidence->nics[index];
	struct mcd_sent_seen seen;
	uint64_t sent = 0;

	for (size_t g = 0; nic->tasks && g < evidence->request->ngroups; g++)
		sent += nic->tasks[g].sent;
	mcd_sent_seen(nic, SIZE_MAX, &seen);
	mcd_json_object(j, "probes");
	mcd_json_uint(j, "sent", sent);
	mcd_json_known(j, "on_wire", mcd_nic_was_captured(nic), seen.packets);
	put_ttl(j, &seen);
	mcd_json_when(j, "first_on_wire_ms", seen.first_ns);
	put_carriers(j, evidence, nic);
	put_errors(j, evidence->request, nic);
	put_sent_to(j, evidence->request, nic);
	mcd_json_end(j);
}

static void put_peer(struct mcd_json *j, const struct mcd_request *request, const struct mcd_peer *peer)
{
	char session[17];
	int passed = mcd_probes_hops(peer->seen);

	snprintf(session, sizeof session, "%016" PRIx64, peer->seen->session);
	mcd_json_object(j, NULL);
	mcd_json_text(j, "host", peer->seen->host);
	mcd_json_text(j, "session", session);
	mcd_json_text(j, "interface", peer->nic->iface->name);
	mcd_json_text(j, "from_interface", peer->seen->iface);
	mcd_json_address(j, "source", peer->seen->source);
	if (peer->seen->group < request->ngroups)
		mcd_json_address(j, "group", request->groups[peer->seen->group].address);
	else
		mcd_json_null(j, "group");
	mcd_json_uint(j, "probes_received", peer->seen->packets);
	mcd_json_uint(j, "lost", mcd_probes_lost(peer->seen));
	mcd_json_uint(j, "before_first", mcd_peer_before_first(peer));
	mcd_json_known(j, "hops", passed >= 0, (uint64_t)passed);
	mcd_json_jitter(j, mcd_probes_jitter_ns(peer->seen));
	mcd_json_end(j);
}

void mcd_json_peers(struct mcd_json *j, const struct mcd_evidence *evidence)
{
	struct mcd_vec peers;

	j->failed = !mcd_peers(evidence, &peers) || j->failed;
	mcd_json_array(j, "peers");
	for (size_t i = 0; i < peers.count; i++)
		put_peer(j, evidence->request, mcd_vec_at(&peers, i));
	mcd_json_end(j);
	mcd_vec_fini(&peers);
}
