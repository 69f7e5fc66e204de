/* SPDX-License-Identifier: ISC */
/* Option arguments into values. Each names the offending text and what is accepted when it fails. */
#ifndef MCD_COMMAND_VALUES_H
#define MCD_COMMAND_VALUES_H

#include "base/addr.h"
#include "base/err.h"
#include "base/request.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/* A decimal number from LEAST to MOST; OPTION is how the message calls it. */
bool mcd_value_number(const char *option, const char *text, long least, long most, long *out, struct mcd_err *err);

/* "500ms", "2s", "1.5m", "1h"; a bare number is seconds. More than 0 and at most 1000 h. */
bool mcd_value_time_ms(const char *option, const char *text, int64_t *out, struct mcd_err *err);

/* "10", "0.5", "10pps": packets a second, 0.001 to 10^8; "64kbps", "1.5Mbps": bits a second, 1 to 10^12. Units in any case. */
bool mcd_value_rate(const char *option, const char *text, struct mcd_rate *out, struct mcd_err *err);

/* One of WORDS (ends with NULL); *OUT is its index. */
bool mcd_value_word(const char *option, const char *text, const char *const *words, int *out, struct mcd_err *err);

/* Append the addresses of a comma-separated list of unicast addresses to the vector of struct mcd_addr. */
bool mcd_value_sources(const char *option, const char *text, struct mcd_vec *out, struct mcd_err *err);

/* The name of a host, or a unicast address; *OUT is its copy, in place of what it was. */
bool mcd_value_host(const char *option, const char *text, char **out, struct mcd_err *err);

struct mcd_group_text {			/* a group as it was named */
	const char *text;		/* borrowed */
	struct mcd_addr address;
	const char *zone;		/* borrowed, not ended by a NUL */
	size_t zone_length;		/* 0 = none */
	bool has_source, has_port;
	struct mcd_addr source;
	uint16_t port;
};

/* "[SOURCE@]ADDR[:PORT]" or "SOURCE,ADDR[:PORT]"; of IPv6 "ADDR[%ZONE]", with a port "[ADDR[%ZONE]]:PORT" (RFC 4007, 11). */
bool mcd_value_group(const char *text, struct mcd_group_text *out, struct mcd_err *err);

#endif
