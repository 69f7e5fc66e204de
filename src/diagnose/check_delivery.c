/* SPDX-License-Identifier: ISC */
/* `delivery`: did what arrived on the wire reach the socket? */
#include <config.h>

#include "diagnose/delivery.h"
#include "diagnose/second_look.h"

static void add_stream(struct mcd_balance *b, const struct mcd_stream *s)
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

static struct mcd_balance weigh(const struct mcd_judge *j)
{
	struct mcd_balance b = { .bad = 0 };

	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (mcd_stream_wanted(j, s))
			add_stream(&b, s);
	}
	return b;
}

/* Datagrams of ours were dropped in a full buffer: what the network delivered is not known by that, so it is a note. */
static void find_buffer(struct mcd_judge *j, const struct mcd_balance *b, uint64_t count)
{
	struct mcd_finding *f = mcd_find_drop(j, MCD_DROPPED_BY_SOCKET_BUFFER, b, MCD_CERTAIN, "the socket's receive buffer was full");

	if (f)
		f->severity = MCD_NOTE;
	mcd_find_clue(j, f, j->nic, 0, 0, "the drop count of our own socket grew by %llu", (unsigned long long)count);
	mcd_judge_set(j, MCD_INCONCLUSIVE, true, "%llu of %s reached the socket; its full buffer dropped %llu",
		      (unsigned long long)b->delivered, mcd_text_count(b->deliverable, "datagram").s, (unsigned long long)count);
}

/* Windows does not count what our socket had no room for: where some of each stream reached it, that may be all that is wrong. */
static bool may_be_buffer(const struct mcd_judge *j, const struct mcd_balance *b)
{
	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (mcd_stream_wanted(j, s) && mcd_stream_missing(s) > MCD_EDGE_DATAGRAMS && mcd_stream_reception(s)->delivered == 0)
			return false;
	}
	return mcd_judge_is_windows(j) && b->delivered > 0;
}

static void judge_missing(struct mcd_judge *j, const struct mcd_balance *b)
{
	struct mcd_growth g = mcd_growth_of(j);
	bool told = false;

	if (may_be_buffer(j, b))
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "%llu of %s reached the socket; what its buffer had no room for, Windows does not count: again with less load, by --only-chosen",
			      (unsigned long long)b->delivered, mcd_text_count(b->deliverable, "datagram").s);
	else
		mcd_judge_set(j, MCD_FAIL, true, "%llu of %s reached the socket, from packet %llu on", (unsigned long long)b->delivered,
			      mcd_text_count(b->deliverable, "datagram").s, (unsigned long long)b->worst->first_packet);
	for (size_t i = 0; j->ended && i < j->nic->streams.count; i++) { /* the counters are read at the end */
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);
		struct mcd_balance one = { .bad = 0 };

		if (!mcd_stream_wanted(j, s) || mcd_stream_missing(s) <= MCD_EDGE_DATAGRAMS)
			continue;
		add_stream(&one, s);
		mcd_find_cause(j, &one, &g);
		told = true;
	}
	if (j->ended && !told)
		mcd_find_cause(j, b, &g);
}

/* Drops of our socket that are no wrong checksums, which the kernel counts there too. */
static uint64_t buffer_drops(const struct mcd_judge *j)
{
	struct mcd_growth g = mcd_growth_of(j);

	return g.rcvbuf != UINT64_MAX && j->ended && g.rcvbuf < j->task->socket_dropped ? g.rcvbuf : j->task->socket_dropped;
}

/* Nothing that came could be delivered by any kernel: tie the check to what the stream's own rules found. */
static void judge_bad(struct mcd_judge *j, const struct mcd_balance *b)
{
	static const enum mcd_code codes[] = { MCD_IP_CHECKSUM_BAD, MCD_UDP_CHECKSUM_BAD, MCD_UDP_LENGTH_BAD, MCD_FRAGMENTS_MISSING };
	struct mcd_growth g = mcd_growth_of(j);
	struct mcd_balance bad = *b;
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
		mcd_find_checksum(j, &bad, &g);
}

/* What came did so while the interface was promiscuous only. What of that the socket lacks has a cause of its own. */
static bool judge_second_look(struct mcd_judge *j, const struct mcd_balance *b)
{
	const struct mcd_check *stream = &j->checks[MCD_CHECK_STREAM];

	if (b->missing > MCD_EDGE_DATAGRAMS || mcd_look_answer(j) == MCD_LOOK_ORDINARY)
		return false;
	if (stream->status == MCD_FAIL) {
		mcd_find_group(j, MCD_NIC_FILTER_SUSPECT); /* is there, and is tied to this check too */
		mcd_judge_set(j, MCD_FAIL, true, "%s reached the socket while the interface was promiscuous, and its filter lets none through otherwise",
			      mcd_text_count(b->delivered, "datagram").s);
	} else {
		mcd_judge_set(j, MCD_INCONCLUSIVE, stream->settled, "what arrived did so only while the interface was promiscuous");
	}
	return true;
}

static void judge_balance(struct mcd_judge *j, const struct mcd_balance *b)
{
	unsigned long long delivered = b->delivered, deliverable = b->deliverable;
	bool settled = j->ended || j->checks[MCD_CHECK_STREAM].settled;

	if (judge_second_look(j, b))
		return;
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
		mcd_judge_set(j, may_be_buffer(j, b) ? MCD_INCONCLUSIVE : MCD_FAIL, settled, "%llu of %s reached the socket", delivered,
			      mcd_text_count(deliverable, "datagram").s);
	else
		judge_missing(j, b);
}

void mcd_check_delivery(struct mcd_judge *j)
{
	enum mcd_status stream = mcd_judge_status(j, MCD_CHECK_STREAM);
	struct mcd_balance b = weigh(j);

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
