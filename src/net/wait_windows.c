/* SPDX-License-Identifier: ISC */
/* WSAPoll() for the sockets. It cannot wait for captures, and not for Ctrl-C either: no wait is long. */
#include <config.h>

#include "net/wait.h"

#include "net/clock.h"
#include "net/wait_poll.h"
#include "net/win32.h"

#include <errno.h>
#include <mmsystem.h>
#include <stdlib.h>

enum {
	LONGEST_MS = 100, /* that Ctrl-C may have to wait */
	MS = 1000000,
};

struct purpose {
	size_t tag;
	bool once; /* only until it was ready */
};

struct mcd_wait {
	struct mcd_vec sockets;	 /* WSAPOLLFD, */
	struct mcd_vec purposes; /* and struct purpose of each */
	struct mcd_vec polled;	 /* size_t */
};

struct mcd_wait *mcd_wait_new(struct mcd_err *err)
{
	struct mcd_wait *wait = malloc(sizeof *wait);

	if (!wait) {
		mcd_err_os(err, ENOMEM, "cannot wait for sockets");
		return NULL;
	}
	mcd_vec_init(&wait->sockets, sizeof(WSAPOLLFD));
	mcd_vec_init(&wait->purposes, sizeof(struct purpose));
	mcd_vec_init(&wait->polled, sizeof(size_t));
	timeBeginPeriod(1); /* else a wait of 1 ms takes 16 */
	return wait;
}

void mcd_wait_free(struct mcd_wait *wait)
{
	if (!wait)
		return;
	timeEndPeriod(1);
	mcd_vec_fini(&wait->sockets);
	mcd_vec_fini(&wait->purposes);
	mcd_vec_fini(&wait->polled);
	free(wait);
}

static WSAPOLLFD *socket_at(const struct mcd_wait *wait, size_t i)
{
	return mcd_vec_at(&wait->sockets, i);
}

static struct purpose *purpose_at(const struct mcd_wait *wait, size_t i)
{
	return mcd_vec_at(&wait->purposes, i);
}

static bool watch(struct mcd_wait *wait, int fd, short events, struct purpose purpose, struct mcd_err *err)
{
	struct purpose *its = mcd_vec_push(&wait->purposes);
	WSAPOLLFD *added = its ? mcd_vec_push(&wait->sockets) : NULL;

	if (!added) {
		mcd_err_os(err, ENOMEM, "cannot wait for a socket");
		wait->purposes.count = wait->sockets.count;
		return false;
	}
	*its = purpose;
	*added = (WSAPOLLFD){ .fd = (mcd_inet_handle)fd, .events = events };
	return true;
}

static void forget(struct mcd_wait *wait, size_t i)
{
	const size_t last = wait->sockets.count - 1;

	*socket_at(wait, i) = *socket_at(wait, last);
	*purpose_at(wait, i) = *purpose_at(wait, last);
	wait->sockets.count = wait->purposes.count = last;
}

bool mcd_wait_add(struct mcd_wait *wait, int fd, size_t tag, struct mcd_err *err)
{
	return fd < 0 ? mcd_wait_poll(&wait->polled, tag, err) : watch(wait, fd, POLLRDNORM, (struct purpose){ tag, false }, err);
}

bool mcd_wait_room(struct mcd_wait *wait, int fd, size_t tag, struct mcd_err *err)
{
	return watch(wait, fd, POLLWRNORM, (struct purpose){ tag, true }, err);
}

void mcd_wait_remove(struct mcd_wait *wait, int fd, size_t tag)
{
	if (fd < 0)
		mcd_wait_poll_no_more(&wait->polled, tag);
	for (size_t i = wait->sockets.count; i-- > 0;)
		if (socket_at(wait, i)->fd == (mcd_inet_handle)fd)
			forget(wait, i);
}

/* How many are ready by then. */
static int wait_for_sockets(struct mcd_wait *wait, int64_t timeout_ns)
{
	const int64_t whole_ms = (timeout_ns + MS - 1) / MS;
	const int ms = whole_ms > LONGEST_MS ? LONGEST_MS : (int)whole_ms;

	if (wait->sockets.count > 0) /* it refuses to wait for none */
		return WSAPoll(wait->sockets.items, (ULONG)wait->sockets.count, ms);
	if (ms > 0)
		Sleep((DWORD)ms);
	return 0;
}

int mcd_wait_ready(struct mcd_wait *wait, size_t *tags, int room, int64_t timeout_ns)
{
	int ready, count = 0;

	if (room <= 0)
		return 0;
	ready = wait_for_sockets(wait, mcd_wait_until_poll(&wait->polled, timeout_ns));
	for (size_t i = wait->sockets.count; ready > 0 && i-- > 0 && count < room;) {
		if (!socket_at(wait, i)->revents)
			continue;
		tags[count++] = purpose_at(wait, i)->tag;
		if (purpose_at(wait, i)->once)
			forget(wait, i);
	}
	return mcd_wait_polled(&wait->polled, tags, count, room);
}
