/* SPDX-License-Identifier: ISC */
/* Whoever of the two is last, the run or the thread, frees what they share. */
#include <config.h>

#include "net/lookup.h"

#include "net/inet.h"
#include "net/threads.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct mcd_lookup {
	pthread_mutex_t lock;
	pthread_cond_t told; /* the state is no longer MCD_NAME_LATE */
	clockid_t clock; /* that the condition goes by */
	bool left; /* the other one has gone */
	enum mcd_name_lookup state;
	struct mcd_addr addresses[MCD_NAME_ADDRESSES];
	size_t count;
	int family; /* AF_INET, AF_INET6, AF_UNSPEC */
	char name[256];
};

static void free_lookup(struct mcd_lookup *lookup)
{
	pthread_cond_destroy(&lookup->told);
	pthread_mutex_destroy(&lookup->lock);
	free(lookup);
}

/* Leave; true when the other one had left before. */
static bool leave(struct mcd_lookup *lookup)
{
	bool last;

	pthread_mutex_lock(&lookup->lock);
	last = lookup->left;
	lookup->left = true;
	pthread_mutex_unlock(&lookup->lock);
	return last;
}

static void keep(struct mcd_lookup *lookup, const struct addrinfo *list)
{
	for (; list && lookup->count < MCD_NAME_ADDRESSES; list = list->ai_next) {
		struct sockaddr_in6 in6;
		struct sockaddr_in in;

		if (list->ai_family == AF_INET && list->ai_addrlen >= sizeof in) {
			memcpy(&in, list->ai_addr, sizeof in);
			lookup->addresses[lookup->count++] = mcd_addr_v4(ntohl(in.sin_addr.s_addr));
		} else if (list->ai_family == AF_INET6 && list->ai_addrlen >= sizeof in6) {
			memcpy(&in6, list->ai_addr, sizeof in6);
			lookup->addresses[lookup->count++] = mcd_addr_v6(in6.sin6_addr.s6_addr);
		}
	}
}

static void *look_up(void *context)
{
	struct mcd_lookup *lookup = context;
	const struct addrinfo hints = { .ai_family = lookup->family, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *list = NULL;
	bool found = getaddrinfo(lookup->name, NULL, &hints, &list) == 0;

	pthread_mutex_lock(&lookup->lock);
	if (found)
		keep(lookup, list);
	lookup->state = lookup->count ? MCD_NAME_RESOLVED : MCD_NAME_NO_ADDRESS;
	pthread_cond_signal(&lookup->told);
	pthread_mutex_unlock(&lookup->lock);
	if (found)
		freeaddrinfo(list);
	if (leave(lookup))
		free_lookup(lookup);
	return NULL;
}

static bool start(struct mcd_lookup *lookup)
{
	pthread_attr_t attr;
	pthread_t thread;
	bool started;

	if (pthread_attr_init(&attr) != 0)
		return false;
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	started = mcd_thread_start(&thread, &attr, look_up, lookup);
	pthread_attr_destroy(&attr);
	return started;
}

/* The time of the condition is that which no one sets, where there can be such a one. */
static bool init_lock(struct mcd_lookup *lookup)
{
	pthread_condattr_t attr;
	bool done = false;

	if (pthread_condattr_init(&attr) != 0)
		return false;
	lookup->clock = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
	if (pthread_mutex_init(&lookup->lock, NULL) == 0) {
		done = pthread_cond_init(&lookup->told, &attr) == 0;
		if (!done)
			pthread_mutex_destroy(&lookup->lock);
	}
	pthread_condattr_destroy(&attr);
	return done;
}

struct mcd_lookup *mcd_lookup_begin(const char *name, int family)
{
	size_t length = strlen(name);
	struct mcd_lookup *lookup = NULL;

	if (length > 0 && length < sizeof lookup->name)
		lookup = calloc(1, sizeof *lookup);
	if (!lookup)
		return NULL;
	memcpy(lookup->name, name, length + 1);
	lookup->family = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC;
	lookup->state = MCD_NAME_LATE;
	if (!init_lock(lookup)) {
		free(lookup);
		return NULL;
	}
	if (start(lookup))
		return lookup;
	free_lookup(lookup);
	return NULL;
}

void mcd_lookup_wait(struct mcd_lookup *lookup, int64_t most_ms)
{
	struct timespec until;
	int64_t ns;

	if (!lookup)
		return;
	clock_gettime(lookup->clock, &until);
	ns = until.tv_nsec + most_ms % 1000 * 1000000;
	until.tv_sec += (time_t)(most_ms / 1000 + ns / 1000000000);
	until.tv_nsec = (long)(ns % 1000000000);
	pthread_mutex_lock(&lookup->lock);
	while (lookup->state == MCD_NAME_LATE && pthread_cond_timedwait(&lookup->told, &lookup->lock, &until) == 0)
		;
	pthread_mutex_unlock(&lookup->lock);
}

enum mcd_name_lookup mcd_lookup_end(struct mcd_lookup *lookup, struct mcd_vec *addresses)
{
	enum mcd_name_lookup state;

	if (!lookup)
		return MCD_NAME_NOT_ASKED;
	pthread_mutex_lock(&lookup->lock);
	state = lookup->state;
	for (size_t i = 0; i < lookup->count; i++) {
		struct mcd_addr *address = mcd_vec_push(addresses);

		if (address)
			*address = lookup->addresses[i];
	}
	pthread_mutex_unlock(&lookup->lock);
	if (leave(lookup))
		free_lookup(lookup);
	return state;
}
