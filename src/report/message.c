/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/message.h"

#include "base/format.h"
#include "report/text.h"
#include "report/utf8.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum {
	MOST_TEXT = 2048,		/* bytes of a datagram that are shown */
	MOST_NAME = 3 * MCD_PROBE_NAME, /* of a name, each byte replaced by a character of three */
	MOST_LINE = 3 * MOST_TEXT + 3 * MOST_NAME + 400,
};

struct line {
	char text[MOST_LINE];
	size_t used;
	bool symbols;
};

static void put(struct line *line, const char *format, ...) MCD_PRINTF(2, 3);
static void put(struct line *line, const char *format, ...)
{
	size_t room = sizeof line->text - line->used;
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(line->text + line->used, room, format, list);
	va_end(list);
	line->used += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

/* TEXT, cleaned. */
static void put_text(struct line *line, const char *text)
{
	uint32_t code;

	while (*text && line->used + 4 < sizeof line->text) {
		text += mcd_utf8_next(text, &code);
		line->used += mcd_utf8_put(line->text + line->used, mcd_utf8_shown(code, line->symbols));
	}
}

static void put_probe(struct line *line, const struct mcd_message *message)
{
	const struct mcd_probe *probe = message->probe;
	const int ttl = message->arrival->ttl;

	put(line, ", probe %" PRIu32 " of ", probe->sequence);
	put_text(line, probe->host);
	put(line, " out of ");
	put_text(line, probe->iface);
	if (ttl >= 0 && ttl <= probe->ttl)
		put(line, ", %d hop%s", probe->ttl - ttl, probe->ttl - ttl == 1 ? "" : "s");
}

static void put_said(struct line *line, const struct mcd_message *message)
{
	char text[MOST_TEXT + 1];
	const size_t most = message->length < MOST_TEXT ? message->length : MOST_TEXT;
	const uint8_t *end = message->length ? memchr(message->text, '\0', most) : NULL;
	const bool cut = !end && (most < message->length || message->arrival->held < message->arrival->length);
	size_t n = end ? (size_t)(end - message->text) : most;

	while (!cut && n > 0 && (message->text[n - 1] == '\n' || message->text[n - 1] == '\r'))
		n--;
	if (n == 0)
		return;
	memcpy(text, message->text, n);
	text[n] = '\0';
	put(line, ": ");
	put_text(line, text);
	put(line, "%s", cut ? "..." : "");
}

void mcd_message_print(FILE *out, const struct mcd_message *message, bool symbols)
{
	const struct mcd_arrival *a = message->arrival;
	char from[MCD_ENDPOINT_TEXT], to[MCD_ENDPOINT_TEXT];
	struct line line;

	line.used = 0;
	line.symbols = symbols;
	put(&line, "%s to %s", mcd_text_endpoint(a->source, a->source_port, from), mcd_text_endpoint(a->destination, a->port, to));
	if (*message->iface) {
		put(&line, " on ");
		put_text(&line, message->iface);
	}
	if (a->ttl >= 0)
		put(&line, ", TTL %d", a->ttl);
	put(&line, ", %zu byte%s", a->length, a->length == 1 ? "" : "s");
	if (message->probe)
		put_probe(&line, message);
	put_said(&line, message);
	line.text[line.used++] = '\n';
	fwrite(line.text, 1, line.used, out);
}
