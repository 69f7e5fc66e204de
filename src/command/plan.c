/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/plan.h"

#include "diagnose/diagnose.h"

#include <stdlib.h>
#include <string.h>

enum { MANY_NICS = 4 }; /* a join of a named group on this many interfaces is worth a word */

enum choice { CHOICE_NONE, CHOICE_ALL, CHOICE_NAMED };

/* Fills one choice for each interface of the list. */
static bool choose(const struct mcd_request *request, const struct mcd_iface_list *ifaces, enum choice *choices, struct mcd_err *err)
{
	for (size_t i = 0; request->all_interfaces && i < ifaces->count; i++)
		if (!(ifaces->at[i].flags & MCD_IFACE_LOOPBACK))
			choices[i] = CHOICE_ALL;
	for (size_t i = 0; i < request->ninterfaces; i++) {
		const char *text = request->interfaces[i];
		const struct mcd_iface *iface;
		struct mcd_addr address;

		if (strcmp(text, "all") == 0)
			continue;
		iface = mcd_iface_find(ifaces, text, NULL);
		if (!iface) {
			mcd_err_set(err, "--iface: '%.160s' is no interface of this host, by name, index or address", text);
			return false;
		}
		choices[iface - ifaces->at] = CHOICE_NAMED;
		for (size_t k = 0; mcd_addr_parse(text, &address) && k < ifaces->count; k++)
			if (mcd_iface_has_address(&ifaces->at[k], address))
				choices[k] = CHOICE_NAMED; /* an address that two hold means both */
	}
	return true;
}

static enum mcd_unusable judge_use(const struct mcd_iface_list *ifaces, const struct mcd_iface *iface, bool named)
{
	struct mcd_addr address;

	if (!(iface->flags & MCD_IFACE_UP))
		return MCD_UNUSABLE_DOWN;
	if (iface->flags & MCD_IFACE_LOOPBACK)
		return MCD_UNUSABLE_LOOPBACK;
	if (mcd_iface_is_enslaved(ifaces, iface))
		return MCD_UNUSABLE_ENSLAVED;
	if (!(iface->flags & MCD_IFACE_CARRIER))
		return MCD_UNUSABLE_NO_CARRIER;
	if (!named && !(iface->flags & MCD_IFACE_MULTICAST))
		return MCD_UNUSABLE_NO_MULTICAST;
	if (!named && !mcd_iface_ipv4(iface, &address))
		return MCD_UNUSABLE_NO_ADDRESS;
	return MCD_USABLE;
}

bool mcd_plan(const struct mcd_request *request, struct mcd_iface_list *ifaces, struct mcd_evidence *out, struct mcd_err *err)
{
	enum choice *choices = calloc(ifaces->count + 1, sizeof *choices);
	size_t *rows = calloc(ifaces->count + 1, sizeof *rows), nrows = 0;
	bool good = choices && rows;

	if (!good)
		mcd_err_set(err, "out of memory");
	good = good && choose(request, ifaces, choices, err);
	for (size_t i = 0; good && i < ifaces->count; i++)
		if (choices[i] != CHOICE_NONE || (!request->only_chosen && (request->survey || ifaces->at[i].flags & MCD_IFACE_UP)))
			rows[nrows++] = i;
	if (good && !mcd_evidence_init(out, request, ifaces, rows, nrows)) {
		mcd_err_set(err, "out of memory");
		good = false;
	}
	for (size_t i = 0; good && i < nrows; i++) {
		struct mcd_nic *nic = &out->nics[i];

		nic->role = choices[rows[i]] == CHOICE_NONE ? MCD_ROLE_OBSERVED : MCD_ROLE_CHOSEN;
		nic->named = choices[rows[i]] == CHOICE_NAMED;
		nic->unusable = judge_use(&out->ifaces, nic->iface, nic->named);
	}
	free(choices);
	free(rows);
	return good;
}

bool mcd_plan_active(const struct mcd_nic *nic)
{
	return nic->role == MCD_ROLE_CHOSEN && nic->unusable == MCD_USABLE;
}

bool mcd_plan_captured(const struct mcd_nic *nic)
{
	return nic->unusable != MCD_UNUSABLE_DOWN;
}

static void print_sources(FILE *out, const struct mcd_group *group)
{
	char text[MCD_ADDR_TEXT];

	for (size_t i = 0; i < group->nsources; i++)
		fprintf(out, "%s%s", i ? "," : group->mode == MCD_INCLUDE ? " from " : " from all but ", mcd_addr_format(group->sources[i], text));
}

void mcd_plan_print(FILE *out, const struct mcd_evidence *evidence)
{
	const struct mcd_request *request = evidence->request;
	char text[MCD_ADDR_TEXT];

	fputs("Nothing is done; this is the plan.\n", out);
	for (size_t i = 0; i < evidence->nnics; i++) {
		const struct mcd_nic *nic = &evidence->nics[i];

		if (!mcd_plan_active(nic)) {
			fprintf(out, "%s: %s\n", nic->iface->name,
				nic->role == MCD_ROLE_OBSERVED ? "observe only" : mcd_unusable_name(nic->unusable));
			continue;
		}
		for (size_t g = 0; g < request->ngroups; g++) {
			const struct mcd_group *group = &request->groups[g];

			fprintf(out, "%s: %s %s:%u", nic->iface->name, request->join ? "join" : "watch", mcd_addr_format(group->address, text), group->port);
			print_sources(out, group);
			if (request->send)
				fprintf(out, ", send probes with TTL %d", request->ttl);
			fputc('\n', out);
		}
		if (request->has_scratch)
			fprintf(out, "%s: join and leave %s, to prove that a querier lives\n", nic->iface->name, mcd_addr_format(request->scratch_group, text));
	}
}

void mcd_plan_announce(FILE *out, const struct mcd_evidence *evidence)
{
	size_t active = 0;

	if (!evidence->request->join)
		return;
	for (size_t i = 0; i < evidence->nnics; i++) {
		const struct mcd_nic *nic = &evidence->nics[i];

		if (!mcd_plan_active(nic))
			continue;
		active++;
		if (nic->iface->flags & MCD_IFACE_WIFI)
			fprintf(out, "mcdiag: joining on %s (Wi-Fi) draws the group's traffic through the air, at the lowest rate; --iface LIST avoids it\n",
				nic->iface->name);
	}
	if (active >= MANY_NICS && !evidence->request->self_test)
		fprintf(out, "mcdiag: joining %zu named group%s on %zu interfaces draws the traffic to each of them; --iface LIST limits it\n",
			evidence->request->ngroups, evidence->request->ngroups == 1 ? "" : "s", active);
}
