/* SPDX-License-Identifier: ISC */
/* Signals come on a thread that the system starts. */
#include <config.h>

#include "net/threads.h"

bool mcd_thread_start(pthread_t *out, const pthread_attr_t *attr, void *(*run)(void *context), void *context)
{
	return pthread_create(out, attr, run, context) == 0;
}
