/* SPDX-License-Identifier: ISC */
/* Echo requests out of one interface to one host, and its replies (RFC 792; RFC 4443, 4.1 and 4.2). */
#ifndef MCD_NET_PING_H
#define MCD_NET_PING_H

#include "base/addr.h"
#include "base/err.h"
#include "base/iface.h"

#include <stdbool.h>
#include <stdint.h>

struct mcd_ping {
	bool open;
	int fd;			/* to be waited for; -1 = none: replies are to be tried for (net/wait.h) */
	void *os;		/* what else a system needs; owned */
	unsigned ifindex;
	struct mcd_addr peer;
	bool raw;		/* the identifier and, in IPv4, header and checksum are ours to care for */
};

struct mcd_ping_reply {
	uint64_t token;		/* of the request that it answers */
	uint16_t sequence;
	int64_t when_ns;	/* wall clock, as the kernel received it */
};

/* A way to send echo requests to PEER, a unicast address, that leave by IFACE. Linux: a non-blocking ping socket where net.ipv4.ping_group_range has
 * our group, else a raw one, which needs CAP_NET_RAW; what asks by an interface needs no right. False and ERR; *OUT is then closed. */
bool mcd_ping_open(struct mcd_ping *out, const struct mcd_iface *iface, struct mcd_addr peer, struct mcd_err *err);
void mcd_ping_close(struct mcd_ping *ping);

/* Send one request. False and ERR, with the errno. */
bool mcd_ping_send(const struct mcd_ping *ping, uint64_t token, uint16_t sequence, struct mcd_err *err);

/* The next reply of the peer that is queued, past whatever else is; at most a bounded number of messages is read. False = there is none, or no more
 * for now. */
bool mcd_ping_receive(const struct mcd_ping *ping, struct mcd_ping_reply *out);

#endif
