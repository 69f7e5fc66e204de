/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "diagnose/windows.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PARAMETERS "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"

enum { WHOLE = 2 }; /* IGMPLevel: sends, receives and reports */

/* It is a setting of IPv4: MLD has one of its own. Newer systems may keep it elsewhere: a report of ours on the wire refutes it. */
bool mcd_windows_is_mute(const struct mcd_judge *j)
{
	const int level = j->evidence->before.igmp_level;
	size_t at = 0;

	return mcd_judge_is_windows(j) && !j->mld && level >= 0 && level < WHOLE && !(j->group && mcd_judge_own_report(j, 0, &at));
}

void mcd_windows_tell_mute(struct mcd_judge *j, struct mcd_finding *f)
{
	if (!mcd_windows_is_mute(j))
		return;
	mcd_find_clue(j, f, NULL, 0, 0, "IGMPLevel is %d in the registry: this host sends no reports%s", j->evidence->before.igmp_level,
		      j->evidence->before.igmp_level == 0 ? ", and knows no multicast" : ", and takes no multicast in");
	mcd_find_remedy_instead(f, "Set it to 2, and restart: reg add " PARAMETERS " /v IGMPLevel /t REG_DWORD /d 2 /f, or Set-NetIPv4Protocol -IGMPLevel All");
}

void mcd_windows_tell_bind(struct mcd_judge *j, struct mcd_finding *f)
{
	if (!mcd_judge_is_windows(j) || !j->request->bind_group || j->task->socket.err.os != EADDRNOTAVAIL)
		return;
	mcd_find_clue(j, f, NULL, 0, 0, "Windows binds a socket to addresses of the host alone, and --bind group asks for that of the group");
	mcd_find_remedy_instead(f, "mcdiag --bind any; in a program, bind to the wildcard or to the interface's address, and choose the group by the join");
}

bool mcd_windows_has_firewall_off(const struct mcd_judge *j)
{
	const struct mcd_host_iface *kernel = mcd_judge_kernel(j);

	return mcd_judge_is_windows(j) && kernel && kernel->firewall == 0;
}

void mcd_windows_tell_network(struct mcd_judge *j, struct mcd_finding *f)
{
	const struct mcd_host_iface *kernel = mcd_judge_kernel(j);
	const char *name = j->nic->iface->name;

	if (!mcd_judge_is_windows(j) || !kernel || kernel->network == MCD_NETWORK_UNKNOWN || kernel->firewall == 0 ||
	    (kernel->firewall < 0 && kernel->network != MCD_NETWORK_PUBLIC))
		return;
	mcd_find_clue(j, f, j->nic, 0, 0, "the network of %.60s is a %s one, where Windows Firewall %slets in only what a rule allows", name,
		      mcd_network_name(kernel->network), kernel->firewall > 0 ? "is on and " : "");
	if (kernel->network != MCD_NETWORK_PUBLIC)
		return;
	if (f && f->code == MCD_NOT_DELIVERED) /* whose remedy names no rule */
		mcd_find_remedy(f, "Let it in: New-NetFirewallRule -DisplayName \"multicast in\" -Direction Inbound -Protocol UDP -LocalPort %u -Action Allow; or, where the "
				   "network is yours: Set-NetConnectionProfile -InterfaceAlias \"%.60s\" -NetworkCategory Private",
				j->group->port, name);
	else
		mcd_find_remedy(f, "Or, where the network is yours: Set-NetConnectionProfile -InterfaceAlias \"%.120s\" -NetworkCategory Private", name);
}

void mcd_windows_tell_program(struct mcd_judge *j, struct mcd_finding *f)
{
	enum { LONGEST = 90 }; /* a path that is cut would be another one */
	const char *program = j->evidence->program;

	mcd_find_clue(j, f, NULL, 0, 0, "it is mcdiag's own socket that got none: Windows Firewall lets programs in one by one, and another may get them");
	if (*program && strlen(program) <= LONGEST)
		mcd_find_remedy_instead(f, "Let this one in, and likewise yours: New-NetFirewallRule -DisplayName mcdiag -Direction Inbound -Program \"%s\" -Action Allow; "
					   "a rule that blocks it wins: Get-NetFirewallApplicationFilter -Program \"%s\" | Get-NetFirewallRule",
					program, program);
}

/* "Ethernet 3 (TAP-Windows Adapter V9)" */
static struct mcd_text text_adapter(const struct mcd_iface *iface)
{
	struct mcd_text t;

	if (*iface->description)
		snprintf(t.s, sizeof t.s, "%.60s (%.80s)", iface->name, iface->description);
	else
		snprintf(t.s, sizeof t.s, "%.60s", iface->name);
	return t;
}

static int metric_of(const struct mcd_evidence *e, const struct mcd_iface *iface)
{
	const struct mcd_host_iface *kernel = mcd_host_iface(&e->before, iface->index);

	return kernel ? kernel->metric : -1;
}

/* Each interface has a route to all groups of its own, by which the metrics choose; one that is more special wins over any metric. */
static bool is_by_metric(const struct mcd_judge *j, const struct mcd_host_route *route)
{
	return route->routing == MCD_ROUTING_FOUND && route->nways && route->prefix_length >= 0 && route->prefix_length <= (j->mld ? 8 : 4);
}

bool mcd_windows_tell_metric(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_host_route *route, const struct mcd_nic *chosen)
{
	const struct mcd_iface *first = is_by_metric(j, route) ? mcd_iface_by_index(&j->evidence->ifaces, route->ways[0].ifindex) : NULL;
	const int there = first && !j->mld ? metric_of(j->evidence, first) : -1; /* it is told for IPv4 alone */
	const int here = j->mld ? -1 : metric_of(j->evidence, chosen->iface);
	const char *family = j->mld ? "IPv6" : "IPv4";

	if (!first || (there > 0 && here > 0 && here < there))
		return false;
	if (there > 0 && here > 0)
		mcd_find_clue(j, f, NULL, 0, 0, "the lowest metric comes first: %d of %.110s, %d of %.60s", there, text_adapter(first).s, here, chosen->iface->name);
	else
		mcd_find_clue(j, f, NULL, 0, 0, "the interface of the lowest metric comes first: %.140s", text_adapter(first).s);
	if (there > 1)
		mcd_find_remedy(f, "Or let %.60s come first: Set-NetIPInterface -InterfaceAlias \"%.60s\" -AddressFamily %s -InterfaceMetric %d", chosen->iface->name,
				chosen->iface->name, family, there - 1);
	else
		mcd_find_remedy(f, "Or let %.60s come later: Set-NetIPInterface -InterfaceAlias \"%.60s\" -AddressFamily %s -InterfaceMetric %d", first->name, first->name,
				family, here > 0 ? here + 10 : 100);
	return true;
}

void mcd_windows_tell_own_address(struct mcd_judge *j, struct mcd_finding *f)
{
	const struct mcd_iface *iface = j->nic->iface;

	for (size_t i = 0; mcd_judge_is_windows(j) && i < iface->naddresses; i++)
		if (mcd_addr_is_v4(iface->addresses[i].address) && mcd_addr_is_link_local(iface->addresses[i].address))
			mcd_find_clue(j, f, j->nic, 0, 0, "it has kept %s, which it gave itself: a join by that address fails", mcd_text_addr(iface->addresses[i].address).s);
}
