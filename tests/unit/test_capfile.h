/* SPDX-License-Identifier: ISC */
/* What the files of test_capfile share. */
#ifndef MCD_TESTS_TEST_CAPFILE_H
#define MCD_TESTS_TEST_CAPFILE_H

#include "captures.h"
#include "unit.h"

#include "capfile/capfile.h"

extern const struct unit_test capfile_pcap_tests[];
extern const struct unit_test capfile_pcapng_tests[];
extern const struct unit_test capfile_iface_tests[];
extern const struct unit_test capfile_source_tests[];
extern const struct unit_test capfile_inflate_tests[];
extern const struct unit_test capfile_ticks_tests[];
extern const struct unit_test capfile_system_tests[]; /* of one system */

/* The file of these bytes, which stay the caller's; aborts the test when it does not open. */
struct mcd_capfile *capfile_of(const void *data, size_t length);

/* The next frame is there and as it should be; its bytes are CAPTURED times the low 8 bits of CAPTURED. */
void capfile_gives(struct mcd_capfile *file, uint64_t number, size_t nic, int64_t when_ns, uint32_t captured, uint32_t on_wire);

/* No frame is left, and the file ends like this; WHY is the whole clause. Closes it. */
void capfile_ends(struct mcd_capfile *file, enum mcd_capfile_end end, const char *why);

/* Read what is left, every byte of it; the number of frames. */
size_t capfile_drain(struct mcd_capfile *file);

/* A file of PATH does not open for the errno OS, and the message has PATH and TEXT in it. */
void capfile_refused(const char *path, int os, const char *text);

/* A capture of CAPFILE_MANY frames of every length; a new file with its bytes, to unlink() by the name that it gets. */
enum { CAPFILE_MANY = 3000 };
void capfile_many(struct capture *c, bool pcapng);
void capfile_write(char name[32], const struct capture *c);

/* It does not open, and the message has TEXT in it. */
void capfile_refuses(const void *data, size_t length, const char *text);

/* Every shorter piece of the file, on the heap with nothing behind it: no frame is invented, and it ends as cut but for where a record ends. */
void capfile_every_prefix(const struct capture *c);

#endif
