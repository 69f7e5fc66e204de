/* SPDX-License-Identifier: ISC */
/* Files of Windows that cannot be read. */
#include <config.h>

#include "test_capfile.h"

#include <errno.h>

static void a_folder_is_no_capture(void)
{
	capfile_refused(".", EACCES, "cannot open .: ");
}

const struct unit_test capfile_system_tests[] = {
	{ "a folder is no capture", a_folder_is_no_capture },
	{ NULL, NULL },
};
