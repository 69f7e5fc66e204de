/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/request.h"

#include <stdlib.h>

static int compare_sources(const void *a, const void *b)
{
	return mcd_addr_compare(*(const struct mcd_addr *)a, *(const struct mcd_addr *)b);
}

bool mcd_group_accepts(const struct mcd_group *group, struct mcd_addr source)
{
	bool listed = group->nsources > 0 && bsearch(&source, group->sources, group->nsources, sizeof source, compare_sources) != NULL;

	return listed == (group->mode == MCD_INCLUDE);
}

bool mcd_request_has_group(const struct mcd_request *request, struct mcd_addr group)
{
	for (size_t i = 0; i < request->ngroups; i++)
		if (mcd_addr_equal(request->groups[i].address, group))
			return true;
	return false;
}

bool mcd_request_has_family(const struct mcd_request *request, unsigned family)
{
	for (size_t i = 0; i < request->ngroups; i++)
		if (mcd_addr_place(request->groups[i].address) == family)
			return true;
	return false;
}

void mcd_request_fini(struct mcd_request *request)
{
	for (size_t i = 0; i < request->ngroups; i++) {
		free(request->groups[i].sources);
		free(request->groups[i].zone);
	}
	free(request->groups);
	for (size_t i = 0; i < request->ninterfaces; i++)
		free(request->interfaces[i]);
	free(request->interfaces);
	free(request->peer);
	request->groups = NULL;
	request->interfaces = NULL;
	request->peer = NULL;
	request->ngroups = request->ninterfaces = 0;
}
