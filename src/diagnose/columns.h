/* SPDX-License-Identifier: ISC */
/* A source filter on its way out: asked for, in our socket, in the kernel for all sockets of the host, at a router by what was on the wire. */
#ifndef MCD_DIAGNOSE_COLUMNS_H
#define MCD_DIAGNOSE_COLUMNS_H

#include "evidence/evidence.h"

enum mcd_column { MCD_COLUMN_REQUESTED, MCD_COLUMN_SOCKET, MCD_COLUMN_KERNEL, MCD_COLUMN_WIRE, MCD_COLUMNS };

struct mcd_columns {
	struct mcd_filter at[MCD_COLUMNS]; /* by enum mcd_column; the wire's sources are owned, the others' borrowed */
};

/* The columns of NIC and GROUP (indexes). What the host had reported before our join is not on the wire: where nothing says the whole filter, the
 * wire is not known. Freed with mcd_columns_fini(); borrows from EVIDENCE. */
void mcd_columns_init(struct mcd_columns *out, const struct mcd_evidence *evidence, size_t nic, size_t group);
void mcd_columns_fini(struct mcd_columns *columns);

/* Whether a column that is known is not what was requested. */
bool mcd_columns_differ(const struct mcd_columns *columns);

/* "requested", "socket", "kernel", "wire". */
const char *mcd_column_name(enum mcd_column column);

enum { MCD_FILTER_TEXT = 256 };

/* "include{10.0.0.1}", "exclude{}", "{10.0.0.1} in a mode that is not told", "not known". Returns BUF. */
char *mcd_filter_format(const struct mcd_filter *filter, char buf[MCD_FILTER_TEXT]);

#endif
