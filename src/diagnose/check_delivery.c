/* SPDX-License-Identifier: ISC */
/* `delivery`: did what arrived on the wire reach the socket? If not, arithmetic over the kernel's counters says which layer dropped it. */
#include <config.h>

#include "diagnose/delivery.h"
#include "diagnose/dropped.h"
#include "diagnose/judge.h"
#include "diagnose/suspects.h"

#include <stdio.h>
#include <string.h>

/* All wanted streams of the wire and the socket together. */
struct balance {
	uint64_t deliverable, delivered, missing;
	uint64_t unverified;		/* of the deliverable: their UDP checksum was not judged at the tap */
	uint64_t bad;			/* datagrams that no kernel delivers: checksum, length, fragments */
	uint64_t misaddressed;		/* in frames to another MAC */
	const struct mcd_stream *worst; /* with most missing; NULL = nothing wanted came */
};

static void add_stream(struct balance *b, const struct mcd_stream *s)
{
	const struct mcd_reception *got = mcd_stream_reception(s);
	const struct mcd_stream_rare *rare = mcd_stream_rare(s);
	uint64_t missing = mcd_stream_missing(s);

	b->deliverable += rare->superframes ? got->delivered + missing : got->deliverable;
	b->delivered += got->delivered;
	b->unverified += got->unverified;
	b->bad += rare->bad_checksum + rare->bad_ip_checksum + rare->bad_length + rare->incomplete;
	b->misaddressed += rare->wrong_mac;
	if (!b->worst || missing > mcd_stream_missing(b->worst))
		b->worst = s;
	b->missing += missing;
}

static struct balance weigh(const struct mcd_judge *j)
{
	struct balance b = { .bad = 0 };

	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (mcd_stream_wanted(j, s))
			add_stream(&b, s);
	}
	return b;
}

/* How much a counter grew in the run; UINT64_MAX = not known. */
static uint64_t grown(uint64_t before, uint64_t after)
{
	return before == UINT64_MAX || after == UINT64_MAX || after < before ? UINT64_MAX : after - before;
}

struct growth {
	bool known; /* of all that is needed to exclude */
	uint64_t receives, mcast, rp_filter, udp_csum, ip_csum, rcvbuf;
};

static struct growth growth_of(const struct mcd_judge *j)
{
	const struct mcd_host_counters *b = &j->evidence->before.counters, *a = &j->evidence->after.counters;
	struct growth g = { .known = false };

	g.receives = grown(b->ip_in_receives, a->ip_in_receives);
	g.mcast = grown(b->ip_in_mcast_pkts, a->ip_in_mcast_pkts);
	g.rp_filter = grown(b->ip_reverse_path_filter, a->ip_reverse_path_filter);
	g.udp_csum = grown(b->udp_in_csum_errors, a->udp_in_csum_errors);
	g.ip_csum = grown(b->ip_in_csum_errors, a->ip_in_csum_errors);
	g.rcvbuf = grown(b->udp_rcvbuf_errors, a->udp_rcvbuf_errors);
	g.known = j->evidence->has_host && j->evidence->ended_ns && g.receives != UINT64_MAX && g.rp_filter != UINT64_MAX &&
		  g.udp_csum != UINT64_MAX && g.ip_csum != UINT64_MAX;
	return g;
}

/* A source address that the kernel takes for impossible (RFC 1122, 3.2.1.3). */
static bool is_martian(const struct mcd_evidence *e, struct mcd_addr source)
{
	return mcd_addr_is_unspecified(source) || mcd_addr_is_loopback(source) || mcd_addr_is_multicast(source) || mcd_evidence_is_local(e, source) ||
	       mcd_addr_equal(source, mcd_addr_v4(0xffffffff));
}

static void summarize(const struct mcd_judge *j, struct mcd_finding *f, const struct balance *b, const char *who)
{
	mcd_find_summary(f, "%llu of %llu datagrams from %s that arrived on %s did not reach the socket: %s", (unsigned long long)b->missing,
			 (unsigned long long)b->deliverable, mcd_text_addr(b->worst->source).s, j->nic->iface->name, who);
}

static struct mcd_finding *find_drop(struct mcd_judge *j, enum mcd_code code, const struct balance *b, enum mcd_confidence confidence,
				     const char *who)
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

static struct mcd_finding *find_rp_filter(struct mcd_judge *j, const struct balance *b, const struct growth *g, int rp_filter)
{
	bool others;
	uint64_t candidates = mcd_rp_candidates(j->evidence, &others);
	bool exact = !others && mcd_accounts(g->rp_filter, candidates) && g->rp_filter <= candidates + candidates / 2 + 20;
	struct mcd_finding *f =
		find_drop(j, MCD_DROPPED_BY_RP_FILTER, b, exact ? MCD_CERTAIN : MCD_LIKELY,
			  "the kernel's reverse path filter dropped them, since the route back to the source does not use this interface");

	mcd_find_clue(j, f, NULL, 0, 0, "TcpExtIPReversePathFilter grew by %llu; rp_filter in force on %s is %d (the larger of all and its own)",
		      (unsigned long long)g->rp_filter, j->nic->iface->name, rp_filter);
	mcd_find_remedy(f, "%s the source a route back by %s: ip route add %s/32 dev %s (ip route get %s shows today's)",
			rp_filter >= 2 ? "The loose filter needs some route, and finds none: give" : "Or give", j->nic->iface->name,
			mcd_text_addr(b->worst->source).s, j->nic->iface->name, mcd_text_addr(b->worst->source).s);
	return f;
}

/* Which rule of nf_tables it is. */
static void find_rule(struct mcd_judge *j, struct mcd_finding *f, const struct balance *b, const struct mcd_dropped *kernel)
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
	if (suspects.count == 0 && !j->evidence->firewall.legacy && !kernel->meaning)
		f->confidence = MCD_POSSIBLE; /* tc and BPF are left */
}

static struct mcd_finding *find_firewall(struct mcd_judge *j, const struct balance *b, const struct growth *g, const struct mcd_dropped *kernel)
{
	struct mcd_finding *f = find_drop(j, MCD_DROPPED_BY_FIREWALL, b, kernel->meaning ? MCD_CERTAIN : MCD_LIKELY,
					  kernel->meaning ? kernel->meaning->who : "a packet filter of this host most likely drops them");

	mcd_find_clue(j, f, NULL, 0, 0, "IpInReceives grew by %llu, IpExtInMcastPkts by %llu: %s", (unsigned long long)g->receives,
		      (unsigned long long)(g->mcast == UINT64_MAX ? 0 : g->mcast), mcd_drop_hook(j->evidence, g->receives, g->mcast));
	mcd_find_clue(j, f, NULL, 0, 0, "neither the reverse path filter (%llu), nor checksums (%llu), nor our socket's buffer (0) account for them",
		      (unsigned long long)g->rp_filter, (unsigned long long)(g->udp_csum + g->ip_csum));
	mcd_find_remedy(f, "tc filter show dev %s ingress shows drops that no firewall listing shows", j->nic->iface->name);
	mcd_find_settle(f, "nft list ruleset with counters: the counter of the dropping rule grows with the stream");
	find_rule(j, f, b, kernel);
	return f;
}

static struct mcd_finding *find_unknown(struct mcd_judge *j, const struct balance *b, const char *why)
{
	struct mcd_finding *f = find_drop(j, MCD_NOT_DELIVERED, b, MCD_CERTAIN, "this host dropped them, and what did so could not be told");

	mcd_find_clue(j, f, j->nic, 0, 0, "%s", why);
	mcd_find_settle(f, "perf trace -e skb:kfree_skb, or dropwatch, names the kernel's drop reason");
	return f;
}

/* What of the counter's growth no loss that is known accounts for. */
static uint64_t rp_unexplained(const struct mcd_judge *j, const struct growth *g)
{
	bool others;
	uint64_t candidates = mcd_rp_candidates(j->evidence, &others);

	return g->rp_filter > candidates ? g->rp_filter - candidates : 0;
}

/* What else than a packet filter may be at work; NULL = nothing. */
static const char *other_suspect(const struct mcd_judge *j, const struct balance *b, const struct growth *g)
{
	if (!g->known)
		return "the kernel's counters are not known";
	if (!j->task->kernel_lists)
		return "the kernel does not list the membership";
	if (j->nic->master_after && !j->nic->iface->master)
		return "the interface became a port of another device during the run, which takes its packets";
	if (j->nic->iface->master)
		return "the interface is a port of another device, which may hand its packets to other sockets (VRF: net.ipv4.udp_l3mdev_accept)";
	if (mcd_stream_ttl(b->worst) == 0)
		return "the datagrams carry TTL 0";
	if (b->misaddressed)
		return "frames of the stream went to another MAC address";
	if (mcd_judge_kernel(j) && mcd_judge_kernel(j)->rp_filter > 0 && mcd_accounts(rp_unexplained(j, g), b->missing))
		return "TcpExtIPReversePathFilter grew as much, but the source is in the interface's own subnet (`ip route get` shows the way back)";
	if (mcd_accounts(g->rp_filter, b->missing) && !(mcd_judge_kernel(j) && mcd_judge_kernel(j)->rp_filter >= 0))
		return "TcpExtIPReversePathFilter grew as much, but rp_filter could not be read";
	return NULL;
}

static struct mcd_finding *find_checksum(struct mcd_judge *j, const struct balance *b, const struct growth *g)
{
	struct mcd_finding *f = find_drop(j, MCD_DROPPED_BY_CHECKSUM, b, MCD_CERTAIN, "the kernel found their checksums wrong");

	mcd_find_clue(j, f, NULL, 0, 0, "UdpInCsumErrors grew by %llu, IpExtInCsumErrors by %llu", (unsigned long long)g->udp_csum,
		      (unsigned long long)g->ip_csum);
	return f;
}

/* Datagrams of ours were dropped in a full buffer: what the network delivered is not known by that, so it is a note. */
static void find_buffer(struct mcd_judge *j, const struct balance *b, uint64_t count)
{
	struct mcd_finding *f = find_drop(j, MCD_DROPPED_BY_SOCKET_BUFFER, b, MCD_CERTAIN, "the socket's receive buffer was full");

	if (f)
		f->severity = MCD_NOTE;
	mcd_find_clue(j, f, j->nic, 0, 0, "the drop count of our own socket grew by %llu", (unsigned long long)count);
	mcd_judge_set(j, MCD_INCONCLUSIVE, true, "%llu of %llu datagrams reached the socket; its full buffer dropped %llu",
		      (unsigned long long)b->delivered, (unsigned long long)b->deliverable, (unsigned long long)count);
}

/* Why the datagrams of one stream are missing, by the host's counters, in the order of certainty. */
static enum mcd_code cause_by_counters(const struct mcd_judge *j, const struct balance *b, const struct growth *g)
{
	const struct mcd_host_iface *kernel = mcd_judge_kernel(j);

	if (is_martian(j->evidence, b->worst->source))
		return MCD_DROPPED_AS_MARTIAN;
	if (g->known && kernel && kernel->rp_filter > 0 && mcd_accounts(g->rp_filter, b->missing) &&
	    !mcd_iface_is_on_link(j->nic->iface, b->worst->source))
		return MCD_DROPPED_BY_RP_FILTER;
	if (g->known && b->unverified + MCD_EDGE_DATAGRAMS >= b->missing && mcd_accounts(g->udp_csum, b->missing))
		return MCD_DROPPED_BY_CHECKSUM;
	return other_suspect(j, b, g) ? MCD_NOT_DELIVERED : MCD_DROPPED_BY_FIREWALL;
}

static struct mcd_finding *find_by_counters(struct mcd_judge *j, const struct balance *b, const struct growth *g, enum mcd_code code,
					    const struct mcd_dropped *kernel)
{
	const char *refuted = mcd_dropped_refutes_filter(kernel);

	switch (code) {
	case MCD_DROPPED_AS_MARTIAN:
		return find_drop(j, code, b, MCD_CERTAIN, "the kernel drops such a source address, without a counter");
	case MCD_DROPPED_BY_RP_FILTER:
		return find_rp_filter(j, b, g, mcd_judge_kernel(j)->rp_filter);
	case MCD_DROPPED_BY_CHECKSUM:
		return find_checksum(j, b, g);
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
static struct mcd_finding *find_by_reason(struct mcd_judge *j, const struct balance *b, const struct mcd_dropped *kernel, enum mcd_code by_counters)
{
	bool excluded = by_counters == MCD_DROPPED_BY_FIREWALL || by_counters == MCD_NOT_DELIVERED;
	struct mcd_finding *f = find_drop(j, kernel->meaning->code, b, excluded ? MCD_CERTAIN : MCD_LIKELY, kernel->meaning->who);

	if (kernel->meaning->remedy)
		mcd_find_remedy(f, "%s", kernel->meaning->remedy);
	if (!excluded) {
		mcd_find_clue(j, f, NULL, 0, 0, "the counters of the whole host would rather say %s; they also count for others", mcd_catalogue(by_counters)->code);
		mcd_find_settle(f, "perf trace -e skb:kfree_skb while the stream arrives shows what the kernel does with it");
	}
	return f;
}

static void judge_cause(struct mcd_judge *j, const struct balance *b, const struct growth *g)
{
	struct mcd_dropped kernel = mcd_dropped_of(j, b->worst, b->missing);
	enum mcd_code code = cause_by_counters(j, b, g);
	bool agree = kernel.meaning && kernel.meaning->code == code && code != MCD_NOT_DELIVERED;
	struct mcd_finding *f = agree || !kernel.meaning ? find_by_counters(j, b, g, code, &kernel) : find_by_reason(j, b, &kernel, code);

	if (f && agree)
		f->confidence = MCD_CERTAIN;
	else if (f && kernel.meaning && f->code == MCD_DROPPED_BY_FIREWALL)
		find_rule(j, f, b, &kernel);
	mcd_dropped_weigh(j, f, &kernel);
}

static void judge_missing(struct mcd_judge *j, const struct balance *b)
{
	struct growth g = growth_of(j);
	bool told = false;

	mcd_judge_set(j, MCD_FAIL, true, "%llu of %llu datagrams reached the socket, from packet %llu on", (unsigned long long)b->delivered,
		      (unsigned long long)b->deliverable, (unsigned long long)b->worst->first_packet);
	for (size_t i = 0; j->ended && i < j->nic->streams.count; i++) { /* the counters are read at the end */
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);
		struct balance one = { .bad = 0 };

		if (!mcd_stream_wanted(j, s) || mcd_stream_missing(s) <= MCD_EDGE_DATAGRAMS)
			continue;
		add_stream(&one, s);
		judge_cause(j, &one, &g);
		told = true;
	}
	if (j->ended && !told)
		judge_cause(j, b, &g);
}

/* Drops of our socket that are no wrong checksums, which the kernel counts there too. */
static uint64_t buffer_drops(const struct mcd_judge *j)
{
	struct growth g = growth_of(j);

	return g.rcvbuf != UINT64_MAX && j->ended && g.rcvbuf < j->task->socket_dropped ? g.rcvbuf : j->task->socket_dropped;
}

/* Nothing that came could be delivered by any kernel: tie the check to what the stream's own rules found. */
static void judge_bad(struct mcd_judge *j, const struct balance *b)
{
	static const enum mcd_code codes[] = { MCD_IP_CHECKSUM_BAD, MCD_UDP_CHECKSUM_BAD, MCD_UDP_LENGTH_BAD, MCD_FRAGMENTS_MISSING };
	struct growth g = growth_of(j);
	struct balance bad = *b;
	bool found = false;

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		struct mcd_finding *f = mcd_found(j, codes[i], j->nic, j->group);

		if (!f)
			continue;
		f->checks |= 1u << j->check;
		found = true;
	}
	found = found || !j->findings; /* muted, the stream's rules find nothing; that it is bad is known all the same */
	mcd_judge_set(j, found ? MCD_FAIL : MCD_INCONCLUSIVE, j->ended || j->checks[MCD_CHECK_STREAM].settled,
		      "none of what arrived is a whole and valid datagram (%llu are not)", (unsigned long long)b->bad);
	bad.missing = bad.deliverable = mcd_stream_rare(b->worst)->bad_checksum + mcd_stream_rare(b->worst)->bad_ip_checksum;
	bad.delivered = 0;
	if (j->findings && found && bad.missing && g.known && (mcd_accounts(g.udp_csum, bad.missing) || mcd_accounts(g.ip_csum, bad.missing)))
		find_checksum(j, &bad, &g);
}

static void judge_balance(struct mcd_judge *j, const struct balance *b)
{
	unsigned long long delivered = b->delivered, deliverable = b->deliverable;
	bool settled = j->ended || j->checks[MCD_CHECK_STREAM].settled;

	if (!b->deliverable && b->bad)
		judge_bad(j, b);
	else if (!b->deliverable)
		mcd_judge_set(j, MCD_INCONCLUSIVE, settled, "nothing arrived while the socket was ready");
	else if (j->nic->capture.dropped)
		mcd_judge_excused(j, "full count");
	else if (buffer_drops(j))
		find_buffer(j, b, buffer_drops(j));
	else if (b->missing <= MCD_EDGE_DATAGRAMS && b->delivered)
		mcd_judge_set(j, MCD_PASS, settled, "%llu of %llu datagrams%s", delivered, deliverable,
			      b->missing ? ", the rest at the edge of the window" : "");
	else if (b->missing <= MCD_EDGE_DATAGRAMS)
		mcd_judge_set(j, MCD_INCONCLUSIVE, settled, "%llu datagrams are too few to tell a drop from the edge of the window", deliverable);
	else if (!j->ended)
		mcd_judge_set(j, MCD_FAIL, settled, "%llu of %llu datagrams reached the socket", delivered, deliverable);
	else
		judge_missing(j, b);
}

void mcd_check_delivery(struct mcd_judge *j)
{
	enum mcd_status stream = mcd_judge_status(j, MCD_CHECK_STREAM);
	struct balance b = weigh(j);

	j->check = MCD_CHECK_DELIVERY;
	if (!j->request->join)
		mcd_judge_set(j, MCD_SKIPPED, true, "no join was asked for");
	else if (j->task->join.tried && !j->task->join.done)
		mcd_judge_set(j, MCD_SKIPPED, true, "there is no membership");
	else if (j->task->socket.tried && !j->task->socket.done)
		mcd_judge_set(j, MCD_FAIL, true, "no socket to deliver to: %s", j->task->socket.err.text);
	else if (b.worst)
		judge_balance(j, &b);
	else if (stream == MCD_INCONCLUSIVE || stream == MCD_PASS)
		mcd_judge_set(j, MCD_INCONCLUSIVE, j->checks[MCD_CHECK_STREAM].settled, "%s",
			      stream == MCD_PASS ? "what the wire carried is not known" : "no foreign stream seen to compare with");
	else
		mcd_judge_set(j, MCD_SKIPPED, true, "no foreign stream arrived");
}
