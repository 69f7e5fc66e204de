/* SPDX-License-Identifier: ISC */
/* `delivery`: did what arrived on the wire reach the socket? If not, arithmetic over the kernel's counters says which layer dropped it. */
#include <config.h>

#include "diagnose/routes.h"

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

/* What of one stream did not reach the socket. Where GSO or GRO hides how many datagrams there were, by bytes. */
static uint64_t missing_of(const struct mcd_stream *s)
{
	const struct mcd_reception *got = mcd_stream_reception(s);
	uint64_t bytes = got->deliverable_bytes > got->delivered_bytes ? got->deliverable_bytes - got->delivered_bytes : 0;

	if (mcd_stream_rare(s)->superframes && got->largest_arrival)
		return (bytes + got->largest_arrival - 1) / got->largest_arrival;
	return got->deliverable > got->delivered ? got->deliverable - got->delivered : 0;
}

static void add_stream(struct balance *b, const struct mcd_stream *s)
{
	const struct mcd_reception *got = mcd_stream_reception(s);
	const struct mcd_stream_rare *rare = mcd_stream_rare(s);
	uint64_t missing = missing_of(s);

	b->deliverable += rare->superframes ? got->delivered + missing : got->deliverable;
	b->delivered += got->delivered;
	b->unverified += got->unverified;
	b->bad += rare->bad_checksum + rare->bad_ip_checksum + rare->bad_length + rare->incomplete;
	b->misaddressed += rare->wrong_mac;
	if (!b->worst || missing > missing_of(b->worst))
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

/* Whether a counter's growth accounts for the missing: nine of ten, the edges of the window apart. The counter is the whole host's. */
static bool accounts(uint64_t grew, uint64_t missing)
{
	return grew != UINT64_MAX && grew > 0 && grew + missing / 10 + MCD_EDGE_DATAGRAMS >= missing;
}

/* A source address that the kernel takes for impossible (RFC 1122, 3.2.1.3); one of its own may be let in by a setting. */
static bool is_martian(const struct mcd_judge *j, struct mcd_addr source)
{
	const struct mcd_host_iface *kernel = mcd_judge_kernel(j);

	return mcd_addr_is_unspecified(source) || mcd_addr_is_loopback(source) || mcd_addr_is_multicast(source) ||
	       (mcd_evidence_is_local(j->evidence, source) && !(kernel && kernel->accept_local > 0)) || mcd_addr_equal(source, mcd_addr_v4(0xffffffff));
}

static struct mcd_finding *find_drop(struct mcd_judge *j, enum mcd_code code, const struct balance *b, enum mcd_confidence confidence,
				     const char *who)
{
	const struct mcd_stream *s = b->worst;
	struct mcd_finding *f = mcd_find_group(j, code);

	if (f)
		f->confidence = confidence;
	mcd_find_summary(f, "%llu of %s from %s that arrived on %s did not reach the socket: %s", (unsigned long long)b->missing,
			 mcd_text_count(b->deliverable, "datagram").s, mcd_text_addr(s->source).s, j->nic->iface->name, who);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "from %s port %u: %llu at the tap while the socket was ready, %llu at the socket",
		      mcd_text_addr(s->source).s, s->source_port, (unsigned long long)b->deliverable, (unsigned long long)b->delivered);
	return f;
}

/* What the reverse path filter may have dropped on all NICs together: the counter is the whole host's. *OTHERS: whether it may have counted
 * what we cannot: streams of other programs, queries. */
static uint64_t rp_candidates(const struct mcd_evidence *e, bool *others)
{
	uint64_t missing = 0;

	*others = false;
	for (size_t i = 0; i < e->nnics; i++) {
		const struct mcd_nic *nic = &e->nics[i];
		const struct mcd_host_iface *kernel = mcd_host_iface(&e->after, nic->iface->index);

		for (size_t k = 0; kernel && kernel->rp_filter > 0 && k < nic->streams.count; k++) {
			const struct mcd_stream *s = mcd_vec_at(&nic->streams, k);

			bool counted = s->accepted && nic->tasks[s->task].ready_ns;

			if (s->local_source || (counted && missing_of(s) == 0) || mcd_way_back(e, nic, s->group, s->source) == MCD_WAY_BACK_TAKEN)
				continue;
			missing += missing_of(s);
			*others = *others || !counted;
		}
		for (size_t k = 0; kernel && kernel->rp_filter > 0 && k < nic->queriers.count; k++) {
			const struct mcd_querier *querier = mcd_vec_at(&nic->queriers, k);

			*others = *others || mcd_way_back(e, nic, mcd_addr_v4(0xe0000001), querier->address) != MCD_WAY_BACK_TAKEN;
		}
	}
	return missing;
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
	mcd_find_remedy(f, "Or switch the filter off there: sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.%s.rp_filter=0", name);
}

/* The kernel's own word on one datagram, or the counter alone where nothing else can have moved it. */
static void find_rp_filter(struct mcd_judge *j, const struct balance *b, const struct growth *g, int rp_filter)
{
	bool others;
	const struct mcd_stream *s = b->worst;
	const struct mcd_host_path *path = mcd_path_of(j->evidence, j->nic, s->group, s->source);
	bool told = mcd_way_back(j->evidence, j->nic, s->group, s->source) == MCD_WAY_BACK_REFUSED;
	uint64_t candidates = rp_candidates(j->evidence, &others);
	bool exact = accounts(g->rp_filter, candidates) && (told || (!others && g->rp_filter <= candidates + candidates / 2 + 20));
	char why[MCD_FINDING_TEXT];
	struct mcd_finding *f;

	snprintf(why, sizeof why, "the kernel's reverse path filter dropped them, since %s",
		 told ? mcd_text_way_back(j->evidence, j->nic, path).s : "the route back to the source does not use this interface");
	f = find_drop(j, MCD_DROPPED_BY_RP_FILTER, b, exact ? MCD_CERTAIN : MCD_LIKELY, why);
	mcd_find_clue(j, f, NULL, 0, 0, "TcpExtIPReversePathFilter grew by %llu; rp_filter in force on %s is %d (the larger of all and its own)",
		      (unsigned long long)g->rp_filter, j->nic->iface->name, rp_filter);
	if (told)
		mcd_find_clue(j, f, NULL, 0, 0, "%s such a datagram on %s, with the filter %s",
			      path->accepted == 0 ? "asked while we were a member, the kernel refused" : "by its routes the kernel refuses", j->nic->iface->name,
			      rp_filter >= 2 ? "loose (2)" : "strict (1)");
	remedy_rp_filter(j, f, s, rp_filter);
}

/* What the sockets of this run and IGMP account for in the host's counters, and what is missing on all NICs together. */
struct explained {
	uint64_t arrived, missing;
	uint64_t queries;		/* counted as they came in, and as multicast where the group is ours */
	bool known;			/* there is enough to tell by, and a datagram is a packet */
};

static struct explained explain(const struct mcd_evidence *e)
{
	enum { ENOUGH = 20 };
	struct explained x = { .known = true };

	for (size_t i = 0; i < e->nnics; i++) {
		const struct mcd_nic *nic = &e->nics[i];

		for (size_t g = 0; g < e->request->ngroups; g++)
			x.arrived += nic->tasks[g].arrived_foreign + nic->tasks[g].arrived_ours;
		for (size_t k = 0; k < nic->queries.count; k++)
			x.queries += !((const struct mcd_query *)mcd_vec_at(&nic->queries, k))->out;
		for (size_t k = 0; k < nic->streams.count; k++) {
			const struct mcd_stream *s = mcd_vec_at(&nic->streams, k);

			x.missing += missing_of(s);
			x.known = x.known && !mcd_stream_rare(s)->superframes;
		}
	}
	x.known = x.known && x.missing >= ENOUGH;
	return x;
}

/* Whether a counter grew by what is missing too (1), by what arrived only (0), or by something between, which tells nothing (-1). */
static int counted(uint64_t grew, const struct explained *x)
{
	uint64_t most = grew > x->arrived ? grew - x->arrived : 0, least = most > x->queries ? most - x->queries : 0;

	if (grew == UINT64_MAX || !x->known)
		return -1;
	return least >= x->missing - x->missing / 10 ? 1 : most <= x->missing / 4 ? 0 : -1;
}

/* By the ladder of counters: which hook a drop was in before. */
static const char *hook_of(const struct mcd_evidence *e, const struct growth *g)
{
	struct explained x = explain(e);
	int mcast = counted(g->mcast, &x), receives = counted(g->receives, &x);

	if (mcast == 1)
		return "so the drop is in an input hook";
	if (mcast == 0 && receives == 1)
		return "so the drop is before the input hooks: prerouting or raw";
	if (mcast == 0 && receives == 0)
		return "so the drop is before IP: netdev ingress or tc";
	return "which does not tell the hook";
}

static void find_firewall(struct mcd_judge *j, const struct balance *b, const struct growth *g)
{
	struct mcd_finding *f = find_drop(j, MCD_DROPPED_BY_FIREWALL, b, MCD_LIKELY, "a packet filter of this host most likely drops them");

	mcd_find_clue(j, f, NULL, 0, 0, "IpInReceives grew by %llu, IpExtInMcastPkts by %llu: %s", (unsigned long long)g->receives,
		      (unsigned long long)(g->mcast == UINT64_MAX ? 0 : g->mcast), hook_of(j->evidence, g));
	mcd_find_clue(j, f, NULL, 0, 0, "neither the reverse path filter (%llu), nor checksums (%llu), nor our socket's buffer (0) account for them",
		      (unsigned long long)g->rp_filter, (unsigned long long)(g->udp_csum + g->ip_csum));
	mcd_find_remedy(f, "tc filter show dev %s ingress shows drops that no firewall listing shows", j->nic->iface->name);
	mcd_find_settle(f, "nft list ruleset with counters: the counter of the dropping rule grows with the stream");
}

/* What the interface received and sent in the run, as its own counters say; false when it is not known. */
static bool passed_through(const struct mcd_judge *j, uint64_t *received, uint64_t *sent)
{
	const struct mcd_host_iface *before = mcd_host_iface(&j->evidence->before, j->nic->iface->index);
	const struct mcd_host_iface *after = mcd_host_iface(&j->evidence->after, j->nic->iface->index);

	if (!before || !after)
		return false;
	*received = grown(before->traffic.rx_packets, after->traffic.rx_packets);
	*sent = grown(before->traffic.tx_packets, after->traffic.tx_packets);
	return *received != UINT64_MAX && *sent != UINT64_MAX;
}

/* More frames of the stream at the tap than the interface received of all: they went out, and since none has a MAC that is ours, a device that is
 * stacked on it in another network namespace sent them. Counters that lag behind show it in what was sent as well. */
static bool went_out(const struct mcd_judge *j, const struct balance *b)
{
	enum { ENOUGH = 20 };
	uint64_t frames = mcd_stream_frames(b->worst), received = 0, sent = 0;

	return j->evidence->has_host && b->delivered == 0 && frames >= ENOUGH && passed_through(j, &received, &sent) && received < frames && sent >= frames;
}

static void find_isolated(struct mcd_judge *j, const struct balance *b)
{
	struct mcd_finding *f = find_drop(j, MCD_MACVLAN_ISOLATION, b, MCD_LIKELY,
					  "they did not come in but went out, sent by a device that is stacked on it in another network namespace (macvlan, ipvlan)");
	uint64_t received = 0, sent = 0;

	passed_through(j, &received, &sent);
	mcd_find_clue(j, f, j->nic, 0, 0, "%s received %llu frames of all kinds and sent %llu; the tap saw %llu of this stream", j->nic->iface->name,
		      (unsigned long long)received, (unsigned long long)sent, (unsigned long long)mcd_stream_frames(b->worst));
	mcd_find_settle(f, "see whether the source's MAC address is that of a container: tcpdump -eni %s udp; ip -d link show type macvlan in each network namespace",
			j->nic->iface->name);
}

static void find_unknown(struct mcd_judge *j, const struct balance *b, const char *why)
{
	struct mcd_finding *f = find_drop(j, MCD_NOT_DELIVERED, b, MCD_CERTAIN, "this host dropped them, and what did so could not be told");

	mcd_find_clue(j, f, j->nic, 0, 0, "%s", why);
	mcd_find_settle(f, "perf trace -e skb:kfree_skb, or dropwatch, names the kernel's drop reason");
}

/* What of the counter's growth no loss that is known accounts for. */
static uint64_t rp_unexplained(const struct mcd_judge *j, const struct growth *g)
{
	bool others;
	uint64_t candidates = rp_candidates(j->evidence, &others);

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
	if (mcd_judge_kernel(j) && mcd_judge_kernel(j)->rp_filter > 0 && accounts(rp_unexplained(j, g), b->missing))
		return "TcpExtIPReversePathFilter grew as much, but the way back to the source is by this interface (`ip route get` shows it)";
	if (accounts(g->rp_filter, b->missing) && !(mcd_judge_kernel(j) && mcd_judge_kernel(j)->rp_filter >= 0))
		return "TcpExtIPReversePathFilter grew as much, but rp_filter could not be read";
	return NULL;
}

/* Datagrams on all NICs that the tap saw to carry wrong UDP checksums: the kernel's counter has them too. */
static uint64_t csum_seen(const struct mcd_evidence *e)
{
	uint64_t seen = 0;

	for (size_t i = 0; i < e->nnics; i++)
		for (size_t k = 0; k < e->nics[i].streams.count; k++)
			seen += mcd_stream_rare(mcd_vec_at(&e->nics[i].streams, k))->bad_checksum;
	return seen;
}

/* Whether wrong checksums that the tap could not see, for the NIC checks them, account for what is missing. */
static bool is_checksum(const struct mcd_judge *j, const struct balance *b, const struct growth *g)
{
	uint64_t seen = csum_seen(j->evidence);

	return g->known && b->unverified + MCD_EDGE_DATAGRAMS >= b->missing && accounts(g->udp_csum > seen ? g->udp_csum - seen : 0, b->missing);
}

static void find_checksum(struct mcd_judge *j, const struct balance *b, const struct growth *g)
{
	uint64_t seen = csum_seen(j->evidence);
	struct mcd_finding *f =
		find_drop(j, MCD_DROPPED_BY_CHECKSUM, b, seen ? MCD_LIKELY : MCD_CERTAIN, "the kernel found their checksums wrong");

	mcd_find_clue(j, f, NULL, 0, 0, "UdpInCsumErrors grew by %llu, IpExtInCsumErrors by %llu", (unsigned long long)g->udp_csum,
		      (unsigned long long)g->ip_csum);
	if (seen) {
		mcd_find_clue(j, f, NULL, 0, 0, "of these, %llu were seen on the wires to be wrong: more than one socket may have counted them",
			      (unsigned long long)seen);
		mcd_find_settle(f, "run again on this interface alone (--iface %s): where no socket takes the others, they are not counted", j->nic->iface->name);
	}
}

/* Datagrams of ours were dropped in a full buffer: what the network delivered is not known by that, so it is a note. */
static void find_buffer(struct mcd_judge *j, const struct balance *b, uint64_t count)
{
	struct mcd_finding *f = find_drop(j, MCD_DROPPED_BY_SOCKET_BUFFER, b, MCD_CERTAIN, "the socket's receive buffer was full");

	if (f)
		f->severity = MCD_NOTE;
	mcd_find_clue(j, f, j->nic, 0, 0, "the drop count of our own socket grew by %llu", (unsigned long long)count);
	mcd_judge_set(j, MCD_INCONCLUSIVE, true, "%llu of %s reached the socket; its full buffer dropped %llu",
		      (unsigned long long)b->delivered, mcd_text_count(b->deliverable, "datagram").s, (unsigned long long)count);
}

/* Why the datagrams of one stream are missing, in the order of certainty. */
static void judge_cause(struct mcd_judge *j, const struct balance *b, const struct growth *g)
{
	const struct mcd_host_iface *kernel = mcd_judge_kernel(j);
	const char *suspect = other_suspect(j, b, g);

	if (is_martian(j, b->worst->source))
		find_drop(j, MCD_DROPPED_AS_MARTIAN, b, MCD_CERTAIN, "the kernel drops such a source address, without a counter");
	else if (went_out(j, b))
		find_isolated(j, b);
	else if (g->known && kernel && kernel->rp_filter > 0 && accounts(g->rp_filter, b->missing) &&
		 mcd_way_back(j->evidence, j->nic, b->worst->group, b->worst->source) != MCD_WAY_BACK_TAKEN)
		find_rp_filter(j, b, g, kernel->rp_filter);
	else if (is_checksum(j, b, g))
		find_checksum(j, b, g);
	else if (suspect)
		find_unknown(j, b, suspect);
	else
		find_firewall(j, b, g);
}

static void judge_missing(struct mcd_judge *j, const struct balance *b)
{
	struct growth g = growth_of(j);
	bool told = false;

	mcd_judge_set(j, MCD_FAIL, true, "%llu of %s reached the socket, from packet %llu on", (unsigned long long)b->delivered,
		      mcd_text_count(b->deliverable, "datagram").s, (unsigned long long)b->worst->first_packet);
	for (size_t i = 0; j->ended && i < j->nic->streams.count; i++) { /* the counters are read at the end */
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);
		struct balance one = { .bad = 0 };

		if (!mcd_stream_wanted(j, s) || missing_of(s) <= MCD_EDGE_DATAGRAMS)
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
	if (j->findings && found && bad.missing && g.known && (accounts(g.udp_csum, bad.missing) || accounts(g.ip_csum, bad.missing)))
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
		mcd_judge_set(j, MCD_PASS, settled, "%llu of %s%s", delivered, mcd_text_count(deliverable, "datagram").s,
			      b->missing ? ", the rest at the edge of the window" : "");
	else if (b->missing <= MCD_EDGE_DATAGRAMS)
		mcd_judge_set(j, MCD_INCONCLUSIVE, settled, "too few to tell a drop from the edge of the window: %s", mcd_text_count(deliverable, "datagram").s);
	else if (!j->ended)
		mcd_judge_set(j, MCD_FAIL, settled, "%llu of %s reached the socket", delivered, mcd_text_count(deliverable, "datagram").s);
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
