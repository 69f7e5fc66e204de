/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/json_streams.h"

#include <stdlib.h>
#include <string.h>

static int by_stream(const void *left, const void *right)
{
	const struct mcd_stream *a = *(const struct mcd_stream *const *)left, *b = *(const struct mcd_stream *const *)right;
	int order = mcd_by_vlan(a->vlan, a->inner_vlan, b->vlan, b->inner_vlan);

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

		if (!s->local_source && nic->tasks[i].ready_ns && mcd_group_has_port(group, s->port) && mcd_addr_equal(group->address, s->group))
			return true;
	}
	return false;
}

static void put_rates(struct mcd_json *j, const struct mcd_stream *s)
{
	double pps = 0, bps = 0;
	const bool known = mcd_stream_rate(s, &pps, &bps);

	mcd_json_rates(j, known, pps, bps);
}

/* As on the wire; where that was not captured, that of the last datagram at the socket. */
static void put_ttls(struct mcd_json *j, const struct mcd_stream *s)
{
	const int last = mcd_stream_reception(s)->last_ttl;
	uint64_t ttl[4] = { 0 };

	memcpy(ttl, s->ttl, sizeof ttl);
	if (s->packets == 0 && last >= 0)
		ttl[last / 64] |= UINT64_C(1) << last % 64;
	mcd_json_bits(j, "ttl", ttl, 256);
}

/* What the UDP checksums were; OK is the rest. */
static void put_checksums(struct mcd_json *j, const struct mcd_stream *s, bool wire)
{
	const struct mcd_stream_rare *rare = mcd_stream_rare(s);
	uint64_t judged = s->packets - rare->unpacked, other = rare->bad_checksum + s->no_checksum + rare->unverified_checksum;

	mcd_json_object(j, "checksums");
	mcd_json_known(j, "ok", wire, judged > other ? judged - other : 0);
	mcd_json_known(j, "bad", wire, rare->bad_checksum);
	mcd_json_known(j, "none", wire, s->no_checksum);
	mcd_json_known(j, "unverified", wire, rare->unverified_checksum);
	mcd_json_end(j);
}

/* Null where the sender does not number its datagrams one by one: nine steps of ten are up by one where it does. */
static void put_ids(struct mcd_json *j, const struct mcd_stream *s, bool wire)
{
	const uint64_t unpacked = mcd_stream_rare(s)->unpacked;
	uint64_t steps = s->packets > unpacked + 1 ? s->packets - unpacked - 1 : 0;

	mcd_json_known(j, "ip_id_missing", wire && steps > 0 && mcd_addr_is_v4(s->group) && s->ids_in_step * UINT64_C(10) >= steps * 9, s->ids_missing);
}

static void put_stream(struct mcd_json *j, const struct mcd_evidence *evidence, const struct mcd_nic *nic, const struct mcd_stream *s)
{
	const struct mcd_stream_rare *rare = mcd_stream_rare(s);
	bool wire = mcd_nic_was_captured(nic); /* else the socket alone speaks */

	mcd_json_object(j, NULL);
	mcd_json_address(j, "source", s->source);
	mcd_json_address(j, "group", s->group);
	mcd_json_uint(j, "port", s->port);
	mcd_json_uint(j, "source_port", s->source_port);
	mcd_json_family(j, "family", s->group);
	mcd_json_vlan(j, s->vlan, s->inner_vlan);
	mcd_json_known(j, "packets", wire, s->packets);
	mcd_json_known(j, "packets_out", wire, rare->packets_out);
	mcd_json_known(j, "frames", wire, mcd_stream_frames(s));
	mcd_json_known(j, "incomplete", wire, rare->incomplete);
	mcd_json_known(j, "bytes", wire, s->bytes);
	mcd_json_known(j, "delivered", had_socket(evidence, nic, s), mcd_stream_reception(s)->delivered);
	put_ttls(j, s);
	mcd_json_bits(j, "dscp", &s->dscp, 64);
	mcd_json_when(j, "first_ms", s->first_ns);
	mcd_json_when(j, "last_ms", s->last_ns);
	put_rates(j, s);
	mcd_json_known(j, "peak_100ms_packets", wire && !nic->capture.timeless, s->peak_100ms);
	mcd_json_known(j, "largest_burst_packets", wire && !nic->capture.timeless, s->largest_burst);
	mcd_json_payload(j, nic, s);
	mcd_json_known(j, "bad_checksum", wire, rare->bad_checksum);
	put_checksums(j, s, wire);
	put_ids(j, s, wire);
	mcd_json_known(j, "wrong_mac_frames", wire, rare->wrong_mac);
	mcd_json_known(j, "fragments", wire, rare->fragments);
	mcd_json_array(j, "destination_macs");
	for (unsigned i = 0; i < s->nmacs && i < sizeof s->macs / sizeof s->macs[0]; i++)
		mcd_json_mac(j, NULL, s->macs[i]);
	mcd_json_end(j);
	mcd_json_end(j);
}

void mcd_json_streams(struct mcd_json *j, const struct mcd_evidence *evidence, const struct mcd_nic *nic)
{
	const void **sorted = mcd_sorted(j, &nic->streams, by_stream);
	size_t most = evidence->request->max_rows, shown = 0, omitted = 0;

	mcd_json_array(j, "streams");
	for (size_t i = 0; sorted && i < nic->streams.count; i++) {
		const struct mcd_stream *s = sorted[i];

		if (s->packets == 0 && mcd_nic_was_captured(nic))
			continue; /* arrivals alone: nothing of it on this wire */
		if (shown == most) {
			omitted++;
			continue;
		}
		put_stream(j, evidence, nic, s);
		shown++;
	}
	mcd_json_end(j);
	mcd_json_uint(j, "streams_omitted", omitted);
	free(sorted);
}
