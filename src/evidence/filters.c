/* SPDX-License-Identifier: ISC */
/* The merged filter of an interface (RFC 9776, 3.2) out of what Linux lists: how many sockets hold the group (/proc/net/igmp, igmp6), and how many
 * of them include and exclude each source (/proc/net/mcfilter, mcfilter6). How many of the sockets are in which mode is not listed: it follows where the
 * counts leave one answer, and is not told where they leave two. */
#include <config.h>

#include "evidence/observe.h"

/* What is listed of one group on one interface. */
struct listed {
	unsigned users;
	unsigned most_include, most_exclude; /* sockets of the source that most include, exclude */
	unsigned long sum_include;
};

static bool is_of(const struct mcd_host_source *s, unsigned ifindex, struct mcd_addr group)
{
	return s->ifindex == ifindex && mcd_addr_equal(s->group, group);
}

static struct listed count_up(const struct mcd_host *host, const struct mcd_host_membership *m)
{
	struct listed l = { .users = m->users };

	for (size_t i = 0; i < host->sources.count; i++) {
		const struct mcd_host_source *s = mcd_vec_at(&host->sources, i);

		if (!is_of(s, m->ifindex, m->group))
			continue;
		l.sum_include += s->include;
		if (s->include > l.most_include)
			l.most_include = s->include;
		if (s->exclude > l.most_exclude)
			l.most_exclude = s->exclude;
	}
	return l;
}

/* One socket in exclude mode is enough; without any, every socket includes at least one source. */
static enum mcd_filter_mode mode_of(const struct listed *l, bool *known)
{
	*known = true;
	if (l->most_exclude > 0 || l->sum_include < l->users)
		return MCD_EXCLUDE;
	*known = l->most_include == l->users;
	return MCD_INCLUDE;
}

/* Excluded is what every socket in exclude mode excludes and none includes. At least as many are in that mode as exclude one source, and at most
 * as many as do not include one. */
static bool excluded_is_known(const struct listed *l)
{
	return l->most_exclude == 0 || l->most_exclude + l->most_include >= l->users;
}

static void merge(const struct mcd_host *host, const struct mcd_host_membership *m, struct mcd_filter *out)
{
	const struct listed l = count_up(host, m);
	bool known;
	enum mcd_filter_mode mode = mode_of(&l, &known);

	mcd_filter_begin(out, mode);
	out->mode_known = known && (mode == MCD_INCLUDE || excluded_is_known(&l));
	for (size_t i = 0; i < host->sources.count; i++) {
		const struct mcd_host_source *s = mcd_vec_at(&host->sources, i);
		bool counts = !out->mode_known || (mode == MCD_INCLUDE ? s->include > 0 : s->exclude == l.most_exclude && s->exclude > 0 && s->include == 0);

		if (is_of(s, m->ifindex, m->group) && counts && !mcd_filter_add(out, s->source))
			return;
	}
}

void mcd_observe_filters(struct mcd_evidence *evidence, const struct mcd_host *host)
{
	for (size_t i = 0; i < evidence->nnics; i++)
		for (size_t g = 0; g < evidence->request->ngroups; g++) {
			struct mcd_nic *nic = &evidence->nics[i];
			const struct mcd_host_membership *m = mcd_host_membership(host, nic->iface->index, evidence->request->groups[g].address);

			mcd_filter_fini(&nic->tasks[g].in_kernel);
			if (m && m->users > 0 && mcd_evidence_platform(evidence) != MCD_PLATFORM_WINDOWS) /* which lists neither sources nor how many sockets there are */
				merge(host, m, &nic->tasks[g].in_kernel);
		}
}
