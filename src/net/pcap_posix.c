/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/pcap_api.h"

const struct mcd_pcap_api *mcd_pcap_api(struct mcd_err *err)
{
	static const struct mcd_pcap_api linked = {
#define MCD_PCAP_ADDRESS(name, type, arguments) .name = pcap_##name,
		MCD_PCAP_NEEDED(MCD_PCAP_ADDRESS) MCD_PCAP_WANTED(MCD_PCAP_ADDRESS)
#undef MCD_PCAP_ADDRESS
	};

	(void)err;
	return &linked;
}

void mcd_pcap_tell(struct mcd_capture_slot *slot)
{
	(void)slot;
}
