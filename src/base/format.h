/* SPDX-License-Identifier: ISC */
#ifndef MCD_BASE_FORMAT_H
#define MCD_BASE_FORMAT_H

/* Have the compiler check the arguments of a function like printf(3): its format is argument FORMAT_AT, what that prints begins with FIRST. The style is
 * configure's: what ISO C says of it is not the default everywhere. */
#define MCD_PRINTF(format_at, first) __attribute__((format(MCD_PRINTF_STYLE, format_at, first)))

#endif
