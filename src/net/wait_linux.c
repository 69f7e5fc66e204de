/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/wait.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { AT_ONCE = 256 }; /* the rest stays queued in the kernel and comes first the next time */

struct mcd_wait {
	int fd;
};

struct mcd_wait *mcd_wait_new(struct mcd_err *err)
{
	struct mcd_wait *wait = malloc(sizeof *wait);

	if (!wait) {
		mcd_err_os(err, ENOMEM, "cannot wait for descriptors");
		return NULL;
	}
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
	free(wait);
}

bool mcd_wait_add(struct mcd_wait *wait, int fd, size_t tag, struct mcd_err *err)
{
	struct epoll_event event;

	memset(&event, 0, sizeof event);
	event.events = EPOLLIN;
	event.data.u64 = tag;
	if (epoll_ctl(wait->fd, EPOLL_CTL_ADD, fd, &event) == 0)
		return true;
	mcd_err_os(err, errno, "cannot wait for descriptor %d", fd);
	return false;
}

void mcd_wait_remove(struct mcd_wait *wait, int fd)
{
	epoll_ctl(wait->fd, EPOLL_CTL_DEL, fd, NULL);
}

int mcd_wait_ready(struct mcd_wait *wait, size_t *tags, int room, int timeout_ms)
{
	struct epoll_event events[AT_ONCE];
	int count;

	if (room <= 0)
		return 0;
	count = epoll_wait(wait->fd, events, room < AT_ONCE ? room : AT_ONCE, timeout_ms);
	for (int i = 0; i < count; i++)
		tags[i] = (size_t)events[i].data.u64;
	return count > 0 ? count : 0;
}
