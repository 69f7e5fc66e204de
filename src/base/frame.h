/* SPDX-License-Identifier: ISC */
/* What the platform edge hands up: a frame off a wire, a datagram off a socket. Both borrow their bytes and die with the callback. */
#ifndef MCD_BASE_FRAME_H
#define MCD_BASE_FRAME_H

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a frame passed the place of capture, where the capture itself says so. */
enum mcd_sent { MCD_SENT_UNKNOWN, MCD_SENT_IN, MCD_SENT_OUT };

/* One captured frame. */
struct mcd_frame {
	int64_t when_ns;     /* CLOCK_REALTIME, ns since the epoch; 0 = not told */
	uint64_t number;     /* 1-based number in its file; 0 = the next of its NIC */
	size_t nic;	     /* index of the NIC in the evidence */
	int link_type;	     /* LINKTYPE_ value of the capture (pcap_datalink()) */
	enum mcd_sent sent;
	uint32_t captured;   /* bytes at DATA */
	uint32_t on_wire;    /* bytes the frame had; >= captured */
	const uint8_t *data;
};

/* One datagram read from a socket of ours. */
struct mcd_arrival {
	int64_t when_ns;     /* kernel's receive time, CLOCK_REALTIME; time of the read where there is none */
	size_t nic;	     /* index of the NIC whose socket it was read from */
	unsigned ifindex;    /* interface it came in by (IP_PKTINFO); 0 = not told */
	struct mcd_addr source, destination;
	uint16_t source_port, port; /* host order */
	int ttl;	     /* -1 = not told */
	size_t length;	     /* payload bytes of the datagram, also when DATA holds fewer */
	size_t held;	     /* bytes at DATA */
	const uint8_t *data;
};

#endif
