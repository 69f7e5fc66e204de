/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/report.h"

#include "report/utf8.h"

#include <inttypes.h>

/* As much of TEXT as fits into WIDTH columns, clean. */
static void put_clipped(FILE *terminal, const char *text, unsigned width)
{
	char bytes[4];
	uint32_t code;

	for (unsigned column = 0; *text;) {
		text += mcd_utf8_next(text, &code);
		code = mcd_utf8_shown(code, false);
		column += mcd_utf8_columns(code);
		if (column > width)
			return;
		fwrite(bytes, 1, mcd_utf8_put(bytes, code), terminal);
	}
}

static void put_line(FILE *terminal, const char *line, unsigned width)
{
	fputs("\r\033[K", terminal);
	put_clipped(terminal, line, width > 1 ? width - 1 : 79);
	fflush(terminal);
}

void mcd_progress_show(FILE *terminal, const struct mcd_progress_state *state, unsigned width)
{
	const char *awaited = state->awaited && *state->awaited ? state->awaited : NULL;
	char line[600];
	int n;

	n = snprintf(line, sizeof line, "%zu of %zu checks settled", state->settled, state->all);
	if (state->left_ms >= 0 && n > 0 && (size_t)n < sizeof line)
		n += snprintf(line + n, sizeof line - (size_t)n, ", at most %" PRId64 ".%" PRId64 " s more", state->left_ms / 1000,
			      state->left_ms / 100 % 10);
	if (awaited && n > 0 && (size_t)n < sizeof line)
		snprintf(line + n, sizeof line - (size_t)n, ", waiting for %s", awaited);
	put_line(terminal, line, width);
}

/* PART per second of ELAPSED_MS, in units of UNIT. */
static double rate(uint64_t part, int64_t elapsed_ms, double unit)
{
	return elapsed_ms > 0 ? (double)part / unit / ((double)elapsed_ms / 1000) : 0;
}

/* "", " of 5"; "", ", 2.1 s more". */
static void put_bounds(uint64_t all, int64_t left_ms, char of[32], char left[48])
{
	of[0] = left[0] = '\0';
	if (all)
		snprintf(of, 32, " of %" PRIu64, all);
	if (left_ms >= 0)
		snprintf(left, 48, ", %" PRId64 ".%" PRId64 " s more", left_ms / 1000, left_ms / 100 % 10);
}

void mcd_progress_show_listening(FILE *terminal, const struct mcd_progress_listening *state, unsigned width)
{
	char line[200], all[32], left[48];

	put_bounds(state->all, state->left_ms, all, left);
	snprintf(line, sizeof line, "%" PRIu64 "%s datagram%s received, %.1f/s, from %zu sender%s%s", state->received, all,
		 state->received == 1 && !state->all ? "" : "s", state->rate_pps, state->senders, state->senders == 1 ? "" : "s", left);
	put_line(terminal, line, width);
}

void mcd_progress_show_sending(FILE *terminal, const struct mcd_progress_sending *state, unsigned width)
{
	char line[200], all[32], failed[48] = "", left[48];

	put_bounds(state->all, state->left_ms, all, left);
	if (state->failed)
		snprintf(failed, sizeof failed, ", %" PRIu64 " failed", state->failed);
	snprintf(line, sizeof line, "%" PRIu64 "%s sent%s, %.1f packets/s in all%s", state->sent, all, failed, rate(state->sent, state->elapsed_ms, 1), left);
	put_line(terminal, line, width);
}

void mcd_progress_show_reading(FILE *terminal, const struct mcd_progress_reading *state, unsigned width)
{
	const double million = 1e6;
	char line[200], share[32] = "", left[48] = "";

	if (state->all_bytes > 0 && state->bytes > 0 && state->elapsed_ms > 0) {
		double done = (double)state->bytes / (double)state->all_bytes;

		done = done < 1 ? done : 1;
		snprintf(share, sizeof share, "%d%% read, ", (int)(done * 100));
		snprintf(left, sizeof left, ", about %.0f s more", (double)state->elapsed_ms / 1000 * (1 - done) / done);
	}
	snprintf(line, sizeof line, "%s%" PRIu64 " packets, %.2f million/s, %.0f MB/s%s", share, state->packets, rate(state->packets, state->elapsed_ms, million),
		 rate(state->bytes, state->elapsed_ms, million), left);
	put_line(terminal, line, width);
}

void mcd_progress_clear(FILE *terminal)
{
	fputs("\r\033[K", terminal);
	fflush(terminal);
}
