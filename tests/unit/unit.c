/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "unit.h"

#include "net/process.h"
#include "os.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int unit_main(const struct unit_suite *suites)
{
	unsigned failed, asserted;

	mcd_process_begin();
	if (CU_initialize_registry() != CUE_SUCCESS)
		return 1;
	for (; suites->name; suites++) {
		CU_pSuite suite = CU_add_suite(suites->name, NULL, NULL);

		for (const struct unit_test *t = suites->tests; suite && t->name; t++)
			if (!CU_add_test(suite, t->name, t->run))
				suite = NULL;
		if (!suite) {
			fprintf(stderr, "cannot register suite %s: %s\n", suites->name, CU_get_error_msg());
			return 1;
		}
	}
	CU_basic_set_mode(CU_BRM_NORMAL);
	CU_basic_run_tests();
	failed = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
	asserted = CU_get_number_of_asserts();
	CU_cleanup_registry();
	return failed == 0 && asserted > 0 ? 0 : 1;
}

unsigned char *unit_exact(const void *data, size_t length)
{
	unsigned char *copy = malloc(length);

	if (!copy && length)
		abort();
	if (length)
		memcpy(copy, data, length);
	return copy;
}

FILE *unit_open(void)
{
	FILE *stream = os_temporary();

	if (!stream)
		abort();
	return stream;
}

char *unit_close(FILE *stream)
{
	const long length = ftell(stream);
	char *text = length < 0 ? NULL : malloc((size_t)length + 1);

	if (!text)
		abort();
	rewind(stream);
	text[fread(text, 1, (size_t)length, stream)] = '\0';
	fclose(stream);
	return text;
}
