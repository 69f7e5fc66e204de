/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "diagnose/suspects.h"

#include "diagnose/delivery.h"
#include "diagnose/dropped.h"
#include "diagnose/family.h"
#include "diagnose/suspects_walk.h"

#include <stdio.h>
#include <string.h>

enum { SLACK = 20 }; /* packets before the join, and at the edges of the window */
enum { ENOUGH = 20 }; /* packets by which a count can be told from another's */

/* Whether its counter says that it dropped them: by as many as are missing; where it may not match, these must be many, and not many more. */
static bool counted(const struct mcd_suspect *s, uint64_t missing)
{
	if (!s->rule || !mcd_accounts(s->rule->grew, missing))
		return false;
	return s->surely || (missing >= ENOUGH && s->rule->grew <= missing + missing / 2 + SLACK);
}

/* Whether the only one that is left did it: not where it has a counter, which shows too few; more is no proof by itself, it may be of others. */
static bool is_left(const struct mcd_suspect *s, uint64_t missing, bool proved)
{
	if (!s->rule || s->rule->grew == UINT64_MAX)
		return s->surely || proved;
	return proved && s->rule->grew >= missing;
}

/* Take out those whose counter shows that it was not them: none, or next to none of what is missing. */
static void acquit(struct mcd_suspects *s, uint64_t missing)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct mcd_firewall_rule *rule = s->at[i].rule;

		if (!rule || rule->grew == UINT64_MAX || (rule->grew > 0 && rule->grew >= missing / 10))
			s->at[kept++] = s->at[i];
	}
	s->count = kept;
}

/* Whether datagrams like PACKET come in fragments. */
static bool in_fragments(const struct mcd_judge *j, const struct mcd_suspect_packet *packet)
{
	for (size_t i = 0; !packet->out && packet->protocol == MCD_DROP_UDP && i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (mcd_stream_rare(s)->later_fragments && mcd_addr_equal(s->group, packet->group) && mcd_addr_equal(s->source, packet->source))
			return true;
	}
	return false;
}

void mcd_suspects_find(const struct mcd_judge *j, const struct mcd_suspect_packet *packet, uint64_t missing, bool proved, struct mcd_suspects *out)
{
	const struct mcd_firewall *firewall = &j->evidence->firewall;
	bool legacy = mcd_firewall_has_legacy(firewall, !mcd_addr_is_v4(packet->group));
	size_t ncounted = 0;

	*out = (struct mcd_suspects){ .known = firewall->known };
	if (!firewall->known)
		return;
	mcd_suspects_walk(firewall, j->nic->iface, packet, in_fragments(j, packet), out);
	if (!out->known || out->count > MCD_SUSPECTS_MAX)
		return;
	acquit(out, missing);
	for (size_t i = 0; i < out->count; i++)
		if (counted(&out->at[i], missing)) {
			out->convicted = &out->at[i];
			ncounted++;
		}
	out->counted = ncounted == 1;
	if (ncounted != 1)
		out->convicted = out->count == 1 && ncounted == 0 && is_left(&out->at[0], missing, proved) && !legacy ? &out->at[0] : NULL;
}

struct mcd_text mcd_text_suspect(const struct mcd_suspect *suspect)
{
	const struct mcd_firewall_chain *chain = suspect->chain;
	const char *family = mcd_firewall_family_name(chain->family);
	struct mcd_text text;

	if (suspect->rule)
		snprintf(text.s, sizeof text.s, "rule handle %llu of chain %.60s in table %s %.60s", (unsigned long long)suspect->rule->handle, chain->name,
			 family, chain->table);
	else
		snprintf(text.s, sizeof text.s, "the policy of chain %.60s in table %s %.60s", chain->name, family, chain->table);
	return text;
}

/* "iifname eth1 ip daddr 239.1.1.1 udp dport 5000": what an accepting rule has to match, as words for a shell. */
static struct mcd_text text_match(const struct mcd_judge *j, const struct mcd_suspect_packet *packet, const struct mcd_firewall_chain *chain)
{
	const bool v4 = mcd_addr_is_v4(packet->group);
	const char *side = packet->out ? "oifname" : "iifname", *name = j->nic->iface->name;
	struct mcd_text text;

	if (packet->protocol == MCD_DROP_IGMP)
		snprintf(text.s, sizeof text.s, "%s %.60s ip protocol igmp", side, name);
	else if (packet->protocol == MCD_DROP_ICMPV6)
		snprintf(text.s, sizeof text.s, "%s %.60s icmpv6 type %s", side, name,
			 packet->out ? "'{ mld-listener-report, mld-listener-done, mld2-listener-report }'" : "mld-listener-query");
	else if (mcd_suspects_meets_fragments(chain, v4) && in_fragments(j, packet)) /* only the first of them has a port */
		snprintf(text.s, sizeof text.s, "%s %.60s %s daddr %.45s", side, name, v4 ? "ip" : "ip6", mcd_text_addr(packet->group).s);
	else
		snprintf(text.s, sizeof text.s, "%s %.60s %s daddr %.45s udp dport %u", side, name, v4 ? "ip" : "ip6", mcd_text_addr(packet->group).s,
			 packet->port);
	return text;
}

/* In the place of the catalogue's remedy, which knows no names. */
static void remedy(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_suspect_packet *packet, const struct mcd_suspect *s)
{
	const char *family = mcd_firewall_family_name(s->chain->family), *table = s->chain->table, *chain = s->chain->name;
	const struct mcd_text match = text_match(j, packet, s->chain);

	if (strlen(table) > 60 || strlen(chain) > 60 || strlen(j->nic->iface->name) > 20)
		return; /* a command that is cut would be another one */
	if (!s->rule) {
		mcd_find_remedy_instead(f, "Let it pass: nft add rule %s %.60s %.60s %.120s accept", family, table, chain, match.s);
		if (f->confidence == MCD_CERTAIN)
			mcd_find_remedy(f, "%s", ""); /* there is nowhere else to look */
		return;
	}
	mcd_find_remedy_instead(f, "Let it pass: nft insert rule %s %.60s %.60s position %llu %.120s accept", family, table, chain,
				(unsigned long long)s->rule->handle, match.s);
	mcd_find_remedy(f, "Or take the rule out: nft delete rule %s %s %s handle %llu", family, table, chain, (unsigned long long)s->rule->handle);
}

/* The first suspects by name. */
static void list(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_suspects *s)
{
	const size_t more = s->count > 1 ? s->count - 2 : 0;

	if (s->count == 1)
		mcd_find_clue(j, f, NULL, 0, 0, "of the rules of nf_tables, this one could drop it: %.150s", mcd_text_suspect(&s->at[0]).s);
	else
		mcd_find_clue(j, f, NULL, 0, 0, "of the rules of nf_tables, %zu could drop it: %.80s; %.80s%s", s->count, mcd_text_suspect(&s->at[0]).s,
			      mcd_text_suspect(&s->at[1]).s, more ? "; ..." : "");
}

void mcd_suspects_tell(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_suspect_packet *packet, const struct mcd_suspects *suspects)
{
	const struct mcd_suspect *s = suspects->convicted;

	if (!f || !suspects->known || (suspects->count == 0 && mcd_firewall_has_legacy(&j->evidence->firewall, j->mld)))
		return;
	if (suspects->count == 0) {
		mcd_find_clue(j, f, NULL, 0, 0, "no rule and no policy of nf_tables drops it");
		return;
	}
	if (!s) {
		list(j, f, suspects);
		return;
	}
	if (suspects->counted)
		mcd_find_clue(j, f, NULL, 0, 0, "%.150s matches, and counted %llu packets during the run", mcd_text_suspect(s).s,
			      (unsigned long long)s->rule->grew);
	else
		mcd_find_clue(j, f, NULL, 0, 0, "%.150s is all in nf_tables that can drop it", mcd_text_suspect(s).s);
	remedy(j, f, packet, s);
}

/* ---- packets of IGMP and MLD, and probes ---- */

static const struct mcd_addr not_known = { 0, 0 };

/* The only address of IPv6 to send from: to the link, or farther, for which one of the link serves where there is no other (RFC 6724, 5, rule 2).
 * Of several it is not known which. */
static struct mcd_addr own_ipv6(const struct mcd_iface *iface, bool link_local)
{
	struct mcd_addr found[2];
	unsigned count[2] = { 0, 0 };
	bool wide;

	for (size_t i = 0; i < iface->naddresses; i++) {
		const struct mcd_addr address = iface->addresses[i].address;

		if (mcd_addr_is_v4(address))
			continue;
		wide = !mcd_addr_is_link_local(address);
		found[wide] = address;
		count[wide]++;
	}
	wide = !link_local && count[true] > 0;
	return count[wide] == 1 ? found[wide] : not_known;
}

static struct mcd_addr own_address(const struct mcd_judge *j, bool link_local)
{
	struct mcd_addr address;

	if (j->mld)
		return own_ipv6(j->nic->iface, link_local);
	return mcd_iface_ipv4(j->nic->iface, &address) ? address : mcd_addr_v4(0);
}

/* RFC 9776, 4.2.14; RFC 2236, 2; RFC 9777, 5.2.14; RFC 2710, 8. Of MLD no file of the kernel tells the version: it may be not known. */
static struct mcd_addr reported_to(const struct mcd_judge *j)
{
	const int version = mcd_judge_version(j);

	if (version == mcd_judge_newest(j))
		return mcd_addr_report_routers(j->mld);
	return j->mld && version != 1 ? not_known : j->group->address;
}

void mcd_suspects_of_reports(struct mcd_judge *j, struct mcd_finding *f)
{
	const struct mcd_suspect_packet packet = { .out = true, .protocol = mcd_judge_ip_protocol(j), .source = own_address(j, true), .group = reported_to(j) };
	struct mcd_suspects suspects;

	mcd_suspects_find(j, &packet, 1, mcd_dropped_reports(j).filtered > 0, &suspects);
	mcd_suspects_tell(j, f, &packet, &suspects);
}

void mcd_suspects_of_probes(struct mcd_judge *j, struct mcd_finding *f)
{
	const bool link_local = mcd_addr_ipv6_scope(j->group->address) <= 2; /* only IPv6 asks */
	const struct mcd_suspect_packet packet = { .out = true, .protocol = MCD_DROP_UDP, .source = own_address(j, link_local),
						   .group = j->group->address, .source_port = j->request->source_port, .port = j->group->port };
	struct mcd_suspects suspects;

	mcd_suspects_find(j, &packet, 1, mcd_dropped_probes(j).filtered > 0, &suspects);
	mcd_suspects_tell(j, f, &packet, &suspects);
}

void mcd_suspects_of_query(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_query *q)
{
	const struct mcd_suspect_packet packet = { .protocol = mcd_judge_ip_protocol(j), .source = q->source, .group = q->destination };
	struct mcd_suspects suspects;

	mcd_suspects_find(j, &packet, 1, mcd_dropped_queries(j, q->source).filtered > 0, &suspects);
	if (suspects.count)
		mcd_suspects_tell(j, f, &packet, &suspects);
}
