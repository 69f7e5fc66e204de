/* SPDX-License-Identifier: ISC */
/* Live capture on one interface each, over libpcap; many are opened and closed side by side, because each waits for the kernel. */
#ifndef MCD_NET_CAPTURE_H
#define MCD_NET_CAPTURE_H

#include "base/err.h"
#include "base/frame.h"
#include "base/iface.h"

#include <stdbool.h>

struct mcd_capture; /* one open handle */

enum mcd_capture_failure {
	MCD_OPEN_DONE,	/* it is open */
	MCD_OPEN_DENIED,	/* no right to capture */
	MCD_OPEN_NO_LIBRARY,	/* no libpcap or Npcap on this host */
	MCD_OPEN_NO_DRIVER,	/* its driver does not run */
	MCD_OPEN_FAILED,	/* anything else; see err */
};

struct mcd_capture_how {
	const char *filter;	/* libpcap filter expression, compiled once for all interfaces of one link type */
	const char *plain_filter; /* the same for link types that FILTER does not compile for: without VLAN tags; NULL = none */
	int snap_length;	/* bytes */
	int buffer;		/* kernel buffer, bytes, each */
	bool promiscuous;
};

struct mcd_capture_slot {	/* one interface to open: in name, nic; out the rest */
	const char *name;	/* as the user knows it; borrowed */
	const char *device;	/* as captures know it; NULL = or "" = by NAME; borrowed */
	size_t nic;		/* given back in every frame */
	struct mcd_capture *capture; /* NULL when it could not be opened */
	enum mcd_capture_failure failure;
	struct mcd_err err;
};

struct mcd_capture_stats {
	uint64_t received, dropped, dropped_by_interface;
};

/* Open all COUNT slots, in parallel, non-blocking, immediate delivery. A slot that fails says why; the others go on. */
void mcd_captures_open(struct mcd_capture_slot *slots, size_t count, const struct mcd_capture_how *how);

/* Close all, in parallel; each capture becomes NULL. */
void mcd_captures_close(struct mcd_capture_slot *slots, size_t count);

/* Descriptor to wait on; -1 when there is none, and it has to be tried (net/wait.h). */
int mcd_capture_fd(const struct mcd_capture *capture);

/* LINKTYPE_ value of its frames. */
int mcd_capture_link_type(const struct mcd_capture *capture);

/* Hand every queued frame to ON_FRAME. Returns how many; -1 and ERR when the interface went away or broke. */
int mcd_capture_read(struct mcd_capture *capture, void (*on_frame)(void *context, const struct mcd_frame *frame), void *context, struct mcd_err *err);

/* Kernel's counts so far. False when they cannot be read. */
bool mcd_capture_stats(struct mcd_capture *capture, struct mcd_capture_stats *out);

/* "libpcap version 1.10.3 ..."; NULL where there is no library. */
const char *mcd_capture_library(void);

#endif
