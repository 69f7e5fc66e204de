/* SPDX-License-Identifier: ISC */
/* What the kernel itself said of the packets that it dropped. */
#include <config.h>

#include "command/restore_parts.h"

static void read_drop(struct mcd_reading *r, const cJSON *row, struct mcd_drop *drop)
{
	drop->ifindex = (unsigned)mcd_reading_int(r, row, "index", 1, INT32_MAX);
	drop->source = mcd_reading_address(r, row, "source");
	drop->group = mcd_reading_address(r, row, "group");
	drop->port = (uint16_t)mcd_reading_uint_or(r, row, "port", 0);
	drop->protocol = (uint8_t)mcd_reading_int(r, row, "protocol", 0, UINT8_MAX);
	mcd_reading_text(r, row, "reason", drop->reason, sizeof drop->reason);
	drop->packets = mcd_reading_uint(r, row, "packets");
}

void mcd_restore_drops(struct mcd_reading *r, const cJSON *root, struct mcd_evidence *evidence)
{
	const cJSON *told = mcd_reading_object(r, root, "drop_reasons"), *list = mcd_reading_array(r, told, "rows"), *row;
	struct mcd_drops drops;

	mcd_drops_init(&drops);
	drops.known = mcd_reading_bool(r, told, "known");
	mcd_reading_text(r, told, "why_not", drops.why_not, sizeof drops.why_not);
	drops.full = mcd_reading_bool(r, told, "full");
	drops.tells_filter = mcd_reading_bool(r, told, "tells_filter");
	drops.tells_rp_filter = mcd_reading_bool(r, told, "tells_rp_filter");
	mcd_reading_rows(r, list, "rows", MCD_RESTORE_ROWS);
	cJSON_ArrayForEach(row, list) {
		struct mcd_drop *drop = mcd_restore_push(r, &drops.rows);

		if (!drop)
			break;
		read_drop(r, row, drop);
	}
	mcd_drops_sort(&drops);
	mcd_observe_drops(evidence, &drops);
}
