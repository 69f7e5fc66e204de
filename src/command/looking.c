/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/looking.h"

#include "net/bridges.h"
#include "net/hostinfo.h"
#include "net/ifaces.h"
#include "net/routes.h"
#include "net/sockets.h"

struct mcd_lookup *mcd_look_before(struct mcd_evidence *evidence)
{
	struct mcd_host *host = &evidence->before;

	mcd_hostinfo_read(host, &evidence->ifaces);
	mcd_sockets_read(host, evidence->request);
	for (size_t i = 0; i < evidence->request->ngroups; i++)
		mcd_host_ask_route(host, evidence->request->groups[i].address);
	mcd_routes_read(host);
	evidence->has_host = true;
	mcd_observe_memberships(evidence, host, MCD_BEFORE_JOIN);
	return mcd_lookup_begin(host->name, 4);
}

void mcd_look_at_memberships(struct mcd_evidence *evidence, enum mcd_moment moment)
{
	struct mcd_host now;

	mcd_host_init(&now);
	mcd_hostinfo_memberships(&now);
	mcd_observe_memberships(evidence, &now, moment);
	mcd_host_fini(&now);
}

void mcd_look_joined(struct mcd_evidence *evidence, struct mcd_memberships *memberships)
{
	struct mcd_host now;

	mcd_memberships_filters(memberships);
	mcd_host_init(&now);
	mcd_hostinfo_memberships(&now);
	mcd_observe_filters(evidence, &now);
	mcd_host_fini(&now);
	mcd_evidence_ask_paths(evidence, &evidence->after);
	mcd_routes_read(&evidence->after);
	mcd_bridges_read(&evidence->after, evidence->request);
}

void mcd_look_after(struct mcd_evidence *evidence)
{
	struct mcd_iface_list now = { 0 };

	mcd_hostinfo_read(&evidence->after, &evidence->ifaces);
	mcd_hostinfo_counters(&evidence->after.counters);
	mcd_hostinfo_traffic(&evidence->after);
	mcd_sockets_read(&evidence->after, evidence->request);
	if (mcd_ifaces_read(&now, NULL))
		mcd_observe_interfaces(evidence, &now);
	mcd_iface_list_fini(&now);
}

void mcd_look_at_name(struct mcd_evidence *evidence, struct mcd_lookup *lookup)
{
	evidence->before.name_lookup = mcd_lookup_end(lookup, &evidence->before.name_addresses);
}
