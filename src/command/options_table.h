/* SPDX-License-Identifier: ISC */
/* Private to the command line: the table of options, and what they say before a request is made of it. */
#ifndef MCD_COMMAND_OPTIONS_TABLE_H
#define MCD_COMMAND_OPTIONS_TABLE_H

#include "base/vec.h"
#include "command/options.h"

#include <stddef.h>
#include <stdint.h>

/* What the options say, before defaults and cross-checks make a request of it. */
struct mcd_draft {
	struct mcd_vec groups;	   /* struct mcd_group_text */
	struct mcd_vec sources;	   /* struct mcd_addr */
	struct mcd_vec excluded;   /* struct mcd_addr */
	struct mcd_vec interfaces; /* char *, owned */
	struct mcd_vec files;	   /* const char * */
	int64_t duration_ms;	   /* 0 = not said */
	struct mcd_rate rate;
	long port, ttl, size, source_port, dscp, count, max_rows; /* ttl and max_rows: -1 = not said; port and count: 0 */
	int loop, bind, igmp_version, color;		   /* indexes of words */
	bool send, no_send, expect_stream, no_expect_stream, no_join;
	bool only_chosen, promiscuous, ipv4, ipv6;
	bool replay;		   /* -r was given */
	struct mcd_options options; /* those that need no thought */
};

/* One option. Where it puts what it reads: FLAG a bool, NUMBER a long, WORD an int, TEXT a const char *, at offset AT of the draft. */
struct mcd_option {
	unsigned commands; /* bit set of those that take it; rows of one name differ in this and in their help only */
	char letter;	   /* 0 = none */
	const char *name, *argument, *help;
	enum { MCD_OPTION_FLAG, MCD_OPTION_NUMBER, MCD_OPTION_WORD, MCD_OPTION_TEXT, MCD_OPTION_CALL } kind;
	size_t at;
	long least, most;
	const char *const *words;
	bool (*call)(struct mcd_draft *draft, const char *value, struct mcd_err *err);
	bool of_request; /* says what is judged, not how it is told */
};

enum { MCD_OPTION_MOST = 64 };			   /* rows: a set of them is 64 bits */
extern const struct mcd_option mcd_option_rows[];  /* ends with a row without a name */

/* Put the argument of an option where its row says. */
bool mcd_option_apply(const struct mcd_option *row, struct mcd_draft *draft, const char *value, struct mcd_err *err);

/* options_request.c: from what was said to a whole request, defaults that depend on other options included. */
bool mcd_draft_finish(struct mcd_draft *draft, struct mcd_err *err);

#endif
