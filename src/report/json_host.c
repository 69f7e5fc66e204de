/* SPDX-License-Identifier: ISC */
/* host.json and request.json of --save: what a replay of the folder cannot learn from the captures in it. */
#include <config.h>

#include "report/json.h"

#include <inttypes.h>

static void put_memberships(struct mcd_json *j, cJSON *object, const struct mcd_host *host)
{
	cJSON *list = mcd_json_array(j, object, "memberships");

	for (size_t i = 0; i < host->memberships.count; i++) {
		const struct mcd_host_membership *m = mcd_vec_at(&host->memberships, i);
		cJSON *row = mcd_json_object(j, list, NULL);

		mcd_json_uint(j, row, "index", m->ifindex);
		mcd_json_address(j, row, "group", m->group);
		mcd_json_uint(j, row, "users", m->users);
	}
	list = mcd_json_array(j, object, "sources");
	for (size_t i = 0; i < host->sources.count; i++) {
		const struct mcd_host_source *s = mcd_vec_at(&host->sources, i);
		cJSON *row = mcd_json_object(j, list, NULL);

		mcd_json_uint(j, row, "index", s->ifindex);
		mcd_json_address(j, row, "group", s->group);
		mcd_json_address(j, row, "source", s->source);
		mcd_json_uint(j, row, "include", s->include);
		mcd_json_uint(j, row, "exclude", s->exclude);
	}
}

static void put_view(struct mcd_json *j, cJSON *root, const char *key, const struct mcd_host *host)
{
	cJSON *object = mcd_json_object(j, root, key), *list;

	mcd_json_text(j, object, "name", host->name);
	mcd_json_text(j, object, "os", host->os);
	mcd_json_text(j, object, "kernel", host->kernel);
	mcd_json_text(j, object, "network_namespace", host->network_namespace);
	mcd_json_int(j, object, "igmp_max_memberships", host->igmp_max_memberships);
	mcd_json_int(j, object, "igmp_max_msf", host->igmp_max_msf);
	mcd_json_int(j, object, "igmp_link_local_mcast_reports", host->igmp_link_local_mcast_reports);
	mcd_json_counters(j, mcd_json_object(j, object, "counters"), &host->counters, NULL);
	list = mcd_json_array(j, object, "interfaces");
	for (size_t i = 0; i < host->ifaces.count; i++) {
		const struct mcd_host_iface *facts = mcd_vec_at(&host->ifaces, i);
		cJSON *row = mcd_json_object(j, list, NULL);

		mcd_json_uint(j, row, "index", facts->ifindex);
		mcd_json_int(j, row, "igmp_version", facts->igmp_version);
		mcd_json_int(j, row, "force_igmp_version", facts->force_igmp_version);
		mcd_json_int(j, row, "rp_filter", facts->rp_filter);
	}
	put_memberships(j, object, host);
}

static void put_ifaces(struct mcd_json *j, cJSON *root, const struct mcd_iface_list *ifaces)
{
	cJSON *list = mcd_json_array(j, root, "interfaces");

	for (size_t i = 0; i < ifaces->count; i++) {
		const struct mcd_iface *iface = &ifaces->at[i];
		cJSON *row = mcd_json_object(j, list, NULL);

		mcd_json_iface(j, row, iface);
		mcd_json_text(j, row, "kind", iface->kind);
		mcd_json_uint(j, row, "master", iface->master);
		mcd_json_uint(j, row, "link", iface->link);
		mcd_json_uint(j, row, "vlan_id", iface->vlan_id);
	}
}

static void put_capture(struct mcd_json *j, cJSON *row, const struct mcd_nic *nic)
{
	const struct mcd_nic_capture *capture = &nic->capture;
	cJSON *object = mcd_json_object(j, row, "capture");
	char name[MCD_CAPTURE_NAME];

	mcd_json_text(j, object, "file", mcd_nic_was_captured(nic) ? mcd_report_capture_name(nic->iface, name) : NULL);
	mcd_json_bool(j, object, "tried", capture->tried);
	mcd_json_bool(j, object, "open", capture->open);
	mcd_json_bool(j, object, "denied", capture->denied);
	mcd_json_text(j, object, "error", capture->error);
	mcd_json_int(j, object, "link_type", capture->link_type);
	mcd_json_time(j, object, "opened", capture->opened_ns);
	mcd_json_time(j, object, "closed", capture->closed_ns);
	mcd_json_uint(j, object, "packets", capture->packets);
	mcd_json_uint(j, object, "dropped", capture->dropped);
	mcd_json_bool(j, object, "broke", capture->broke);
	mcd_json_time(j, object, "broke_at", capture->broke_ns);
}

static void put_act(struct mcd_json *j, cJSON *parent, const char *key, const struct mcd_act *act)
{
	cJSON *object = mcd_json_object(j, parent, key);

	mcd_json_bool(j, object, "tried", act->tried);
	mcd_json_bool(j, object, "done", act->done);
	mcd_json_time(j, object, "called", act->called_ns);
	mcd_json_time(j, object, "returned", act->done_ns);
	mcd_json_int(j, object, "errno", act->err.os);
	mcd_json_text(j, object, "error", act->err.text);
}

static void put_send_errors(struct mcd_json *j, cJSON *row, const struct mcd_vec *errors)
{
	cJSON *list = mcd_json_array(j, row, "send_errors");

	for (size_t i = 0; i < errors->count; i++) {
		const struct mcd_send_error *error = mcd_vec_at(errors, i);
		cJSON *one = mcd_json_object(j, list, NULL);

		mcd_json_int(j, one, "errno", error->os);
		mcd_json_text(j, one, "text", error->text);
		mcd_json_uint(j, one, "count", error->count);
		mcd_json_time(j, one, "first", error->first_ns);
	}
}

/* In the order of the request's groups. */
static void put_tasks(struct mcd_json *j, cJSON *parent, const struct mcd_nic *nic, const struct mcd_request *request)
{
	cJSON *list = mcd_json_array(j, parent, "tasks");

	for (size_t i = 0; nic->tasks && i < request->ngroups; i++) {
		const struct mcd_task *task = &nic->tasks[i];
		cJSON *row = mcd_json_object(j, list, NULL);

		mcd_json_address(j, row, "group", request->groups[i].address);
		mcd_json_uint(j, row, "port", request->groups[i].port);
		put_act(j, row, "socket", &task->socket);
		put_act(j, row, "join", &task->join);
		put_act(j, row, "leave", &task->leave);
		mcd_json_bool(j, row, "member_before", task->member_before);
		mcd_json_bool(j, row, "kernel_lists", task->kernel_lists);
		mcd_json_bool(j, row, "kernel_keeps", task->kernel_keeps);
		mcd_json_time(j, row, "ready", task->ready_ns);
		mcd_json_uint(j, row, "sent", task->sent);
		mcd_json_time(j, row, "first_sent", task->first_sent_ns);
		mcd_json_time(j, row, "last_sent", task->last_sent_ns);
		put_send_errors(j, row, &task->send_errors);
		mcd_json_uint(j, row, "arrived_foreign", task->arrived_foreign);
		mcd_json_uint(j, row, "arrived_ours", task->arrived_ours);
		mcd_json_uint(j, row, "arrived_elsewhere", task->arrived_elsewhere);
		mcd_json_uint(j, row, "socket_dropped", task->socket_dropped);
	}
}

/* What the sockets got, by stream; what the wire had is in the capture. */
static void put_arrivals(struct mcd_json *j, cJSON *parent, const struct mcd_nic *nic)
{
	cJSON *list = mcd_json_array(j, parent, "arrivals");

	for (size_t i = 0; i < nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&nic->streams, i);
		cJSON *row;

		if (s->delivered == 0 && s->first_arrival_ns == 0)
			continue;
		row = mcd_json_object(j, list, NULL);
		mcd_json_vlan(j, row, "vlan", s->tagged, s->vlan);
		mcd_json_address(j, row, "group", s->group);
		mcd_json_uint(j, row, "port", s->port);
		mcd_json_address(j, row, "source", s->source);
		mcd_json_uint(j, row, "source_port", s->source_port);
		mcd_json_uint(j, row, "delivered", s->delivered);
		mcd_json_time(j, row, "first_arrival", s->first_arrival_ns);
	}
}

static void put_row(struct mcd_json *j, cJSON *list, const struct mcd_nic *nic, const struct mcd_request *request)
{
	cJSON *row = mcd_json_object(j, list, NULL), *scratch;

	mcd_json_uint(j, row, "index", nic->iface->index);
	mcd_json_text(j, row, "name", nic->iface->name);
	mcd_json_text(j, row, "role", nic->role == MCD_ROLE_CHOSEN ? "chosen" : "observed");
	mcd_json_bool(j, row, "named", nic->named);
	mcd_json_text(j, row, "unusable", nic->unusable == MCD_USABLE ? NULL : mcd_unusable_name(nic->unusable));
	mcd_json_bool(j, row, "gone", nic->gone);
	mcd_json_bool(j, row, "went_down", nic->went_down);
	put_capture(j, row, nic);
	put_tasks(j, row, nic, request);
	scratch = mcd_json_object(j, row, "scratch");
	put_act(j, scratch, "join", &nic->scratch.join);
	put_act(j, scratch, "leave", &nic->scratch.leave);
	put_arrivals(j, row, nic);
}

bool mcd_report_host_json(FILE *out, const struct mcd_report_input *in, struct mcd_err *err)
{
	const struct mcd_evidence *evidence = in->evidence;
	struct mcd_json json = { false, evidence->started_ns }, *j = &json;
	cJSON *root = mcd_json_object(j, NULL, NULL), *list;
	char session[17];

	snprintf(session, sizeof session, "%016" PRIx64, evidence->session);
	mcd_json_text(j, root, "schema", "mcdiag.host.v1");
	mcd_json_text(j, root, "version", PACKAGE_VERSION);
	mcd_json_text(j, root, "capture_library", in->capture_library);
	mcd_json_text(j, root, "session", session);
	mcd_json_time(j, root, "started", evidence->started_ns);
	mcd_json_time(j, root, "ended", evidence->ended_ns);
	mcd_json_text(j, root, "ended_by", mcd_ended_name(evidence->ended_by));
	if (evidence->has_host) {
		put_view(j, root, "before", &evidence->before);
		put_view(j, root, "after", &evidence->after);
	} else {
		mcd_json_null(j, root, "before");
		mcd_json_null(j, root, "after");
	}
	put_ifaces(j, root, &evidence->ifaces);
	list = mcd_json_array(j, root, "rows");
	for (size_t i = 0; i < evidence->nnics; i++)
		put_row(j, list, &evidence->nics[i], evidence->request);
	return mcd_json_finish(j, root, out, true, err);
}

bool mcd_report_request_json(FILE *out, const struct mcd_report_input *in, struct mcd_err *err)
{
	struct mcd_json json = { false, in->evidence->started_ns }, *j = &json;
	cJSON *root = mcd_json_object(j, NULL, NULL);

	mcd_json_text(j, root, "schema", "mcdiag.request.v1");
	mcd_json_request(j, root, in->evidence->request);
	return mcd_json_finish(j, root, out, true, err);
}
