/* SPDX-License-Identifier: ISC */
/* Other hosts that run mcdiag: a row for each of their interfaces, on each of ours. */
#include <config.h>

#include "report/peers.h"
#include "report/text.h"

#include <inttypes.h>
#include <stdlib.h>

enum { ROWS_SHOWN = 12 };

enum column { HOST, OUT_OF, GROUP, RECEIVED, LOST, BEFORE, HOPS, JITTER, COLUMNS };

static const char *const titles[COLUMNS] = { "host", "out of", "group", "received", "lost", "before", "hops", "jitter" };

static void put_name(char cell[MCD_GRID_CELL], const char *name)
{
	snprintf(cell, MCD_GRID_CELL, "%.60s", *name ? name : "-");
}

static void fill(const struct mcd_peer *peer, struct mcd_grid_row *row)
{
	const int hops = mcd_probes_hops(peer->seen);

	*row = (struct mcd_grid_row){ .nic = peer->nic };
	put_name(row->cells[HOST], peer->seen->host);
	put_name(row->cells[OUT_OF], peer->seen->iface);
	mcd_text_endpoint(peer->seen->address, peer->seen->port, row->cells[GROUP]);
	snprintf(row->cells[RECEIVED], MCD_GRID_CELL, "%" PRIu64, peer->seen->packets);
	snprintf(row->cells[LOST], MCD_GRID_CELL, "%" PRIu64, mcd_probes_lost(peer->seen));
	snprintf(row->cells[BEFORE], MCD_GRID_CELL, "%" PRIu64, mcd_peer_before_first(peer));
	if (hops < 0)
		put_name(row->cells[HOPS], "");
	else
		snprintf(row->cells[HOPS], MCD_GRID_CELL, "%d", hops);
	mcd_text_jitter(mcd_probes_jitter_ns(peer->seen), row->cells[JITTER]);
}

void mcd_text_peers(struct mcd_text *t)
{
	struct mcd_grid_row *rows;
	struct mcd_vec peers;
	size_t shown;

	t->failed = !mcd_peers(t->in->evidence, &peers) || t->failed;
	shown = t->style->verbose || peers.count < ROWS_SHOWN ? peers.count : ROWS_SHOWN;
	rows = calloc(shown + 1, sizeof *rows);
	t->failed = t->failed || !rows;
	for (size_t i = 0; rows && i < shown; i++)
		fill(mcd_vec_at(&peers, i), &rows[i]);
	if (rows && shown) {
		mcd_page_line(&t->page, 0, 2, "Other runs of mcdiag, by the probes that came of them:");
		mcd_text_grid(t, &(struct mcd_grid){ titles, COLUMNS, rows, shown });
		mcd_text_more(t, peers.count - shown);
		mcd_page_end(&t->page);
	}
	free(rows);
	mcd_vec_fini(&peers);
}
