/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/limits.h"
#include "evidence/tables.h"

#include <string.h>

struct key {
	const struct mcd_probe *probe;
	struct mcd_stream_key stream;
	bool out;
};

static bool is_of_stream(const struct mcd_probe_seen *seen, const struct mcd_stream_key *key)
{
	return seen->port == key->port && seen->source_port == key->source_port && seen->vlan == key->vlan && seen->inner_vlan == key->inner_vlan &&
	       mcd_addr_equal(seen->source, key->source) && mcd_addr_equal(seen->address, key->group);
}

static bool is_same(const struct mcd_probe_seen *seen, const struct key *k)
{
	return seen->session == k->probe->session && seen->out == k->out && is_of_stream(seen, &k->stream) &&
	       strcmp(seen->iface, k->probe->iface) == 0 && strcmp(seen->host, k->probe->host) == 0;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = mcd_hash_mix(hash, (uint8_t)*text);
	return hash;
}

static struct mcd_probe_seen *add(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct key *key, uint32_t hash)
{
	const uint32_t task = mcd_streams_task(evidence->request, key->stream.group, key->stream.port);
	struct mcd_probe_seen *seen = NULL;

	if (mcd_hold(&evidence->held.probes, 1, MCD_MAX_PROBES))
		seen = mcd_index_push(&nic->tables->probes, hash, &nic->probes);
	if (!seen) {
		mcd_omit(nic, MCD_OMITTED_PROBES);
		return NULL;
	}
	seen->session = key->probe->session;
	seen->group = task == MCD_NO_TASK ? SIZE_MAX : task;
	seen->source = key->stream.source;
	seen->address = key->stream.group;
	seen->source_port = key->stream.source_port;
	seen->port = key->stream.port;
	seen->vlan = key->stream.vlan;
	seen->inner_vlan = key->stream.inner_vlan;
	seen->out = key->out;
	memcpy(seen->host, key->probe->host, sizeof seen->host);
	memcpy(seen->iface, key->probe->iface, sizeof seen->iface);
	mcd_vec_init(&seen->ttl, sizeof(struct mcd_ttl_count));
	return seen;
}

static struct mcd_probe_seen *find_or_add(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct key *key)
{
	uint64_t mixed = mcd_hash_mix(mcd_hash_addr(evidence->secret, key->stream.source), key->probe->session);
	uint32_t hash;
	size_t place, at = 0;

	mixed = mcd_hash_mix(mcd_hash_addr(mixed, key->stream.group), (uint64_t)key->stream.port << 1 | key->out);
	hash = mcd_hash_end(hash_text(mixed, key->probe->iface));
	while ((place = mcd_index_next(&nic->tables->probes, hash, &at)) != SIZE_MAX) {
		struct mcd_probe_seen *seen = mcd_vec_at(&nic->probes, place);

		if (is_same(seen, key))
			return seen;
	}
	return add(evidence, nic, key, hash);
}

/* The last 64 sequence numbers are known one by one; what is older counts as reordered. */
static void note_sequence(struct mcd_probe_seen *seen, uint32_t sequence)
{
	uint32_t back = seen->last_sequence - sequence;

	if (seen->packets == 0) {
		seen->first_sequence = seen->last_sequence = sequence;
		seen->seen = 1;
	} else if (sequence > seen->last_sequence) {
		uint32_t ahead = sequence - seen->last_sequence;

		seen->seen = ahead < 64 ? seen->seen << ahead | 1 : 1;
		seen->gaps += ahead > 1;
		seen->gap_packets += ahead - 1;
		if (ahead - 1 > seen->largest_gap)
			seen->largest_gap = ahead - 1;
		seen->last_sequence = sequence;
	} else if (back < 64 && (seen->seen >> back & 1)) {
		seen->duplicated++;
	} else {
		seen->reordered++;
		seen->seen |= back < 64 ? UINT64_C(1) << back : 0;
		if (sequence < seen->first_sequence)
			seen->first_sequence = sequence;
	}
}

/* A difference beyond an hour is a step of a clock, no delay. */
static void note_jitter(struct mcd_probe_seen *seen, int64_t sent_ns, int64_t when_ns)
{
	const uint64_t most = UINT64_C(3600000000000);
	const int64_t passed = when_ns - sent_ns, last = seen->passed_ns;
	uint64_t moved;

	if (when_ns <= 0)
		return;
	seen->passed_ns = passed;
	if (seen->last_ns <= 0)
		return;
	moved = passed > last ? (uint64_t)passed - (uint64_t)last : (uint64_t)last - (uint64_t)passed;
	if (moved > most)
		return;
	seen->jitter_16 += moved - ((seen->jitter_16 + 8) >> 4);
	seen->timed = true;
}

static void note_ttl(struct mcd_nic *nic, struct mcd_probe_seen *seen, uint8_t ttl)
{
	struct mcd_ttl_count *count;

	for (size_t i = 0; i < seen->ttl.count; i++) {
		count = mcd_vec_at(&seen->ttl, i);
		if (count->value == ttl) {
			count->packets++;
			return;
		}
	}
	count = mcd_vec_push(&seen->ttl);
	if (count)
		*count = (struct mcd_ttl_count){ ttl, 1 };
	else
		mcd_omit(nic, MCD_OMITTED_PROBES);
}

static void note_mac(struct mcd_probe_seen *seen, const struct mcd_packet *p)
{
	uint8_t right[6];

	mcd_addr_group_mac(p->ip.destination, right);
	if (!p->link.has_destination || memcmp(p->link.destination, right, sizeof right) == 0)
		return;
	seen->wrong_mac++;
	seen->unicast_mac += (p->link.destination[0] & 1) == 0;
}

/* Spares every other stream the parser. */
static bool looks_like_probe(struct mcd_cursor payload)
{
	static const char magic[] = { 'M', 'C', 'D', 'I', 'A', 'G', '/' };
	const uint8_t *bytes = mcd_cursor_bytes(&payload, sizeof magic);

	return bytes && memcmp(bytes, magic, sizeof magic) == 0;
}

bool mcd_probes_observe(const struct mcd_sight *s, bool *ours)
{
	const struct mcd_packet *p = s->packet;
	struct mcd_probe probe;
	const struct key key = { &probe, mcd_stream_key_of(p), s->out };
	struct mcd_probe_seen *seen;

	if (!looks_like_probe(p->udp.payload) || !mcd_probe_parse(p->udp.payload, &probe, NULL))
		return false;
	*ours = !s->evidence->passive && probe.session == s->evidence->session;
	seen = find_or_add(s->evidence, s->nic, &key);
	if (!seen)
		return true;
	seen->ours = *ours;
	note_sequence(seen, probe.sequence);
	note_jitter(seen, probe.sent_ns, s->when_ns);
	if (seen->packets++ == 0) {
		seen->first_ns = s->when_ns;
		seen->first_packet = s->number;
	}
	seen->last_ns = s->when_ns;
	seen->ttl_sent = probe.ttl;
	note_ttl(s->nic, seen, p->ip.ttl);
	note_mac(seen, p);
	return true;
}

bool mcd_probes_is_ours(const struct mcd_evidence *evidence, const struct mcd_arrival *arrival)
{
	const struct mcd_cursor payload = mcd_cursor_of(arrival->data, arrival->held, arrival->held < arrival->length);
	struct mcd_probe probe;

	return arrival->held > 0 && mcd_probe_parse(payload, &probe, NULL) && probe.session == evidence->session;
}

uint64_t mcd_probes_lost(const struct mcd_probe_seen *seen)
{
	uint64_t due, came = seen->packets > seen->duplicated ? seen->packets - seen->duplicated : 0;

	if (seen->last_sequence < seen->first_sequence)
		return 0;
	due = (uint64_t)seen->last_sequence - seen->first_sequence + 1;
	return due > came ? due - came : 0;
}

bool mcd_probes_left(const struct mcd_probe_seen *seen, const struct mcd_nic *sender)
{
	return seen->ours && seen->out && strcmp(seen->iface, sender->iface->name) == 0;
}

int mcd_probes_hops(const struct mcd_probe_seen *seen)
{
	const struct mcd_ttl_count *most = NULL;

	for (size_t i = 0; i < seen->ttl.count; i++) {
		const struct mcd_ttl_count *count = mcd_vec_at(&seen->ttl, i);

		if (!most || count->packets > most->packets)
			most = count;
	}
	return most ? seen->ttl_sent - most->value : -1;
}

int64_t mcd_probes_jitter_ns(const struct mcd_probe_seen *seen)
{
	return seen->timed ? (int64_t)(seen->jitter_16 / 16) : -1;
}

struct mcd_sequence mcd_probes_sequence(const struct mcd_probe_seen *seen)
{
	return (struct mcd_sequence){
		.lost = mcd_probes_lost(seen),
		.reordered = seen->reordered,
		.duplicated = seen->duplicated,
		.came = seen->packets > seen->duplicated ? seen->packets - seen->duplicated : 0,
		.gaps = seen->gaps,
		.gap_packets = seen->gap_packets,
		.largest_gap = seen->largest_gap,
		.jitter_ns = mcd_probes_jitter_ns(seen),
	};
}

bool mcd_stream_sequence(const struct mcd_nic *nic, const struct mcd_stream *stream, struct mcd_sequence *out)
{
	const struct mcd_probe_seen *seen;

	if (mcd_stream_rtp(stream, out))
		return true;
	seen = mcd_stream_probes(nic, stream);
	if (seen)
		*out = mcd_probes_sequence(seen);
	return seen != NULL;
}

const struct mcd_probe_seen *mcd_stream_probes(const struct mcd_nic *nic, const struct mcd_stream *stream)
{
	const struct mcd_stream_key key = { stream->source, stream->group, stream->port, stream->source_port, stream->vlan, stream->inner_vlan };
	const struct mcd_probe_seen *found = NULL;

	for (size_t i = 0; stream->probes && i < nic->probes.count; i++) {
		const struct mcd_probe_seen *seen = mcd_vec_at(&nic->probes, i);

		if (!is_of_stream(seen, &key))
			continue;
		if (found)
			return NULL;
		found = seen;
	}
	return found && found->packets == stream->packets ? found : NULL;
}

void mcd_probes_fini(struct mcd_nic *nic)
{
	for (size_t i = 0; i < nic->probes.count; i++)
		mcd_vec_fini(&((struct mcd_probe_seen *)mcd_vec_at(&nic->probes, i))->ttl);
	mcd_vec_fini(&nic->probes);
}
