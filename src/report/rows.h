/* SPDX-License-Identifier: ISC */
/* What the rows of several parts of the report share; private to report/. */
#ifndef MCD_REPORT_ROWS_H
#define MCD_REPORT_ROWS_H

#include "evidence/evidence.h"
#include "report/value.h"

/* Whether frames of this NIC were counted: without that its counts are not known, rather than 0. */
bool mcd_nic_was_captured(const struct mcd_nic *nic);

/* Of STREAM from its first datagram to the last, that one not counted, on the wire or, where that was not captured, at the socket: datagrams a second,
 * and bits of UDP payload. False where there are fewer than two, or the times are such that no wire could have. */
bool mcd_stream_rate(const struct mcd_stream *stream, double *pps, double *bps);

/* The items of VEC as pointers, in the order of COMPARE (of pointers to such pointers), which must tell any two apart. The caller frees.
 * NULL when memory is out or the vector is empty. */
const void **mcd_sorted(struct mcd_json *j, const struct mcd_vec *vec, int (*compare)(const void *, const void *));

/* <0, 0, >0: untagged before any VLAN, then by number. */
int mcd_by_vlan(uint16_t a, uint16_t a_inner, uint16_t b, uint16_t b_inner);

#endif
