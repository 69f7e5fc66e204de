/* SPDX-License-Identifier: ISC */
/* Reading capture files: pcap (draft-ietf-opsawg-pcap) in every byte order and time unit, the "modified" records of Kuznetzov with it, and
 * pcapng (draft-ietf-opsawg-pcapng) with any number of interfaces and sections; either may be compressed by gzip, zstd or lz4 where the library
 * is there. Our own reader, since libpcap's neither tells which interface of a pcapng file a packet is of, nor a file that is cut from one
 * that is broken, nor reads one whose interfaces differ in link type. */
#ifndef MCD_CAPFILE_CAPFILE_H
#define MCD_CAPFILE_CAPFILE_H

#include "base/err.h"
#include "base/frame.h"
#include "base/iface.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct mcd_capfile; /* one open file */

enum { MCD_CAPFILE_IFACES = 4096, MCD_CAPFILE_FRAME = 262144 }; /* interfaces of one file, bytes captured of one frame: beyond, the file is corrupt */

/* One interface of a file, as far as the file tells. */
struct mcd_capfile_iface {
	char name[MCD_IFACE_NAME];	/* if_name; "" = not told */
	int link_type;			/* LINKTYPE_ value */
	uint32_t snap_length;		/* 0 = no limit */
	bool has_mac;
	uint8_t mac[6];			/* if_MACaddr */
	struct mcd_iface_address addresses[8]; /* if_IPv4addr, if_IPv6addr; further ones are left out */
	size_t naddresses;
	bool has_dropped;
	uint64_t dropped;		/* isb_ifdrop and isb_osdrop of its last statistics block */
};

/* How reading came to its end. CUT: in the middle of a packet or header, as a capture that was stopped hard is. */
enum mcd_capfile_end { MCD_CAPFILE_COMPLETE, MCD_CAPFILE_CUT, MCD_CAPFILE_CORRUPT };

/* Open PATH, "-" being standard input, and read its header. NULL and ERR, which names PATH, when it cannot be opened or its header is no
 * pcap's or pcapng's, or it is compressed in a way that this build does not read. The caller closes it. */
struct mcd_capfile *mcd_capfile_open(const char *path, struct mcd_err *err);

/* The same for LENGTH bytes at DATA, which must outlive it; NAME is for messages. */
struct mcd_capfile *mcd_capfile_memory(const uint8_t *data, size_t length, const char *name, struct mcd_err *err);
void mcd_capfile_close(struct mcd_capfile *file);

/* The next frames, one at least and MOST (not 0) at most, as many as are at hand: it waits for the first only. The NIC of each is the interface's
 * 0-based number in the file, its data borrowed until the next call. 0 at the end, whatever ended it: frames before a break are all given. Never
 * allocates more than the fixed buffers, the interfaces and the window of a decompressor (zstd: 128 MiB at most). A captured length larger than
 * that on the wire raises the latter. */
size_t mcd_capfile_read(struct mcd_capfile *file, struct mcd_frame *out, size_t most);

/* The same of one. */
bool mcd_capfile_next(struct mcd_capfile *file, struct mcd_frame *out);

/* Interfaces so far: pcap has one from the start, in pcapng they come with their blocks, always before their first frame.
 * What is returned may move with the next frame. */
size_t mcd_capfile_ifaces(const struct mcd_capfile *file);
const struct mcd_capfile_iface *mcd_capfile_iface(const struct mcd_capfile *file, size_t i);

/* Known once there is no more frame. *WHY (may be NULL) becomes one clause for the user: "cut in the middle of packet 17";
 * "" when complete. It lives as long as FILE. */
enum mcd_capfile_end mcd_capfile_ended(const struct mcd_capfile *file, const char **why);

/* Bytes read of the file as it lies on disk (compressed), and its size; 0 = not known (a pipe). */
uint64_t mcd_capfile_position(const struct mcd_capfile *file);
uint64_t mcd_capfile_size(const struct mcd_capfile *file);

/* "gzip, zstd, lz4": what this build reads besides plain files; "" = nothing. */
const char *mcd_capfile_compressions(void);

#endif
