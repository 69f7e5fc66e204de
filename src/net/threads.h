/* SPDX-License-Identifier: ISC */
/* Threads of our own: signals are the main thread's. */
#ifndef MCD_NET_THREADS_H
#define MCD_NET_THREADS_H

#include <pthread.h>
#include <stdbool.h>

/* Start RUN of CONTEXT on a thread that no signal reaches; *OUT is the caller's to join, unless ATTR (NULL = the defaults) has it detached. False when
 * there can be none. */
bool mcd_thread_start(pthread_t *out, const pthread_attr_t *attr, void *(*run)(void *context), void *context);

#endif
