/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/membership.h"

#include "command/plan.h"
#include "evidence/observe.h"
#include "net/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { RECEIVE_BUFFER = 4 << 20, READ_AT_ONCE = 4096 };

static const struct mcd_group *group_of(const struct mcd_memberships *m, const struct mcd_holding *holding)
{
	return &m->evidence->request->groups[holding->group];
}

static struct mcd_nic *nic_of(const struct mcd_memberships *m, const struct mcd_holding *holding)
{
	return &m->evidence->nics[holding->nic];
}

static struct mcd_task *task_of(const struct mcd_memberships *m, const struct mcd_holding *holding)
{
	return &nic_of(m, holding)->tasks[holding->group];
}

/* Every membership of the NICs' groups that have PORT. */
static void hold_port(struct mcd_memberships *m, uint16_t port)
{
	const struct mcd_request *request = m->evidence->request;

	for (size_t nic = 0; nic < m->evidence->nnics; nic++)
		for (size_t g = 0; mcd_plan_active(&m->evidence->nics[nic]) && g < request->ngroups; g++)
			if (request->groups[g].port == port)
				m->holdings[m->nholdings++] = (struct mcd_holding){ nic, g };
}

static bool is_first_of_port(const struct mcd_request *request, size_t group)
{
	for (size_t g = 0; g < group; g++)
		if (request->groups[g].port == request->groups[group].port)
			return false;
	return true;
}

/* Whether one socket can hold B beside A. */
static bool fit_together(const struct mcd_memberships *m, const struct mcd_holding *a, const struct mcd_holding *b, bool share)
{
	if (m->evidence->request->bind_group && a->group != b->group)
		return false; /* bound to the group, it gets that one only */
	return group_of(m, a)->port == group_of(m, b)->port && (share || a->nic == b->nic);
}

/* Cut the holdings into receivers. */
static void plan_receivers(struct mcd_memberships *m, bool share)
{
	for (size_t i = 0; i < m->nholdings; i++) {
		struct mcd_receiver *last = m->nreceivers ? &m->receivers[m->nreceivers - 1] : NULL;

		if (last && last->nholdings < m->per_socket && fit_together(m, last->holdings, &m->holdings[i], share))
			last->nholdings++;
		else
			m->receivers[m->nreceivers++] = (struct mcd_receiver){ { .fd = -1 }, &m->holdings[i], 1 };
	}
}

bool mcd_memberships_init(struct mcd_memberships *out, struct mcd_evidence *evidence, size_t most, bool share, struct mcd_err *err)
{
	const struct mcd_request *request = evidence->request;
	size_t active = 0;

	memset(out, 0, sizeof *out);
	out->evidence = evidence;
	out->per_socket = most;
	out->holdings = calloc(evidence->nnics * request->ngroups + 1, sizeof *out->holdings);
	out->receivers = calloc(evidence->nnics * request->ngroups + 1, sizeof *out->receivers);
	out->scratch = calloc(evidence->nnics / most + 1, sizeof *out->scratch);
	if (!out->holdings || !out->receivers || !out->scratch) {
		mcd_memberships_fini(out);
		mcd_err_set(err, "out of memory");
		return false;
	}
	for (size_t g = 0; request->join && g < request->ngroups; g++)
		if (is_first_of_port(request, g))
			hold_port(out, request->groups[g].port);
	plan_receivers(out, share);
	for (size_t nic = 0; nic < evidence->nnics; nic++)
		active += mcd_plan_active(&evidence->nics[nic]);
	out->nscratch = request->join && request->has_scratch ? (active + most - 1) / most : 0;
	for (size_t i = 0; i < out->nscratch; i++)
		out->scratch[i].fd = -1;
	return true;
}

void mcd_memberships_fini(struct mcd_memberships *m)
{
	for (size_t i = 0; i < m->nreceivers; i++)
		mcd_sock_close(&m->receivers[i].sock);
	for (size_t i = 0; i < m->nscratch; i++)
		mcd_sock_close(&m->scratch[i]);
	free(m->holdings);
	free(m->receivers);
	free(m->scratch);
	memset(m, 0, sizeof *m);
}

size_t mcd_memberships_files(const struct mcd_memberships *m)
{
	return m->nreceivers + m->nscratch;
}

/* The receiving socket; where the port is taken, one that only holds the memberships, so that the wire is still put to the test. */
static bool open_receiver(struct mcd_memberships *m, struct mcd_receiver *receiver)
{
	const struct mcd_group *group = group_of(m, receiver->holdings);
	struct mcd_sock_receive how = { .family = 4, .port = group->port, .bind_group = m->evidence->request->bind_group, .group = group->address,
					.buffer = RECEIVE_BUFFER };
	int64_t called = mcd_clock_wall_ns();
	struct mcd_err err = { 0 };
	bool bound = mcd_sock_open_receive(&receiver->sock, &how, &err), open = bound;

	if (!bound) {
		how.port = 0;
		how.bind_group = false;
		open = mcd_sock_open_receive(&receiver->sock, &how, NULL);
	}
	for (size_t i = 0; i < receiver->nholdings; i++) {
		struct mcd_nic *nic = nic_of(m, &receiver->holdings[i]);
		struct mcd_task *task = task_of(m, &receiver->holdings[i]);

		mcd_observe_act(nic, &task->socket, called, mcd_clock_wall_ns(), bound ? NULL : &err);
		if (!open)
			mcd_observe_act(nic, &task->join, called, mcd_clock_wall_ns(), &err);
	}
	return open;
}

static void join_all(struct mcd_memberships *m, struct mcd_receiver *receiver)
{
	for (size_t i = 0; i < receiver->nholdings; i++) {
		const struct mcd_holding *holding = &receiver->holdings[i];
		struct mcd_task *task = task_of(m, holding);
		int64_t called = mcd_clock_wall_ns(), done;
		struct mcd_err err = { 0 };
		bool joined = mcd_sock_join(&receiver->sock, nic_of(m, holding)->iface, group_of(m, holding), NULL, &err);

		done = mcd_clock_wall_ns();
		mcd_observe_act(nic_of(m, holding), &task->join, called, done, joined ? NULL : &err);
		if (joined && task->socket.done)
			task->ready_ns = done;
	}
}

/* Opened when the first NIC needs it: per_socket NICs share one. */
static struct mcd_sock *scratch_socket(struct mcd_memberships *m, size_t active, struct mcd_err *err)
{
	struct mcd_sock *sock = &m->scratch[active / m->per_socket];
	struct mcd_sock_receive how = { .family = 4 };

	if (sock->fd < 0 && !mcd_sock_open_receive(sock, &how, err))
		return NULL;
	return sock;
}

static struct mcd_group scratch_group(const struct mcd_memberships *m)
{
	return (struct mcd_group){ .address = m->evidence->request->scratch_group, .mode = MCD_EXCLUDE };
}

/* How many active NICs come before NIC: its place among the scratch sockets. */
static size_t active_before(const struct mcd_memberships *m, size_t nic)
{
	size_t n = 0;

	for (size_t i = 0; i < nic; i++)
		n += mcd_plan_active(&m->evidence->nics[i]);
	return n;
}

static void join_scratch(struct mcd_memberships *m, size_t index, size_t active)
{
	struct mcd_nic *nic = &m->evidence->nics[index];
	struct mcd_group group = scratch_group(m);
	int64_t called = mcd_clock_wall_ns();
	struct mcd_err err = { 0 };
	struct mcd_sock *sock = scratch_socket(m, active, &err);
	bool joined = sock && mcd_sock_join(sock, nic->iface, &group, NULL, &err);

	mcd_observe_act(nic, &nic->scratch.join, called, mcd_clock_wall_ns(), joined ? NULL : &err);
}

void mcd_memberships_join(struct mcd_memberships *m)
{
	size_t active = 0;

	if (!m->evidence->request->join)
		return;
	for (size_t nic = 0; m->nscratch && nic < m->evidence->nnics; nic++)
		if (mcd_plan_active(&m->evidence->nics[nic]))
			join_scratch(m, nic, active++);
	for (size_t i = 0; i < m->nreceivers; i++)
		if (open_receiver(m, &m->receivers[i]))
			join_all(m, &m->receivers[i]);
}

void mcd_memberships_leave_scratch(struct mcd_memberships *m, size_t index)
{
	struct mcd_nic *nic = &m->evidence->nics[index];
	struct mcd_group group = scratch_group(m);
	struct mcd_sock *sock = &m->scratch[active_before(m, index) / m->per_socket];
	int64_t called = mcd_clock_wall_ns();
	struct mcd_err err = { 0 };
	bool left = mcd_sock_leave(sock, nic->iface, &group, &err);

	mcd_observe_act(nic, &nic->scratch.leave, called, mcd_clock_wall_ns(), left ? NULL : &err);
}

void mcd_memberships_leave(struct mcd_memberships *m)
{
	for (size_t r = 0; r < m->nreceivers; r++) {
		struct mcd_receiver *receiver = &m->receivers[r];

		for (size_t i = 0; i < receiver->nholdings; i++) {
			struct mcd_nic *nic = nic_of(m, &receiver->holdings[i]);
			struct mcd_task *task = task_of(m, &receiver->holdings[i]);
			int64_t called = mcd_clock_wall_ns();
			struct mcd_err err = { 0 };
			bool left;

			if (!task->join.done)
				continue;
			left = mcd_sock_leave(&receiver->sock, nic->iface, group_of(m, &receiver->holdings[i]), &err);
			mcd_observe_act(nic, &task->leave, called, mcd_clock_wall_ns(), left ? NULL : &err);
		}
	}
}

void mcd_memberships_filters(struct mcd_memberships *m)
{
	for (size_t r = 0; r < m->nreceivers; r++)
		for (size_t i = 0; i < m->receivers[r].nholdings; i++) {
			const struct mcd_holding *holding = &m->receivers[r].holdings[i];

			if (task_of(m, holding)->join.done)
				mcd_sock_filter(&m->receivers[r].sock, nic_of(m, holding)->iface, group_of(m, holding)->address, &task_of(m, holding)->in_socket);
		}
}

struct delivery {
	struct mcd_evidence *evidence;
	const struct mcd_receiver *receiver;
};

/* Of the NICs that share the socket, the one that it came in by; where it is none of them, the first is told, which then knows it. */
static void on_arrival(void *context, const struct mcd_arrival *arrival)
{
	const struct delivery *delivery = context;
	const struct mcd_receiver *receiver = delivery->receiver;
	struct mcd_arrival placed = *arrival;

	for (size_t i = 0; i < receiver->nholdings; i++)
		if (delivery->evidence->nics[receiver->holdings[i].nic].iface->index == arrival->ifindex)
			placed.nic = receiver->holdings[i].nic;
	mcd_observe_arrival(delivery->evidence, &placed);
}

void mcd_memberships_receive(struct mcd_memberships *m, struct mcd_receiver *receiver)
{
	struct delivery delivery = { m->evidence, receiver };

	if (receiver->sock.fd < 0)
		return;
	mcd_sock_receive(&receiver->sock, receiver->holdings->nic, READ_AT_ONCE, on_arrival, &delivery, NULL);
	for (size_t i = 0; i < receiver->nholdings; i++)
		task_of(m, &receiver->holdings[i])->socket_dropped = receiver->sock.dropped;
}
