/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "fuzz.h"

#include "wire/link.h"

#include <stdlib.h>

/* The corpus counts on their order. */
static const int link_types[] = {
	MCD_LINK_ETHERNET,   MCD_LINK_NULL,
	MCD_LINK_RAW_BSD,    MCD_LINK_RAW_OPENBSD,
	MCD_LINK_RAW,	     MCD_LINK_LOOP,
	MCD_LINK_SLL,	     MCD_LINK_IPV4,
	MCD_LINK_IPV6,	     MCD_LINK_SLL2,
	MCD_LINK_PPP,	     MCD_LINK_PPP_HDLC,
	MCD_LINK_PPP_ETHER,  MCD_LINK_C_HDLC,
	MCD_LINK_IEEE802_11, MCD_LINK_IEEE802_11_RADIOTAP,
	MCD_LINK_PPI,	     999,
};

enum { NLINK_TYPES = sizeof link_types / sizeof link_types[0] };

int fuzz_link_type(uint8_t index)
{
	return link_types[index % NLINK_TYPES];
}

uint8_t fuzz_link_index(int link_type)
{
	for (uint8_t i = 0; i < NLINK_TYPES; i++)
		if (link_types[i] == link_type)
			return i;
	abort();
}
