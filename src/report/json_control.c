/* SPDX-License-Identifier: ISC */
/* What a host that was named answered by unicast. */
#include <config.h>

#include "report/json.h"

static void put_address(struct mcd_json *j, const struct mcd_control *control)
{
	if (control->has_address)
		mcd_json_address(j, "address", control->address);
	else
		mcd_json_null(j, "address");
}

/* A round trip in thousandths of a millisecond; null where nothing was answered. */
static void put_trip(struct mcd_json *j, const char *key, const struct mcd_control *control, int64_t ns)
{
	if (control->received)
		mcd_json_fixed(j, key, (ns + 500) / 1000);
	else
		mcd_json_null(j, key);
}

void mcd_json_control(struct mcd_json *j, const struct mcd_control *control, const char *peer)
{
	if (!control->wanted) {
		mcd_json_null(j, "control");
		return;
	}
	mcd_json_object(j, "control");
	mcd_json_text(j, "peer", peer);
	put_address(j, control);
	mcd_json_uint(j, "sent", control->sent);
	mcd_json_uint(j, "received", control->received);
	mcd_json_uint(j, "pending", control->pending);
	put_trip(j, "rtt_ms", control, control->received ? control->total_ns / control->received : 0);
	put_trip(j, "rtt_least_ms", control, control->least_ns);
	mcd_json_word(j, "error", control->error);
	mcd_json_end(j);
}

void mcd_json_control_facts(struct mcd_json *j, const struct mcd_control *control)
{
	if (!control->wanted) {
		mcd_json_null(j, "control");
		return;
	}
	mcd_json_object(j, "control");
	put_address(j, control);
	mcd_json_uint(j, "sent", control->sent);
	mcd_json_uint(j, "received", control->received);
	mcd_json_uint(j, "pending", control->pending);
	mcd_json_int(j, "least_ns", control->least_ns);
	mcd_json_int(j, "total_ns", control->total_ns);
	mcd_json_text(j, "error", control->error);
	mcd_json_end(j);
}
