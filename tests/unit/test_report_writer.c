/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_report.h"

#include "os.h"
#include "report/value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 100000 };

/* What WRITE writes, NUL-terminated; free() it. */
static char *written(void (*write)(struct mcd_json *), bool indented)
{
	struct mcd_err err = { 0, "" };
	struct mcd_json j;
	char *text;
	FILE *out = unit_open();

	mcd_json_init(&j, out, indented, 0);
	write(&j);
	CU_ASSERT_TRUE(mcd_json_finish(&j, &err));
	CU_ASSERT_STRING_EQUAL(err.text, "");
	text = unit_close(out);
	return text;
}

/* Each kind of value in each kind of parent, and every parent empty. */
static void write_kinds(struct mcd_json *j)
{
	mcd_json_object(j, NULL);
	mcd_json_null(j, "null");
	mcd_json_array(j, "list");
	mcd_json_bool(j, NULL, true);
	mcd_json_int(j, NULL, -1);
	mcd_json_array(j, NULL);
	mcd_json_end(j);
	mcd_json_object(j, NULL);
	mcd_json_end(j);
	mcd_json_object(j, NULL);
	mcd_json_text(j, "text", "\"\\\n\x01\xff");
	mcd_json_fixed(j, "fixed", 11802);
	mcd_json_end(j);
	mcd_json_end(j);
	mcd_json_array(j, "none");
	mcd_json_end(j);
	mcd_json_object(j, "empty");
	mcd_json_end(j);
	mcd_json_bool(j, "last", false);
	mcd_json_end(j);
}

/* Both forms are to the byte what cJSON prints of the same tree. */
static void test_form(void)
{
	char *line = written(write_kinds, false), *pretty = written(write_kinds, true), *expected;
	cJSON *tree = cJSON_Parse(line), *row = cJSON_GetArrayItem(cJSON_GetObjectItem(tree, "list"), 4);

	CU_ASSERT_STRING_EQUAL(line, "{\"null\":null,\"list\":[true,-1,[],{},{\"text\":\"\\\"\\\\\\n\\u0001\xef\xbf\xbd\",\"fixed\":11.802}],"
				     "\"none\":[],\"empty\":{},\"last\":false}\n");
	CU_ASSERT_TRUE(cJSON_ReplaceItemInObject(row, "fixed", cJSON_CreateRaw("11.802")));
	expected = cJSON_Print(tree);
	CU_ASSERT_PTR_NOT_NULL_FATAL(expected);
	CU_ASSERT_EQUAL(strlen(pretty), strlen(expected) + 1);
	CU_ASSERT_EQUAL(strncmp(pretty, expected, strlen(expected)), 0);
	cJSON_free(expected);
	cJSON_Delete(tree);
	free(line);
	free(pretty);
}

static void write_many(struct mcd_json *j)
{
	mcd_json_array(j, NULL);
	for (unsigned i = 0; i < MANY; i++)
		mcd_json_uint(j, NULL, i);
	mcd_json_end(j);
}

/* More than the buffer holds, many times over: nothing is lost where it goes out. */
static void test_many(void)
{
	char *text = written(write_many, false), *at = text;
	unsigned wrong = 0;

	for (unsigned i = 0; i < MANY; i++)
		wrong += *at != (i ? ',' : '[') || strtoul(at + 1, &at, 10) != i;
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_STRING_EQUAL(at, "]\n");
	free(text);
}

static void write_long(struct mcd_json *j)
{
	char *text = malloc(MANY + 1);

	if (!text)
		abort();
	memset(text, 1, MANY);
	text[MANY] = '\0';
	mcd_json_array(j, NULL);
	mcd_json_text(j, NULL, "before");
	mcd_json_text(j, NULL, text);
	mcd_json_text(j, NULL, "after");
	mcd_json_end(j);
	free(text);
}

/* One text of which every byte takes six, larger than the buffer. */
static void test_long(void)
{
	char *text = written(write_long, false);
	cJSON *tree = cJSON_Parse(text);
	const char *value = cJSON_GetStringValue(cJSON_GetArrayItem(tree, 1));

	CU_ASSERT_EQUAL(strlen(text), strlen("[\"before\",\"\",\"after\"]\n") + 6 * (size_t)MANY);
	CU_ASSERT_PTR_NOT_NULL_FATAL(value);
	CU_ASSERT_EQUAL(strlen(value), MANY);
	CU_ASSERT_EQUAL(strspn(value, "\x01"), MANY);
	cJSON_Delete(tree);
	free(text);
}

/* The first write that fails is the one that is told, and the last that is tried. */
static void test_failed_write(void)
{
	struct mcd_err err = { 0, "" };
	struct mcd_json j;
	int why;
	FILE *full = os_full(&why);

	CU_ASSERT_PTR_NOT_NULL_FATAL(full);
	mcd_json_init(&j, full, true, 0);
	write_many(&j);
	CU_ASSERT_TRUE(j.failed);
	CU_ASSERT_EQUAL(j.used, 0);
	errno = EINVAL;
	CU_ASSERT_FALSE(mcd_json_finish(&j, &err));
	CU_ASSERT_EQUAL(err.os, why);
	fclose(full);
}

/* What failed elsewhere fails the whole, and nothing follows it. */
static void test_failed_memory(void)
{
	struct mcd_err err = { 0, "" };
	struct mcd_json j;
	char *text;
	FILE *out = unit_open();

	mcd_json_init(&j, out, false, 0);
	mcd_json_object(&j, NULL);
	j.failed = true;
	mcd_json_object(&j, "object");
	mcd_json_end(&j);
	mcd_json_end(&j);
	CU_ASSERT_FALSE(mcd_json_finish(&j, &err));
	CU_ASSERT_EQUAL(err.os, ENOMEM);
	text = unit_close(out);
	CU_ASSERT_STRING_EQUAL(text, "");
	free(text);
}

/* The deepest nesting is whole; one more fails and harms nothing. */
static void test_depth(void)
{
	for (int more = 0; more < 2; more++) {
		struct mcd_err err = { 0, "" };
		struct mcd_json j;
		char *text;
		FILE *out = unit_open();
		cJSON *tree;

		mcd_json_init(&j, out, true, 0);
		for (int i = 0; i < MCD_JSON_DEPTH + more; i++)
			mcd_json_object(&j, i ? "in" : NULL);
		for (int i = 0; i < MCD_JSON_DEPTH + more; i++)
			mcd_json_end(&j);
		CU_ASSERT_EQUAL(mcd_json_finish(&j, &err), more == 0);
		text = unit_close(out);
		tree = cJSON_Parse(text);
		CU_ASSERT_EQUAL(tree != NULL, more == 0);
		cJSON_Delete(tree);
		free(text);
	}
}

const struct unit_test report_writer_tests[] = {
	{ "both forms", test_form },
	{ "many values", test_many },
	{ "long text", test_long },
	{ "failed write", test_failed_write },
	{ "memory out", test_failed_memory },
	{ "depth", test_depth },
	{ NULL, NULL },
};
