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

static bool is_like(const struct mcd_group *a, const struct mcd_group *b)
{
	return a->port == b->port && mcd_addr_place(a->address) == mcd_addr_place(b->address);
}

/* Every membership of the NICs' groups that have port and family of GROUP. */
static void hold_like(struct mcd_memberships *m, const struct mcd_group *group)
{
	const struct mcd_request *request = m->evidence->request;

	for (size_t nic = 0; nic < m->evidence->nnics; nic++)
		for (size_t g = 0; g < request->ngroups; g++)
			if (mcd_plan_tests(&m->evidence->nics[nic], g) && is_like(&request->groups[g], group))
				m->holdings[m->nholdings++] = (struct mcd_holding){ nic, g };
}

static bool is_first_of_its_like(const struct mcd_request *request, size_t group)
{
	for (size_t g = 0; g < group; g++)
		if (is_like(&request->groups[g], &request->groups[group]))
			return false;
	return true;
}

/* Whether one socket can hold B beside A. */
static bool fit_together(const struct mcd_memberships *m, const struct mcd_holding *a, const struct mcd_holding *b, bool share)
{
	if (m->evidence->request->bind_group && (a->group != b->group || (a->nic != b->nic && !mcd_addr_is_v4(group_of(m, a)->address))))
		return false; /* bound to the group, it gets that one only, and in IPv6 perhaps from one link only */
	return is_like(group_of(m, a), group_of(m, b)) && (share || a->nic == b->nic);
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

static bool has_scratch(const struct mcd_memberships *m, unsigned family)
{
	return m->evidence->request->join && mcd_request_has_scratch(m->evidence->request, family);
}

/* A NIC that tests a group of FAMILY proves its querier. */
static bool proves(const struct mcd_memberships *m, size_t nic, unsigned family)
{
	const struct mcd_request *request = m->evidence->request;

	for (size_t g = 0; has_scratch(m, family) && g < request->ngroups; g++)
		if (mcd_plan_tests(&m->evidence->nics[nic], g) && mcd_addr_place(request->groups[g].address) == family)
			return true;
	return false;
}

/* How many NICs before NIC prove the querier of FAMILY: its place among the scratch sockets. */
static size_t proving_before(const struct mcd_memberships *m, size_t nic, unsigned family)
{
	size_t n = 0;

	for (size_t i = 0; i < nic; i++)
		n += proves(m, i, family);
	return n;
}

static bool plan_scratch(struct mcd_memberships *m, unsigned family)
{
	const size_t count = proving_before(m, m->evidence->nnics, family);

	m->nscratch[family] = (count + m->per_socket - 1) / m->per_socket;
	m->scratch[family] = calloc(m->nscratch[family] + 1, sizeof *m->scratch[family]);
	for (size_t i = 0; m->scratch[family] && i < m->nscratch[family]; i++)
		m->scratch[family][i].fd = -1;
	return m->scratch[family] != NULL;
}

bool mcd_memberships_init(struct mcd_memberships *out, struct mcd_evidence *evidence, size_t most, bool share, struct mcd_err *err)
{
	const struct mcd_request *request = evidence->request;

	memset(out, 0, sizeof *out);
	out->evidence = evidence;
	out->per_socket = most;
	out->holdings = calloc(evidence->nnics * request->ngroups + 1, sizeof *out->holdings);
	out->receivers = calloc(evidence->nnics * request->ngroups + 1, sizeof *out->receivers);
	if (!out->holdings || !out->receivers || !plan_scratch(out, MCD_IPV4) || !plan_scratch(out, MCD_IPV6)) {
		mcd_memberships_fini(out);
		mcd_err_set(err, "out of memory");
		return false;
	}
	for (size_t g = 0; request->join && g < request->ngroups; g++)
		if (is_first_of_its_like(request, g))
			hold_like(out, &request->groups[g]);
	plan_receivers(out, share);
	return true;
}

void mcd_memberships_fini(struct mcd_memberships *m)
{
	for (size_t i = 0; i < m->nreceivers; i++)
		mcd_sock_close(&m->receivers[i].sock);
	for (unsigned family = 0; family < MCD_FAMILIES; family++) {
		for (size_t i = 0; m->scratch[family] && i < m->nscratch[family]; i++)
			mcd_sock_close(&m->scratch[family][i]);
		free(m->scratch[family]);
	}
	free(m->holdings);
	free(m->receivers);
	memset(m, 0, sizeof *m);
}

size_t mcd_memberships_files(const struct mcd_memberships *m)
{
	return m->nreceivers + m->nscratch[MCD_IPV4] + m->nscratch[MCD_IPV6];
}

/* The receiving socket; where the port is taken, one that only holds the memberships, so that the wire is still put to the test. */
static bool open_receiver(struct mcd_memberships *m, struct mcd_receiver *receiver)
{
	const struct mcd_group *group = group_of(m, receiver->holdings);
	struct mcd_sock_receive how = { .family = mcd_addr_family(group->address), .port = group->port, .bind_group = m->evidence->request->bind_group,
					.group = group->address, .ifindex = nic_of(m, receiver->holdings)->iface->index, .buffer = RECEIVE_BUFFER, .loop = m->evidence->request->loop };
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

/* The socket of NIC for the scratch group of FAMILY, opened when the first NIC needs it: per_socket NICs share one. */
static struct mcd_sock *scratch_socket(struct mcd_memberships *m, size_t nic, unsigned family, struct mcd_err *err)
{
	struct mcd_sock *sock = &m->scratch[family][proving_before(m, nic, family) / m->per_socket];
	const struct mcd_sock_receive how = { .family = family == MCD_IPV6 ? 6 : 4 };

	if (sock->fd < 0 && !mcd_sock_open_receive(sock, &how, err))
		return NULL;
	return sock;
}

static struct mcd_group scratch_group(const struct mcd_memberships *m, unsigned family)
{
	return (struct mcd_group){ .address = m->evidence->request->scratch_groups[family], .mode = MCD_EXCLUDE };
}

static void join_scratch(struct mcd_memberships *m, size_t index, unsigned family)
{
	struct mcd_nic *nic = &m->evidence->nics[index];
	struct mcd_group group = scratch_group(m, family);
	int64_t called = mcd_clock_wall_ns();
	struct mcd_err err = { 0 };
	struct mcd_sock *sock = scratch_socket(m, index, family, &err);
	bool joined = sock && mcd_sock_join(sock, nic->iface, &group, NULL, &err);

	mcd_observe_act(nic, &nic->scratch[family].join, called, mcd_clock_wall_ns(), joined ? NULL : &err);
}

void mcd_memberships_join(struct mcd_memberships *m)
{
	if (!m->evidence->request->join)
		return;
	for (unsigned family = 0; family < MCD_FAMILIES; family++)
		for (size_t nic = 0; m->nscratch[family] && nic < m->evidence->nnics; nic++)
			if (proves(m, nic, family))
				join_scratch(m, nic, family);
	for (size_t i = 0; i < m->nreceivers; i++)
		if (open_receiver(m, &m->receivers[i]))
			join_all(m, &m->receivers[i]);
}

void mcd_memberships_leave_scratch(struct mcd_memberships *m, size_t index, unsigned family)
{
	struct mcd_nic *nic = &m->evidence->nics[index];
	struct mcd_group group = scratch_group(m, family);
	int64_t called = mcd_clock_wall_ns();
	struct mcd_err err = { 0 };
	struct mcd_sock *sock = scratch_socket(m, index, family, &err);
	bool left = sock && mcd_sock_leave(sock, nic->iface, &group, &err);

	mcd_observe_act(nic, &nic->scratch[family].leave, called, mcd_clock_wall_ns(), left ? NULL : &err);
}

/* What has come is read before: where the system tells no time of arrival, that of the reading stands for it. */
void mcd_memberships_leave(struct mcd_memberships *m)
{
	for (size_t r = 0; r < m->nreceivers; r++) {
		struct mcd_receiver *receiver = &m->receivers[r];

		mcd_memberships_receive(m, receiver);
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
	struct mcd_memberships *memberships;
	const struct mcd_receiver *receiver;
};

/* Of the NICs that share the socket, the one that it came in by; where it is none of them, the first is told, which then knows it. */
static void on_arrival(void *context, const struct mcd_arrival *arrival)
{
	const struct delivery *delivery = context;
	const struct mcd_receiver *receiver = delivery->receiver;
	struct mcd_memberships *m = delivery->memberships;
	struct mcd_arrival placed = *arrival;

	for (size_t i = 0; i < receiver->nholdings; i++)
		if (m->evidence->nics[receiver->holdings[i].nic].iface->index == arrival->ifindex)
			placed.nic = receiver->holdings[i].nic;
	if (!mcd_observe_arrival(m->evidence, &placed))
		return;
	m->received++;
	if (m->hearer.heard)
		m->hearer.heard(m->hearer.context, m->evidence, &placed);
}

void mcd_memberships_receive(struct mcd_memberships *m, struct mcd_receiver *receiver)
{
	struct delivery delivery = { m, receiver };

	if (receiver->sock.fd < 0)
		return;
	mcd_sock_receive(&receiver->sock, receiver->holdings->nic, READ_AT_ONCE, on_arrival, &delivery, NULL);
	for (size_t i = 0; i < receiver->nholdings; i++)
		task_of(m, &receiver->holdings[i])->socket_dropped = receiver->sock.dropped;
}
