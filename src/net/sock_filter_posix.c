/* SPDX-License-Identifier: ISC */
/* The socket's own filter, read back (RFC 3678, 5.2.2). */
#include <config.h>

#include "net/sock.h"

#include "net/sock_os.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { ROOM = 64, MOST = 65536 }; /* sources asked for at first, and at all */

/* The filter with room for COUNT sources, to free(); gf_numsrc tells how many there are, which may be more. NULL when it is not told. */
static struct group_filter *read_filter(const struct mcd_sock *sock, const struct mcd_iface *iface, struct mcd_addr group, uint32_t count)
{
	struct group_filter *filter = calloc(1, GROUP_FILTER_SIZE(count));
	socklen_t length = (socklen_t)GROUP_FILTER_SIZE(count);

	if (!filter)
		return NULL;
	filter->gf_interface = iface->index;
	filter->gf_numsrc = count;
	mcd_sock_put_address(&filter->gf_group, group, 0, 0);
	if (getsockopt(sock->fd, mcd_sock_level(sock->family), MCAST_MSFILTER, filter, &length) == 0)
		return filter;
	free(filter);
	return NULL;
}

void mcd_sock_filter(const struct mcd_sock *sock, const struct mcd_iface *iface, struct mcd_addr group, struct mcd_filter *out)
{
	struct group_filter *filter = sock->fd >= 0 && mcd_addr_family(group) == sock->family ? read_filter(sock, iface, group, ROOM) : NULL;
	uint32_t count = filter ? filter->gf_numsrc : 0;

	mcd_filter_fini(out);
	if (count > ROOM) {
		free(filter);
		filter = count <= MOST ? read_filter(sock, iface, group, count) : NULL;
	}
	if (!filter)
		return;
	mcd_filter_begin(out, filter->gf_fmode == MCAST_INCLUDE ? MCD_INCLUDE : MCD_EXCLUDE);
	for (uint32_t i = 0; i < filter->gf_numsrc && i < (count > ROOM ? count : ROOM); i++) {
		uint16_t none;

		if (!mcd_filter_add(out, mcd_sock_get_address(&filter->gf_slist[i], &none)))
			break;
	}
	free(filter);
}
