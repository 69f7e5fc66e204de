/* SPDX-License-Identifier: ISC */
/* Which fragmented datagrams became whole (RFC 791, 3.2): ranges only, never bytes, in a table of fixed size. Like Linux, a piece
 * that is held already is ignored, and one that overlaps in part spoils the datagram. Pieces that come once more behind the whole, as a
 * mirror shows them, are no datagram of which others are missing. */
#include <config.h>

#include "evidence/limits.h"
#include "evidence/tables.h"

#include <stdlib.h>

enum {
	ENTRIES = 128,	    /* datagrams under way on one NIC; more: the oldest is given up */
	WHOLE = 64,	    /* of the last that became whole are remembered */
	RANGES = 32,	    /* disjoint runs of one datagram; more: it counts as never whole */
	MOST_BYTES = 65535, /* of an IP datagram */
};

static const int64_t timeout_ns = INT64_C(30000000000); /* ipfrag_time of Linux */
static const int64_t look_ns = 1000000000;		/* how often the whole table is looked through for what timed out */
static const int64_t room_ns = 1000000000;		/* what makes room for another after a shorter wait is not said to be incomplete */

struct range {
	uint32_t start, end;
};

struct entry {
	bool spoilt, again; /* again: its pieces came before, and it became whole */
	uint8_t protocol;
	uint32_t id;
	struct mcd_fragmented is;
	unsigned nranges;
	struct range ranges[RANGES]; /* ascending, never touching */
};

/* Of a datagram that became whole: the hash of its key, 0 = none, and the position of its stream. */
struct whole {
	uint32_t hash;
	size_t stream;
};

struct mcd_fragments {
	struct whole whole[WHOLE];
	unsigned next_whole;
	uint32_t hashes[ENTRIES]; /* of each entry's key; 0 = free. Apart from the entries, so that a search stays in few cache lines */
	int64_t looked_ns;
	struct entry entries[ENTRIES];
};

static uint32_t hash_of(const struct mcd_sight *s)
{
	const struct mcd_ip *ip = &s->packet->ip;
	uint64_t rest = (uint64_t)ip->id << 32 | (uint64_t)s->packet->link.vlan << 16 | s->packet->link.inner_vlan;

	return mcd_hash_end(mcd_hash_mix(mcd_hash_addr(mcd_hash_addr(s->evidence->secret, ip->source), ip->destination), rest)) | 1;
}

static bool is_same(const struct entry *e, const struct mcd_sight *s)
{
	const struct mcd_ip *ip = &s->packet->ip;

	return e->id == ip->id && e->protocol == ip->protocol && mcd_addr_equal(e->is.source, ip->source) &&
	       mcd_addr_equal(e->is.destination, ip->destination) && e->is.vlan == s->packet->link.vlan &&
	       e->is.inner_vlan == s->packet->link.inner_vlan && e->is.out == s->out;
}

static void give_up(struct mcd_evidence *evidence, struct mcd_nic *nic, size_t i)
{
	nic->tables->fragments->hashes[i] = 0;
	if (!nic->tables->fragments->entries[i].again)
		mcd_streams_incomplete(evidence, nic, &nic->tables->fragments->entries[i].is);
}

void mcd_fragments_expire(struct mcd_evidence *evidence, struct mcd_nic *nic, int64_t before_ns)
{
	const struct mcd_fragments *fragments = nic->tables->fragments;

	for (size_t i = 0; fragments && i < ENTRIES; i++)
		if (fragments->hashes[i] != 0 && fragments->entries[i].is.first_ns < before_ns)
			give_up(evidence, nic, i);
}

static const struct whole *recall(const struct mcd_fragments *fragments, uint32_t hash)
{
	for (unsigned i = 0; i < WHOLE; i++)
		if (fragments->whole[i].hash == hash)
			return &fragments->whole[i];
	return NULL;
}

static void remember(struct mcd_fragments *fragments, uint32_t hash, size_t stream)
{
	fragments->whole[fragments->next_whole++ % WHOLE] = (struct whole){ hash, stream };
}

/* WHOLE: what became of one with the same key not long ago; NULL = nothing did. */
static void start(struct entry *e, const struct mcd_sight *s, const struct whole *whole)
{
	const struct mcd_packet *p = s->packet;

	*e = (struct entry){
		.again = whole != NULL,
		.protocol = p->ip.protocol,
		.id = p->ip.id,
		.is = {
			.stream = whole ? whole->stream : SIZE_MAX,
			.source = p->ip.source,
			.destination = p->ip.destination,
			.vlan = p->link.vlan,
			.inner_vlan = p->link.inner_vlan,
			.out = s->out,
			.first_ns = s->when_ns,
			.first_packet = s->number,
		},
	};
}

/* The position of a free entry, or of the oldest. */
static size_t spare(const struct mcd_fragments *fragments)
{
	size_t oldest = 0;

	for (size_t i = 0; i < ENTRIES; i++) {
		if (fragments->hashes[i] == 0)
			return i;
		if (fragments->entries[i].is.first_packet < fragments->entries[oldest].is.first_packet)
			oldest = i;
	}
	return oldest;
}

/* The position of this datagram's entry, begun anew when there is none or it timed out. */
static size_t find_or_start(const struct mcd_sight *s, struct mcd_fragments *fragments)
{
	const uint32_t hash = hash_of(s);
	size_t i = 0;

	while (i < ENTRIES && !(fragments->hashes[i] == hash && is_same(&fragments->entries[i], s)))
		i++;
	if (i < ENTRIES && s->when_ns - fragments->entries[i].is.first_ns <= timeout_ns)
		return i;
	if (i == ENTRIES)
		i = spare(fragments);
	if (fragments->hashes[i] != 0 && !fragments->entries[i].again && fragments->entries[i].is.first_ns + room_ns > s->when_ns)
		mcd_omit(s->nic, MCD_OMITTED_FRAGMENTS); /* its pieces may still come */
	else if (fragments->hashes[i] != 0)
		give_up(s->evidence, s->nic, i);
	start(&fragments->entries[i], s, recall(fragments, hash));
	fragments->hashes[i] = hash;
	return i;
}

static void look_for_old(const struct mcd_sight *s, struct mcd_fragments *fragments)
{
	if (s->when_ns - fragments->looked_ns < look_ns && s->when_ns >= fragments->looked_ns)
		return;
	fragments->looked_ns = s->when_ns;
	mcd_fragments_expire(s->evidence, s->nic, s->when_ns - timeout_ns);
}

/* Join the runs at I and I + 1 when they touch. */
static void join(struct entry *e, unsigned i)
{
	if (i + 1 >= e->nranges || e->ranges[i].end != e->ranges[i + 1].start)
		return;
	e->ranges[i].end = e->ranges[i + 1].end;
	for (unsigned j = i + 1; j + 1 < e->nranges; j++)
		e->ranges[j] = e->ranges[j + 1];
	e->nranges--;
}

static void insert(struct entry *e, struct range piece)
{
	unsigned i = 0;

	while (i < e->nranges && e->ranges[i].end <= piece.start)
		i++;
	if (i < e->nranges && e->ranges[i].start <= piece.start && piece.end <= e->ranges[i].end)
		return; /* a duplicate */
	if (e->nranges == RANGES || (i < e->nranges && e->ranges[i].start < piece.end)) {
		e->spoilt = true;
		return;
	}
	for (unsigned j = e->nranges++; j > i; j--)
		e->ranges[j] = e->ranges[j - 1];
	e->ranges[i] = piece;
	join(e, i);
	if (i > 0)
		join(e, i - 1);
}

static void take(struct entry *e, const struct mcd_ip *ip)
{
	const uint32_t length = ip->total_length > ip->header_length ? ip->total_length - ip->header_length : 0;
	struct range piece = { ip->fragment_offset, ip->fragment_offset + length };

	if (ip->more_fragments)
		piece.end &= ~7u; /* all but the last are multiples of 8 octets */
	if (piece.end <= piece.start)
		return;
	if (piece.end > MOST_BYTES)
		e->spoilt = true;
	if (!ip->more_fragments) {
		e->spoilt |= e->is.total != 0 && e->is.total != piece.end;
		e->is.total = piece.end;
	}
	if (!e->spoilt)
		insert(e, piece);
}

bool mcd_fragments_observe(const struct mcd_sight *s, size_t stream, bool undeliverable, struct mcd_fragmented *done, uint64_t *earlier)
{
	struct mcd_tables *tables = s->nic->tables;
	struct entry *e;
	size_t i;

	*earlier = 0;
	*done = (struct mcd_fragmented){ .stream = stream };
	if (!tables->fragments && mcd_hold(&s->evidence->held.reassemblies, 1, MCD_MAX_REASSEMBLIES))
		tables->fragments = calloc(1, sizeof *tables->fragments);
	if (!tables->fragments) {
		mcd_omit(s->nic, MCD_OMITTED_FRAGMENTS);
		return false;
	}
	look_for_old(s, tables->fragments);
	i = find_or_start(s, tables->fragments);
	e = &tables->fragments->entries[i];
	e->is.last_ns = s->when_ns;
	e->is.last_packet = s->number;
	e->is.undeliverable |= undeliverable;
	if (stream != SIZE_MAX) {
		*earlier = e->is.frames;
		e->is.frames = 0;
		e->is.stream = stream;
		e->is.udp_length = s->packet->udp.length;
	} else if (e->is.stream == SIZE_MAX) {
		e->is.frames++;
	}
	take(e, &s->packet->ip);
	*done = e->is;
	if (e->spoilt || e->is.total == 0 || e->nranges != 1 || e->ranges[0].start != 0 || e->ranges[0].end != e->is.total)
		return false;
	remember(tables->fragments, tables->fragments->hashes[i], e->is.stream);
	tables->fragments->hashes[i] = 0;
	return true;
}
