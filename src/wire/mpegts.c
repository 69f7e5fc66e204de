/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/mpegts.h"

enum {
	HEADER = MCD_TS_HEADER,
	TRANSPORT_ERROR = 0x80, /* second octet */
	HAS_ADAPTATION = 0x20,	/* fourth octet */
	HAS_PAYLOAD = 0x10,
	MOST_ADAPTATION = 183, /* 2.4.3.5: octets behind its length */
	LEAST_WITH_PCR = 7,
	DISCONTINUITY = 0x80, /* flags of the adaptation field */
	PCR = 0x10,
};

/* An adaptation field longer than the packet says nothing. */
static void read_adaptation(const uint8_t *field, struct mcd_ts *out)
{
	const uint8_t length = field[0], flags = field[1];

	if (length == 0 || length > MOST_ADAPTATION)
		return;
	out->discontinuity = flags & DISCONTINUITY;
	out->has_pcr = flags & PCR && length >= LEAST_WITH_PCR;
}

void mcd_ts_decode(const uint8_t *p, struct mcd_ts *out)
{
	*out = (struct mcd_ts){
		.pid = mcd_ts_pid(p),
		.counter = p[3] & 0x0f,
		.error = p[1] & TRANSPORT_ERROR,
		.has_payload = p[3] & HAS_PAYLOAD,
	};
	if (p[3] & HAS_ADAPTATION)
		read_adaptation(p + HEADER, out);
}
