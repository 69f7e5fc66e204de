/* SPDX-License-Identifier: ISC */
/* `send`: did our probes leave this NIC, as this NIC's, to the group's MAC? `ttl`: with the TTL that was asked for? */
#include <config.h>

#include "diagnose/dropped.h"
#include "diagnose/routes.h"
#include "diagnose/suspects.h"

#include <errno.h>
#include <string.h>

/* Our own probes of this NIC and group as its wire shows them. */
struct shown {
	uint64_t packets, wrong_mac, unicast_mac;
	const struct mcd_probe_seen *first, *foreign_source, *misaddressed;
};

static bool is_own(const struct mcd_judge *j, const struct mcd_probe_seen *p)
{
	return p->group == (size_t)(j->group - j->request->groups) && mcd_probes_left(p, j->nic);
}

/* A link-local address of IPv6 is of this link, also one that was not there at the start. */
static bool is_foreign_source(const struct mcd_judge *j, struct mcd_addr source)
{
	return !mcd_iface_has_address(j->nic->iface, source) && !(j->mld && mcd_addr_is_link_local(source));
}

static struct shown look(const struct mcd_judge *j)
{
	struct shown s = { .packets = 0 };

	for (size_t i = 0; i < j->nic->probes.count; i++) {
		const struct mcd_probe_seen *p = mcd_vec_at(&j->nic->probes, i);

		if (!is_own(j, p))
			continue;
		s.packets += p->packets - p->duplicated;
		s.wrong_mac += p->wrong_mac;
		s.unicast_mac += p->unicast_mac;
		if (!s.first || p->first_packet < s.first->first_packet)
			s.first = p;
		if (is_foreign_source(j, p->source))
			s.foreign_source = p;
		if (p->wrong_mac)
			s.misaddressed = p;
	}
	return s;
}

/* A filter's refusal is EACCES on Windows, where ENOBUFS is but a lack of room. */
static enum mcd_code code_of(const struct mcd_judge *j, int os)
{
	const bool windows = mcd_judge_is_windows(j);

	switch (os) {
	case EPERM:
		return MCD_SEND_BLOCKED;
	case EACCES:
		return windows ? MCD_SEND_BLOCKED : MCD_SEND_FAILED;
	case ENOBUFS:
		return windows ? MCD_SEND_FAILED : MCD_SEND_BLOCKED;
	case ENETUNREACH:
		return MCD_NO_MULTICAST_ROUTE;
	case EMSGSIZE:
		return MCD_MESSAGE_TOO_BIG;
	default:
		return MCD_SEND_FAILED;
	}
}

static uint64_t judge_errors(struct mcd_judge *j)
{
	const struct mcd_dropped dropped = mcd_dropped_probes(j);
	uint64_t failed = 0;

	for (size_t i = 0; i < j->task->send_errors.count; i++) {
		const struct mcd_send_error *e = mcd_vec_at(&j->task->send_errors, i);
		struct mcd_finding *f = mcd_find_group(j, code_of(j, e->os));

		failed += e->count;
		mcd_find_summary(f, "The kernel refused %s: %s", mcd_text_count(e->count, "probe").s, e->text);
		mcd_find_clue(j, f, j->nic, 0, e->first_ns, "%s (%llu times)", e->text, (unsigned long long)e->count);
		if (code_of(j, e->os) != MCD_SEND_BLOCKED)
			continue;
		mcd_dropped_tell(j, f, &dropped, "our probes");
		mcd_suspects_of_probes(j, f);
	}
	return failed;
}

/* A TTL of 0 keeps a datagram in the host while anyone in it is a member (RFC 1112, 6.1). */
static void find_ttl_zero(struct mcd_judge *j)
{
	struct mcd_finding *f = mcd_find_host(j, MCD_TTL_ZERO);

	mcd_find_summary(f, "The probes to %s were sent with TTL 0, as asked: such a datagram is for this host alone",
			 mcd_text_addr(j->group->address).s);
	mcd_find_clue(j, f, j->nic, 0, j->task->first_sent_ns, "%s sent on %s with TTL 0", mcd_text_count(j->task->sent, "probe").s,
		      j->nic->iface->name);
}

static void find_missing(struct mcd_judge *j, const struct shown *s)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_PROBE_NOT_ON_WIRE);
	const struct mcd_dropped dropped = mcd_dropped_probes(j);

	mcd_find_summary(f, "The kernel took %s for %s on %s, but only %llu left the interface", mcd_text_count(j->task->sent, "probe").s,
			 mcd_text_addr(j->group->address).s, j->nic->iface->name, (unsigned long long)s->packets);
	mcd_find_clue(j, f, j->nic, 0, j->task->last_sent_ns, "%s succeeded, %s at the tap of %s", mcd_text_count(j->task->sent, "send").s,
		      mcd_text_count(s->packets, "probe").s, j->nic->iface->name);
	mcd_dropped_tell(j, f, &dropped, "our probes");
}

/* The kernel's address on unnumbered interfaces is another one's: a warning, a strict receiver drops it. */
static void find_foreign_source(struct mcd_judge *j, const struct mcd_probe_seen *p)
{
	struct mcd_finding *f = mcd_find_nic(j, MCD_PROBE_SOURCE_ADDRESS_FOREIGN);

	mcd_find_summary(f, "Probes left %s with the source address %s, which is not an address of this interface", j->nic->iface->name,
			 mcd_text_addr(p->source).s);
	mcd_find_clue(j, f, j->nic, p->first_packet, p->first_ns, "probe from %s", mcd_text_addr(p->source).s);
}

static void find_mac(struct mcd_judge *j, const struct shown *s)
{
	struct mcd_finding *f = mcd_find_group(j, s->unicast_mac ? MCD_UNICAST_FRAME : MCD_WRONG_DESTINATION_MAC);
	const struct mcd_host_route *route = mcd_group_route(j->evidence, j->group);
	uint8_t mac[6];
	char text[MCD_MAC_TEXT];

	mcd_addr_group_mac(j->group->address, mac);
	mcd_find_summary(f, "%llu of %s to %s left %s in frames to %s MAC address instead of %s", (unsigned long long)s->wrong_mac,
			 mcd_text_count(s->packets, "probe").s, mcd_text_addr(j->group->address).s, j->nic->iface->name,
			 s->unicast_mac ? "a unicast" : "another group's", mcd_mac_format(mac, text));
	mcd_find_clue(j, f, j->nic, s->misaddressed->first_packet, s->misaddressed->first_ns,
		      "%s not to %s, %llu of them to a unicast address", mcd_text_count(s->wrong_mac, "probe").s, mcd_mac_format(mac, text),
		      (unsigned long long)s->unicast_mac);
	if (s->unicast_mac && route && route->nways && !mcd_addr_is_unspecified(route->ways[0].gateway))
		mcd_find_clue(j, f, NULL, 0, 0, "what is sent to %s %s", mcd_text_addr(j->group->address).s, mcd_text_route(j->evidence, route).s);
}

static void judge_shown(struct mcd_judge *j, const struct shown *s)
{
	unsigned long long packets = s->packets, sent = j->task->sent;

	if (s->foreign_source)
		find_foreign_source(j, s->foreign_source);
	if (s->wrong_mac) {
		find_mac(j, s);
		mcd_judge_set(j, MCD_FAIL, true, "%llu of %s left to %s MAC address (packet %llu)", (unsigned long long)s->wrong_mac,
			      mcd_text_count(packets, "probe").s, s->unicast_mac ? "a unicast" : "another group's", (unsigned long long)s->misaddressed->first_packet);
	} else if (s->foreign_source) {
		mcd_judge_set(j, MCD_WARN, true, "%llu of %s left, but from %s, no address of this interface", packets, mcd_text_count(sent, "probe").s,
			      mcd_text_addr(s->foreign_source->source).s);
	} else {
		mcd_judge_set(j, MCD_PASS, true, "%llu of %s left, the first in packet %llu, %s after its send", packets, mcd_text_count(sent, "probe").s,
			      (unsigned long long)s->first->first_packet, mcd_text_span(s->first->first_ns - j->task->first_sent_ns).s);
	}
}

/* Fewer on the wire than were sent. */
static void judge_missing(struct mcd_judge *j, const struct shown *s)
{
	int64_t until = mcd_judge_until(j), wait = MCD_SEND_WAIT_MS * MCD_MS;
	unsigned long long packets = s->packets, sent = j->task->sent;
	int64_t waited = until - (packets ? j->task->last_sent_ns : j->task->first_sent_ns); /* where none is seen, none need be waited for */

	if (waited < wait) {
		mcd_judge_set(j, MCD_INCONCLUSIVE, j->ended, "%llu of %s seen in %s", packets, mcd_text_count(sent, "probe").s, mcd_text_span(waited).s);
	} else if (mcd_judge_excused_own(j, packets ? "further probe" : "probe")) {
		return;
	} else if (j->task->queued) {
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "%llu of %s on the wire, the rest waits in the queue of the interface", packets,
			      mcd_text_count(sent, "probe").s);
	} else if (j->request->ttl == 0 && packets == 0) {
		mcd_judge_set(j, MCD_FAIL, true, "TTL 0: the kernel kept all %s in the host", mcd_text_count(sent, "probe").s);
	} else {
		find_missing(j, s);
		mcd_judge_set(j, MCD_FAIL, true, "%llu of %s on the wire in %s", packets, mcd_text_count(sent, "probe").s,
			      mcd_text_span(waited).s);
	}
}

void mcd_check_send(struct mcd_judge *j)
{
	struct shown s = look(j);
	uint64_t failed;

	j->check = MCD_CHECK_SEND;
	if (!j->request->send) {
		mcd_judge_set(j, MCD_SKIPPED, true, "%s", j->request->self_test ? "--no-send was given" : "nothing is sent to this group without --send");
		return;
	}
	failed = judge_errors(j);
	if (j->request->ttl == 0 && j->task->sent)
		find_ttl_zero(j);
	if (failed)
		mcd_judge_set(j, MCD_FAIL, true, "%llu of %s failed", (unsigned long long)failed,
			      mcd_text_count(failed + j->task->sent, "send").s);
	else if (j->task->sent == 0 && j->task->socket.tried && !j->task->socket.done)
		mcd_judge_set(j, MCD_SKIPPED, true, "there is no socket to send from");
	else if (j->task->sent == 0)
		mcd_judge_set(j, MCD_INCONCLUSIVE, j->ended, "%s", j->ended ? "the run ended before anything was sent" : "nothing sent yet");
	else if (!mcd_judge_wire(j))
		return;
	else if (s.packets >= j->task->sent)
		judge_shown(j, &s);
	else
		judge_missing(j, &s);
}

/* The first probe row with another TTL than the request's, and how many such packets there are. */
static const struct mcd_probe_seen *other_ttl(const struct mcd_judge *j, uint64_t *packets, uint8_t *ttl)
{
	const struct mcd_probe_seen *found = NULL;

	*packets = 0;
	for (size_t i = 0; i < j->nic->probes.count; i++) {
		const struct mcd_probe_seen *p = mcd_vec_at(&j->nic->probes, i);

		for (size_t k = 0; is_own(j, p) && k < p->ttl.count; k++) {
			const struct mcd_ttl_count *c = mcd_vec_at(&p->ttl, k);

			if (c->value == j->request->ttl)
				continue;
			found = p;
			*ttl = c->value;
			*packets += c->packets;
		}
	}
	return found;
}

void mcd_check_ttl(struct mcd_judge *j)
{
	struct shown s = look(j);
	const struct mcd_probe_seen *p;
	struct mcd_finding *f;
	uint64_t packets;
	uint8_t ttl = 0;

	j->check = MCD_CHECK_TTL;
	if (!j->request->send) {
		mcd_judge_set(j, MCD_SKIPPED, true, "%s", j->request->self_test ? "--no-send was given" : "nothing is sent to this group without --send");
		return;
	}
	if (s.packets == 0) {
		const struct mcd_check *send = &j->checks[MCD_CHECK_SEND];
		bool open = send->status == MCD_INCONCLUSIVE;

		mcd_judge_set(j, open ? MCD_INCONCLUSIVE : MCD_SKIPPED, send->settled, "no probe of ours was seen on the wire");
		return;
	}
	p = other_ttl(j, &packets, &ttl);
	if (!p) {
		mcd_judge_set(j, MCD_PASS, j->checks[MCD_CHECK_SEND].settled, "TTL %d in all %s on the wire", j->request->ttl,
			      mcd_text_count(s.packets, "probe").s);
		return;
	}
	f = mcd_find_group(j, MCD_TTL_MISMATCH);
	mcd_find_summary(f, "Probes sent with TTL %d leave %s with TTL %u: something on this host rewrites it", j->request->ttl, j->nic->iface->name,
			 ttl);
	mcd_find_clue(j, f, j->nic, p->first_packet, p->first_ns, "%llu of %s with TTL %u instead of %d", (unsigned long long)packets,
		      mcd_text_count(s.packets, "probe").s, ttl, j->request->ttl);
	mcd_judge_set(j, MCD_FAIL, true, "%llu of %s left with TTL %u instead of %d", (unsigned long long)packets, mcd_text_count(s.packets, "probe").s,
		      ttl, j->request->ttl);
}
