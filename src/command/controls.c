/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/controls.h"

#include "net/clock.h"
#include "net/ping.h"
#include "net/routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS INT64_C(1000000) /* ns */

enum {
	LOOKUP_MS = 2000,
	ROUND_MS = 200,	  /* between two requests */
	ANSWER_MS = 1000, /* for an answer */
};

struct mcd_asked {
	struct mcd_ping ping;
	int64_t sent_ns[MCD_CONTROL_MOST]; /* wall clock, by number of the request; 0 = not sent */
	unsigned answered;		   /* bit set of these */
};

size_t mcd_controls_files(const struct mcd_evidence *evidence)
{
	return evidence->request->peer ? mcd_evidence_used(evidence) : 0;
}

void mcd_controls_prepare(struct mcd_controls *out, struct mcd_evidence *evidence)
{
	struct mcd_addr address;

	*out = (struct mcd_controls){ .evidence = evidence };
	if (mcd_controls_files(evidence) && !mcd_addr_parse(evidence->request->peer, &address))
		out->lookup = mcd_lookup_begin(evidence->request->peer, 0);
}

/* ---- whom, and by which interface ---- */

/* The first of a family that is asked about; else the first. */
static bool choose(const struct mcd_request *request, const struct mcd_vec *addresses, struct mcd_addr *out)
{
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < addresses->count; i++) {
			*out = *(const struct mcd_addr *)mcd_vec_at(addresses, i);
			if (pass || mcd_request_has_family(request, mcd_addr_place(*out)))
				return true;
		}
	return false;
}

/* The host's address; NULL, or why it has none. */
static const char *find_address(struct mcd_controls *c, struct mcd_addr *out)
{
	const struct mcd_request *request = c->evidence->request;
	enum mcd_name_lookup state;
	struct mcd_vec addresses;
	bool found;

	if (mcd_addr_parse(request->peer, out))
		return NULL;
	mcd_vec_init(&addresses, sizeof *out);
	mcd_lookup_wait(c->lookup, LOOKUP_MS);
	state = mcd_lookup_end(c->lookup, &addresses);
	c->lookup = NULL;
	found = choose(request, &addresses, out);
	mcd_vec_fini(&addresses);
	if (found)
		return NULL;
	return state == MCD_NAME_LATE ? "nobody told its address in 2 s" : state == MCD_NAME_NOT_ASKED ? "its address cannot be looked up" : "it has no address";
}

static struct mcd_host_route route_to(struct mcd_addr address)
{
	struct mcd_host_route route = { .routing = MCD_ROUTING_UNKNOWN };
	struct mcd_host host;

	mcd_host_init(&host);
	if (mcd_host_ask_route(&host, address)) {
		mcd_routes_read(&host);
		route = *mcd_host_route(&host, address);
	}
	mcd_host_fini(&host);
	return route;
}

/* Whether ADDRESS is to be reached by IFACE. Elsewhere the kernel would look for it on the wire, where nobody can answer. */
static bool leads_to(const struct mcd_iface *iface, const struct mcd_host_route *route, struct mcd_addr address)
{
	return mcd_iface_is_on_link(iface, address) || route->routing == MCD_ROUTING_UNKNOWN || mcd_host_route_uses(route, iface->index);
}

static void open_one(struct mcd_controls *c, struct mcd_nic *nic, const struct mcd_host_route *route, struct mcd_addr address)
{
	struct mcd_asked *asked = &c->asked[nic - c->evidence->nics];
	const unsigned family = mcd_addr_place(address);
	struct mcd_control *control = &nic->control;
	char text[MCD_ADDR_TEXT];
	struct mcd_err err = { 0 };

	control->has_address = true;
	control->address = address;
	if (mcd_evidence_is_local(c->evidence, address))
		mcd_err_set(&err, "%s is an address of this host", mcd_addr_format(address, text));
	else if (!mcd_iface_has_family(nic->iface, family))
		mcd_err_set(&err, "the interface has no IPv%d address", family == MCD_IPV6 ? 6 : 4);
	else if (!leads_to(nic->iface, route, address))
		mcd_err_set(&err, "the kernel's way to %s is not by this interface", mcd_addr_format(address, text));
	else
		mcd_ping_open(&asked->ping, nic->iface, address, &err);
	snprintf(control->error, sizeof control->error, "%s", err.text);
}

static void refuse_all(struct mcd_evidence *evidence, const char *why)
{
	for (size_t i = 0; i < evidence->nnics; i++)
		if (mcd_nic_is_used(&evidence->nics[i]))
			snprintf(evidence->nics[i].control.error, sizeof evidence->nics[i].control.error, "%s", why);
}

void mcd_controls_open(struct mcd_controls *c, struct mcd_wait *wait, size_t first_tag)
{
	struct mcd_evidence *evidence = c->evidence;
	struct mcd_host_route route;
	struct mcd_addr address;
	const char *why;

	c->first_tag = first_tag;
	if (!mcd_controls_files(evidence))
		return;
	for (size_t i = 0; i < evidence->nnics; i++)
		evidence->nics[i].control.wanted = mcd_nic_is_used(&evidence->nics[i]);
	why = find_address(c, &address);
	c->asked = why ? NULL : calloc(evidence->nnics, sizeof *c->asked);
	if (!c->asked) {
		refuse_all(evidence, why ? why : "out of memory");
		return;
	}
	route = route_to(address);
	c->over = true;
	for (size_t i = 0; i < evidence->nnics; i++) {
		struct mcd_ping *ping = &c->asked[i].ping;
		struct mcd_err err;

		if (evidence->nics[i].control.wanted)
			open_one(c, &evidence->nics[i], &route, address);
		if (ping->open && !mcd_wait_add(wait, ping->fd, first_tag + i, &err)) {
			snprintf(evidence->nics[i].control.error, sizeof err.text, "%s", err.text);
			mcd_ping_close(ping);
		}
		c->over = c->over && !ping->open;
	}
}

/* ---- asking ---- */

/* By which an answer is told to be one to us, out of this interface. */
static uint64_t token_of(const struct mcd_controls *c, size_t nic)
{
	return c->evidence->session ^ c->evidence->nics[nic].iface->index;
}

static void ask(struct mcd_controls *c, size_t nic)
{
	struct mcd_control *control = &c->evidence->nics[nic].control;
	struct mcd_asked *asked = &c->asked[nic];
	const int64_t now = mcd_clock_wall_ns();
	struct mcd_err err;

	if (mcd_ping_send(&asked->ping, token_of(c, nic), (uint16_t)(c->rounds + 1), &err)) {
		asked->sent_ns[c->rounds] = now;
		control->sent++;
	} else if (!control->error[0]) {
		snprintf(control->error, sizeof control->error, "%s", err.text);
	}
}

/* What an answer may still come to: the evidence is judged in mid-run too. */
static void count_pending(struct mcd_controls *c)
{
	const int64_t since = mcd_clock_wall_ns() - ANSWER_MS * MS;

	for (size_t i = 0; i < c->evidence->nnics; i++) {
		const struct mcd_asked *asked = &c->asked[i];
		unsigned pending = 0;

		for (unsigned k = 0; k < c->rounds; k++)
			pending += asked->sent_ns[k] > since && !(asked->answered >> k & 1);
		c->evidence->nics[i].control.pending = pending;
	}
}

void mcd_controls_turn(struct mcd_controls *c)
{
	const int64_t now = mcd_clock_ns();

	if (!c->asked || c->over)
		return;
	count_pending(c);
	c->over = mcd_controls_are_over(c);
	if (c->rounds == MCD_CONTROL_MOST || now < c->next_ns)
		return;
	for (size_t i = 0; i < c->evidence->nnics; i++)
		if (c->asked[i].ping.open)
			ask(c, i);
	c->rounds++;
	c->next_ns = now + (c->rounds < MCD_CONTROL_MOST ? ROUND_MS : ANSWER_MS) * MS;
	count_pending(c);
}

void mcd_controls_receive(struct mcd_controls *c, size_t tag)
{
	const size_t nic = tag - c->first_tag;
	struct mcd_control *control = &c->evidence->nics[nic].control;
	struct mcd_asked *asked = &c->asked[nic];
	struct mcd_ping_reply reply;

	while (mcd_ping_receive(&asked->ping, &reply)) {
		const unsigned number = reply.sequence - 1u;
		int64_t took_ns;

		if (reply.token != token_of(c, nic) || number >= MCD_CONTROL_MOST || !asked->sent_ns[number] || asked->answered >> number & 1)
			continue;
		asked->answered |= 1u << number;
		took_ns = reply.when_ns > asked->sent_ns[number] ? reply.when_ns - asked->sent_ns[number] : 0; /* a clock may be set */
		if (control->received++ == 0 || took_ns < control->least_ns)
			control->least_ns = took_ns;
		control->total_ns += took_ns;
	}
}

static bool is_owed(const struct mcd_controls *c)
{
	for (size_t i = 0; i < c->evidence->nnics; i++)
		if (c->evidence->nics[i].control.received < c->evidence->nics[i].control.sent)
			return true;
	return false;
}

bool mcd_controls_are_over(const struct mcd_controls *c)
{
	return !c->asked || c->over || (c->rounds == MCD_CONTROL_MOST && (!is_owed(c) || mcd_clock_ns() >= c->next_ns));
}

int64_t mcd_controls_next(const struct mcd_controls *c)
{
	return mcd_controls_are_over(c) ? INT64_MAX : c->next_ns;
}

void mcd_controls_close(struct mcd_controls *c)
{
	struct mcd_vec addresses;

	mcd_vec_init(&addresses, sizeof(struct mcd_addr));
	mcd_lookup_end(c->lookup, &addresses); /* where the run ended before it was asked for */
	mcd_vec_fini(&addresses);
	c->lookup = NULL;
	if (c->asked)
		count_pending(c);
	for (size_t i = 0; c->asked && i < c->evidence->nnics; i++)
		mcd_ping_close(&c->asked[i].ping);
	free(c->asked);
	c->asked = NULL;
}
