/* SPDX-License-Identifier: ISC */
/* The command line of a replay, and what its operands stand for. */
#include <config.h>

#include "test_command.h"

#include "command/inputs.h"
#include "os.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void operands_are_files(void)
{
	static const struct {
		const char *line, *files;
	} cases[] = {
		{ "replay a.pcap", "a.pcap" },
		{ "-r a.pcap", "a.pcap" },
		{ "--read=a.pcap -r b.pcap", "a.pcap b.pcap" },
		{ "-r a.pcap b.pcap -j", "a.pcap b.pcap" },
		{ "replay a -r b c", "a b c" },
		{ "-j replay - x=y", "- x=y" },
		{ "replay -j -- -r", "-r" },
		{ "replay replay diagnose", "replay diagnose" },
	};
	struct mcd_options o;
	struct mcd_err err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char files[100] = "";

		CU_ASSERT_TRUE_FATAL(parse(cases[i].line, &o, &err));
		CU_ASSERT_EQUAL(o.command, MCD_REPLAY);
		for (size_t k = 0; k < o.nfiles; k++)
			snprintf(files + strlen(files), sizeof files - strlen(files), "%s%s", k ? " " : "", o.files[k]);
		CU_ASSERT_STRING_EQUAL(files, cases[i].files);
		mcd_options_fini(&o);
	}
}

static void a_replay_without_a_group_is_an_inventory(void)
{
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(parse("replay x", &o, &err));
	CU_ASSERT_EQUAL(o.request.ngroups, 0);
	CU_ASSERT_EQUAL(o.request.ninterfaces, 0);
	CU_ASSERT_EQUAL(o.request.max_rows, 10000);
	CU_ASSERT_EQUAL(o.request.duration_ms, 0);
	CU_ASSERT_EQUAL(o.request.ttl, -1);
	CU_ASSERT_FALSE(o.request.self_test || o.request.join || o.request.send || o.request.expect_stream || o.request.ttl_given);
	CU_ASSERT_PTR_NULL(o.request_option);
	CU_ASSERT_FALSE(o.max_rows_given);
	mcd_options_fini(&o);
}

static void what_is_judged_is_known(void)
{
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(parse("replay -g 239.1.1.1 -p 9 -s 10.0.0.1 -t 3 -d 2s --max-rows 5 x", &o, &err));
	CU_ASSERT_EQUAL_FATAL(o.request.ngroups, 1);
	CU_ASSERT_EQUAL(o.request.groups[0].port, 9);
	CU_ASSERT_EQUAL(o.request.groups[0].nsources, 1);
	CU_ASSERT_TRUE(o.request.expect_stream && o.request.ttl_given && o.request.duration_given && o.max_rows_given);
	CU_ASSERT_FALSE(o.request.join || o.request.send);
	CU_ASSERT_EQUAL(o.request.ttl, 3);
	CU_ASSERT_PTR_NOT_NULL(o.request_option);
	mcd_options_fini(&o);
	CU_ASSERT_TRUE_FATAL(parse("replay -g 239.1.1.1 --no-expect-stream x", &o, &err));
	CU_ASSERT_FALSE(o.request.expect_stream);
	mcd_options_fini(&o);
	CU_ASSERT_TRUE_FATAL(parse("replay -j -q --max-rows 5 -o y x", &o, &err));
	CU_ASSERT_PTR_NULL(o.request_option);
	mcd_options_fini(&o);
}

static void groups_may_be_ipv6(void)
{
	static const struct {
		const char *line;
		uint16_t port;
		size_t sources;
	} cases[] = {
		{ "replay -g [ff3e::1234]:5004 x", 5004, 0 },
		{ "replay -g ff3e::1234 x", 0, 0 },
		{ "replay -g [ff3e::1234] -p 9 x", 9, 0 },
		{ "replay -g 2001:db8::1@[ff3e::1234]:5 x", 5, 1 },
		{ "replay -g 2001:db8::1,ff3e::1234 -s 2001:db8::2 x", 0, 2 },
	};
	struct mcd_addr group = { 0 };
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE(mcd_addr_parse("ff3e::1234", &group));
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CU_ASSERT_TRUE_FATAL(parse(cases[i].line, &o, &err));
		CU_ASSERT_TRUE(mcd_addr_equal(o.request.groups[0].address, group));
		CU_ASSERT_EQUAL(o.request.groups[0].port, cases[i].port);
		CU_ASSERT_EQUAL(o.request.groups[0].nsources, cases[i].sources);
		mcd_options_fini(&o);
	}
}

/* Each line is refused, and the message names the offending text. */
static void bad_input_is_named(void)
{
	static const char *const cases[][2] = {
		{ "replay", "FILE" },
		{ "replay -j", "FILE" },
		{ "-r", "-r" },
		{ "replay -i eth0 x", "--iface" },
		{ "replay --send x", "--send" },
		{ "replay -w dir x", "--save" },
		{ "-w dir -r x", "--save" },
		{ "replay -n x", "--dry-run" },
		{ "replay --promiscuous x", "--promiscuous" },
		{ "replay --no-second-look x", "--no-second-look" },
		{ "diagnose -r x", "--read" },
		{ "diagnose x", "'x'" },
		{ "x.pcap", "mcdiag replay FILE" },
		{ "-- -x", "'-x'" },
		{ "replay -s 10.0.0.1 x", "--source" },
		{ "replay --exclude 10.0.0.1 x", "--exclude" },
		{ "replay --expect-stream x", "--expect-stream" },
		{ "replay -4 -g ff3e::1 x", "ff3e::1" },
		{ "replay -g [ff3e::1 x", "[ff3e::1" },
		{ "replay -g [ff3e::1]x x", "[ff3e::1]x" },
		{ "replay -g [239.1.1.1]:5 x", "[239.1.1.1]:5" },
		{ "replay -g [ff3e::1]:0 x", "'0'" },
		{ "replay -g 2001:db8::1 x", "2001:db8::1" },
		{ "replay -g 10.0.0.1@ff3e::1 x", "10.0.0.1@ff3e::1" },
		{ "replay -g ff3e::1 -s 10.0.0.1 x", "10.0.0.1" },
		{ "replay -g 239.1.1.1 -s 2001:db8::1 x", "2001:db8::1" },
		{ "-g 239.1.1.1 -s 2001:db8::1", "2001:db8::1" },
		{ "replay -g ff02::1:3%eth0 x", "a capture has no zones" },
	};
	refuses(cases, sizeof cases / sizeof cases[0]);
}

static void words_without_a_run_need_no_file(void)
{
	static const char *const cases[] = { "replay -h", "replay -V", "replay --explain list" };
	struct mcd_options o;
	struct mcd_err err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CU_ASSERT_TRUE_FATAL(parse(cases[i], &o, &err));
		mcd_options_fini(&o);
	}
}

static void help_is_of_one_command(void)
{
	char *text;
	FILE *out = unit_open();

	mcd_options_help(out, MCD_REPLAY);
	text = unit_close(out);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "-r, --read FILE"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "--group"));
	CU_ASSERT_PTR_NULL(strstr(text, "--iface"));
	CU_ASSERT_PTR_NULL(strstr(text, "diagnose"));
	free(text);
}

const struct unit_test replay_tests[] = {
	{ "operands are files", operands_are_files },
	{ "a replay without a group is an inventory", a_replay_without_a_group_is_an_inventory },
	{ "what is judged is known", what_is_judged_is_known },
	{ "groups may be IPv6", groups_may_be_ipv6 },
	{ "bad input is named", bad_input_is_named },
	{ "words without a run need no file", words_without_a_run_need_no_file },
	{ "help is of one command", help_is_of_one_command },
	{ NULL, NULL },
};

/* ---- operands ---- */

static char folder[300];

static void touch(const char *name)
{
	char path[400];
	FILE *out;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	out = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	fclose(out);
}

static void drop(const char *name)
{
	char path[400];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	unlink(path);
}

static void names_are_parted_from_paths(void)
{
	static const struct {
		const char *operand, *path, *name;
	} cases[] = {
		{ "x.pcap", "x.pcap", NULL },	  { "eth0=x.pcap", "x.pcap", "eth0" }, { "./a=b", "./a=b", NULL },
		{ "d/a=b", "d/a=b", NULL },	  { "n=d/a=b", "d/a=b", "n" },	       { "in=-", "-", "in" },
	};
	struct mcd_inputs inputs;
	struct mcd_err err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct mcd_input *input;

		CU_ASSERT_TRUE_FATAL(mcd_inputs_find(&inputs, &cases[i].operand, 1, &err));
		CU_ASSERT_EQUAL_FATAL(inputs.list.count, 1);
		input = mcd_vec_at(&inputs.list, 0);
		CU_ASSERT_STRING_EQUAL(input->path, cases[i].path);
		CU_ASSERT_TRUE(cases[i].name ? input->name && strcmp(input->name, cases[i].name) == 0 : !input->name);
		mcd_inputs_fini(&inputs);
	}
}

static void bad_operands_are_named(void)
{
	static const struct {
		const char *operands[2];
		size_t count;
		const char *named;
	} cases[] = {
		{ { "=x" }, 1, "=x" }, { { "x=" }, 1, "x=" }, { { "-", "a=-" }, 2, "'-'" }, { { "n=." }, 1, "." },
	};
	struct mcd_inputs inputs;
	struct mcd_err err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CU_ASSERT_FALSE(mcd_inputs_find(&inputs, cases[i].operands, cases[i].count, &err));
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].named));
		mcd_inputs_fini(&inputs);
	}
}

static void a_folder_is_its_captures_by_name(void)
{
	static const char *const files[] = { "b.pcap", "a.pcapng.gz", "c.cap", "note.txt", ".hidden.pcap" };
	const char *operands[2] = { folder, "other" };
	struct mcd_inputs inputs;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(os_make_folder(folder, sizeof folder));
	CU_ASSERT_FALSE(mcd_inputs_find(&inputs, operands, 1, &err)); /* nothing in it */
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, folder));
	mcd_inputs_fini(&inputs);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		touch(files[i]);
	CU_ASSERT_TRUE_FATAL(mcd_inputs_find(&inputs, operands, 2, &err));
	CU_ASSERT_PTR_NULL(inputs.folder);
	CU_ASSERT_EQUAL_FATAL(inputs.list.count, 4);
	CU_ASSERT_STRING_EQUAL(mcd_input_base(mcd_vec_at(&inputs.list, 0)), "a.pcapng.gz");
	CU_ASSERT_STRING_EQUAL(mcd_input_base(mcd_vec_at(&inputs.list, 1)), "b.pcap");
	CU_ASSERT_STRING_EQUAL(mcd_input_base(mcd_vec_at(&inputs.list, 2)), "c.cap");
	CU_ASSERT_STRING_EQUAL(mcd_input_base(mcd_vec_at(&inputs.list, 3)), "other");
	mcd_inputs_fini(&inputs);
	touch("host.json");
	CU_ASSERT_TRUE(mcd_inputs_find(&inputs, operands, 1, &err));
	CU_ASSERT_PTR_EQUAL(inputs.folder, folder);
	CU_ASSERT_EQUAL(inputs.list.count, 0);
	mcd_inputs_fini(&inputs);
	CU_ASSERT_FALSE(mcd_inputs_find(&inputs, operands, 2, &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "alone"));
	mcd_inputs_fini(&inputs);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		drop(files[i]);
	drop("host.json");
	rmdir(folder);
}

static void equal_names_are_parted(void)
{
	static const char *const before[] = { "eth0", "eth1", "eth0", "eth0#2", "eth0", "eth1" };
	static const char *const after[] = { "eth0", "eth1", "eth0#3", "eth0#2", "eth0#4", "eth1#2" };
	enum { COUNT = sizeof before / sizeof before[0] };
	struct mcd_iface at[COUNT] = { 0 };

	for (size_t i = 0; i < COUNT; i++)
		snprintf(at[i].name, sizeof at[i].name, "%s", before[i]);
	CU_ASSERT_TRUE(mcd_inputs_part_names(&(struct mcd_iface_list){ at, COUNT }));
	for (size_t i = 0; i < COUNT; i++)
		CU_ASSERT_STRING_EQUAL(at[i].name, after[i]);
}

const struct unit_test input_tests[] = {
	{ "names are parted from paths", names_are_parted_from_paths },
	{ "bad operands are named", bad_operands_are_named },
	{ "a folder is its captures by name", a_folder_is_its_captures_by_name },
	{ "equal names are parted", equal_names_are_parted },
	{ NULL, NULL },
};
