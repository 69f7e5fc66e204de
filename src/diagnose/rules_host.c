/* SPDX-License-Identifier: ISC */
/* The state of the interfaces, of our captures, and of the request itself. */
#include <config.h>

#include "diagnose/family.h"
#include "diagnose/windows.h"

#include <stdio.h>
#include <string.h>

enum { ALL_CHECKS = (1u << MCD_CHECKS) - 1 };

/* A state of the interface: a note where it came in by `all`, else SEVERITY. CHECKS: what it explains. */
static struct mcd_finding *find_state(struct mcd_judge *j, enum mcd_code code, enum mcd_severity severity, unsigned checks)
{
	struct mcd_finding *f = mcd_find_nic(j, code);

	if (f) {
		f->severity = j->nic->named ? severity : MCD_NOTE;
		f->checks = checks;
	}
	return f;
}

static const char *setting_text(int value, const char *on, const char *off)
{
	return value < 0 ? "not known" : value ? on : off;
}

/* ", IGMPv3, MLDv2": what of the families that were asked about BRIDGE is set to speak. */
static struct mcd_text text_versions(const struct mcd_request *request, const struct mcd_host_bridge *bridge)
{
	const int versions[MCD_FAMILIES] = { bridge->igmp_version, bridge->mld_version };
	struct mcd_text t = { "" };

	for (unsigned family = 0; family < MCD_FAMILIES; family++) {
		const size_t used = strlen(t.s);

		if (mcd_request_has_family(request, family) && versions[family] > 0)
			snprintf(t.s + used, sizeof t.s - used, ", %sv%d", family == MCD_IPV6 ? "MLD" : "IGMP", versions[family]);
	}
	return t;
}

/* What the bridge that NIC is a port of does with the groups asked about. */
static void add_bridge(struct mcd_judge *j, struct mcd_finding *f)
{
	const struct mcd_host *host = &j->evidence->after;
	const struct mcd_host_bridge *bridge = j->evidence->has_host ? mcd_host_bridge(host, j->nic->iface->master) : NULL;

	if (!bridge)
		return;
	mcd_find_clue(j, f, j->nic, 0, 0, "that bridge: multicast snooping %s, querier %s%s", setting_text(bridge->snooping, "on", "off"),
		      setting_text(bridge->querier, "on", "off"), text_versions(j->request, bridge).s);
	for (size_t i = 0; i < host->entries.count; i++) {
		const struct mcd_host_entry *entry = mcd_vec_at(&host->entries, i);

		if (entry->bridge == bridge->ifindex && (entry->port == j->nic->iface->index || entry->port == bridge->ifindex))
			mcd_find_clue(j, f, j->nic, 0, 0, "its multicast database passes %s to %s", mcd_text_addr(entry->group).s,
				      entry->port == bridge->ifindex ? "this host" : j->nic->iface->name);
	}
}

static void find_no_carrier(struct mcd_judge *j)
{
	struct mcd_finding *f = find_state(j, MCD_NO_CARRIER, MCD_FAULT, ALL_CHECKS);
	const char *name = j->nic->iface->name;

	if (mcd_judge_is_windows(j)) {
		mcd_find_summary(f, "%s is not connected: what is joined and sent there reaches nobody", name);
		mcd_find_clue(j, f, j->nic, 0, 0, "Windows lists %s, and not as operational", name);
		mcd_windows_tell_own_address(j, f);
	} else {
		mcd_find_summary(f, "%s is up, but has no carrier: joins and sends succeed there and reach nobody", name);
		mcd_find_clue(j, f, j->nic, 0, 0, "%s is UP without LOWER_UP", name);
	}
}

static void rules_link(struct mcd_judge *j)
{
	const struct mcd_nic *nic = j->nic;
	const char *name = nic->iface->name;
	struct mcd_finding *f;

	if (nic->unusable == MCD_UNUSABLE_DOWN) {
		f = find_state(j, MCD_INTERFACE_DOWN, MCD_FAULT, ALL_CHECKS);
		mcd_find_summary(f, "%s is down", name);
		mcd_find_clue(j, f, nic, 0, 0, "%s lacks the UP flag", name);
	} else if (nic->unusable == MCD_UNUSABLE_NO_CARRIER) {
		find_no_carrier(j);
	} else if (nic->unusable == MCD_UNUSABLE_ENSLAVED) {
		const struct mcd_iface *master = mcd_iface_by_index(&j->evidence->ifaces, nic->iface->master);

		f = find_state(j, MCD_NIC_ENSLAVED, MCD_FAULT, ALL_CHECKS);
		mcd_find_summary(f, "%s is a port of %s: IP sees that device, and a socket joined on %s gets nothing", name,
				 master ? master->name : "another device", name);
		mcd_find_clue(j, f, nic, 0, 0, "the master of %s is %s (index %u)", name, master ? master->name : "not in this namespace",
			      nic->iface->master);
		add_bridge(j, f);
		if (master)
			mcd_find_remedy(f, mcd_judge_is_windows(j) ? "mcdiag --iface \"%.120s\"" : "mcdiag --iface %s", master->name);
	} else if (nic->gone || nic->went_down) {
		f = find_state(j, MCD_INTERFACE_DOWN, MCD_FAULT, 0);
		mcd_find_summary(f, "%s %s during the run", name, nic->gone ? "disappeared" : "went down");
		mcd_find_clue(j, f, nic, 0, nic->capture.broke_ns, "%s was up at the start and %s at the end", name, nic->gone ? "gone" : "down");
	}
}

static void find_flag_off(struct mcd_judge *j, unsigned checks)
{
	struct mcd_finding *f = mcd_find_nic(j, MCD_MULTICAST_FLAG_OFF);
	const char *name = j->nic->iface->name;

	if (f)
		f->checks = checks;
	if (mcd_judge_is_windows(j)) {
		mcd_find_summary(f, "The driver of %s says that it takes no multicast: joins there may succeed and bring nothing", name);
		mcd_find_clue(j, f, j->nic, 0, 0, "Windows lists %s with IP_ADAPTER_NO_MULTICAST%s%.100s", name, *j->nic->iface->description ? "; it is " : "",
			      j->nic->iface->description);
	} else {
		mcd_find_summary(f, "%s lacks the MULTICAST flag: many programs leave it out, although Linux joins there", name);
		mcd_find_clue(j, f, j->nic, 0, 0, "ip link show %s has no MULTICAST among its flags", name);
	}
}

/* Linux joins on such interfaces all the same, by index. */
static void rules_ip(struct mcd_judge *j)
{
	const struct mcd_nic *nic = j->nic;
	const char *name = nic->iface->name;
	unsigned checks = nic->unusable == MCD_USABLE ? 1u << MCD_CHECK_JOIN : ALL_CHECKS;
	struct mcd_finding *f;
	struct mcd_addr address;

	if (!(nic->iface->flags & MCD_IFACE_MULTICAST) && (nic->iface->flags & MCD_IFACE_BROADCAST || nic->named))
		find_flag_off(j, checks);
	if (mcd_request_has_family(j->request, MCD_IPV4) && !mcd_iface_ipv4(nic->iface, &address)) {
		f = find_state(j, MCD_NO_IPV4_ADDRESS, MCD_WARNING, checks);
		if (f)
			f->family = 4;
		mcd_find_summary(f, mcd_judge_is_windows(j) ? "%s has no IPv4 address: joins there may fail, and it cannot send as itself"
							      : "%s has no IPv4 address: its reports leave from 0.0.0.0, and it cannot send as itself", name);
		mcd_find_clue(j, f, nic, 0, 0, "%zu addresses on %s, none of them IPv4", nic->iface->naddresses, name);
	}
}

/* An interface with IPv6, for there to be a difference: where none has it, that was decided for the host. */
static const struct mcd_iface *with_ipv6(const struct mcd_evidence *e)
{
	for (size_t i = 0; i < e->ifaces.count; i++) {
		const struct mcd_iface *iface = &e->ifaces.at[i];
		const struct mcd_host_iface *kernel = mcd_host_iface(&e->before, iface->index);

		if (kernel && kernel->disable_ipv6 == 0 && iface->flags & MCD_IFACE_UP && !(iface->flags & MCD_IFACE_LOOPBACK) && iface->master == 0)
			return iface;
	}
	return NULL;
}

static void find_lost_ipv6(struct mcd_judge *j)
{
	struct mcd_finding *f = find_state(j, MCD_IPV6_DISABLED, MCD_FAULT, 0);
	const struct mcd_text key = mcd_text_sysctl(j->nic->iface->name);

	if (f)
		f->family = 6;
	mcd_find_summary(f, "IPv6 was switched off on %s during the run: since then the kernel reports, sends and receives nothing of it there",
			 j->nic->iface->name);
	mcd_find_clue(j, f, j->nic, 0, 0, "net.ipv6.conf.%s.disable_ipv6 was 0 at the start and is 1 at the end", key.s);
	mcd_find_remedy_instead(f, "sysctl -w net.ipv6.conf.%s.disable_ipv6=0", key.s);
}

/* Where groups of IPv6 are asked about, that is the one cause of all that fails of them. */
static void rules_ipv6(struct mcd_judge *j)
{
	const char *name = j->nic->iface->name;
	const struct mcd_host_iface *kernel = j->evidence->has_host ? mcd_host_iface(&j->evidence->before, j->nic->iface->index) : NULL;
	const bool asked = mcd_request_has_family(j->request, MCD_IPV6), off = kernel && kernel->disable_ipv6 == 1;
	const struct mcd_iface *other = off && !asked ? with_ipv6(j->evidence) : NULL;
	struct mcd_finding *f;

	if (asked && mcd_judge_lost_ipv6(j))
		find_lost_ipv6(j);
	if (!off || (!asked && (!other || j->nic->unusable != MCD_USABLE)))
		return;
	f = mcd_find_nic(j, MCD_IPV6_DISABLED);
	if (f && asked) {
		f->severity = j->nic->named ? MCD_FAULT : MCD_NOTE;
		f->checks = ALL_CHECKS;
		f->family = 6;
	}
	mcd_find_clue(j, f, j->nic, 0, 0, "net.ipv6.conf.%s.disable_ipv6 is 1", mcd_text_sysctl(name).s);
	if (asked) {
		mcd_find_summary(f, "IPv6 is disabled on %s: the kernel takes joins there, but reports nothing, sends nothing and receives nothing", name);
		mcd_find_remedy_instead(f, "sysctl -w net.ipv6.conf.%s.disable_ipv6=0", mcd_text_sysctl(name).s);
		return;
	}
	mcd_find_summary(f, "%s speaks no IPv6, while %s does: groups of IPv6 can neither be joined nor sent to there", name, other->name);
	mcd_find_clue(j, f, NULL, 0, 0, "net.ipv6.conf.%s.disable_ipv6 is 0", mcd_text_sysctl(other->name).s);
}

static void rules_ambiguous(struct mcd_judge *j)
{
	const struct mcd_iface_list *list = &j->evidence->ifaces;
	const struct mcd_iface *mine = j->nic->iface;

	for (size_t i = 0; i < list->count; i++) {
		for (size_t k = 0; &list->at[i] != mine && k < mine->naddresses; k++) {
			struct mcd_addr address = mine->addresses[k].address;
			struct mcd_finding *f;

			if (list->at[i].flags & MCD_IFACE_LOOPBACK || !mcd_addr_is_v4(address) || !mcd_iface_has_address(&list->at[i], address))
				continue;
			f = mcd_find_nic(j, MCD_AMBIGUOUS_ADDRESS);
			mcd_find_summary(f, "%s and %s both hold %s: a join or send by address lands on either of them", mine->name, list->at[i].name,
					 mcd_text_addr(address).s);
			mcd_find_clue(j, f, j->nic, 0, 0, "%s is on %s (index %u) and on %s (index %u)", mcd_text_addr(address).s, mine->name,
				      mine->index, list->at[i].name, list->at[i].index);
		}
	}
}

/* The rights are the process's: where every usable wire was refused, it is one fact of the host. */
static bool all_denied(const struct mcd_evidence *e)
{
	for (size_t i = 0; i < e->nnics; i++) {
		const struct mcd_nic *nic = &e->nics[i];

		if (mcd_nic_is_used(nic) && nic->capture.lacks == MCD_LACKS_NOTHING)
			return false;
	}
	return true;
}

static void find_denied(struct mcd_judge *j, const struct mcd_nic_capture *c)
{
	static const char *const lacking[MCD_LACKS] = { [MCD_LACKS_RIGHT] = "No right to capture", [MCD_LACKS_LIBRARY] = "Npcap is not installed, so nothing is captured",
							[MCD_LACKS_DRIVER] = "Npcap's driver does not run, so nothing is captured" };
	const char *program = j->evidence->program;
	const bool all = all_denied(j->evidence);
	struct mcd_finding *f = all ? mcd_find_host(j, MCD_CAPTURE_DENIED) : mcd_find_nic(j, MCD_CAPTURE_DENIED);

	mcd_find_summary(f, "%s%s%s: what went over the wire is not known", lacking[c->lacks], all ? "" : " on ", all ? "" : j->nic->iface->name);
	mcd_find_clue(j, f, j->nic, 0, 0, "%s", c->error[0] ? c->error : "permission denied");
	if (c->lacks == MCD_LACKS_LIBRARY)
		mcd_find_remedy_instead(f, "Install Npcap from https://npcap.com and run it again; until then use a switch's counters or a capture of another host");
	else if (c->lacks == MCD_LACKS_DRIVER)
		mcd_find_remedy_instead(f, "Start it in an elevated prompt: net start npcap; if that fails, install Npcap again from https://npcap.com");
	else if (mcd_judge_is_windows(j))
		mcd_find_remedy_instead(f, "Run it in an elevated prompt (Run as administrator), or install Npcap without \"Restrict Npcap driver's access to Administrators only\"");
	else if (program[0] && strlen(program) < sizeof f->remedy[0] - 100) /* a path that is cut would be another one */
		mcd_find_remedy_instead(f, "Run it as root (sudo), or give the program the right once: sudo setcap cap_net_raw+ep %s", program);
}

/* Checks are tied to it where they suffer from it. */
static void rules_capture(struct mcd_judge *j)
{
	const struct mcd_nic_capture *c = &j->nic->capture;
	struct mcd_finding *f;

	j->check = MCD_CHECKS;
	if (c->lacks != MCD_LACKS_NOTHING)
		find_denied(j, c);
	if (c->dropped) {
		f = mcd_find_nic(j, MCD_CAPTURE_DROPPED);
		mcd_find_summary(f, "Our own capture on %s dropped %s: nothing is concluded there from what was not seen",
				 j->nic->iface->name, mcd_text_count(c->dropped, "frame").s);
		mcd_find_clue(j, f, j->nic, 0, 0, "%s captured, %llu dropped", mcd_text_count(c->packets, "frame").s,
			      (unsigned long long)c->dropped);
	}
}

void mcd_rules_nic(struct mcd_judge *j)
{
	bool reachable = j->nic->unusable != MCD_UNUSABLE_DOWN && j->nic->unusable != MCD_UNUSABLE_NO_CARRIER &&
			 j->nic->unusable != MCD_UNUSABLE_ENSLAVED && j->nic->unusable != MCD_UNUSABLE_LOOPBACK;

	j->check = MCD_CHECK_JOIN;
	rules_link(j);
	if (!reachable)
		return; /* that cause is its only finding */
	rules_ip(j);
	rules_ipv6(j);
	rules_ambiguous(j);
	rules_capture(j);
}

/* The tap sits behind XDP: what such a program drops is seen nowhere. */
static void rules_xdp(struct mcd_judge *j)
{
	enum mcd_status stream = mcd_judge_status(j, MCD_CHECK_STREAM);
	bool absent = stream == MCD_FAIL &&
		      (mcd_found(j, MCD_STREAM_ABSENT, j->nic, j->group) || mcd_found(j, MCD_STREAM_ON_OTHER_INTERFACE, j->nic, j->group));
	struct mcd_finding *f;

	if (!(j->nic->iface->flags & MCD_IFACE_XDP))
		return;
	j->check = MCD_CHECK_STREAM;
	f = mcd_find_group(j, MCD_XDP_PROGRAM_ATTACHED);
	if (f) {
		f->severity = absent ? MCD_FAULT : MCD_NOTE;
		f->confidence = absent ? MCD_POSSIBLE : MCD_CERTAIN;
	}
	if (absent)
		mcd_find_summary(
			f, "An XDP program is attached to %s, and the stream is absent: it runs before the tap, so what it drops is seen nowhere",
			j->nic->iface->name);
	else
		mcd_find_summary(f, "An XDP program is attached to %s; it runs before the tap, so what it drops is seen nowhere",
				 j->nic->iface->name);
	mcd_find_clue(j, f, j->nic, 0, 0, "ip link show %s names an XDP program", j->nic->iface->name);
	if (absent)
		mcd_find_settle(f, "detach it for a moment and run again");
}

static void rules_loopback(struct mcd_judge *j)
{
	struct mcd_finding *f;

	if (j->request->loop || !j->request->send || !(j->task->member_before || j->task->kernel_keeps) || mcd_judge_is_windows(j))
		return; /* on Windows the option is the receiver's: theirs are not touched */
	j->check = MCD_CHECK_SEND;
	f = mcd_find_host(j, MCD_LOCAL_LOOPBACK_OFF);
	mcd_find_summary(f, "Multicast loopback is off, as asked: the programs of this host that are members of %s do not get our probes",
			 mcd_text_addr(j->group->address).s);
	mcd_find_clue(j, f, j->nic, 0, 0, "%s = 0 on our socket, and %s lists the group on %s for another one",
		      j->mld ? "IPV6_MULTICAST_LOOP" : "IP_MULTICAST_LOOP", mcd_judge_list(j), j->nic->iface->name);
}

void mcd_rules_settings(struct mcd_judge *j)
{
	rules_xdp(j);
	rules_loopback(j);
}

static void rules_range(struct mcd_judge *j, enum mcd_scope scope)
{
	struct mcd_text group = mcd_text_addr(j->group->address);
	struct mcd_finding *f;

	if (scope == MCD_SCOPE_SSM && j->group->mode == MCD_EXCLUDE) {
		f = mcd_find_host(j, MCD_SSM_RANGE_WITHOUT_SOURCE);
		mcd_find_summary(f, "%s is in the source-specific range, but no source is included: routers ignore such a membership", group.s);
		mcd_find_clue(j, f, NULL, 0, 0, "%s lies in %s (RFC 4607); the filter asked for is %s", group.s, mcd_text_ssm_range(j->group->address),
			      mcd_text_filter(j->group->mode, j->group->sources, j->group->nsources).s);
	} else if (scope != MCD_SCOPE_SSM && j->group->mode == MCD_INCLUDE) {
		f = mcd_find_host(j, MCD_SOURCE_OUTSIDE_SSM_RANGE);
		mcd_find_summary(f,
				 "A source is asked for, but %s is outside the source-specific range: routers may build a shared tree all the same",
				 group.s);
		mcd_find_clue(j, f, NULL, 0, 0, "%s is not in %s (RFC 4607)", group.s, mcd_text_ssm_range(j->group->address));
	}
}

void mcd_rules_group(struct mcd_judge *j)
{
	enum mcd_scope scope = mcd_addr_scope(j->group->address);
	struct mcd_text group = mcd_text_addr(j->group->address);
	struct mcd_finding *f;

	j->check = MCD_CHECK_JOIN;
	if (j->request->join)
		rules_range(j, scope);
	if (scope == MCD_SCOPE_LINK_LOCAL) {
		f = mcd_find_host(j, MCD_LINK_LOCAL_GROUP);
		mcd_find_summary(f, "%s is link-local: switches flood it, and no router passes it on, whatever its TTL", group.s);
		mcd_find_clue(j, f, NULL, 0, 0, "%s lies in %s%s", group.s, j->mld ? "a scope of one link or less (RFC 7346)" : "224.0.0.0/24 (RFC 5771, 4)",
			      mcd_judge_never_reported(j) ? "; this host never reports it, and that is right" : "");
	}
	if (scope == MCD_SCOPE_RESERVED && !j->request->self_test) {
		f = mcd_find_host(j, MCD_RESERVED_GROUP);
		mcd_find_summary(f, "%s lies in a range that IANA holds in reserve: it works where nothing filters it, and may be filtered anywhere",
				 group.s);
		mcd_find_clue(j, f, NULL, 0, 0, "%s is in a reserved block (%s)", group.s, j->mld ? "RFC 4291, 2.7" : "RFC 5771, 3");
	}
}
