/* SPDX-License-Identifier: ISC */
/* A system where an interface is promiscuous for a capture only. */
#include <config.h>

#include "net/promisc.h"

#include <errno.h>

int mcd_promisc_open(struct mcd_err *err)
{
	mcd_err_os(err, EOPNOTSUPP, "cannot make an interface promiscuous");
	return -1;
}

void mcd_promisc_close(int fd)
{
	(void)fd;
}

bool mcd_promisc_set(int fd, unsigned ifindex, bool on, struct mcd_err *err)
{
	(void)fd;
	(void)ifindex;
	(void)on;
	mcd_err_os(err, EOPNOTSUPP, "cannot make an interface promiscuous");
	return false;
}

long mcd_promisc_count(unsigned ifindex)
{
	(void)ifindex;
	return -1;
}
