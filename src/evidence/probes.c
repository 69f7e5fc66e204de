/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/tables.h"

#include <string.h>

struct key {
	const struct mcd_probe *probe;
	struct mcd_addr source;
	size_t group;
	bool out;
};

static bool same_probe(const void *item, const void *key)
{
	const struct mcd_probe_seen *seen = item;
	const struct key *k = key;

	return seen->session == k->probe->session && seen->group == k->group && seen->out == k->out && mcd_addr_equal(seen->source, k->source) &&
	       strcmp(seen->iface, k->probe->iface) == 0 && strcmp(seen->host, k->probe->host) == 0;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = mcd_hash_mix(hash, (uint8_t)*text);
	return hash;
}

static struct mcd_probe_seen *find_or_add(struct mcd_nic *nic, const struct key *key)
{
	uint64_t mixed = mcd_hash_mix(mcd_hash_mix(mcd_hash_addr(0, key->source), key->probe->session), (uint64_t)key->group << 1 | key->out);
	uint32_t hash = mcd_hash_end(hash_text(mixed, key->probe->iface));
	size_t place = mcd_index_find(&nic->tables->probes, hash, &nic->probes, same_probe, key);
	struct mcd_probe_seen *seen;

	if (place != SIZE_MAX)
		return mcd_vec_at(&nic->probes, place);
	seen = mcd_index_push(&nic->tables->probes, hash, &nic->probes, MCD_MAX_PROBES);
	if (!seen) {
		nic->omitted++;
		return NULL;
	}
	seen->session = key->probe->session;
	seen->group = key->group;
	seen->source = key->source;
	seen->out = key->out;
	memcpy(seen->host, key->probe->host, sizeof seen->host);
	memcpy(seen->iface, key->probe->iface, sizeof seen->iface);
	mcd_vec_init(&seen->ttl, sizeof(struct mcd_ttl_count));
	return seen;
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
		nic->omitted++;
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
	struct key key = { &probe, p->ip.source, SIZE_MAX, s->out };
	struct mcd_probe_seen *seen;

	if (!looks_like_probe(p->udp.payload) || !mcd_probe_parse(p->udp.payload, &probe, NULL))
		return false;
	*ours = probe.session == s->evidence->session;
	key.group = mcd_streams_task(s->evidence->request, p->ip.destination, p->udp.port);
	seen = find_or_add(s->nic, &key);
	if (!seen)
		return true;
	seen->ours = *ours;
	note_sequence(seen, probe.sequence);
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

void mcd_probes_fini(struct mcd_nic *nic)
{
	for (size_t i = 0; i < nic->probes.count; i++)
		mcd_vec_fini(&((struct mcd_probe_seen *)mcd_vec_at(&nic->probes, i))->ttl);
	mcd_vec_fini(&nic->probes);
}
