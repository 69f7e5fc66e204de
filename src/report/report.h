/* SPDX-License-Identifier: ISC */
/* The report, as JSON (schema mcdiag.report.v1), as text for people, and as a line of progress. Prints what diagnose says, decides nothing. */
#ifndef MCD_REPORT_REPORT_H
#define MCD_REPORT_REPORT_H

#include "base/err.h"
#include "diagnose/diagnose.h"

#include <stdbool.h>
#include <stdio.h>

struct mcd_report_input {
	const struct mcd_evidence *evidence;
	const struct mcd_diagnosis *diagnosis;
	const char *mode;		/* "diagnose" */
	const char *capture_library;	/* NULL = null */
	const char *saved_in;		/* folder of --save, NULL when there is none */
};

enum { MCD_CAPTURE_NAME = 3 * MCD_IFACE_NAME + 8 };

/* The file in the folder of --save that holds IFACE's frames: its name, with what is no letter, digit, '.', '-' or '_' (or a leading '.') as
 * %XX, and ".pcap". Different names give different files. Returns BUF. */
char *mcd_report_capture_name(const struct mcd_iface *iface, char buf[MCD_CAPTURE_NAME]);

/* Write the JSON report, indented or on one line, newline at its end. It goes out as it is made: false and ERR when memory is out or writing
 * fails, OUT has a part of it then. */
bool mcd_report_json(FILE *out, const struct mcd_report_input *in, bool indented, struct mcd_err *err);

/* What --save writes beside the captures: host.json (interfaces, the host's view before and after, every call of ours and its outcome, socket
 * arrivals by stream) and request.json. Enough for a replay of the folder to reach the same findings. */
bool mcd_report_host_json(FILE *out, const struct mcd_report_input *in, struct mcd_err *err);
bool mcd_report_request_json(FILE *out, const struct mcd_report_input *in, struct mcd_err *err);

struct mcd_text_style {
	bool colour;			/* ANSI colours */
	bool symbols;			/* UTF-8 symbols beside the words; off: words alone */
	bool verbose;			/* no folding of healthy interfaces; reasons of every check */
	bool quiet;			/* verdict and findings only */
	unsigned width;			/* columns; 100 when not known */
};

/* Write the text report. False and ERR when writing fails. */
bool mcd_report_text(FILE *out, const struct mcd_report_input *in, const struct mcd_text_style *style, struct mcd_err *err);

/* Where listening is the job and nothing has come so far, as lines for standard error: what the checks make of EVIDENCE while the run goes on (NOW), and
 * what would be found if it ended here (AT_END). */
void mcd_report_silence(FILE *out, const struct mcd_evidence *evidence, const struct mcd_diagnosis *now, const struct mcd_diagnosis *at_end, unsigned width);

/* The same of a survey: the interfaces, and where programs end up that name none. */
bool mcd_report_interfaces(FILE *out, const struct mcd_report_input *in, const struct mcd_text_style *style, struct mcd_err *err);

/* --explain: the catalogue's row as prose, with the remedy for a host of PLATFORM. */
void mcd_report_explain(FILE *out, enum mcd_code code, enum mcd_platform platform);

/* --explain list: every code with its meaning, by layer. */
void mcd_report_explain_list(FILE *out);

/* One line of progress on a terminal: settled checks of all, what is awaited, time left. Rewrites itself; mcd_progress_clear() removes it. */
struct mcd_progress_state {
	size_t settled, all;
	const char *awaited;		/* "querier on eth1, stream on 2 NICs" */
	int64_t left_ms;		/* at most this long; negative = not bounded */
};
void mcd_progress_show(FILE *terminal, const struct mcd_progress_state *state, unsigned width);

/* The same where sending is the job. */
struct mcd_progress_sending {
	uint64_t sent, failed, all;	/* so far, and how many it shall be; 0 = not bounded */
	int64_t elapsed_ms, left_ms;	/* the latter as above */
};
void mcd_progress_show_sending(FILE *terminal, const struct mcd_progress_sending *state, unsigned width);

/* The same where listening is the job. */
struct mcd_progress_listening {
	uint64_t received, all;		/* datagrams so far, and how many it shall be; 0 = not bounded */
	size_t senders;
	double rate_pps;		/* of late */
	int64_t left_ms;		/* as above */
};
void mcd_progress_show_listening(FILE *terminal, const struct mcd_progress_listening *state, unsigned width);

/* The same for files that are read: how much of them, how fast, how much longer. */
struct mcd_progress_reading {
	uint64_t packets, bytes;	/* read so far; bytes as they lie on disk */
	uint64_t all_bytes;		/* 0 = not known */
	int64_t elapsed_ms;
};
void mcd_progress_show_reading(FILE *terminal, const struct mcd_progress_reading *state, unsigned width);
void mcd_progress_clear(FILE *terminal);

#endif
