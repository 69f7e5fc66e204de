/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/json_streams.h"

#include <stdlib.h>

static const double MOST_RATE = 1e15;

static int by_stream(const void *left, const void *right)
{
	const struct mcd_stream *a = *(const struct mcd_stream *const *)left, *b = *(const struct mcd_stream *const *)right;
	int order = mcd_by_vlan(a->tagged, a->vlan, b->tagged, b->vlan);

	if (!order)
		order = mcd_addr_compare(a->group, b->group);
	if (!order)
		order = (a->port > b->port) - (a->port < b->port);
	if (!order)
		order = mcd_addr_compare(a->source, b->source);
	return order ? order : (a->source_port > b->source_port) - (a->source_port < b->source_port);
}

/* Whether a socket of ours on this NIC could get it: sent by another host, same group and port, and ready. */
static bool had_socket(const struct mcd_evidence *evidence, const struct mcd_nic *nic, const struct mcd_stream *s)
{
	for (size_t i = 0; nic->tasks && i < evidence->request->ngroups; i++) {
		const struct mcd_group *group = &evidence->request->groups[i];

		if (!s->local_source && nic->tasks[i].ready_ns && group->port == s->port && mcd_addr_equal(group->address, s->group))
			return true;
	}
	return false;
}

/* The probes that this stream is made of, when exactly one row counts the same packets of this source and group; NULL = not told. */
static const struct mcd_probe_seen *probes_of(const struct mcd_evidence *evidence, const struct mcd_nic *nic, const struct mcd_stream *s)
{
	const struct mcd_probe_seen *found = NULL;

	for (size_t i = 0; (s->ours || s->probes) && i < nic->probes.count; i++) {
		const struct mcd_probe_seen *seen = mcd_vec_at(&nic->probes, i);
		const struct mcd_group *group = seen->group < evidence->request->ngroups ? &evidence->request->groups[seen->group] : NULL;

		if (!group || group->port != s->port || !mcd_addr_equal(group->address, s->group) || !mcd_addr_equal(seen->source, s->source))
			continue;
		if (found)
			return NULL;
		found = seen;
	}
	return found && found->packets == s->packets ? found : NULL;
}

static void put_bits(struct mcd_json *j, cJSON *row, const char *key, const uint64_t *bits, unsigned count)
{
	cJSON *list = mcd_json_array(j, row, key);

	for (unsigned i = 0; i < count; i++)
		if (bits[i / 64] >> i % 64 & 1)
			mcd_json_uint(j, list, NULL, i);
}

/* From the first packet to the last, that one not counted: N packets span N - 1 gaps. Times that no wire could have give no rate. */
static void put_rates(struct mcd_json *j, cJSON *row, const struct mcd_stream *s)
{
	double seconds = (double)(s->last_ns - s->first_ns) / 1e9, gaps = (double)s->packets - 1, pps, bps;

	pps = s->packets > 1 && seconds > 0 ? gaps / seconds : MOST_RATE;
	bps = (double)s->bytes * 8 / (double)s->packets * pps;
	if (pps >= MOST_RATE || bps >= MOST_RATE) {
		mcd_json_null(j, row, "rate_pps");
		mcd_json_null(j, row, "rate_bps");
		return;
	}
	mcd_json_fixed(j, row, "rate_pps", (int64_t)(pps * 1000 + 0.5));
	mcd_json_uint(j, row, "rate_bps", (uint64_t)(bps + 0.5));
}

static void put_quality(struct mcd_json *j, cJSON *row, const struct mcd_probe_seen *seen)
{
	mcd_json_known(j, row, "lost", seen, seen ? mcd_probes_lost(seen) : 0);
	mcd_json_known(j, row, "reordered", seen, seen ? seen->reordered : 0);
	mcd_json_known(j, row, "duplicated", seen, seen ? seen->duplicated : 0);
	mcd_json_null(j, row, "jitter_ms");
}

static void put_stream(struct mcd_json *j, cJSON *list, const struct mcd_evidence *evidence, const struct mcd_nic *nic, const struct mcd_stream *s)
{
	cJSON *row = mcd_json_object(j, list, NULL), *macs;
	bool wire = mcd_nic_was_captured(nic); /* else the socket alone speaks */

	mcd_json_address(j, row, "source", s->source);
	mcd_json_address(j, row, "group", s->group);
	mcd_json_uint(j, row, "port", s->port);
	mcd_json_uint(j, row, "source_port", s->source_port);
	mcd_json_family(j, row, "family", s->group);
	mcd_json_vlan(j, row, "vlan", s->tagged, s->vlan);
	mcd_json_known(j, row, "packets", wire, s->packets);
	mcd_json_known(j, row, "packets_out", wire, s->packets_out);
	mcd_json_known(j, row, "frames", wire, s->frames);
	mcd_json_known(j, row, "incomplete", wire, s->incomplete);
	mcd_json_known(j, row, "bytes", wire, s->bytes);
	mcd_json_known(j, row, "delivered", had_socket(evidence, nic, s), s->delivered);
	put_bits(j, row, "ttl", s->ttl, 256);
	put_bits(j, row, "dscp", &s->dscp, 64);
	mcd_json_when(j, row, "first_ms", s->first_ns);
	mcd_json_when(j, row, "last_ms", s->last_ns);
	put_rates(j, row, s);
	mcd_json_known(j, row, "peak_100ms_packets", wire, s->peak_100ms > s->window_packets ? s->peak_100ms : s->window_packets);
	put_quality(j, row, probes_of(evidence, nic, s));
	mcd_json_text(j, row, "payload", s->ours || s->probes ? "mcdiag" : "unknown");
	mcd_json_known(j, row, "bad_checksum", wire, s->bad_checksum);
	mcd_json_known(j, row, "fragments", wire, s->fragments);
	macs = mcd_json_array(j, row, "destination_macs");
	for (unsigned i = 0; i < s->nmacs && i < sizeof s->macs / sizeof s->macs[0]; i++)
		mcd_json_mac(j, macs, NULL, s->macs[i]);
}

void mcd_json_streams(struct mcd_json *j, cJSON *row, const struct mcd_evidence *evidence, const struct mcd_nic *nic)
{
	const void **sorted = mcd_sorted(j, &nic->streams, by_stream);
	size_t most = evidence->request->max_rows, shown = 0, omitted = 0;
	cJSON *list = mcd_json_array(j, row, "streams");

	for (size_t i = 0; sorted && i < nic->streams.count; i++) {
		const struct mcd_stream *s = sorted[i];

		if (s->packets == 0 && mcd_nic_was_captured(nic))
			continue; /* arrivals alone: nothing of it on this wire */
		if (shown == most) {
			omitted++;
			continue;
		}
		put_stream(j, list, evidence, nic, s);
		shown++;
	}
	mcd_json_uint(j, row, "streams_omitted", omitted);
	free(sorted);
}
