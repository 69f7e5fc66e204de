/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/process.h"

#include <malloc.h>

void mcd_process_begin(void)
{
#ifdef M_MMAP_THRESHOLD /* glibc, which else raises it to the largest buffer that was ever freed */
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}
