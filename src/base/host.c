/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/host.h"

#include <string.h>

void mcd_host_init(struct mcd_host *host)
{
	*host = (struct mcd_host){
		.igmp_max_memberships = -1,
		.igmp_max_msf = -1,
		.igmp_link_local_mcast_reports = -1,
	};
	/* Every counter is an uint64_t whose "not known" is all ones. */
	memset(&host->counters, 0xff, sizeof host->counters);
	mcd_vec_init(&host->ifaces, sizeof(struct mcd_host_iface));
	mcd_vec_init(&host->memberships, sizeof(struct mcd_host_membership));
	mcd_vec_init(&host->sources, sizeof(struct mcd_host_source));
	mcd_apps_init(&host->apps);
}

void mcd_host_fini(struct mcd_host *host)
{
	mcd_vec_fini(&host->ifaces);
	mcd_vec_fini(&host->memberships);
	mcd_vec_fini(&host->sources);
	mcd_apps_fini(&host->apps);
}

const struct mcd_host_membership *mcd_host_membership(const struct mcd_host *host, unsigned ifindex, struct mcd_addr group)
{
	for (size_t i = 0; i < host->memberships.count; i++) {
		const struct mcd_host_membership *m = mcd_vec_at(&host->memberships, i);

		if (m->ifindex == ifindex && mcd_addr_equal(m->group, group))
			return m;
	}
	return NULL;
}

const struct mcd_host_iface *mcd_host_iface(const struct mcd_host *host, unsigned ifindex)
{
	for (size_t i = 0; i < host->ifaces.count; i++) {
		const struct mcd_host_iface *iface = mcd_vec_at(&host->ifaces, i);

		if (iface->ifindex == ifindex)
			return iface;
	}
	return NULL;
}
