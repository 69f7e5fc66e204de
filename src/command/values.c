/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/values.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LONGEST = 160 };

bool mcd_value_number(const char *option, const char *text, long least, long most, long *out, struct mcd_err *err)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (!isdigit((unsigned char)text[0]) || *end || errno || value < least || value > most) {
		mcd_err_set(err, "%s: '%.*s' is not a number from %ld to %ld", option, LONGEST, text, least, most);
		return false;
	}
	*out = value;
	return true;
}

bool mcd_value_time_ms(const char *option, const char *text, int64_t *out, struct mcd_err *err)
{
	static const struct {
		const char *unit;
		double ms;
	} units[] = { { "", 1000 }, { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } };
	char *end;
	double value;

	if (strspn(text, "0123456789.") > 0 && isdigit((unsigned char)text[0])) {
		value = strtod(text, &end);
		for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
			double ms = value * units[i].ms;

			if (strcmp(end, units[i].unit) != 0 || ms < 1 || ms > 1000.0 * 3600000)
				continue;
			*out = (int64_t)ms;
			return true;
		}
	}
	mcd_err_set(err, "%s: '%.*s' is not a time such as 500ms, 10s, 2m or 1h", option, LONGEST, text);
	return false;
}

bool mcd_value_rate(const char *option, const char *text, struct mcd_rate *out, struct mcd_err *err)
{
	const double most_millipackets = 1e11, most_bits = 1e12;
	static const struct {
		const char *unit;
		double factor;
		bool bits;
	} units[] = { { "", 1000, false },   { "pps", 1000, false }, { "bps", 1, true },
		      { "kbps", 1e3, true }, { "Mbps", 1e6, true },  { "Gbps", 1e9, true } };
	size_t digits = strspn(text, "0123456789.");
	char *end = NULL;
	double value = isdigit((unsigned char)text[0]) ? strtod(text, &end) : 0;

	for (size_t i = 0; end == text + digits && i < sizeof units / sizeof units[0]; i++) {
		double scaled = value * units[i].factor;

		if (strcasecmp(end, units[i].unit) != 0 || scaled < 1 || scaled > (units[i].bits ? most_bits : most_millipackets))
			continue;
		*out = (struct mcd_rate){ 0 };
		*(units[i].bits ? &out->bits : &out->millipackets) = (uint64_t)(scaled + 0.5);
		return true;
	}
	mcd_err_set(err, "%s: '%.*s' is not a rate such as 10 or 0.5 (packets a second), 64kbps or 1.5Mbps", option, LONGEST, text);
	return false;
}

bool mcd_value_word(const char *option, const char *text, const char *const *words, int *out, struct mcd_err *err)
{
	char list[200] = "";

	for (int i = 0; words[i]; i++) {
		size_t used = strlen(list);

		if (strcmp(text, words[i]) == 0) {
			*out = i;
			return true;
		}
		snprintf(list + used, sizeof list - used, "%s%s", !i ? "" : words[i + 1] ? ", " : " or ", words[i]);
	}
	mcd_err_set(err, "%s: '%.*s' is not %s", option, LONGEST, text, list);
	return false;
}

/* Copies the text up to END into BUF and parses it as an address. */
static bool parse_part(const char *text, size_t length, struct mcd_addr *out)
{
	char part[MCD_ADDR_TEXT];

	if (length >= sizeof part)
		return false;
	memcpy(part, text, length);
	part[length] = '\0';
	return mcd_addr_parse(part, out);
}

static bool is_source(struct mcd_addr a)
{
	return !mcd_addr_is_multicast(a) && !mcd_addr_is_unspecified(a) && !mcd_addr_equal(a, mcd_addr_v4(0xffffffff));
}

bool mcd_value_host(const char *option, const char *text, char **out, struct mcd_err *err)
{
	const size_t length = strlen(text), longest = 253; /* of a name: RFC 1035, 2.3.4 */
	struct mcd_addr address;

	if (length == 0 || length > longest || strcspn(text, " \t\r\n,/") < length || (mcd_addr_parse(text, &address) && !is_source(address))) {
		mcd_err_set(err, "%s: '%.*s' is not the name or the unicast address of a host", option, LONGEST, text);
		return false;
	}
	free(*out);
	*out = strdup(text);
	if (!*out)
		mcd_err_set(err, "out of memory");
	return *out != NULL;
}

bool mcd_value_sources(const char *option, const char *text, struct mcd_vec *out, struct mcd_err *err)
{
	for (const char *at = text;;) {
		size_t length = strcspn(at, ",");
		struct mcd_addr source, *item;

		if (!parse_part(at, length, &source) || !is_source(source)) {
			mcd_err_set(err, "%s: '%.*s' is not the address of a sender, such as 192.0.2.1", option,
				    (int)(length < LONGEST ? length : LONGEST), at);
			return false;
		}
		item = mcd_vec_push(out);
		if (!item) {
			mcd_err_set(err, "out of memory");
			return false;
		}
		*item = source;
		if (!at[length])
			return true;
		at += length + 1;
	}
}

/* Where the address ends, and what stands between: the port after it, NULL = none. False when the brackets do not match. */
static bool part_port(const char *at, const char **address, size_t *length, const char **port)
{
	const char *colon = strchr(at, ':');

	*address = at;
	if (at[0] == '[') {
		*address = at + 1;
		*length = strcspn(*address, "]");
		at = *address + *length;
		*port = at[0] == ']' && at[1] == ':' ? at + 2 : NULL;
		return at[0] == ']' && (at[1] == ':' || !at[1]);
	}
	if (colon && strchr(colon + 1, ':'))
		colon = NULL; /* a bare IPv6 address */
	*length = colon ? (size_t)(colon - at) : strlen(at);
	*port = colon ? colon + 1 : NULL;
	return true;
}

/* "SOURCE@" or "SOURCE,": *AT moves behind it. */
static bool read_own_source(const char **at, struct mcd_group_text *out, struct mcd_err *err)
{
	const char *text = *at;
	size_t length = strcspn(text, "@,");

	if (!text[length])
		return true;
	if (!parse_part(text, length, &out->source) || !is_source(out->source)) {
		mcd_err_set(err, "--group: '%.*s' in '%.*s' is not the address of a sender", (int)(length < LONGEST ? length : LONGEST), text, LONGEST,
			    text);
		return false;
	}
	out->has_source = true;
	*at += length + 1;
	return true;
}

static bool read_own_port(const char *text, struct mcd_group_text *out, struct mcd_err *err)
{
	long port;

	if (!text)
		return true;
	if (!mcd_value_number("--group: port", text, 1, 65535, &port, err))
		return false;
	out->has_port = true;
	out->port = (uint16_t)port;
	return true;
}

/* "ADDR%ZONE": *LENGTH becomes that of ADDR. False when the zone is empty. */
static bool read_zone(const char *address, size_t *length, struct mcd_group_text *out)
{
	const char *percent = memchr(address, '%', *length);

	if (!percent)
		return true;
	out->zone = percent + 1;
	out->zone_length = (size_t)(address + *length - out->zone);
	*length = (size_t)(percent - address);
	return out->zone_length > 0;
}

bool mcd_value_group(const char *text, struct mcd_group_text *out, struct mcd_err *err)
{
	const char *at = text, *address, *port;
	size_t length;
	bool parted;

	*out = (struct mcd_group_text){ .text = text };
	if (!read_own_source(&at, out, err))
		return false;
	parted = part_port(at, &address, &length, &port) && read_zone(address, &length, out);
	if (parted && !read_own_port(port, out, err))
		return false;
	if (!parted || !parse_part(address, length, &out->address) || !mcd_addr_is_multicast(out->address) ||
	    ((*at == '[' || out->zone) && mcd_addr_is_v4(out->address))) {
		mcd_err_set(err, "--group: '%.*s' is not [SOURCE@]ADDR[:PORT] with a multicast address (224.0.0.0 to 239.255.255.255, or [ff00::]:PORT)",
			    LONGEST, text);
		return false;
	}
	if (out->has_source && mcd_addr_family(out->source) != mcd_addr_family(out->address)) {
		mcd_err_set(err, "--group: '%.*s' mixes IPv4 and IPv6", LONGEST, text);
		return false;
	}
	return true;
}
