/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/probing.h"

#include "command/plan.h"
#include "evidence/observe.h"
#include "net/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool open_socket(struct mcd_prober *prober, unsigned family, struct mcd_err *err)
{
	const struct mcd_request *request = prober->evidence->request;
	const struct mcd_sock_send how = { .family = family == MCD_IPV6 ? 6 : 4, .source_port = request->source_port, .ttl = request->ttl,
					   .dscp = request->dscp, .loop = request->loop };

	return mcd_sock_open_send(&prober->socks[family], &how, err);
}

bool mcd_prober_open(struct mcd_prober *out, struct mcd_evidence *evidence, struct mcd_err *err)
{
	const struct mcd_request *request = evidence->request;

	*out = (struct mcd_prober){ .evidence = evidence, .socks = { { .fd = -1 }, { .fd = -1 } } };
	out->room = MCD_PROBE_LINE + strlen(request->message) + 1;
	if (out->room < request->payload_size)
		out->room = request->payload_size;
	out->payload = malloc(out->room);
	if (!out->payload) {
		mcd_err_set(err, "out of memory");
		return false;
	}
	for (unsigned family = 0; family < MCD_FAMILIES; family++)
		if (mcd_request_has_family(request, family) && !open_socket(out, family, err)) {
			mcd_prober_close(out);
			return false;
		}
	return true;
}

void mcd_prober_close(struct mcd_prober *prober)
{
	for (unsigned family = 0; family < MCD_FAMILIES; family++)
		mcd_sock_close(&prober->socks[family]);
	free(prober->payload);
	prober->payload = NULL;
}

static void send_one(struct mcd_prober *prober, size_t index, size_t place)
{
	const struct mcd_request *request = prober->evidence->request;
	const struct mcd_group *group = &request->groups[place];
	const struct mcd_nic *nic = &prober->evidence->nics[index];
	struct mcd_probe probe = { .session = prober->evidence->session, .sequence = prober->sequence, .ttl = request->ttl };
	struct mcd_err err = { 0 };
	size_t length;
	bool sent;

	snprintf(probe.host, sizeof probe.host, "%s", prober->evidence->before.name);
	snprintf(probe.iface, sizeof probe.iface, "%s", nic->iface->name);
	probe.sent_ns = mcd_clock_wall_ns();
	length = mcd_probe_write(prober->payload, prober->room, &probe, request->message, request->payload_size);
	sent = mcd_sock_send(&prober->socks[mcd_addr_place(group->address)], nic->iface, group->address, group->port, prober->payload, length, &err);
	mcd_observe_sent(prober->evidence, index, place, probe.sent_ns, sent ? NULL : &err);
}

void mcd_prober_round(struct mcd_prober *prober)
{
	prober->sequence++;
	for (size_t i = 0; i < prober->evidence->nnics; i++)
		for (size_t g = 0; g < prober->evidence->request->ngroups; g++)
			if (mcd_plan_tests(&prober->evidence->nics[i], g))
				send_one(prober, i, g);
}
