/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/probe.h"

#include <string.h>

enum { NS_PER_S = 1000000000, MOST_TTL = 255 };

static const char magic[] = "MCDIAG/1 session=";

/* What may stand in a name as it is. */
static bool is_plain(uint8_t byte)
{
	return byte > ' ' && byte < 0x7f && byte != '%' && byte != '=';
}

/* The line is written by hand, not by printf: a sender writes hundreds of thousands in a second. Each returns where the next goes. */
static char *put_text(char *at, const char *text)
{
	while (*text)
		*at++ = *text++;
	return at;
}

static char *put_hex(char *at, uint64_t value, int count)
{
	while (count-- > 0)
		*at++ = "0123456789abcdef"[value >> 4 * count & 0xf];
	return at;
}

/* At least DIGITS of them. */
static char *put_number(char *at, uint64_t value, int digits)
{
	char reversed[20];
	int n = 0;

	while (value > 0 || n < digits) {
		reversed[n++] = (char)('0' + value % 10);
		value /= 10;
	}
	while (n > 0)
		*at++ = reversed[--n];
	return at;
}

static char *put_name(char *at, const char name[MCD_PROBE_NAME])
{
	for (size_t i = 0; i < MCD_PROBE_NAME - 1 && name[i]; i++) {
		uint8_t byte = (uint8_t)name[i];

		if (is_plain(byte)) {
			*at++ = (char)byte;
		} else {
			*at++ = '%';
			*at++ = "0123456789ABCDEF"[byte >> 4];
			*at++ = "0123456789ABCDEF"[byte & 0xf];
		}
	}
	return at;
}

/* Its length; the names are the only parts that can be long, and MCD_PROBE_LINE has room for both. */
static size_t put_line(char line[MCD_PROBE_LINE], const struct mcd_probe *probe)
{
	char *at = put_hex(put_text(line, magic), probe->session, 16);

	at = put_name(put_text(at, " host="), probe->host);
	at = put_name(put_text(at, " if="), probe->iface);
	at = put_number(put_text(at, " seq="), probe->sequence, 1);
	at = put_number(put_text(at, " ttl="), (uint64_t)probe->ttl, 1);
	at = put_number(put_text(at, " time="), (uint64_t)probe->sent_ns / NS_PER_S, 1);
	at = put_number(put_text(at, "."), (uint64_t)probe->sent_ns % NS_PER_S, 9);
	return (size_t)(put_text(at, "\n") - line);
}

size_t mcd_probe_write(uint8_t *out, size_t room, const struct mcd_probe *probe, const char *message, size_t least)
{
	size_t length, message_length = strlen(message), total;
	char line[MCD_PROBE_LINE];

	if (probe->ttl < 0 || probe->ttl > MOST_TTL || probe->sent_ns < 0)
		return 0;
	length = put_line(line, probe);
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
