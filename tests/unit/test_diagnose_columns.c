/* SPDX-License-Identifier: ISC */
/* The four columns of a source filter, and what the kernel's tells of other programs. */
#include <config.h>

#include "test_diagnose.h"

#include "diagnose/columns.h"

#include <string.h>

static void held(struct mcd_filter *filter, enum mcd_filter_mode mode, const char *source)
{
	mcd_filter_begin(filter, mode);
	if (source)
		mcd_filter_add(filter, address(source));
}

/* The column as text. */
static bool shows(const struct the_case *c, enum mcd_column column, const char *text)
{
	char filter[MCD_FILTER_TEXT];
	struct mcd_columns columns;
	bool same;

	mcd_columns_init(&columns, &c->evidence, 0, 0);
	same = strcmp(mcd_filter_format(&columns.at[column], filter), text) == 0;
	mcd_columns_fini(&columns);
	return same;
}

static bool differ(const struct the_case *c)
{
	struct mcd_columns columns;
	bool yes;

	mcd_columns_init(&columns, &c->evidence, 0, 0);
	yes = mcd_columns_differ(&columns);
	mcd_columns_fini(&columns);
	return yes;
}

static void four_columns(void)
{
	struct the_case c;

	case_init(&c);
	case_ask_source(&c, "10.77.0.20");
	CU_ASSERT_TRUE(shows(&c, MCD_COLUMN_REQUESTED, "include{10.77.0.20}"));
	CU_ASSERT_TRUE(shows(&c, MCD_COLUMN_SOCKET, "not known"));
	CU_ASSERT_TRUE(shows(&c, MCD_COLUMN_WIRE, "include{10.77.0.20}")); /* up to our leave */
	CU_ASSERT_FALSE(differ(&c));
	held(&c.tasks[0][0].in_socket, MCD_INCLUDE, "10.77.0.20");
	held(&c.tasks[0][0].in_kernel, MCD_INCLUDE, "10.77.0.20");
	CU_ASSERT_FALSE(differ(&c));
	held(&c.tasks[0][0].in_kernel, MCD_EXCLUDE, NULL);
	CU_ASSERT_TRUE(shows(&c, MCD_COLUMN_KERNEL, "exclude{}"));
	CU_ASSERT_TRUE(differ(&c));
	c.tasks[0][0].in_kernel.mode_known = false; /* what is not told is no difference */
	CU_ASSERT_FALSE(differ(&c));
	case_no_report(&c, 0);
	case_report(&c, 0, JOINED, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE);
	CU_ASSERT_TRUE(shows(&c, MCD_COLUMN_WIRE, "exclude{}"));
	CU_ASSERT_TRUE(differ(&c));
	case_fini(&c);
}

/* A change of what the host had reported before is not the whole of it. */
static void the_wire_is_not_known_by_changes(void)
{
	struct the_case c;
	struct mcd_report *answer;

	case_init(&c);
	case_ask_source(&c, "10.77.0.20");
	c.tasks[0][0].member_before = true;
	CU_ASSERT_TRUE(shows(&c, MCD_COLUMN_WIRE, "not known"));
	c.nics[0].reports.count = 1; /* the leave comes last */
	answer = case_report(&c, 0, 2000, MCD_IGMP_V3_REPORT, MCD_IS_IN);
	case_source(&answer->sources, &answer->nsources, "10.77.0.20");
	CU_ASSERT_TRUE(shows(&c, MCD_COLUMN_WIRE, "include{10.77.0.20}"));
	case_fini(&c);
}

static void the_kernel_tells_who_widens(void)
{
	struct the_case c;

	case_init(&c);
	case_ask_source(&c, "10.77.0.20");
	c.tasks[0][0].member_before = c.tasks[0][0].kernel_keeps = true;
	case_no_report(&c, 0);
	held(&c.tasks[0][0].in_socket, MCD_INCLUDE, "10.77.0.20");
	held(&c.tasks[0][0].in_kernel, MCD_INCLUDE, "10.77.0.20"); /* the other program asks for the same */
	case_judge(&c);
	LACKS(&c, 0, MCD_FILTER_WIDENED_BY_OTHER_PROCESS);
	held(&c.tasks[0][0].in_kernel, MCD_EXCLUDE, NULL);
	case_judge(&c);
	HAS(&c, 0, MCD_FILTER_WIDENED_BY_OTHER_PROCESS);
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_FILTER_WIDENED_BY_OTHER_PROCESS)->summary, "exclude{}"));
	CU_ASSERT_PTR_NOT_NULL(strstr(((struct mcd_clue *)mcd_vec_at(&found(&c, 0, MCD_FILTER_WIDENED_BY_OTHER_PROCESS)->clues, 1))->text,
				      "our socket holds include{10.77.0.20}, and the kernel, for all sockets together, exclude{}"));
	case_fini(&c);
}

const struct unit_test column_tests[] = {
	{ "four columns", four_columns },
	{ "the wire is not known by changes", the_wire_is_not_known_by_changes },
	{ "the kernel tells who widens", the_kernel_tells_who_widens },
	{ NULL, NULL },
};
