/* SPDX-License-Identifier: ISC */
/* The reasons are documented in include/net/dropreason-core.h of Linux. */
#include <config.h>

#include "diagnose/dropped.h"

#include "diagnose/delivery.h"
#include "diagnose/family.h"

#include <stdio.h>
#include <string.h>

static const struct mcd_drop_meaning meanings[] = {
	{ "IP_RPFILTER", MCD_DROPPED_BY_RP_FILTER, false,
	  "the kernel's reverse path filter dropped them, since the route back to the source does not use this interface", NULL },
	{ "NETFILTER_DROP", MCD_DROPPED_BY_FIREWALL, false, "netfilter (nftables or iptables) of this host drops them", NULL },
	{ "TC_INGRESS", MCD_DROPPED_BY_FIREWALL, false, "a filter or BPF program of tc at the ingress of the interface drops them", NULL },
	{ "IP_CSUM", MCD_DROPPED_BY_CHECKSUM, false, "the kernel found the checksums of their IP headers wrong", NULL },
	{ "UDP_CSUM", MCD_DROPPED_BY_CHECKSUM, true, "the kernel found their UDP checksums wrong", NULL },
	{ "IP_LOCAL_SOURCE", MCD_DROPPED_AS_MARTIAN, false, "their source is an address of this host", NULL },
	{ "IP_INVALID_SOURCE", MCD_DROPPED_AS_MARTIAN, false, "their source is no address that a host can have", NULL },
	{ "IP_LOCALNET", MCD_DROPPED_AS_MARTIAN, false, "their source is in 127.0.0.0/8, which no wire carries", NULL },
	{ "IP_INHDR", MCD_NOT_DELIVERED, false,
	  "the kernel takes their IP headers for invalid: by version or length or, with IPv6, by a source or a scope that no wire carries", NULL },
	{ "IP_INADDRERRORS", MCD_NOT_DELIVERED, false, "no membership of this host on the interface takes their source, or the interface has no multicast route",
	  "See it: ip -6 route show table local type multicast" },
	{ "IP_INNOROUTES", MCD_NOT_DELIVERED, false, "the kernel has no route for them: with IPv6, none for multicast on the interface",
	  "See it: ip -6 route show table local type multicast; make one: ip -6 route add multicast ff00::/8 dev IFACE table local" },
	{ "IPV6DISABLED", MCD_NOT_DELIVERED, false, "IPv6 is switched off on the interface", "See where: sysctl -a --pattern disable_ipv6" },
	{ "XFRM_POLICY", MCD_NOT_DELIVERED, true, "an IPsec policy of this host blocks them, or wants them protected",
	  "See the policies: ip xfrm policy list" },
	{ "SOCKET_FILTER", MCD_NOT_DELIVERED, true, "a BPF filter of the socket, or of the control group that it is in, refuses them",
	  "See the programs of control groups: bpftool cgroup tree" },
	{ "SECURITY_HOOK", MCD_NOT_DELIVERED, false, "a security module (SELinux, Smack, a BPF LSM) refuses them", "See its log: journalctl -k" },
	{ "CPU_BACKLOG", MCD_NOT_DELIVERED, false, "the queue of received packets of a processor was full",
	  "sysctl -w net.core.netdev_max_backlog=10000" },
	{ "OTHERHOST", MCD_NOT_DELIVERED, false, "their frames are addressed to the MAC of another host", NULL },
	{ NULL, MCD_NOT_DELIVERED, false, "the kernel dropped them", NULL },
};

/* Copies that are nobody's loss but their owner's: of a socket's full buffer (ours has a count of its own), of a tap. */
static const char *const others[] = { "SOCKET_RCVBUFF", "PACKET_SOCK_ERROR" };

static const struct mcd_drop_meaning *meaning_of(const char *reason)
{
	const struct mcd_drop_meaning *m = meanings;

	while (m->reason && strcmp(m->reason, reason) != 0)
		m++;
	return m;
}

/* NOT_SPECIFIED also stands for what is right: no socket wants it. */
static bool is_unnamed(const char *reason)
{
	return strcmp(reason, "NOT_SPECIFIED") == 0 || strncmp(reason, "0x", 2) == 0;
}

static bool is_other(const char *reason)
{
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strcmp(others[i], reason) == 0)
			return true;
	return false;
}

/* Rows of one reason, of several groups or ports, are told as one; of more reasons than there is room for, the first. */
static void tell_row(struct mcd_dropped *d, const struct mcd_drop *drop)
{
	size_t at = 0, used = 0;

	while (at < d->nreasons && strcmp(d->reasons[at].name, drop->reason) != 0)
		at++;
	if (at == MCD_DROPPED_REASONS)
		return;
	if (at == d->nreasons)
		d->reasons[d->nreasons++].name = drop->reason;
	d->reasons[at].packets += drop->packets;
	for (size_t i = 0; i < d->nreasons && used < sizeof d->text; i++)
		used += (size_t)snprintf(d->text + used, sizeof d->text - used, "%s%s %llu", i ? ", " : "", d->reasons[i].name,
					 (unsigned long long)d->reasons[i].packets);
}

static void add_row(struct mcd_dropped *d, const struct mcd_drop *drop)
{
	if (is_unnamed(drop->reason))
		d->unnamed += drop->packets;
	if (is_unnamed(drop->reason) || is_other(drop->reason))
		return;
	tell_row(d, drop);
	if (meaning_of(drop->reason)->code == MCD_DROPPED_BY_FIREWALL)
		d->filtered += drop->packets;
	else if (meaning_of(drop->reason)->code == MCD_DROPPED_BY_RP_FILTER)
		d->rp_filtered += drop->packets;
}

/* Whether DROP alone is why MISSING datagrams did not reach our socket. */
static bool explains(const struct mcd_judge *j, const struct mcd_drop *drop, uint64_t missing)
{
	if (is_unnamed(drop->reason) || is_other(drop->reason) || !mcd_accounts(drop->packets, missing))
		return false;
	return !meaning_of(drop->reason)->of_socket || mcd_accounts(j->task->socket_dropped, missing);
}

/* The drops of PROTOCOL on the judged interface, row by row: the next after *AT, which starts at 0; NULL = no more. */
static const struct mcd_drop *next_row(const struct mcd_judge *j, uint8_t protocol, size_t *at)
{
	const struct mcd_drops *drops = &j->evidence->drops;

	while (drops->known && !drops->full && *at < drops->rows.count) {
		const struct mcd_drop *drop = mcd_vec_at(&drops->rows, (*at)++);

		if (drop->ifindex == j->nic->iface->index && drop->protocol == protocol)
			return drop;
	}
	return NULL;
}

static struct mcd_dropped nothing_of(const struct mcd_judge *j)
{
	return (struct mcd_dropped){ .known = j->evidence->drops.known && !j->evidence->drops.full };
}

/* FRAGMENTS: what has no port, as a later fragment has none, is of S too. */
static bool is_of(const struct mcd_drop *drop, const struct mcd_stream *s, bool fragments)
{
	return (drop->port == s->port || (drop->port == 0 && fragments)) && mcd_addr_equal(drop->group, s->group) &&
	       mcd_addr_equal(drop->source, s->source);
}

/* Later fragments of this source and group on the judged interface are all of S. */
static bool owns_fragments(const struct mcd_judge *j, const struct mcd_stream *s)
{
	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *other = mcd_vec_at(&j->nic->streams, i);

		if (other != s && mcd_stream_rare(other)->later_fragments && mcd_addr_equal(other->group, s->group) &&
		    mcd_addr_equal(other->source, s->source))
			return false;
	}
	return mcd_stream_rare(s)->later_fragments > 0;
}

struct mcd_dropped mcd_dropped_of(const struct mcd_judge *j, const struct mcd_stream *s, uint64_t missing)
{
	const bool fragments = owns_fragments(j, s);
	struct mcd_dropped d = nothing_of(j);
	const struct mcd_drop *drop;

	d.known = d.known && !mcd_stream_rare(s)->superframes;
	for (size_t at = 0; d.known && (drop = next_row(j, MCD_DROP_UDP, &at));) {
		if (!is_of(drop, s, fragments))
			continue;
		add_row(&d, drop);
		if (explains(j, drop, missing))
			d.meaning = meaning_of(drop->reason);
	}
	return d;
}

/* 0.0.0.0 and :: (RFC 9777, 5.2.13) are the addresses of reports that leave an interface without one. */
static bool is_ours(const struct mcd_judge *j, struct mcd_addr source)
{
	return mcd_addr_is_unspecified(source) || mcd_evidence_is_local(j->evidence, source);
}

struct mcd_dropped mcd_dropped_reports(const struct mcd_judge *j)
{
	struct mcd_dropped d = nothing_of(j);
	const struct mcd_drop *drop;

	for (size_t at = 0; (drop = next_row(j, mcd_judge_ip_protocol(j), &at));)
		if (is_ours(j, drop->source))
			add_row(&d, drop);
	return d;
}

struct mcd_dropped mcd_dropped_queries(const struct mcd_judge *j, struct mcd_addr querier)
{
	struct mcd_dropped d = nothing_of(j);
	const struct mcd_drop *drop;

	for (size_t at = 0; (drop = next_row(j, mcd_judge_ip_protocol(j), &at));)
		if (mcd_addr_equal(drop->source, querier) && !mcd_addr_equal(drop->group, mcd_addr_report_routers(j->mld)))
			add_row(&d, drop);
	return d;
}

struct mcd_dropped mcd_dropped_probes(const struct mcd_judge *j)
{
	struct mcd_dropped d = nothing_of(j);
	const struct mcd_drop *drop;

	for (size_t at = 0; (drop = next_row(j, MCD_DROP_UDP, &at));)
		if (mcd_addr_equal(drop->group, j->group->address) && drop->port == j->group->port && is_ours(j, drop->source))
			add_row(&d, drop);
	return d;
}

void mcd_dropped_tell(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_dropped *d, const char *what)
{
	if (*d->text)
		mcd_find_clue(j, f, NULL, 0, 0, "the kernel's own drop reasons for %s on %s: %s", what, j->nic->iface->name, d->text);
}

void mcd_dropped_weigh(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_dropped *d)
{
	bool doubted;

	if (!f || !d->known)
		return;
	doubted = f->code == MCD_DROPPED_BY_RP_FILTER && j->evidence->drops.tells_rp_filter && !d->rp_filtered;
	mcd_dropped_tell(j, f, d, "this stream");
	if (!doubted)
		return;
	f->confidence = MCD_POSSIBLE;
	mcd_find_clue(j, f, NULL, 0, 0, "but the kernel, which tells a reason for each drop, told IP_RPFILTER for none of this stream on %s",
		      j->nic->iface->name);
	mcd_find_settle(f, "perf trace -e skb:kfree_skb while the stream arrives shows what the kernel does with it");
}

const char *mcd_dropped_refutes_filter(const struct mcd_dropped *d)
{
	if (!d->known || d->filtered)
		return NULL;
	if (*d->text)
		return "the kernel's drop reasons name no packet filter";
	return d->unnamed ? "the kernel dropped some of them and gives no reason, which it does for each drop of a packet filter" :
			    "the kernel counted no drop of them: something takes them away without one (nft queue or fwd, a redirect of tc)";
}
