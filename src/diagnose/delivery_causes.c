/* SPDX-License-Identifier: ISC */
/* Why datagrams are missing between wire and socket: by arithmetic over the kernel's counters, by the kernel's own reason, by the rules of its
 * packet filter. */
#include <config.h>

#include "diagnose/delivery.h"
#include "diagnose/dropped.h"
#include "diagnose/routes.h"
#include "diagnose/suspects.h"
#include "diagnose/windows.h"

#include <stdio.h>
#include <string.h>

/* A source address that the kernel takes for impossible (RFC 1122, 3.2.1.3); one of its own may be let in by a setting. */
static bool is_martian(const struct mcd_judge *j, struct mcd_addr source)
{
	const struct mcd_host_iface *kernel = mcd_judge_kernel(j);

	if (mcd_addr_is_loopback(source) || mcd_addr_is_multicast(source))
		return true;
	if (j->mld)
		return false; /* IPv6 lets in what comes from an address of its own, and from :: */
	return mcd_addr_is_unspecified(source) || (mcd_evidence_is_local(j->evidence, source) && !(kernel && kernel->accept_local > 0)) || mcd_addr_equal(source, mcd_addr_v4(0xffffffff));
}

static void summarize(const struct mcd_judge *j, struct mcd_finding *f, const struct mcd_balance *b, const char *who)
{
	mcd_find_summary(f, "%llu of %s from %s that arrived on %s did not reach the socket: %s", (unsigned long long)b->missing,
			 mcd_text_count(b->deliverable, "datagram").s, mcd_text_addr(b->worst->source).s, j->nic->iface->name, who);
}

struct mcd_finding *mcd_find_drop(struct mcd_judge *j, enum mcd_code code, const struct mcd_balance *b, enum mcd_confidence confidence, const char *who)
{
	const struct mcd_stream *s = b->worst;
	struct mcd_finding *f = mcd_find_group(j, code);

	if (f)
		f->confidence = confidence;
	summarize(j, f, b, who);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "from %s port %u: %llu at the tap while the socket was ready, %llu at the socket",
		      mcd_text_addr(s->source).s, s->source_port, (unsigned long long)b->deliverable, (unsigned long long)b->delivered);
	return f;
}

/* Strict: the way back is another. Loose: there is none. */
static void remedy_rp_filter(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_stream *s, int rp_filter)
{
	const char *name = j->nic->iface->name;
	struct mcd_text source = mcd_text_addr(s->source);

	if (rp_filter < 2) {
		mcd_find_remedy(f, "Or give the source a route back by %s: ip route add %s/32 dev %s (ip route get %s shows today's)", name, source.s, name,
				source.s);
		return;
	}
	mcd_find_remedy_instead(f, "The loose filter needs some route, and finds none: give the source one: ip route add %s/32 dev %s", source.s, name);
	mcd_find_remedy(f, "Or switch the filter off there: sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.%s.rp_filter=0",
			mcd_text_sysctl(name).s);
}

/* The kernel's own word on one datagram, or the counter alone where nothing else can have moved it. */
static struct mcd_finding *find_rp_filter(struct mcd_judge *j, const struct mcd_balance *b, const struct mcd_growth *g, int rp_filter)
{
	bool others;
	const struct mcd_stream *s = b->worst;
	const struct mcd_host_path *path = mcd_path_of(j->evidence, j->nic, s->group, s->source);
	bool told = mcd_way_back(j->evidence, j->nic, s->group, s->source) == MCD_WAY_BACK_REFUSED;
	uint64_t candidates = mcd_rp_candidates(j->evidence, &others);
	bool exact = mcd_accounts(g->rp_filter, candidates) && (told || (!others && g->rp_filter <= candidates + candidates / 2 + 20));
	char why[MCD_FINDING_TEXT];
	struct mcd_finding *f;

	snprintf(why, sizeof why, "the kernel's reverse path filter dropped them, since %s",
		 told ? mcd_text_way_back(j->evidence, j->nic, path).s : "the route back to the source does not use this interface");
	f = mcd_find_drop(j, MCD_DROPPED_BY_RP_FILTER, b, exact ? MCD_CERTAIN : MCD_LIKELY, why);
	mcd_find_clue(j, f, NULL, 0, 0, "TcpExtIPReversePathFilter grew by %llu; rp_filter in force on %s is %d (the larger of all and its own)",
		      (unsigned long long)g->rp_filter, j->nic->iface->name, rp_filter);
	if (told)
		mcd_find_clue(j, f, NULL, 0, 0, "%s such a datagram on %s, with the filter %s",
			      path->accepted == 0 ? "asked while we were a member, the kernel refused" : "by its routes the kernel refuses", j->nic->iface->name,
			      rp_filter >= 2 ? "loose (2)" : "strict (1)");
	remedy_rp_filter(j, f, s, rp_filter);
	return f;
}

/* Which rule of nf_tables it is. */
static void find_rule(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_balance *b, const struct mcd_dropped *kernel)
{
	const struct mcd_suspect_packet packet = { false, MCD_DROP_UDP, b->worst->source, b->worst->group, b->worst->source_port, b->worst->port };
	struct mcd_suspects suspects;
	char who[MCD_EVIDENCE_TEXT];

	if (kernel->meaning && strcmp(kernel->meaning->reason, "NETFILTER_DROP") != 0)
		return;
	mcd_suspects_find(j, &packet, b->missing, kernel->meaning != NULL, &suspects);
	mcd_suspects_tell(j, f, &packet, &suspects);
	if (!f || !suspects.known)
		return;
	if (suspects.convicted) {
		snprintf(who, sizeof who, "%s drops them", mcd_text_suspect(suspects.convicted).s);
		summarize(j, f, b, who);
	}
	if (suspects.counted)
		f->confidence = MCD_CERTAIN;
	if (suspects.convicted && f->confidence == MCD_CERTAIN)
		*f->settle_by = '\0';
	if (suspects.count == 0 && !mcd_firewall_has_legacy(&j->evidence->firewall, j->mld) && !kernel->meaning)
		f->confidence = MCD_POSSIBLE; /* tc and BPF are left */
}

static struct mcd_finding *find_firewall(struct mcd_judge *j, const struct mcd_balance *b, const struct mcd_growth *g, const struct mcd_dropped *kernel)
{
	struct mcd_finding *f = mcd_find_drop(j, MCD_DROPPED_BY_FIREWALL, b, kernel->meaning ? MCD_CERTAIN : MCD_LIKELY,
					  kernel->meaning ? kernel->meaning->who : "a packet filter of this host most likely drops them");

	mcd_find_clue(j, f, NULL, 0, 0, "%s grew by %llu, %s by %llu: %s", g->v6 ? "Ip6InReceives" : "IpInReceives", (unsigned long long)g->receives,
		      g->v6 ? "Ip6InMcastPkts" : "IpExtInMcastPkts", (unsigned long long)(g->mcast == UINT64_MAX ? 0 : g->mcast),
		      mcd_drop_hook(j, g->receives, g->mcast));
	if (g->v6)
		mcd_find_clue(j, f, NULL, 0, 0, "neither checksums (%llu) nor our socket's buffer (0) account for them", (unsigned long long)g->udp_csum);
	else
		mcd_find_clue(j, f, NULL, 0, 0, "neither the reverse path filter (%llu), nor checksums (%llu), nor our socket's buffer (0) account for them",
			      (unsigned long long)g->rp_filter, (unsigned long long)(g->udp_csum + g->ip_csum));
	mcd_find_remedy(f, "tc filter show dev %s ingress shows drops that no firewall listing shows", j->nic->iface->name);
	mcd_find_settle(f, "nft list ruleset with counters: the counter of the dropping rule grows with the stream");
	find_rule(j, f, b, kernel);
	return f;
}

/* What the interface received and sent in the run, as its own counters say; false when it is not known. */
static bool passed_through(const struct mcd_judge *j, uint64_t *received, uint64_t *sent)
{
	const struct mcd_host_iface *before = mcd_host_iface(&j->evidence->before, j->nic->iface->index);
	const struct mcd_host_iface *after = mcd_host_iface(&j->evidence->after, j->nic->iface->index);

	if (!before || !after)
		return false;
	*received = mcd_grown(before->traffic.rx_packets, after->traffic.rx_packets);
	*sent = mcd_grown(before->traffic.tx_packets, after->traffic.tx_packets);
	return *received != UINT64_MAX && *sent != UINT64_MAX;
}

/* More frames of the stream at the tap than the interface received of all: they went out, and since none has a MAC that is ours, a device that is
 * stacked on it in another network namespace sent them. Counters that lag behind show it in what was sent as well. */
static bool went_out(const struct mcd_judge *j, const struct mcd_balance *b)
{
	enum { ENOUGH = 20 };
	uint64_t frames = mcd_stream_frames(b->worst), received = 0, sent = 0;

	return j->evidence->has_host && b->delivered == 0 && frames >= ENOUGH && passed_through(j, &received, &sent) && received < frames && sent >= frames;
}

static struct mcd_finding *find_isolated(struct mcd_judge *j, const struct mcd_balance *b)
{
	struct mcd_finding *f = mcd_find_drop(j, MCD_MACVLAN_ISOLATION, b, MCD_LIKELY,
					  "they did not come in but went out, sent by a device that is stacked on it in another network namespace (macvlan, ipvlan)");
	uint64_t received = 0, sent = 0;

	passed_through(j, &received, &sent);
	mcd_find_clue(j, f, j->nic, 0, 0, "%s received %llu frames of all kinds and sent %llu; the tap saw %llu of this stream", j->nic->iface->name,
		      (unsigned long long)received, (unsigned long long)sent, (unsigned long long)mcd_stream_frames(b->worst));
	mcd_find_settle(f, "see whether the source's MAC address is that of a container: tcpdump -eni %s udp; ip -d link show type macvlan in each network namespace",
			j->nic->iface->name);
	return f;
}

static struct mcd_finding *find_unknown(struct mcd_judge *j, const struct mcd_balance *b, const char *why)
{
	struct mcd_finding *f = mcd_find_drop(j, MCD_NOT_DELIVERED, b, MCD_CERTAIN, "this host dropped them, and what did so could not be told");

	mcd_find_clue(j, f, j->nic, 0, 0, "%s", why);
	mcd_find_settle(f, "perf trace -e skb:kfree_skb, or dropwatch, names the kernel's drop reason");
	return f;
}

/* What of the counter's growth no loss that is known accounts for. */
static uint64_t rp_unexplained(const struct mcd_judge *j, const struct mcd_growth *g)
{
	bool others;
	uint64_t candidates = mcd_rp_candidates(j->evidence, &others);

	return g->rp_filter > candidates ? g->rp_filter - candidates : 0;
}

/* What else than a packet filter may be at work, by what no counter says; NULL = nothing. */
static const char *plain_suspect(const struct mcd_judge *j, const struct mcd_balance *b)
{
	if (mcd_windows_is_mute(j))
		return "IGMPLevel in the registry keeps this host from multicast";
	if (!mcd_judge_lists_members(j))
		return "what the kernel is a member of is not known";
	if (!j->task->kernel_lists)
		return "the kernel does not list the membership";
	if (j->nic->master_after && !j->nic->iface->master)
		return "the interface became a port of another device during the run, which takes its packets";
	if (j->nic->iface->master)
		return "the interface is a port of another device, which may hand its packets to other sockets (VRF: net.ipv4.udp_l3mdev_accept)";
	if (j->mld && mcd_judge_lost_ipv6(j))
		return "IPv6 was switched off on the interface during the run";
	if (mcd_stream_ttl(b->worst) == 0)
		return "the datagrams carry TTL 0";
	return b->misaddressed ? "frames of the stream went to another MAC address" : NULL;
}

/* And by what they say. */
static const char *other_suspect(const struct mcd_judge *j, const struct mcd_balance *b, const struct mcd_growth *g)
{
	if (!g->known)
		return "the kernel's counters are not known";
	if (plain_suspect(j, b))
		return plain_suspect(j, b);
	if (mcd_judge_kernel(j) && mcd_judge_kernel(j)->rp_filter > 0 && mcd_accounts(rp_unexplained(j, g), b->missing))
		return "TcpExtIPReversePathFilter grew as much, but the way back to the source is by this interface (`ip route get` shows it)";
	if (mcd_accounts(g->rp_filter, b->missing) && !(mcd_judge_kernel(j) && mcd_judge_kernel(j)->rp_filter >= 0))
		return "TcpExtIPReversePathFilter grew as much, but rp_filter could not be read";
	return NULL;
}

/* Whether wrong checksums that the tap could not see, for the NIC checks them, account for what is missing. */
static bool is_checksum(const struct mcd_judge *j, const struct mcd_balance *b, const struct mcd_growth *g)
{
	uint64_t seen = mcd_checksums_seen(j);

	return g->known && b->unverified + MCD_EDGE_DATAGRAMS >= b->missing && mcd_accounts(g->udp_csum > seen ? g->udp_csum - seen : 0, b->missing);
}

struct mcd_finding *mcd_find_checksum(struct mcd_judge *j, const struct mcd_balance *b, const struct mcd_growth *g)
{
	uint64_t seen = mcd_checksums_seen(j);
	struct mcd_finding *f =
		mcd_find_drop(j, MCD_DROPPED_BY_CHECKSUM, b, seen ? MCD_LIKELY : MCD_CERTAIN, "the kernel found their checksums wrong");

	if (g->v6)
		mcd_find_clue(j, f, NULL, 0, 0, "Udp6InCsumErrors grew by %llu", (unsigned long long)g->udp_csum);
	else
		mcd_find_clue(j, f, NULL, 0, 0, "UdpInCsumErrors grew by %llu, IpExtInCsumErrors by %llu", (unsigned long long)g->udp_csum,
			      (unsigned long long)g->ip_csum);
	if (seen) {
		mcd_find_clue(j, f, NULL, 0, 0, "of these, %llu were seen on the wires to be wrong: more than one socket may have counted them",
			      (unsigned long long)seen);
		mcd_find_settle(f, "run again on this interface alone (--iface %s): where no socket takes the others, they are not counted", j->nic->iface->name);
	}
	return f;
}

/* Why the datagrams of one stream are missing, by the host's counters, in the order of certainty. */
static enum mcd_code cause_by_counters(const struct mcd_judge *j, const struct mcd_balance *b, const struct mcd_growth *g)
{
	const struct mcd_host_iface *kernel = mcd_judge_kernel(j);

	if (is_martian(j, b->worst->source))
		return MCD_DROPPED_AS_MARTIAN;
	if (went_out(j, b))
		return MCD_MACVLAN_ISOLATION;
	if (g->known && kernel && kernel->rp_filter > 0 && mcd_accounts(g->rp_filter, b->missing) &&
	    mcd_way_back(j->evidence, j->nic, b->worst->group, b->worst->source) != MCD_WAY_BACK_TAKEN)
		return MCD_DROPPED_BY_RP_FILTER;
	if (is_checksum(j, b, g))
		return MCD_DROPPED_BY_CHECKSUM;
	return other_suspect(j, b, g) ? MCD_NOT_DELIVERED : MCD_DROPPED_BY_FIREWALL;
}

static struct mcd_finding *find_by_counters(struct mcd_judge *j, const struct mcd_balance *b, const struct mcd_growth *g, enum mcd_code code,
					    const struct mcd_dropped *kernel)
{
	const char *refuted = mcd_dropped_refutes_filter(kernel);

	switch (code) {
	case MCD_DROPPED_AS_MARTIAN:
		return mcd_find_drop(j, code, b, MCD_CERTAIN, j->mld ? "the kernel drops such a source address, as a wrong header (Ip6InHdrErrors)"
									 : "the kernel drops such a source address, without a counter");
	case MCD_MACVLAN_ISOLATION:
		return find_isolated(j, b);
	case MCD_DROPPED_BY_RP_FILTER:
		return find_rp_filter(j, b, g, mcd_judge_kernel(j)->rp_filter);
	case MCD_DROPPED_BY_CHECKSUM:
		return mcd_find_checksum(j, b, g);
	case MCD_NOT_DELIVERED:
		return find_unknown(j, b, other_suspect(j, b, g));
	default:
		if (refuted && j->evidence->drops.tells_filter)
			return find_unknown(j, b, refuted);
		return find_firewall(j, b, g, kernel);
	}
}

/* The kernel's reason tells of just this stream. What is left over by exclusion (a packet filter, or nothing) is no evidence against it; a counter
 * of the whole host is. */
static struct mcd_finding *find_by_reason(struct mcd_judge *j, const struct mcd_balance *b, const struct mcd_dropped *kernel, enum mcd_code by_counters)
{
	bool excluded = by_counters == MCD_DROPPED_BY_FIREWALL || by_counters == MCD_NOT_DELIVERED;
	struct mcd_finding *f = mcd_find_drop(j, kernel->meaning->code, b, excluded ? MCD_CERTAIN : MCD_LIKELY, kernel->meaning->who);

	if (kernel->meaning->remedy)
		mcd_find_remedy(f, "%s", kernel->meaning->remedy);
	if (!excluded) {
		mcd_find_clue(j, f, NULL, 0, 0, "the counters of the whole host would rather say %s; they also count for others", mcd_catalogue(by_counters)->code);
		mcd_find_settle(f, "perf trace -e skb:kfree_skb while the stream arrives shows what the kernel does with it");
	}
	return f;
}

/* Whether the kernel's reason is that of CODE. IPv6 counts an impossible source among wrong headers. */
static bool says_so(const struct mcd_drop_meaning *meaning, enum mcd_code code)
{
	if (code == MCD_DROPPED_AS_MARTIAN && meaning->reason && strcmp(meaning->reason, "IP_INHDR") == 0)
		return true;
	return meaning->code == code && code != MCD_NOT_DELIVERED;
}

/* Of Windows neither counters of drops nor rules are known: what is left of the usual causes is its packet filter. */
static void find_on_windows(struct mcd_judge *j, const struct mcd_balance *b)
{
	const char *why = plain_suspect(j, b);
	struct mcd_finding *f;

	if (is_martian(j, b->worst->source)) {
		mcd_find_drop(j, MCD_DROPPED_AS_MARTIAN, b, MCD_LIKELY, "a host drops such a source address");
		return;
	}
	if (b->delivered > 0) /* that may be its full buffer's doing, which Windows does not count: the check says so */
		return;
	if (!why && mcd_windows_has_firewall_off(j))
		why = "Windows Firewall is off there";
	if (!why && b->unverified + MCD_EDGE_DATAGRAMS >= b->missing)
		why = "whether their checksums were right could not be judged at the tap";
	if (why) {
		f = find_unknown(j, b, why);
		mcd_find_settle(f, "the drops that pktmon lists while the stream arrives name what dropped them");
	} else {
		f = mcd_find_drop(j, MCD_DROPPED_BY_FIREWALL, b, MCD_LIKELY, "a packet filter of this host most likely drops them");
		mcd_find_clue(j, f, j->nic, 0, 0, "the socket got none at all, which no full buffer does, and neither checksums, TTL, MAC address nor source account for it");
		mcd_windows_tell_program(j, f);
		mcd_find_settle(f, "in an elevated prompt: pktmon filter add -i %s; pktmon start -c; after a while pktmon counters --type drop; pktmon stop; pktmon filter remove",
				mcd_text_addr(b->worst->group).s);
	}
	if (mcd_windows_is_mute(j))
		mcd_windows_tell_mute(j, f);
	else
		mcd_windows_tell_network(j, f);
}

static void find_on_linux(struct mcd_judge *j, const struct mcd_balance *b, const struct mcd_growth *g)
{
	struct mcd_dropped kernel = mcd_dropped_of(j, b->worst, b->missing);
	enum mcd_code code = cause_by_counters(j, b, g);
	bool agree = kernel.meaning && says_so(kernel.meaning, code);
	struct mcd_finding *f = agree || !kernel.meaning ? find_by_counters(j, b, g, code, &kernel) : find_by_reason(j, b, &kernel, code);

	if (f && agree)
		f->confidence = MCD_CERTAIN;
	else if (f && kernel.meaning && f->code == MCD_DROPPED_BY_FIREWALL)
		find_rule(j, f, b, &kernel);
	mcd_dropped_weigh(j, f, &kernel);
}

void mcd_find_cause(struct mcd_judge *j, const struct mcd_balance *b, const struct mcd_growth *g)
{
	if (mcd_judge_is_windows(j))
		find_on_windows(j, b);
	else
		find_on_linux(j, b, g);
}
