/* SPDX-License-Identifier: ISC */
/* What was received where listening is the job: a row for each sender, on each interface. */
#include <config.h>

#include "report/rows.h"
#include "report/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CELL = MCD_GRID_CELL, ROWS_SHOWN = 12 };

enum column { SENDER, GROUP, SOCKET, WIRE, RATE, LOST, LATE, TWICE, JITTER, TTL, COLUMNS };
_Static_assert((int)COLUMNS <= (int)MCD_GRID_COLUMNS, "a grid has as many columns");

/* The group stands in the header where there is but one. */
static const char *const titles[COLUMNS] = { "sender", "group", "received", "on wire", "rate", "lost", "late", "twice", "jitter", "TTL" };

struct heard {
	const struct mcd_nic *nic;
	const struct mcd_stream *stream;
};

static uint64_t on_wire(const struct mcd_stream *s)
{
	return s->packets - mcd_stream_rare(s)->packets_out;
}

/* Of what was asked for; what a program here sends has a row where our socket got it. Tagged, it is another network's. */
static bool is_heard(const struct mcd_stream *s)
{
	return s->accepted && !s->vlan && (mcd_stream_received(s) || (!s->local_source && on_wire(s)));
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* By interface, the largest first. */
static int by_size(const void *left, const void *right)
{
	const struct heard *a = left, *b = right;
	int order = (a->nic > b->nic) - (a->nic < b->nic);

	if (!order)
		order = compare(mcd_stream_received(b->stream), mcd_stream_received(a->stream));
	if (!order)
		order = compare(on_wire(b->stream), on_wire(a->stream));
	if (!order)
		order = mcd_addr_compare(a->stream->group, b->stream->group);
	if (!order)
		order = mcd_addr_compare(a->stream->source, b->stream->source);
	if (!order)
		order = compare(a->stream->source_port, b->stream->source_port);
	return order ? order : compare(a->stream->port, b->stream->port);
}

static void gather(struct mcd_text *t, struct mcd_vec *out)
{
	const struct mcd_evidence *evidence = t->in->evidence;

	mcd_vec_init(out, sizeof(struct heard));
	for (size_t n = 0; n < evidence->nnics; n++) {
		const struct mcd_nic *nic = &evidence->nics[n];

		for (size_t i = 0; mcd_nic_is_used(nic) && i < nic->streams.count; i++) {
			const struct mcd_stream *s = mcd_vec_at(&nic->streams, i);
			struct heard *h = is_heard(s) ? mcd_vec_push(out) : NULL;

			if (h)
				*h = (struct heard){ nic, s };
			else if (is_heard(s))
				t->failed = true;
		}
	}
	if (out->count)
		qsort(out->items, out->count, sizeof(struct heard), by_size);
}

/* By the numbers in the datagrams; an MPEG transport stream numbers its own packets, and a break in that counts one, however many are lost. */
static void put_quality(char cells[COLUMNS][CELL], const struct heard *h)
{
	const struct mcd_stream *s = h->stream;
	struct mcd_sequence q = { .jitter_ns = -1 };

	if (mcd_stream_sequence(h->nic, s, &q)) {
		snprintf(cells[LOST], CELL, "%" PRIu64, q.lost);
		snprintf(cells[LATE], CELL, "%" PRIu64, q.reordered);
		snprintf(cells[TWICE], CELL, "%" PRIu64, q.duplicated);
	} else if (mcd_stream_is_ts(s) && !s->ts->cut) {
		snprintf(cells[LOST], CELL, "%" PRIu64 " CC", s->ts->errors);
	}
	mcd_text_jitter(q.jitter_ns, cells[JITTER]);
}

static void put_ttls(char cell[CELL], const struct mcd_stream *s)
{
	size_t used = 0;

	for (unsigned ttl = 0; ttl < 256 && used < CELL - 8; ttl++)
		if (s->ttl[ttl / 64] >> ttl % 64 & 1)
			used += (size_t)snprintf(cell + used, CELL - used, "%s%u", used ? ", " : "", ttl);
	if (used == 0 && mcd_stream_reception(s)->last_ttl >= 0)
		snprintf(cell, CELL, "%d", mcd_stream_reception(s)->last_ttl);
}

static void fill(const struct heard *h, char cells[COLUMNS][CELL])
{
	const struct mcd_stream *s = h->stream;
	double pps, bps;

	for (int c = 0; c < COLUMNS; c++)
		snprintf(cells[c], CELL, "-");
	mcd_text_endpoint(s->source, s->source_port, cells[SENDER]);
	mcd_text_endpoint(s->group, s->port, cells[GROUP]);
	snprintf(cells[SOCKET], CELL, "%" PRIu64, mcd_stream_received(s));
	if (mcd_nic_was_captured(h->nic))
		snprintf(cells[WIRE], CELL, "%" PRIu64, s->packets);
	if (mcd_stream_rate(s, &pps, &bps))
		mcd_text_rate(pps, false, cells[RATE]);
	put_quality(cells, h);
	put_ttls(cells[TTL], s);
}

/* One column less where one group was asked for. */
static void put_grid(struct mcd_text *t, const struct mcd_vec *heard)
{
	const size_t shown = t->style->verbose || heard->count < ROWS_SHOWN ? heard->count : ROWS_SHOWN;
	struct mcd_grid_row *rows = calloc(shown + 1, sizeof *rows);
	const bool named = t->in->evidence->request->ngroups > 1;
	const char *shown_titles[COLUMNS];
	struct mcd_grid grid = { shown_titles, 0, rows, rows ? shown : 0 };

	t->failed = t->failed || !rows;
	for (int c = 0; c < COLUMNS; c++)
		if (c != GROUP || named)
			shown_titles[grid.columns++] = titles[c];
	for (size_t i = 0; i < grid.count; i++) {
		const struct heard *h = mcd_vec_at(heard, i);

		rows[i].nic = h->nic;
		fill(h, rows[i].cells);
		if (!named)
			memmove(rows[i].cells[GROUP], rows[i].cells[GROUP + 1], sizeof rows[i].cells[0] * (COLUMNS - GROUP - 1));
	}
	mcd_text_grid(t, &grid);
	mcd_text_more(t, heard->count - shown);
	free(rows);
}

static void put_unusable(struct mcd_text *t)
{
	const struct mcd_evidence *evidence = t->in->evidence;

	for (size_t n = 0; n < evidence->nnics; n++)
		if (evidence->nics[n].role == MCD_ROLE_CHOSEN && !mcd_nic_is_used(&evidence->nics[n]))
			mcd_text_unusable(t, &evidence->nics[n]);
}

/* Where nothing came, and where the sockets alone speak. */
static void put_silent(struct mcd_text *t, const struct mcd_vec *heard)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	bool *silent = calloc(evidence->nnics + 1, sizeof *silent), *blind = calloc(evidence->nnics + 1, sizeof *blind);

	t->failed = t->failed || !silent || !blind;
	for (size_t n = 0; silent && blind && n < evidence->nnics; n++) {
		silent[n] = mcd_nic_is_used(&evidence->nics[n]);
		blind[n] = silent[n] && !mcd_nic_was_captured(&evidence->nics[n]);
	}
	for (size_t i = 0; silent && i < heard->count; i++)
		silent[((const struct heard *)mcd_vec_at(heard, i))->nic - evidence->nics] = false;
	if (silent && blind) {
		mcd_text_names_line(t, "Nothing came on ", silent, "");
		mcd_text_names_line(t, "Sockets alone, without a capture, on ", blind,
			  ": not known are what the wire had and no socket got, loss, order and jitter, whether reports left and a querier lives");
	}
	free(silent);
	free(blind);
}

void mcd_text_heard(struct mcd_text *t)
{
	struct mcd_vec heard;

	gather(t, &heard);
	put_grid(t, &heard);
	put_unusable(t);
	put_silent(t, &heard);
	mcd_page_end(&t->page);
	mcd_text_peers(t);
	mcd_text_reasons(t);
	mcd_vec_fini(&heard);
}
