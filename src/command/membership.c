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

static const struct mcd_group *group_at(const struct mcd_memberships *m, size_t i)
{
	return &m->evidence->request->groups[m->order[i]];
}

/* Groups from FIRST on that one socket can hold: one port, at most MOST; a socket bound to its group holds that one only. */
static size_t batch_end(const struct mcd_memberships *m, size_t first)
{
	size_t last = first + 1;

	while (!m->evidence->request->bind_group && last < m->evidence->request->ngroups && last - first < m->per_socket &&
	       group_at(m, last)->port == group_at(m, first)->port)
		last++;
	return last;
}

/* The request's groups, ports together, otherwise in the order of the request. */
static void order_groups(struct mcd_memberships *m, const struct mcd_request *request)
{
	for (size_t i = 0; i < request->ngroups; i++) {
		size_t at = i;

		while (at > 0 && request->groups[m->order[at - 1]].port > request->groups[i].port) {
			m->order[at] = m->order[at - 1];
			at--;
		}
		m->order[at] = i;
	}
}

bool mcd_memberships_init(struct mcd_memberships *out, struct mcd_evidence *evidence, size_t most, struct mcd_err *err)
{
	const struct mcd_request *request = evidence->request;
	size_t active = 0;

	memset(out, 0, sizeof *out);
	out->evidence = evidence;
	out->per_socket = most;
	out->order = calloc(request->ngroups, sizeof *out->order);
	out->receivers = calloc(evidence->nnics * request->ngroups + 1, sizeof *out->receivers);
	out->scratch = calloc(evidence->nnics / most + 1, sizeof *out->scratch);
	if (!out->order || !out->receivers || !out->scratch) {
		mcd_memberships_fini(out);
		mcd_err_set(err, "out of memory");
		return false;
	}
	order_groups(out, request);
	for (size_t nic = 0; request->join && nic < evidence->nnics; nic++) {
		if (!mcd_plan_active(&evidence->nics[nic]))
			continue;
		active++;
		for (size_t first = 0; first < request->ngroups; first = out->receivers[out->nreceivers++].last)
			out->receivers[out->nreceivers] = (struct mcd_receiver){ { .fd = -1 }, nic, first, batch_end(out, first), false };
	}
	out->nscratch = request->has_scratch ? (active + most - 1) / most : 0;
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
	free(m->order);
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
	const struct mcd_group *group = group_at(m, receiver->first);
	struct mcd_nic *nic = &m->evidence->nics[receiver->nic];
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
	for (size_t i = receiver->first; i < receiver->last; i++) {
		struct mcd_task *task = &nic->tasks[m->order[i]];

		mcd_observe_act(nic, &task->socket, called, mcd_clock_wall_ns(), bound ? NULL : &err);
		if (!open)
			mcd_observe_act(nic, &task->join, called, mcd_clock_wall_ns(), &err);
	}
	return open;
}

static void join_tasks(struct mcd_memberships *m, struct mcd_receiver *receiver)
{
	struct mcd_nic *nic = &m->evidence->nics[receiver->nic];

	for (size_t i = receiver->first; i < receiver->last; i++) {
		struct mcd_task *task = &nic->tasks[m->order[i]];
		int64_t called = mcd_clock_wall_ns(), done;
		struct mcd_err err = { 0 };
		bool joined = mcd_sock_join(&receiver->sock, nic->iface, group_at(m, i), NULL, &err);

		done = mcd_clock_wall_ns();
		mcd_observe_act(nic, &task->join, called, done, joined ? NULL : &err);
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
			join_tasks(m, &m->receivers[i]);
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
		struct mcd_nic *nic = &m->evidence->nics[receiver->nic];

		for (size_t i = receiver->first; i < receiver->last; i++) {
			struct mcd_task *task = &nic->tasks[m->order[i]];
			int64_t called = mcd_clock_wall_ns();
			struct mcd_err err = { 0 };
			bool left;

			if (!task->join.done)
				continue;
			left = mcd_sock_leave(&receiver->sock, nic->iface, group_at(m, i), &err);
			mcd_observe_act(nic, &task->leave, called, mcd_clock_wall_ns(), left ? NULL : &err);
		}
	}
}

static void on_arrival(void *context, const struct mcd_arrival *arrival)
{
	mcd_observe_arrival(context, arrival);
}

void mcd_memberships_receive(struct mcd_memberships *m, struct mcd_receiver *receiver)
{
	struct mcd_nic *nic = &m->evidence->nics[receiver->nic];

	if (receiver->sock.fd < 0)
		return;
	mcd_sock_receive(&receiver->sock, receiver->nic, READ_AT_ONCE, on_arrival, m->evidence, NULL);
	for (size_t i = receiver->first; i < receiver->last; i++)
		nic->tasks[m->order[i]].socket_dropped = receiver->sock.dropped;
}
