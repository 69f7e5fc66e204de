/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/memory.h"

#include <malloc.h>

void mcd_memory_begin(void)
{
#ifdef M_MMAP_THRESHOLD /* glibc, which else raises it to the largest buffer that was ever freed */
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}
