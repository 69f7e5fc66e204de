/* SPDX-License-Identifier: ISC */
/* What a capture holds, for people: per interface the frames, the queriers, the members and the largest streams. */
#include <config.h>

#include "report/text.h"

#include <inttypes.h>
#include <stdlib.h>

enum { ROWS_SHOWN = 12, SOURCES_SHOWN = 4, INDENT = 4, LABEL = 14 };

/* "a, b and c": the kinds of frames that there are. */
static void put_contents(struct mcd_text *t, const struct mcd_nic_capture *c)
{
	static const struct {
		enum mcd_content kind;
		const char *name;
	} kinds[] = {
		{ MCD_CONTENT_IPV4, "IPv4" },		{ MCD_CONTENT_IPV6, "IPv6" },
		{ MCD_CONTENT_NOT_IP, "not IP" },	{ MCD_CONTENT_MALFORMED, "malformed" },
		{ MCD_CONTENT_CUT, "cut too short" },	{ MCD_CONTENT_ENCRYPTED, "encrypted" },
		{ MCD_CONTENT_UNKNOWN_LINK, "of a link type that is not decoded" },
	};
	const char *comma = "";

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (c->contents[kinds[i].kind] == 0)
			continue;
		mcd_page_format(&t->page, "%s%" PRIu64 " %s", comma, c->contents[kinds[i].kind], kinds[i].name);
		comma = ", ";
	}
	for (int i = MCD_TUNNEL_NONE + 1; i < MCD_TUNNEL_KINDS; i++)
		if (c->tunnels[i])
			mcd_page_format(&t->page, ", %" PRIu64 " in %s tunnels", c->tunnels[i], mcd_tunnel_name((enum mcd_tunnel_kind)i));
}

static void put_title(struct mcd_text *t, const struct mcd_nic *nic)
{
	const struct mcd_nic_capture *c = &nic->capture;

	mcd_page_begin(&t->page, 2, INDENT);
	mcd_page_paint(&t->page, MCD_BOLD, nic->iface->name);
	mcd_page_format(&t->page, ": %" PRIu64 " frame%s", c->packets, c->packets == 1 ? "" : "s");
	if (c->packets)
		mcd_page_text(&t->page, ": ");
	put_contents(t, c);
	mcd_page_end(&t->page);
}

/* Begin a line; LABEL stands before the first of its kind. */
static void begin(struct mcd_text *t, const char *label, size_t row)
{
	mcd_page_begin(&t->page, INDENT, INDENT + LABEL);
	mcd_page_text(&t->page, row == 0 ? label : "");
	mcd_page_column(&t->page, INDENT + LABEL);
}

static void put_more(struct mcd_text *t, size_t all, size_t shown)
{
	if (all <= shown)
		return;
	mcd_page_begin(&t->page, INDENT, INDENT + LABEL);
	mcd_page_column(&t->page, INDENT + LABEL);
	mcd_page_format(&t->page, "and %zu more (-v shows them)", all - shown);
	mcd_page_end(&t->page);
}

/* "3 v2 queries, 1 v3 query"; MLD's versions are one less (struct mcd_igmp_counts). */
static void put_versions(struct mcd_text *t, const char **comma, const uint64_t counts[3], bool mld, const char *one, const char *many)
{
	for (unsigned i = 0; i < 3; i++) {
		if (!counts[i])
			continue;
		mcd_page_format(&t->page, "%s%" PRIu64 " v%u %s", *comma, counts[i], i + 1 - mld, counts[i] == 1 ? one : many);
		*comma = ", ";
	}
}

static void put_count(struct mcd_text *t, const char **comma, uint64_t count, const char *what)
{
	if (!count)
		return;
	mcd_page_format(&t->page, "%s%" PRIu64 " %s", *comma, count, what);
	*comma = ", ";
}

/* Nothing where there is no message. */
static void put_messages(struct mcd_text *t, const struct mcd_igmp_counts *c, bool mld)
{
	const uint64_t queries[3] = { c->queries_v1, c->queries_v2, c->queries_v3 }, reports[3] = { c->reports_v1, c->reports_v2, c->reports_v3 };
	const uint64_t all = queries[0] + queries[1] + queries[2] + reports[0] + reports[1] + reports[2] + c->leaves + c->other + c->malformed +
			     c->tunnelled;
	const char *comma = "";

	if (!all)
		return;
	begin(t, mld ? "MLD" : "IGMP", 0);
	put_versions(t, &comma, queries, mld, "query", "queries");
	put_versions(t, &comma, reports, mld, "report", "reports");
	put_count(t, &comma, c->leaves, mld ? "done" : c->leaves == 1 ? "leave" : "leaves");
	put_count(t, &comma, c->other, "other");
	put_count(t, &comma, c->malformed, "malformed");
	put_count(t, &comma, c->bad_checksum, "with a wrong checksum");
	put_count(t, &comma, c->tunnelled, "in tunnels");
	mcd_page_end(&t->page);
}

static size_t shown_of(const struct mcd_text *t, size_t count)
{
	return t->style->verbose || count <= ROWS_SHOWN ? count : ROWS_SHOWN;
}

static void put_vlan(struct mcd_text *t, uint16_t vlan, uint16_t inner_vlan)
{
	if (vlan && inner_vlan)
		mcd_page_format(&t->page, ", VLAN %u in %u", inner_vlan, vlan);
	else if (vlan)
		mcd_page_format(&t->page, ", VLAN %u", vlan);
}

/* Whether another asks on the same network, so that one of them has to win. */
static bool has_rival(const struct mcd_nic *nic, const struct mcd_querier *q)
{
	for (size_t i = 0; i < nic->queriers.count; i++) {
		const struct mcd_querier *other = mcd_vec_at(&nic->queriers, i);

		if (other != q && other->mld == q->mld && other->vlan == q->vlan && other->inner_vlan == q->inner_vlan)
			return true;
	}
	return false;
}

static void put_queriers(struct mcd_text *t, const struct mcd_nic *nic)
{
	size_t shown = shown_of(t, nic->queriers.count);
	char text[MCD_ADDR_TEXT], seconds[MCD_FIXED_TEXT];

	for (size_t i = 0; i < shown; i++) {
		const struct mcd_querier *q = mcd_vec_at(&nic->queriers, i);

		begin(t, "queriers", i);
		mcd_page_format(&t->page, "%s, %sv%d", mcd_addr_format(q->address, text), q->mld ? "MLD" : "IGMP", q->version);
		put_vlan(t, q->vlan, q->inner_vlan);
		mcd_page_format(&t->page, ", %" PRIu64 " quer%s", q->queries, q->queries == 1 ? "y" : "ies");
		if (q->interval_s)
			mcd_page_format(&t->page, ", advertises %u s", q->interval_s);
		if (q->general > 1)
			mcd_page_format(&t->page, ", asks every %s s",
					mcd_fixed_format((q->last_general_ns - q->first_general_ns) / (int64_t)(q->general - 1) / 1000000, seconds));
		if (q->elected && has_rival(nic, q))
			mcd_page_text(&t->page, ", lowest address");
		mcd_page_end(&t->page);
	}
	put_more(t, nic->queriers.count, shown);
}

static bool has_left(const struct mcd_member *m)
{
	return m->mode == MCD_INCLUDE && m->nsources == 0;
}

/* Its last record, if that was kept. */
static const struct mcd_report *last_record(const struct mcd_nic *nic, const struct mcd_member *m)
{
	size_t first = 0, past = nic->reports.count;

	while (first < past) {
		const size_t middle = first + (past - first) / 2;
		const struct mcd_report *r = mcd_vec_at(&nic->reports, middle);

		if (r->packet < m->last_packet)
			first = middle + 1;
		else
			past = middle;
	}
	for (; first < nic->reports.count; first++) {
		const struct mcd_report *r = mcd_vec_at(&nic->reports, first);

		if (r->packet != m->last_packet)
			return NULL;
		if (mcd_addr_equal(r->group, m->group) && mcd_addr_equal(r->source, m->host))
			return r;
	}
	return NULL;
}

/* A BLOCK that leaves no source may be of one out of many, if the others were asked for before the capture began. */
static void put_left(struct mcd_text *t, const struct mcd_nic *nic, const struct mcd_member *m)
{
	const struct mcd_report *r = last_record(nic, m);
	const bool left = r && (r->type == MCD_IGMP_LEAVE || r->record == MCD_TO_IN);

	mcd_page_format(&t->page, ", %s in packet %" PRIu64, left ? "left" : "its last known source given up", m->last_packet);
}

static void put_member(struct mcd_text *t, const struct mcd_nic *nic, const struct mcd_member *m, size_t row)
{
	char group[MCD_ADDR_TEXT], text[MCD_ADDR_TEXT];

	begin(t, "members", row);
	mcd_page_format(&t->page, "%s of %s", mcd_addr_format(m->host, text), mcd_addr_format(m->group, group));
	put_vlan(t, m->vlan, m->inner_vlan);
	mcd_page_format(&t->page, ", %sv%d", mcd_addr_is_v4(m->group) ? "IGMP" : "MLD", m->version);
	if (m->nsources)
		mcd_page_text(&t->page, m->mode == MCD_INCLUDE ? ", from " : ", from any but ");
	for (size_t i = 0; i < m->nsources && i < SOURCES_SHOWN; i++)
		mcd_page_format(&t->page, "%s%s", i ? ", " : "", mcd_addr_format(m->sources[i], text));
	if (m->nsources > SOURCES_SHOWN)
		mcd_page_format(&t->page, " and %" PRIu32 " more", m->nsources - (uint32_t)SOURCES_SHOWN);
	if (has_left(m))
		put_left(t, nic, m);
	mcd_page_end(&t->page);
}

/* Members first, then hosts that left. */
static void put_members(struct mcd_text *t, const struct mcd_nic *nic)
{
	size_t count = nic->members.count, shown = shown_of(t, count), row = 0;

	for (int left = 0; left < 2; left++)
		for (size_t i = 0; i < count && row < shown; i++) {
			const struct mcd_member *m = mcd_vec_at(&nic->members, i);

			if (has_left(m) == left)
				put_member(t, nic, m, row++);
		}
	put_more(t, count, shown);
}

static int by_packets(const void *left, const void *right)
{
	const struct mcd_stream *a = *(const struct mcd_stream *const *)left, *b = *(const struct mcd_stream *const *)right;

	if (a->packets != b->packets)
		return a->packets < b->packets ? 1 : -1;
	return (a->first_packet > b->first_packet) - (a->first_packet < b->first_packet);
}

static void put_quality(struct mcd_text *t, const struct mcd_stream *s)
{
	struct mcd_sequence q;

	if (mcd_stream_rtp(s, &q)) {
		mcd_page_format(&t->page, ", RTP, %" PRIu64 " lost", q.lost);
		if (q.reordered)
			mcd_page_format(&t->page, ", %" PRIu64 " out of order", q.reordered);
		if (q.duplicated)
			mcd_page_format(&t->page, ", %" PRIu64 " repeated", q.duplicated);
	}
	if (mcd_stream_is_ts(s))
		mcd_page_text(&t->page, ", MPEG-TS");
	if (mcd_stream_is_ts(s) && !s->ts->cut)
		mcd_page_format(&t->page, ", %" PRIu64 " continuity error%s", s->ts->errors, s->ts->errors == 1 ? "" : "s");
	if (s->probes)
		mcd_page_text(&t->page, ", probes of mcdiag");
	if (mcd_stream_rare(s)->incomplete)
		mcd_page_format(&t->page, ", %" PRIu64 " not whole", mcd_stream_rare(s)->incomplete);
	if (mcd_stream_rare(s)->bad_checksum)
		mcd_page_format(&t->page, ", %" PRIu64 " with a wrong checksum", mcd_stream_rare(s)->bad_checksum);
}

static void put_ttl(struct mcd_text *t, const struct mcd_stream *s)
{
	const char *before = ", TTL ";

	for (unsigned ttl = 0; ttl < 256; ttl++)
		if (s->ttl[ttl / 64] >> ttl % 64 & 1) {
			mcd_page_format(&t->page, "%s%u", before, ttl);
			before = "/";
		}
}

static void put_stream(struct mcd_text *t, const struct mcd_stream *s, size_t row)
{
	char group[MCD_ADDR_TEXT], source[MCD_ADDR_TEXT];
	bool v4 = mcd_addr_is_v4(s->group), has_ports = s->packets > 0; /* a first fragment has them */

	mcd_addr_format(s->source, source);
	mcd_addr_format(s->group, group);
	begin(t, "streams", row);
	if (has_ports)
		mcd_page_format(&t->page, v4 ? "%s:%u to %s:%u" : "[%s]:%u to [%s]:%u", source, s->source_port, group, s->port);
	else
		mcd_page_format(&t->page, "%s to %s", source, group);
	put_vlan(t, s->vlan, s->inner_vlan);
	if (has_ports)
		mcd_page_format(&t->page, ", %" PRIu64 " datagram%s", s->packets, s->packets == 1 ? "" : "s");
	else
		mcd_page_text(&t->page, ", ports not known without a first fragment");
	put_ttl(t, s);
	put_quality(t, s);
	mcd_page_end(&t->page);
}

static void put_streams(struct mcd_text *t, const struct mcd_nic *nic)
{
	size_t count = nic->streams.count, shown = shown_of(t, count);
	const struct mcd_stream **sorted = count ? malloc(count * sizeof(struct mcd_stream *)) : NULL;

	t->failed |= count && !sorted;
	for (size_t i = 0; sorted && i < count; i++)
		sorted[i] = mcd_vec_at(&nic->streams, i);
	if (sorted)
		qsort(sorted, count, sizeof(struct mcd_stream *), by_packets);
	for (size_t i = 0; sorted && i < shown; i++)
		put_stream(t, sorted[i], i);
	put_more(t, count, shown);
	free(sorted);
}

void mcd_text_inventory(struct mcd_text *t)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	size_t shown = shown_of(t, evidence->nnics);

	for (size_t i = 0; i < shown; i++) {
		const struct mcd_nic *nic = &evidence->nics[i];

		put_title(t, nic);
		put_messages(t, &nic->igmp, false);
		put_messages(t, &nic->mld, true);
		put_queriers(t, nic);
		put_members(t, nic);
		put_streams(t, nic);
		mcd_page_end(&t->page);
	}
	put_more(t, evidence->nnics, shown);
}
