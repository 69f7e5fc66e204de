/* SPDX-License-Identifier: ISC */
/* The socket's own filter, read back (RFC 3678, 5.2.2). */
#include <config.h>

#include "net/sock.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { ROOM = 64, MOST = 65536 }; /* sources asked for at first, and at all */

static void put_group(struct sockaddr_storage *out, struct mcd_addr group)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(mcd_addr_to_v4(group)) };

	memset(out, 0, sizeof *out);
	memcpy(out, &in, sizeof in);
}

/* The filter with room for COUNT sources, to free(); gf_numsrc tells how many there are, which may be more. NULL when it is not told. */
static struct group_filter *read_filter(const struct mcd_sock *sock, const struct mcd_iface *iface, struct mcd_addr group, uint32_t count)
{
	struct group_filter *filter = calloc(1, GROUP_FILTER_SIZE(count));
	socklen_t length = (socklen_t)GROUP_FILTER_SIZE(count);

	if (!filter)
		return NULL;
	filter->gf_interface = iface->index;
	filter->gf_numsrc = count;
	put_group(&filter->gf_group, group);
	if (getsockopt(sock->fd, IPPROTO_IP, MCAST_MSFILTER, filter, &length) == 0)
		return filter;
	free(filter);
	return NULL;
}

void mcd_sock_filter(const struct mcd_sock *sock, const struct mcd_iface *iface, struct mcd_addr group, struct mcd_filter *out)
{
	struct group_filter *filter = sock->fd >= 0 && mcd_addr_is_v4(group) ? read_filter(sock, iface, group, ROOM) : NULL;
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
		struct sockaddr_in source;

		memcpy(&source, &filter->gf_slist[i], sizeof source);
		if (!mcd_filter_add(out, mcd_addr_v4(ntohl(source.sin_addr.s_addr))))
			break;
	}
	free(filter);
}
