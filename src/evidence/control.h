/* SPDX-License-Identifier: ISC */
/* The control: what a host that the user named answered to echo requests out of one interface, which tells a network that is down from multicast that
 * does not pass. */
#ifndef MCD_EVIDENCE_CONTROL_H
#define MCD_EVIDENCE_CONTROL_H

#include "base/addr.h"

#include <stdbool.h>
#include <stdint.h>

enum { MCD_CONTROL_MOST = 5 };		/* requests out of one interface */

struct mcd_control {
	bool wanted;			/* the user named a host, and the interface was chosen and can be used */
	bool has_address;
	struct mcd_addr address;	/* of the host */
	unsigned sent, received;	/* requests; of these, the answered */
	unsigned pending;		/* of the sent: not answered, and the run ended too soon to say that they were not */
	int64_t least_ns, total_ns;	/* round trips of the received: the shortest, and the sum of all */
	char error[300];		/* why none was sent, or the first that could not be; "" = nothing */
};

#endif
