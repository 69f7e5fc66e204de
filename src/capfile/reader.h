/* SPDX-License-Identifier: ISC */
/* What the readers of the formats share: the file that is open, and how reading it ends. */
#ifndef MCD_CAPFILE_READER_H
#define MCD_CAPFILE_READER_H

#include "capfile/capfile.h"
#include "capfile/source.h"
#include "capfile/ticks.h"

#include "base/format.h"
#include "base/vec.h"

/* An interface, what every frame asks for first. */
struct mcd_reader_iface {
	struct mcd_ticks ticks; /* of pcapng */
	struct mcd_capfile_iface told;
};

struct mcd_capfile {
	struct mcd_source source;
	/* The next frames, up to MOST, as long as they are held and nothing is odd about them; 0 = the next is not one of those. */
	size_t (*usual)(struct mcd_capfile *file, struct mcd_frame *out, size_t most);
	bool (*next)(struct mcd_capfile *file, struct mcd_frame *out); /* the next frame, whatever stands before it */
	uint64_t number;	 /* packet records so far */
	bool big;		 /* most significant byte first: the file, or the section of it */
	struct {
		uint32_t header; /* bytes of a record's header */
		uint32_t ns;	 /* in one unit of its fraction of a second */
		bool old;	 /* before version 2.4 */
		int link_type;
	} pcap;
	size_t section;		 /* pcapng: the first of IFACES that is of this section */
	struct mcd_vec ifaces;	 /* struct mcd_reader_iface */
	enum mcd_capfile_end end;
	char why[160];
};

/* Read the rest of the header, whose first bytes are held and were recognised, and let USUAL and NEXT be the format's. False with END and WHY. */
bool mcd_pcap_begin(struct mcd_capfile *file);
bool mcd_pcapng_begin(struct mcd_capfile *file);

/* Whether the file that begins with MAGIC is of the format. */
bool mcd_pcap_is(const uint8_t magic[4]);
bool mcd_pcapng_is(const uint8_t magic[4]);

/* Append an interface; NULL when there are too many, or memory is out, and reading has ended. */
struct mcd_reader_iface *mcd_reader_add(struct mcd_capfile *file);

/* Reading ends where the source gave no more. At the begin of a record that is how a file ends when nothing is held; cut is what ends in the
 * middle of WHAT. Where the source was not whole itself, that is the reason. Always false. */
enum mcd_reader_what { MCD_READER_HEADER, MCD_READER_PACKET, MCD_READER_BLOCK };
bool mcd_reader_ran_out(struct mcd_capfile *file, enum mcd_reader_what what);
bool mcd_reader_cut(struct mcd_capfile *file, enum mcd_reader_what what);

/* Reading ends since what follows makes no sense, said in one clause. Always false. */
bool mcd_reader_corrupt(struct mcd_capfile *file, const char *format, ...) MCD_PRINTF(2, 3);

/* The same, but reading goes on: what is told first is kept. */
void mcd_reader_blemish(struct mcd_capfile *file, const char *format, ...) MCD_PRINTF(2, 3);

enum { MCD_READER_WHERE = 48 };

/* "after packet 16", "before the first packet"; returns BUF. */
char *mcd_reader_where(const struct mcd_capfile *file, char buf[MCD_READER_WHERE]);

#endif
