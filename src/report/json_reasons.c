/* SPDX-License-Identifier: ISC */
/* What the kernel itself says of the packets that it dropped. */
#include <config.h>

#include "report/json.h"

void mcd_json_drops(struct mcd_json *j, const struct mcd_evidence *evidence, bool by_name)
{
	const struct mcd_drops *drops = &evidence->drops;

	mcd_json_object(j, "drop_reasons");
	mcd_json_bool(j, "known", drops->known);
	mcd_json_word(j, "why_not", drops->why_not);
	mcd_json_bool(j, "full", drops->full);
	mcd_json_bool(j, "tells_filter", drops->tells_filter);
	mcd_json_bool(j, "tells_rp_filter", drops->tells_rp_filter);
	mcd_json_array(j, "rows");
	for (size_t i = 0; i < drops->rows.count; i++) {
		const struct mcd_drop *drop = mcd_vec_at(&drops->rows, i);

		mcd_json_object(j, NULL);
		mcd_json_interface(j, by_name ? &evidence->ifaces : NULL, drop->ifindex);
		mcd_json_address(j, "source", drop->source);
		mcd_json_address(j, "group", drop->group);
		mcd_json_known(j, "port", drop->port != 0, drop->port);
		mcd_json_uint(j, "protocol", drop->protocol);
		mcd_json_text(j, "reason", drop->reason);
		mcd_json_uint(j, "packets", drop->packets);
		mcd_json_end(j);
	}
	mcd_json_end(j);
	mcd_json_end(j);
}
