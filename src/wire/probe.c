/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/probe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NS_PER_S = 1000000000, MOST_TTL = 255 };

static const char magic[] = "MCDIAG/1 session=";

/* What may stand in a name as it is. */
static bool is_plain(uint8_t byte)
{
	return byte > ' ' && byte < 0x7f && byte != '%' && byte != '=';
}

/* Write NAME escaped, and its NUL; the room is three bytes for each of its. */
static void escape(char out[3 * MCD_PROBE_NAME], const char name[MCD_PROBE_NAME])
{
	for (size_t i = 0; i < MCD_PROBE_NAME - 1 && name[i]; i++) {
		uint8_t byte = (uint8_t)name[i];

		if (is_plain(byte))
			*out++ = (char)byte;
		else
			out += snprintf(out, 4, "%%%02X", byte);
	}
	*out = '\0';
}

size_t mcd_probe_write(uint8_t *out, size_t room, const struct mcd_probe *probe, const char *message, size_t least)
{
	char line[MCD_PROBE_LINE], host[3 * MCD_PROBE_NAME], iface[3 * MCD_PROBE_NAME];
	size_t length, message_length = strlen(message), total;
	int written;

	if (probe->ttl < 0 || probe->ttl > MOST_TTL || probe->sent_ns < 0)
		return 0;
	escape(host, probe->host);
	escape(iface, probe->iface);
	written = snprintf(line, sizeof line, "%s%016" PRIx64 " host=%s if=%s seq=%" PRIu32 " ttl=%d time=%" PRId64 ".%09" PRId64 "\n", magic,
			   probe->session, host, iface, probe->sequence, probe->ttl, probe->sent_ns / NS_PER_S, probe->sent_ns % NS_PER_S);
	if (written < 0 || (size_t)written >= sizeof line)
		return 0;
	length = (size_t)written;
	if (length >= room || message_length >= room - length || least > room)
		return 0;
	total = length + message_length + 1 > least ? length + message_length + 1 : least;
	memcpy(out, line, length);
	memcpy(out + length, message, message_length);
	memset(out + length + message_length, 0, total - length - message_length);
	return total;
}

static bool skip_text(struct mcd_cursor *c, const char *text)
{
	const uint8_t *p = mcd_cursor_bytes(c, strlen(text));

	if (!p || memcmp(p, text, strlen(text)) != 0)
		c->bad = true;
	return !c->bad;
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* COUNT hex digits. */
static uint64_t read_hex(struct mcd_cursor *c, int count)
{
	uint64_t value = 0;

	while (count-- > 0) {
		int digit = hex_digit(mcd_cursor_u8(c));

		if (digit < 0)
			c->bad = true;
		else
			value = value << 4 | (uint64_t)digit;
	}
	return c->bad ? 0 : value;
}

/* A decimal number up to MOST, at least one digit; *DIGITS (may be NULL) becomes their count. */
static uint64_t read_number(struct mcd_cursor *c, uint64_t most, int *digits)
{
	uint64_t value = 0;
	int count = 0;

	while (!c->bad && mcd_cursor_left(c) > 0 && *c->at >= '0' && *c->at <= '9') {
		unsigned digit = mcd_cursor_u8(c) - (unsigned)'0';

		if (digit > most || value > (most - digit) / 10)
			c->bad = true;
		else
			value = value * 10 + digit;
		count++;
	}
	if (count == 0)
		c->bad = true;
	if (digits)
		*digits = count;
	return c->bad ? 0 : value;
}

/* A name up to the space that ends it, escapes decoded; an escaped NUL would hide what follows and is refused. */
static void read_name(struct mcd_cursor *c, char out[MCD_PROBE_NAME])
{
	size_t n = 0;

	for (;;) {
		uint8_t byte = mcd_cursor_u8(c);

		if (c->bad || byte == ' ')
			break;
		if (byte == '%')
			byte = (uint8_t)read_hex(c, 2);
		else if (!is_plain(byte))
			c->bad = true;
		if (byte == 0 || n == MCD_PROBE_NAME - 1)
			c->bad = true;
		else
			out[n++] = (char)byte;
	}
	out[n] = '\0';
}

/* Seconds, a dot and nine digits. */
static int64_t read_time(struct mcd_cursor *c)
{
	uint64_t seconds = read_number(c, INT64_MAX / NS_PER_S, NULL), fraction;
	int digits;

	skip_text(c, ".");
	fraction = read_number(c, NS_PER_S - 1, &digits);
	if (digits != 9 || seconds * NS_PER_S + fraction > INT64_MAX)
		c->bad = true;
	return c->bad ? 0 : (int64_t)(seconds * NS_PER_S + fraction);
}

bool mcd_probe_parse(struct mcd_cursor payload, struct mcd_probe *out, struct mcd_cursor *message)
{
	struct mcd_cursor *c = &payload;

	if (!skip_text(c, magic))
		return false;
	out->session = read_hex(c, 16);
	skip_text(c, " host=");
	read_name(c, out->host);
	skip_text(c, "if=");
	read_name(c, out->iface);
	skip_text(c, "seq=");
	out->sequence = (uint32_t)read_number(c, UINT32_MAX, NULL);
	skip_text(c, " ttl=");
	out->ttl = (int)read_number(c, MOST_TTL, NULL);
	skip_text(c, " time=");
	out->sent_ns = read_time(c);
	if (!skip_text(c, "\n"))
		return false;
	if (message)
		*message = *c;
	return true;
}
