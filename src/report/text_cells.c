/* SPDX-License-Identifier: ISC */
/* Short texts, for tables and lines. */
#include <config.h>

#include "report/text.h"

char *mcd_text_rate(double rate, bool in_bits, char buf[MCD_RATE_TEXT])
{
	static const char *const units[] = { "bps", "kbps", "Mbps", "Gbps" };
	unsigned unit = 0;

	while (in_bits && rate >= 1000 && unit < 3) {
		rate /= 1000;
		unit++;
	}
	snprintf(buf, MCD_RATE_TEXT, rate < 1000 ? "%.4g %s" : "%.0f %s", rate, in_bits ? units[unit] : "pps");
	return buf;
}

char *mcd_text_endpoint(struct mcd_addr address, uint16_t port, char buf[MCD_ENDPOINT_TEXT])
{
	char text[MCD_ADDR_TEXT];

	mcd_addr_format(address, text);
	if (port == 0)
		snprintf(buf, MCD_ENDPOINT_TEXT, "%s", text);
	else
		snprintf(buf, MCD_ENDPOINT_TEXT, mcd_addr_is_v4(address) ? "%s:%u" : "[%s]:%u", text, port);
	return buf;
}

char *mcd_text_jitter(int64_t jitter_ns, char buf[MCD_JITTER_TEXT])
{
	char number[MCD_FIXED_TEXT];

	if (jitter_ns < 0)
		snprintf(buf, MCD_JITTER_TEXT, "-");
	else
		snprintf(buf, MCD_JITTER_TEXT, "%s ms", mcd_fixed_format(mcd_ns_to_us(jitter_ns), number));
	return buf;
}
