/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/evidence.h"
#include "evidence/tables.h"

#include <stdlib.h>

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
	mcd_vec_fini(&nic->streams);
	for (size_t i = 0; nic->tasks && i < ngroups; i++)
		mcd_vec_fini(&nic->tasks[i].send_errors);
	free(nic->tasks);
	if (nic->tables) {
		mcd_index_fini(&nic->tables->streams);
		mcd_index_fini(&nic->tables->members);
		mcd_index_fini(&nic->tables->probes);
		mcd_direction_fini(nic->tables);
		free(nic->tables->fragments);
	}
	free(nic->tables);
}

bool mcd_evidence_init(struct mcd_evidence *out, const struct mcd_request *request, struct mcd_iface_list *ifaces, const size_t *rows, size_t nrows)
{
	*out = (struct mcd_evidence){ .request = request, .ifaces = *ifaces };
	mcd_host_init(&out->before);
	mcd_host_init(&out->after);
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
	*evidence = (struct mcd_evidence){ .request = NULL };
}

struct mcd_nic *mcd_evidence_nic(const struct mcd_evidence *evidence, unsigned ifindex)
{
	for (size_t i = 0; ifindex != 0 && i < evidence->nnics; i++)
		if (evidence->nics[i].iface->index == ifindex)
			return &evidence->nics[i];
	return NULL;
}

bool mcd_evidence_is_local(const struct mcd_evidence *evidence, struct mcd_addr address)
{
	for (size_t i = 0; i < evidence->ifaces.count; i++)
		if (mcd_iface_has_address(&evidence->ifaces.at[i], address))
			return true;
	return false;
}
