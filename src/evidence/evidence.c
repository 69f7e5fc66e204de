/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/evidence.h"
#include "evidence/tables.h"

#include <stdlib.h>
#include <string.h>

static bool init_nic(struct mcd_nic *nic, const struct mcd_evidence *evidence, const struct mcd_iface *iface)
{
	const size_t ngroups = evidence->request->ngroups;

	nic->iface = iface;
	mcd_vec_init(&nic->reports, sizeof(struct mcd_report));
	mcd_vec_init(&nic->queries, sizeof(struct mcd_query));
	mcd_vec_init(&nic->queriers, sizeof(struct mcd_querier));
	mcd_vec_init(&nic->members, sizeof(struct mcd_member));
	mcd_vec_init(&nic->streams, sizeof(struct mcd_stream));
	mcd_vec_init(&nic->probes, sizeof(struct mcd_probe_seen));
	mcd_vec_init(&nic->others, sizeof(struct mcd_other_igmp));
	nic->tasks = calloc(ngroups ? ngroups : 1, sizeof *nic->tasks);
	nic->tables = calloc(1, sizeof *nic->tables);
	if (!nic->tasks || !nic->tables)
		return false;
	for (size_t i = 0; i < ngroups; i++)
		mcd_vec_init(&nic->tasks[i].send_errors, sizeof(struct mcd_send_error));
	return mcd_direction_init(nic->tables, &evidence->ifaces, iface);
}

static void fini_nic(struct mcd_nic *nic, size_t ngroups)
{
	for (size_t i = 0; i < nic->reports.count; i++)
		free(((struct mcd_report *)mcd_vec_at(&nic->reports, i))->sources);
	for (size_t i = 0; i < nic->members.count; i++)
		free(((struct mcd_member *)mcd_vec_at(&nic->members, i))->sources);
	mcd_probes_fini(nic);
	mcd_vec_fini(&nic->reports);
	mcd_vec_fini(&nic->queries);
	mcd_vec_fini(&nic->queriers);
	mcd_vec_fini(&nic->members);
	mcd_vec_fini(&nic->others);
	mcd_streams_fini(nic);
	for (size_t i = 0; nic->tasks && i < ngroups; i++) {
		mcd_vec_fini(&nic->tasks[i].send_errors);
		mcd_filter_fini(&nic->tasks[i].in_socket);
		mcd_filter_fini(&nic->tasks[i].in_kernel);
		free(nic->tasks[i].phases);
	}
	free(nic->tasks);
	if (nic->tables) {
		mcd_index_fini(&nic->tables->streams);
		mcd_index_fini(&nic->tables->members);
		mcd_index_fini(&nic->tables->queriers);
		mcd_index_fini(&nic->tables->probes);
		mcd_direction_fini(nic->tables);
		free(nic->tables->fragments);
	}
	free(nic->tables);
}

bool mcd_evidence_init(struct mcd_evidence *out, const struct mcd_request *request, struct mcd_iface_list *ifaces, const size_t *rows, size_t nrows)
{
	*out = (struct mcd_evidence){ .request = request, .ifaces = *ifaces, .ifaces_room = ifaces->count, .nics_room = nrows };
	mcd_host_init(&out->before);
	mcd_host_init(&out->after);
	mcd_drops_init(&out->drops);
	mcd_firewall_init(&out->firewall);
	out->nics = calloc(nrows ? nrows : 1, sizeof *out->nics);
	for (size_t i = 0; out->nics && i < nrows; i++) {
		out->nnics++; /* counted before it is whole, so that fini frees what there is */
		if (!init_nic(&out->nics[i], out, &out->ifaces.at[rows[i]])) {
			out->ifaces = (struct mcd_iface_list){ NULL, 0 };
			mcd_evidence_fini(out);
			return false;
		}
	}
	if (out->nics)
		*ifaces = (struct mcd_iface_list){ NULL, 0 };
	else
		*out = (struct mcd_evidence){ .request = NULL };
	return out->nics != NULL;
}

void mcd_evidence_fini(struct mcd_evidence *evidence)
{
	for (size_t i = 0; i < evidence->nnics; i++)
		fini_nic(&evidence->nics[i], evidence->request->ngroups);
	free(evidence->nics);
	mcd_iface_list_fini(&evidence->ifaces);
	mcd_host_fini(&evidence->before);
	mcd_host_fini(&evidence->after);
	mcd_drops_fini(&evidence->drops);
	mcd_firewall_fini(&evidence->firewall);
	*evidence = (struct mcd_evidence){ .request = NULL };
}

/* Room for one more row. */
static bool make_nic_room(struct mcd_evidence *evidence)
{
	size_t room = evidence->nics_room ? evidence->nics_room * 2 : 1;
	struct mcd_nic *nics;

	if (evidence->nnics < evidence->nics_room)
		return true;
	nics = realloc(evidence->nics, room * sizeof *nics);
	if (!nics)
		return false;
	evidence->nics = nics;
	evidence->nics_room = room;
	return true;
}

/* Room for one more interface; what the rows point to follows it. */
static bool make_iface_room(struct mcd_evidence *evidence)
{
	size_t room = evidence->ifaces_room ? evidence->ifaces_room * 2 : 1;
	struct mcd_iface_list *list = &evidence->ifaces;
	struct mcd_iface *at;

	if (list->count < evidence->ifaces_room)
		return true;
	at = calloc(room, sizeof *at);
	if (!at)
		return false;
	evidence->ifaces_room = room;
	if (list->count)
		memcpy(at, list->at, list->count * sizeof *at);
	for (size_t i = 0; i < evidence->nnics; i++)
		evidence->nics[i].iface = at + (evidence->nics[i].iface - list->at);
	free(list->at);
	list->at = at;
	return true;
}

/* The place of a copy of IFACE at the end of the list; NULL when memory is out. */
static const struct mcd_iface *add_iface(struct mcd_evidence *evidence, const struct mcd_iface *iface)
{
	struct mcd_iface_list *list = &evidence->ifaces;
	struct mcd_iface_address *addresses = NULL;

	if (!make_iface_room(evidence) || (iface->naddresses && !(addresses = calloc(iface->naddresses, sizeof *addresses))))
		return NULL;
	if (addresses)
		memcpy(addresses, iface->addresses, iface->naddresses * sizeof *addresses);
	list->at[list->count] = *iface;
	list->at[list->count].addresses = addresses;
	return &list->at[list->count++];
}

size_t mcd_evidence_add(struct mcd_evidence *evidence, const struct mcd_iface *iface)
{
	const struct mcd_iface *added = NULL;
	struct mcd_nic *nic;

	if (evidence->nnics < MCD_MAX_NICS && make_nic_room(evidence))
		added = add_iface(evidence, iface);
	if (!added)
		return SIZE_MAX;
	nic = &evidence->nics[evidence->nnics++]; /* counted before it is whole, so that fini frees what there is */
	*nic = (struct mcd_nic){ .role = MCD_ROLE_CHOSEN };
	return init_nic(nic, evidence, added) ? evidence->nnics - 1 : SIZE_MAX;
}

struct mcd_nic *mcd_evidence_nic(const struct mcd_evidence *evidence, unsigned ifindex)
{
	for (size_t i = 0; ifindex != 0 && i < evidence->nnics; i++)
		if (evidence->nics[i].iface->index == ifindex)
			return &evidence->nics[i];
	return NULL;
}

size_t mcd_evidence_used(const struct mcd_evidence *evidence)
{
	size_t count = 0;

	for (size_t i = 0; i < evidence->nnics; i++)
		count += mcd_nic_is_used(&evidence->nics[i]);
	return count;
}

bool mcd_evidence_is_local(const struct mcd_evidence *evidence, struct mcd_addr address)
{
	for (size_t i = 0; i < evidence->ifaces.count && !evidence->passive; i++)
		if (mcd_iface_has_address(&evidence->ifaces.at[i], address))
			return true;
	return false;
}
