/* SPDX-License-Identifier: ISC */
/* JSON values in the form that the report gives them. Numbers are printed by us, digit by digit, so that every C library prints the same.
 * J and KEY are as json_writer.h says. */
#ifndef MCD_REPORT_VALUE_H
#define MCD_REPORT_VALUE_H

#include "base/addr.h"
#include "report/json_writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MCD_TIME_TEXT = 64, MCD_FIXED_TEXT = 32 };

void mcd_json_null(struct mcd_json *j, const char *key);
void mcd_json_bool(struct mcd_json *j, const char *key, bool value);
void mcd_json_uint(struct mcd_json *j, const char *key, uint64_t value);
void mcd_json_int(struct mcd_json *j, const char *key, int64_t value);

/* VALUE, or null unless KNOWN. */
void mcd_json_known(struct mcd_json *j, const char *key, bool known, uint64_t value);

/* THOUSANDTHS / 1000 with three decimals: "11.802". */
void mcd_json_fixed(struct mcd_json *j, const char *key, int64_t thousandths);

/* TEXT, what is not UTF-8 replaced by U+FFFD; null when it is NULL. */
void mcd_json_text(struct mcd_json *j, const char *key, const char *text);

/* TEXT, or null when it is "". */
void mcd_json_word(struct mcd_json *j, const char *key, const char *text);

void mcd_json_address(struct mcd_json *j, const char *key, struct mcd_addr address);
void mcd_json_mac(struct mcd_json *j, const char *key, const uint8_t mac[6]);

/* 4 or 6. */
void mcd_json_family(struct mcd_json *j, const char *key, struct mcd_addr address);

/* An array of the numbers below COUNT whose bit is set in BITS. */
void mcd_json_bits(struct mcd_json *j, const char *key, const uint64_t *bits, unsigned count);

/* `vlan` and `inner_vlan`, null for 0. */
void mcd_json_vlan(struct mcd_json *j, uint16_t vlan, uint16_t inner_vlan);

/* An array of addresses. */
void mcd_json_addresses(struct mcd_json *j, const char *key, const struct mcd_addr *at, size_t count);

/* RFC 3339 UTC with nanoseconds; null for 0. */
void mcd_json_time(struct mcd_json *j, const char *key, int64_t when_ns);

/* Milliseconds from origin_ns to WHEN_NS; null for 0. */
void mcd_json_when(struct mcd_json *j, const char *key, int64_t when_ns);

/* "2026-01-31T23:59:59.123456789Z"; returns BUF. */
char *mcd_time_format(int64_t when_ns, char buf[MCD_TIME_TEXT]);

/* "11.802", "-0.001"; returns BUF. */
char *mcd_fixed_format(int64_t thousandths, char buf[MCD_FIXED_TEXT]);

/* Nanoseconds as microseconds, rounded to the nearest, ties away from zero. */
int64_t mcd_ns_to_us(int64_t ns);

#endif
