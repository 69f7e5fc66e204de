/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/probing.h"

#include "command/plan.h"
#include "evidence/observe.h"
#include "net/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool mcd_prober_open(struct mcd_prober *out, struct mcd_evidence *evidence, struct mcd_err *err)
{
	const struct mcd_request *request = evidence->request;
	const struct mcd_sock_send how = { .family = 4, .source_port = request->source_port, .ttl = request->ttl, .dscp = request->dscp,
					   .loop = request->loop };

	*out = (struct mcd_prober){ .evidence = evidence, .sock = { .fd = -1 } };
	out->room = MCD_PROBE_LINE + strlen(request->message) + 1;
	if (out->room < request->payload_size)
		out->room = request->payload_size;
	out->payload = malloc(out->room);
	if (!out->payload) {
		mcd_err_set(err, "out of memory");
		return false;
	}
	if (mcd_sock_open_send(&out->sock, &how, err))
		return true;
	mcd_prober_close(out);
	return false;
}

void mcd_prober_close(struct mcd_prober *prober)
{
	mcd_sock_close(&prober->sock);
	free(prober->payload);
	prober->payload = NULL;
}

static void send_one(struct mcd_prober *prober, size_t index, size_t group)
{
	const struct mcd_request *request = prober->evidence->request;
	const struct mcd_nic *nic = &prober->evidence->nics[index];
	struct mcd_probe probe = { .session = prober->evidence->session, .sequence = prober->sequence, .ttl = request->ttl };
	struct mcd_err err = { 0 };
	size_t length;
	bool sent;

	snprintf(probe.host, sizeof probe.host, "%s", prober->evidence->before.name);
	snprintf(probe.iface, sizeof probe.iface, "%s", nic->iface->name);
	probe.sent_ns = mcd_clock_wall_ns();
	length = mcd_probe_write(prober->payload, prober->room, &probe, request->message, request->payload_size);
	sent = mcd_sock_send(&prober->sock, nic->iface, request->groups[group].address, request->groups[group].port, prober->payload, length, &err);
	mcd_observe_sent(prober->evidence, index, group, probe.sent_ns, sent ? NULL : &err);
}

void mcd_prober_round(struct mcd_prober *prober)
{
	prober->sequence++;
	for (size_t i = 0; i < prober->evidence->nnics; i++)
		for (size_t g = 0; mcd_plan_active(&prober->evidence->nics[i]) && g < prober->evidence->request->ngroups; g++)
			send_one(prober, i, g);
}
