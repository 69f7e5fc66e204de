/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/threads.h"

#include <signal.h>

/* A thread begins with the mask of the one that starts it. */
bool mcd_thread_start(pthread_t *out, const pthread_attr_t *attr, void *(*run)(void *context), void *context)
{
	sigset_t all, before;
	bool started;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = pthread_create(out, attr, run, context) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}
