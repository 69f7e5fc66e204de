/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/options.h"

#include "command/options_table.h"
#include "command/values.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { OPERAND = 1, LONG = 256 }; /* what getopt_long() gives: for an operand, for the row LONG + its index */

struct parser {
	struct mcd_draft *draft;
	uint64_t given;	      /* bit set of rows */
	bool commanded;	      /* a word named the command */
};

/* The first row of its name stands for all. */
static bool is_first(const struct mcd_option *row)
{
	for (const struct mcd_option *other = mcd_option_rows; other < row; other++)
		if (strcmp(other->name, row->name) == 0)
			return false;
	return true;
}

/* getopt's two forms of the table. Operands are to come in their place ('-'), what is missing to be told (':'). */
static void getopt_tables(char *letters, struct option *longs)
{
	*letters++ = '-';
	*letters++ = ':';
	for (const struct mcd_option *row = mcd_option_rows; row->name; row++) {
		if (!is_first(row))
			continue;
		*longs++ = (struct option){ row->name, row->argument ? required_argument : no_argument, NULL, LONG + (int)(row - mcd_option_rows) };
		if (!row->letter)
			continue;
		*letters++ = row->letter;
		if (row->argument)
			*letters++ = ':';
	}
	*longs = (struct option){ 0 };
	*letters = '\0';
}

static const struct mcd_option *row_of(int value)
{
	const struct mcd_option *row = mcd_option_rows;

	if (value >= LONG)
		return &mcd_option_rows[value - LONG];
	while (row->name && row->letter != value)
		row++;
	return row;
}

/* What getopt could not make sense of. */
static void refuse(int what, char *const *argv, struct mcd_err *err)
{
	const char *word = argv[optind - 1];

	if (what == ':' && optopt < LONG)
		mcd_err_set(err, "option '-%c' needs %s", optopt, row_of(optopt)->argument);
	else if (what == ':')
		mcd_err_set(err, "option '--%s' needs %s", row_of(optopt)->name, row_of(optopt)->argument);
	else if (optopt && optopt < LONG)
		mcd_err_set(err, "unknown option '-%c'; see mcdiag --help", optopt);
	else if (optopt >= LONG)
		mcd_err_set(err, "option '--%s' takes no argument: '%.160s'", row_of(optopt)->name, word);
	else
		mcd_err_set(err, "unknown option '%.160s'; see mcdiag --help", word);
}

static bool add_file(struct mcd_draft *draft, const char *file, struct mcd_err *err)
{
	const char **item = mcd_vec_push(&draft->files);

	if (!item) {
		mcd_err_set(err, "out of memory");
		return false;
	}
	*item = file;
	return true;
}

/* The first word is the command, unless -r said it. */
static bool read_operand(struct parser *p, const char *word, struct mcd_err *err)
{
	enum mcd_command_id *command = &p->draft->options.command, named = p->commanded ? MCD_COMMANDS : mcd_command_find(word);

	if (named != MCD_COMMANDS) {
		p->commanded = true;
		*command = named;
		return true;
	}
	if (p->draft->replay && !p->commanded)
		*command = MCD_REPLAY;
	if (!mcd_commands[*command].operands) {
		if (p->commanded)
			mcd_err_set(err, "'%.160s' is not understood: %s takes options only", word, mcd_commands[*command].name);
		else
			mcd_err_set(err, "'%.160s' is no command; there are diagnose, replay, listen, send and interfaces, and a capture is read by mcdiag replay FILE; see mcdiag --help",
				    word);
		return false;
	}
	p->commanded = true;
	return add_file(p->draft, word, err);
}

static bool read_words(struct parser *p, int argc, char *const *argv, struct mcd_err *err)
{
	char letters[2 * MCD_OPTION_MOST + 3];
	struct option longs[MCD_OPTION_MOST + 1];
	int value;

	getopt_tables(letters, longs);
	opterr = 0;
	optind = 0; /* from the beginning, forgetting what it met before */
	while ((value = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (value == '?' || value == ':') {
			refuse(value, argv, err);
			return false;
		}
		if (value == OPERAND) {
			if (!read_operand(p, optarg, err))
				return false;
			continue;
		}
		if (!mcd_option_apply(row_of(value), p->draft, optarg, err))
			return false;
		p->given |= UINT64_C(1) << (row_of(value) - mcd_option_rows);
	}
	for (; optind < argc; optind++) /* what stands behind -- */
		if (!read_operand(p, argv[optind], err))
			return false;
	return true;
}

static unsigned commands_of(const char *name)
{
	unsigned commands = 0;

	for (const struct mcd_option *row = mcd_option_rows; row->name; row++)
		if (strcmp(row->name, name) == 0)
			commands |= row->commands;
	return commands;
}

/* Every option that was given has to be one of the command. */
static bool fits_command(const struct parser *p, struct mcd_err *err)
{
	struct mcd_options *options = &p->draft->options;

	for (const struct mcd_option *row = mcd_option_rows; row->name; row++) {
		unsigned commands = commands_of(row->name);
		int other = 0;

		if (!(p->given & UINT64_C(1) << (row - mcd_option_rows)))
			continue;
		if (row->of_request)
			options->request_option = row->name;
		if (commands & 1u << options->command)
			continue;
		while (!(commands & 1u << other))
			other++;
		mcd_err_set(err, "option '--%s' is one of mcdiag %s, not of mcdiag %s; see mcdiag %s --help", row->name, mcd_commands[other].name,
			    mcd_commands[options->command].name, mcd_commands[options->command].name);
		return false;
	}
	return true;
}

static bool parse(struct parser *p, int argc, char *const *argv, struct mcd_err *err)
{
	if (!read_words(p, argc, argv, err))
		return false;
	if (p->draft->replay && !p->commanded)
		p->draft->options.command = MCD_REPLAY;
	return fits_command(p, err) && mcd_draft_finish(p->draft, err);
}

bool mcd_options_parse(int argc, char *const *argv, struct mcd_options *out, struct mcd_err *err)
{
	struct mcd_draft draft = { .ttl = -1, .loop = 1, .max_rows = -1, .rate.millipackets = 10000, .options.request.message = "" };
	struct parser parser = { .draft = &draft };
	bool good;

	mcd_vec_init(&draft.groups, sizeof(struct mcd_group_text));
	mcd_vec_init(&draft.sources, sizeof(struct mcd_addr));
	mcd_vec_init(&draft.excluded, sizeof(struct mcd_addr));
	mcd_vec_init(&draft.interfaces, sizeof(char *));
	mcd_vec_init(&draft.files, sizeof(const char *));
	good = parse(&parser, argc, argv, err);
	for (size_t i = 0; i < draft.interfaces.count; i++)
		free(*(char **)mcd_vec_at(&draft.interfaces, i));
	mcd_vec_fini(&draft.interfaces);
	mcd_vec_fini(&draft.groups);
	mcd_vec_fini(&draft.sources);
	mcd_vec_fini(&draft.excluded);
	mcd_vec_fini(&draft.files);
	*out = draft.options;
	if (!good)
		mcd_options_fini(out);
	return good;
}

void mcd_options_fini(struct mcd_options *options)
{
	mcd_request_fini(&options->request);
	free(options->files);
	memset(options, 0, sizeof *options);
}
