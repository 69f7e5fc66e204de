/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/plan.h"

#include "diagnose/diagnose.h"

#include <inttypes.h>
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

/* The interface that a group is asked about alone has to be one of those that are. */
static bool check_zones(const struct mcd_request *request, const struct mcd_iface_list *ifaces, const enum choice *choices, struct mcd_err *err)
{
	for (size_t g = 0; g < request->ngroups; g++) {
		const char *zone = request->groups[g].zone;
		const struct mcd_iface *iface = zone ? mcd_iface_find(ifaces, zone, NULL) : NULL;

		if (zone && !iface)
			mcd_err_set(err, "--group: '%.160s' is no interface of this host, by name or index", zone);
		else if (zone && choices[iface - ifaces->at] == CHOICE_NONE)
			mcd_err_set(err, "--group: '%.160s' is not among the interfaces that --iface chooses", zone);
		else
			continue;
		return false;
	}
	return true;
}

/* An interface that was named is tried without an address too. */
static enum mcd_unusable judge_task(const struct mcd_iface_list *ifaces, const struct mcd_nic *nic, const struct mcd_group *group)
{
	const unsigned family = mcd_addr_place(group->address);

	if (group->zone && mcd_iface_find(ifaces, group->zone, NULL) != nic->iface)
		return MCD_UNUSABLE_OTHER_ZONE;
	if (!nic->named && !mcd_iface_has_family(nic->iface, family))
		return family == MCD_IPV6 ? MCD_UNUSABLE_NO_IPV6_ADDRESS : MCD_UNUSABLE_NO_ADDRESS;
	return MCD_USABLE;
}

/* Group by group; where none can be tested there, the interface cannot be used. */
static void judge_tasks(const struct mcd_request *request, const struct mcd_iface_list *ifaces, struct mcd_nic *nic)
{
	bool any = request->ngroups == 0;

	for (size_t g = 0; g < request->ngroups; g++) {
		nic->tasks[g].unusable = judge_task(ifaces, nic, &request->groups[g]);
		any = any || nic->tasks[g].unusable == MCD_USABLE;
	}
	if (nic->unusable == MCD_USABLE && !any)
		nic->unusable = nic->tasks[0].unusable;
}

static enum mcd_unusable judge_use(const struct mcd_iface_list *ifaces, const struct mcd_iface *iface, bool named)
{
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
	return MCD_USABLE;
}

bool mcd_plan(const struct mcd_request *request, struct mcd_iface_list *ifaces, struct mcd_evidence *out, struct mcd_err *err)
{
	enum choice *choices = calloc(ifaces->count + 1, sizeof *choices);
	size_t *rows = calloc(ifaces->count + 1, sizeof *rows), nrows = 0;
	bool good = choices && rows;

	if (!good)
		mcd_err_set(err, "out of memory");
	good = good && choose(request, ifaces, choices, err) && check_zones(request, ifaces, choices, err);
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
		judge_tasks(request, &out->ifaces, nic);
	}
	free(choices);
	free(rows);
	return good;
}

bool mcd_plan_tests(const struct mcd_nic *nic, size_t group)
{
	return mcd_nic_is_used(nic) && nic->tasks[group].unusable == MCD_USABLE;
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

static void print_pace(FILE *out, const struct mcd_request *request)
{
	const struct mcd_rate *rate = &request->rate;

	if (request->count)
		fprintf(out, ", %" PRIu64 " packet%s", request->count, request->count == 1 ? "" : "s");
	if (request->duration_ms)
		fprintf(out, ", for %" PRId64 ".%03" PRId64 " s%s", request->duration_ms / 1000, request->duration_ms % 1000, request->count ? " at most" : "");
	if (rate->bits)
		fprintf(out, ", %" PRIu64 " bits/s", rate->bits);
	else
		fprintf(out, ", %g packets/s", (double)rate->millipackets / 1000);
	fprintf(out, ", TTL %d", request->ttl);
}

void mcd_plan_print(FILE *out, const struct mcd_evidence *evidence)
{
	const struct mcd_request *request = evidence->request;
	char text[MCD_ADDR_TEXT];

	fputs("Nothing is done; this is the plan.\n", out);
	for (size_t i = 0; i < evidence->nnics; i++) {
		const struct mcd_nic *nic = &evidence->nics[i];

		if (!mcd_nic_is_used(nic)) {
			fprintf(out, "%s: %s\n", nic->iface->name,
				nic->role == MCD_ROLE_OBSERVED ? "observe only" : mcd_unusable_name(nic->unusable));
			continue;
		}
		for (size_t g = 0; g < request->ngroups; g++) {
			const struct mcd_group *group = &request->groups[g];
			const bool v4 = mcd_addr_is_v4(group->address);

			if (!mcd_plan_tests(nic, g))
				continue;
			fprintf(out, "%s: %s %s%s%s:%u", nic->iface->name, request->join ? "join" : request->send_only ? "send to" : "watch",
				v4 ? "" : "[", mcd_addr_format(group->address, text), v4 ? "" : "]", group->port);
			print_sources(out, group);
			if (request->send_only)
				print_pace(out, request);
			else if (request->send)
				fprintf(out, ", send probes with TTL %d", request->ttl);
			fputc('\n', out);
		}
		if (request->peer)
			fprintf(out, "%s: send %d echo requests to %s, if the way there is by this interface\n", nic->iface->name, MCD_CONTROL_MOST,
				request->peer);
		for (unsigned family = 0; family < MCD_FAMILIES; family++)
			if (mcd_request_has_scratch(request, family))
				fprintf(out, "%s: join and leave %s, to prove that a querier lives\n", nic->iface->name,
					mcd_addr_format(request->scratch_groups[family], text));
	}
}

void mcd_plan_announce(FILE *out, const struct mcd_evidence *evidence)
{
	size_t active = 0;

	if (!evidence->request->join)
		return;
	for (size_t i = 0; i < evidence->nnics; i++) {
		const struct mcd_nic *nic = &evidence->nics[i];

		if (!mcd_nic_is_used(nic))
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
