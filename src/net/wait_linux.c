/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/wait.h"

#include "net/wait_poll.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum {
	AT_ONCE = 256, /* the rest stays queued in the kernel and comes first the next time */
	NS = 1000000000,
};

struct mcd_wait {
	int fd;
	struct mcd_vec polled; /* size_t: the tags of what has no descriptor */
};

struct mcd_wait *mcd_wait_new(struct mcd_err *err)
{
	struct mcd_wait *wait = malloc(sizeof *wait);

	if (!wait) {
		mcd_err_os(err, ENOMEM, "cannot wait for descriptors");
		return NULL;
	}
	mcd_vec_init(&wait->polled, sizeof(size_t));
	wait->fd = epoll_create1(EPOLL_CLOEXEC);
	if (wait->fd < 0) {
		mcd_err_os(err, errno, "cannot wait for descriptors");
		free(wait);
		return NULL;
	}
	return wait;
}

void mcd_wait_free(struct mcd_wait *wait)
{
	if (!wait)
		return;
	close(wait->fd);
	mcd_vec_fini(&wait->polled);
	free(wait);
}

/* 0 or the errno. */
static int control(struct mcd_wait *wait, int operation, int fd, uint32_t events, size_t tag)
{
	struct epoll_event event;

	memset(&event, 0, sizeof event);
	event.events = events;
	event.data.u64 = tag;
	return epoll_ctl(wait->fd, operation, fd, &event) == 0 ? 0 : errno;
}

static bool added(int os, int fd, struct mcd_err *err)
{
	if (os != 0)
		mcd_err_os(err, os, "cannot wait for descriptor %d", fd);
	return os == 0;
}

bool mcd_wait_add(struct mcd_wait *wait, int fd, size_t tag, struct mcd_err *err)
{
	if (fd < 0)
		return mcd_wait_poll(&wait->polled, tag, err);
	return added(control(wait, EPOLL_CTL_ADD, fd, EPOLLIN, tag), fd, err);
}

bool mcd_wait_room(struct mcd_wait *wait, int fd, size_t tag, struct mcd_err *err)
{
	int os = control(wait, EPOLL_CTL_MOD, fd, EPOLLOUT | EPOLLONESHOT, tag);

	if (os == ENOENT)
		os = control(wait, EPOLL_CTL_ADD, fd, EPOLLOUT | EPOLLONESHOT, tag);
	return added(os, fd, err);
}

void mcd_wait_remove(struct mcd_wait *wait, int fd, size_t tag)
{
	if (fd < 0)
		mcd_wait_poll_no_more(&wait->polled, tag);
	else
		epoll_ctl(wait->fd, EPOLL_CTL_DEL, fd, NULL);
}

/* epoll_wait() counts in milliseconds: too coarse for a sender's pace. */
static void wait_exactly(const struct mcd_wait *wait, int64_t timeout_ns)
{
	const struct timespec timeout = { (time_t)(timeout_ns / NS), (long)(timeout_ns % NS) };
	struct pollfd all = { .fd = wait->fd, .events = POLLIN };

	ppoll(&all, 1, &timeout, NULL);
}

int mcd_wait_ready(struct mcd_wait *wait, size_t *tags, int room, int64_t timeout_ns)
{
	struct epoll_event events[AT_ONCE];
	int count;

	if (room <= 0)
		return 0;
	timeout_ns = mcd_wait_until_poll(&wait->polled, timeout_ns);
	if (timeout_ns > 0)
		wait_exactly(wait, timeout_ns);
	count = epoll_wait(wait->fd, events, room < AT_ONCE ? room : AT_ONCE, 0);
	for (int i = 0; i < count; i++)
		tags[i] = (size_t)events[i].data.u64;
	return mcd_wait_polled(&wait->polled, tags, count > 0 ? count : 0, room);
}
