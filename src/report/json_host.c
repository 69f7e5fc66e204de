/* SPDX-License-Identifier: ISC */
/* host.json and request.json of --save: what a replay of the folder cannot learn from the captures in it. */
#include <config.h>

#include "report/json.h"

#include <inttypes.h>

static void put_memberships(struct mcd_json *j, const struct mcd_host *host)
{
	mcd_json_array(j, "memberships");
	for (size_t i = 0; i < host->memberships.count; i++) {
		const struct mcd_host_membership *m = mcd_vec_at(&host->memberships, i);

		mcd_json_object(j, NULL);
		mcd_json_uint(j, "index", m->ifindex);
		mcd_json_address(j, "group", m->group);
		mcd_json_uint(j, "users", m->users);
		mcd_json_end(j);
	}
	mcd_json_end(j);
	mcd_json_array(j, "sources");
	for (size_t i = 0; i < host->sources.count; i++) {
		const struct mcd_host_source *s = mcd_vec_at(&host->sources, i);

		mcd_json_object(j, NULL);
		mcd_json_uint(j, "index", s->ifindex);
		mcd_json_address(j, "group", s->group);
		mcd_json_address(j, "source", s->source);
		mcd_json_uint(j, "include", s->include);
		mcd_json_uint(j, "exclude", s->exclude);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

static void put_view(struct mcd_json *j, const char *key, const struct mcd_host *host)
{
	mcd_json_object(j, key);
	mcd_json_text(j, "name", host->name);
	mcd_json_name(j, host);
	mcd_json_text(j, "os", host->os);
	mcd_json_text(j, "platform", mcd_platform_name(host->platform));
	mcd_json_text(j, "kernel", host->kernel);
	mcd_json_text(j, "network_namespace", host->network_namespace);
	mcd_json_int(j, "igmp_level", host->igmp_level);
	mcd_json_int(j, "igmp_max_memberships", host->igmp_max_memberships);
	mcd_json_int(j, "igmp_max_msf", host->igmp_max_msf);
	mcd_json_int(j, "igmp_link_local_mcast_reports", host->igmp_link_local_mcast_reports);
	mcd_json_int(j, "first_namespace", host->first_namespace);
	mcd_json_text(j, "container", host->container);
	mcd_json_int(j, "igmp_qrv", host->igmp_qrv);
	mcd_json_int(j, "mld_max_msf", host->mld_max_msf);
	mcd_json_int(j, "mld_qrv", host->mld_qrv);
	mcd_json_int(j, "optmem_max", host->optmem_max);
	mcd_json_int(j, "rmem_max", host->rmem_max);
	mcd_json_counters(j, &host->counters, NULL);
	mcd_json_array(j, "interfaces");
	for (size_t i = 0; i < host->ifaces.count; i++) {
		const struct mcd_host_iface *facts = mcd_vec_at(&host->ifaces, i);

		mcd_json_object(j, NULL);
		mcd_json_uint(j, "index", facts->ifindex);
		mcd_json_int(j, "igmp_version", facts->igmp_version);
		mcd_json_int(j, "force_igmp_version", facts->force_igmp_version);
		mcd_json_int(j, "force_mld_version", facts->force_mld_version);
		mcd_json_int(j, "rp_filter", facts->rp_filter);
		mcd_json_int(j, "accept_local", facts->accept_local);
		mcd_json_int(j, "mc_forwarding", facts->mc_forwarding);
		mcd_json_int(j, "disable_ipv6", facts->disable_ipv6);
		mcd_json_int(j, "metric", facts->metric);
		mcd_json_text(j, "network", mcd_network_name(facts->network));
		mcd_json_int(j, "firewall", facts->firewall);
		mcd_json_traffic(j, &facts->traffic, NULL);
		mcd_json_end(j);
	}
	mcd_json_end(j);
	mcd_json_bool(j, "memberships_known", !host->memberships_unknown);
	put_memberships(j, host);
	mcd_json_apps(j, &host->apps);
	mcd_json_bridges(j, host, NULL);
	mcd_json_routes(j, &host->routes, NULL);
	mcd_json_paths(j, &host->paths, NULL);
	mcd_json_end(j);
}

static void put_ifaces(struct mcd_json *j, const struct mcd_iface_list *ifaces)
{
	mcd_json_array(j, "interfaces");
	for (size_t i = 0; i < ifaces->count; i++) {
		const struct mcd_iface *iface = &ifaces->at[i];

		mcd_json_object(j, NULL);
		mcd_json_iface(j, iface);
		mcd_json_text(j, "kind", iface->kind);
		mcd_json_uint(j, "master", iface->master);
		mcd_json_uint(j, "link", iface->link);
		mcd_json_uint(j, "vlan_id", iface->vlan_id);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

static void put_capture(struct mcd_json *j, const struct mcd_nic *nic)
{
	const struct mcd_nic_capture *capture = &nic->capture;
	char name[MCD_CAPTURE_NAME];

	mcd_json_object(j, "capture");
	mcd_json_text(j, "file", mcd_nic_was_captured(nic) ? mcd_report_capture_name(nic->iface, name) : NULL);
	mcd_json_bool(j, "tried", capture->tried);
	mcd_json_bool(j, "open", capture->open);
	mcd_json_text(j, "lacks", mcd_lack_name(capture->lacks));
	mcd_json_text(j, "error", capture->error);
	mcd_json_int(j, "link_type", capture->link_type);
	mcd_json_time(j, "opened", capture->opened_ns);
	mcd_json_time(j, "closed", capture->closed_ns);
	mcd_json_uint(j, "packets", capture->packets);
	mcd_json_uint(j, "dropped", capture->dropped);
	mcd_json_bool(j, "broke", capture->broke);
	mcd_json_time(j, "broke_at", capture->broke_ns);
	mcd_json_end(j);
}

static void put_act(struct mcd_json *j, const char *key, const struct mcd_act *act)
{
	mcd_json_object(j, key);
	mcd_json_bool(j, "tried", act->tried);
	mcd_json_bool(j, "done", act->done);
	mcd_json_time(j, "called", act->called_ns);
	mcd_json_time(j, "returned", act->done_ns);
	mcd_json_int(j, "errno", mcd_err_to_number(act->err.os));
	mcd_json_text(j, "error", act->err.text);
	mcd_json_end(j);
}

static void put_send_errors(struct mcd_json *j, const struct mcd_vec *errors)
{
	mcd_json_array(j, "send_errors");
	for (size_t i = 0; i < errors->count; i++) {
		const struct mcd_send_error *error = mcd_vec_at(errors, i);

		mcd_json_object(j, NULL);
		mcd_json_int(j, "errno", mcd_err_to_number(error->os));
		mcd_json_text(j, "text", error->text);
		mcd_json_uint(j, "count", error->count);
		mcd_json_time(j, "first", error->first_ns);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

static void put_unusable(struct mcd_json *j, enum mcd_unusable unusable)
{
	mcd_json_text(j, "unusable", unusable == MCD_USABLE ? NULL : mcd_unusable_name(unusable));
}

/* In the order of the request's groups. */
static void put_tasks(struct mcd_json *j, const struct mcd_nic *nic, const struct mcd_request *request)
{
	mcd_json_array(j, "tasks");
	for (size_t i = 0; nic->tasks && i < request->ngroups; i++) {
		const struct mcd_task *task = &nic->tasks[i];

		mcd_json_object(j, NULL);
		mcd_json_address(j, "group", request->groups[i].address);
		mcd_json_uint(j, "port", request->groups[i].port);
		put_unusable(j, task->unusable);
		put_act(j, "socket", &task->socket);
		put_act(j, "join", &task->join);
		put_act(j, "leave", &task->leave);
		mcd_json_bool(j, "member_before", task->member_before);
		mcd_json_bool(j, "kernel_lists", task->kernel_lists);
		mcd_json_bool(j, "kernel_keeps", task->kernel_keeps);
		mcd_json_filter(j, "socket_filter", &task->in_socket);
		mcd_json_filter(j, "kernel_filter", &task->in_kernel);
		mcd_json_time(j, "ready", task->ready_ns);
		mcd_json_uint(j, "sent", task->sent);
		mcd_json_uint(j, "sent_bytes", task->sent_bytes);
		mcd_json_time(j, "held_up", task->held_up_ns);
		mcd_json_bool(j, "queued", task->queued);
		mcd_json_time(j, "first_sent", task->first_sent_ns);
		mcd_json_time(j, "last_sent", task->last_sent_ns);
		put_send_errors(j, &task->send_errors);
		mcd_json_uint(j, "arrived_foreign", task->arrived_foreign);
		mcd_json_uint(j, "arrived_ours", task->arrived_ours);
		mcd_json_uint(j, "arrived_elsewhere", task->arrived_elsewhere);
		mcd_json_uint(j, "socket_dropped", task->socket_dropped);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

/* What the sockets got, by stream; what the wire had is in the capture. */
static void put_arrivals(struct mcd_json *j, const struct mcd_nic *nic)
{
	mcd_json_array(j, "arrivals");
	for (size_t i = 0; i < nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&nic->streams, i);
		const struct mcd_reception *got = mcd_stream_reception(s);

		if (got->delivered == 0 && got->first_arrival_ns == 0)
			continue;
		mcd_json_object(j, NULL);
		mcd_json_vlan(j, s->vlan, s->inner_vlan);
		mcd_json_address(j, "group", s->group);
		mcd_json_uint(j, "port", s->port);
		mcd_json_address(j, "source", s->source);
		mcd_json_uint(j, "source_port", s->source_port);
		mcd_json_bool(j, "ours", s->ours);
		mcd_json_uint(j, "delivered", got->delivered);
		mcd_json_uint(j, "delivered_bytes", got->delivered_bytes);
		mcd_json_uint(j, "largest", got->largest_arrival);
		mcd_json_uint(j, "looped", got->looped);
		mcd_json_int(j, "looped_ttl", got->looped_ttl);
		mcd_json_int(j, "last_ttl", got->last_ttl);
		mcd_json_time(j, "first_arrival", got->first_arrival_ns);
		mcd_json_time(j, "last_arrival", got->last_arrival_ns);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

/* When we had made the interface promiscuous. */
static void put_looks(struct mcd_json *j, const struct mcd_nic *nic)
{
	mcd_json_array(j, "second_looks");
	for (unsigned i = 0; i < nic->nlooks; i++) {
		mcd_json_object(j, NULL);
		mcd_json_time(j, "on", nic->looks[i].on_ns);
		mcd_json_time(j, "off", nic->looks[i].off_ns);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

static void put_row(struct mcd_json *j, const struct mcd_nic *nic, const struct mcd_request *request)
{
	mcd_json_object(j, NULL);
	mcd_json_uint(j, "index", nic->iface->index);
	mcd_json_text(j, "name", nic->iface->name);
	mcd_json_text(j, "role", nic->role == MCD_ROLE_CHOSEN ? "chosen" : "observed");
	mcd_json_bool(j, "named", nic->named);
	put_unusable(j, nic->unusable);
	mcd_json_bool(j, "gone", nic->gone);
	mcd_json_bool(j, "went_down", nic->went_down);
	mcd_json_bool(j, "renamed", nic->renamed);
	mcd_json_uint(j, "master_after", nic->master_after);
	put_capture(j, nic);
	put_tasks(j, nic, request);
	mcd_json_array(j, "scratch"); /* IPv4, IPv6 */
	for (unsigned family = 0; family < MCD_FAMILIES; family++) {
		mcd_json_object(j, NULL);
		put_act(j, "join", &nic->scratch[family].join);
		put_act(j, "leave", &nic->scratch[family].leave);
		mcd_json_end(j);
	}
	mcd_json_end(j);
	put_looks(j, nic);
	mcd_json_control_facts(j, &nic->control);
	put_arrivals(j, nic);
	mcd_json_end(j);
}

bool mcd_report_host_json(FILE *out, const struct mcd_report_input *in, struct mcd_err *err)
{
	const struct mcd_evidence *evidence = in->evidence;
	struct mcd_json json, *j = &json;
	char session[17];

	snprintf(session, sizeof session, "%016" PRIx64, evidence->session);
	mcd_json_init(j, out, true, evidence->started_ns);
	mcd_json_object(j, NULL);
	mcd_json_text(j, "schema", "mcdiag.host.v1");
	mcd_json_text(j, "version", PACKAGE_VERSION);
	mcd_json_text(j, "capture_library", in->capture_library);
	mcd_json_text(j, "program", evidence->program);
	mcd_json_text(j, "session", session);
	mcd_json_time(j, "started", evidence->started_ns);
	mcd_json_time(j, "ended", evidence->ended_ns);
	mcd_json_text(j, "ended_by", mcd_ended_name(evidence->ended_by));
	if (evidence->has_host) {
		put_view(j, "before", &evidence->before);
		put_view(j, "after", &evidence->after);
	} else {
		mcd_json_null(j, "before");
		mcd_json_null(j, "after");
	}
	mcd_json_drops(j, evidence, false);
	mcd_json_rules(j, &evidence->firewall);
	put_ifaces(j, &evidence->ifaces);
	mcd_json_array(j, "rows");
	for (size_t i = 0; i < evidence->nnics; i++)
		put_row(j, &evidence->nics[i], evidence->request);
	mcd_json_end(j);
	mcd_json_end(j);
	return mcd_json_finish(j, err);
}

bool mcd_report_request_json(FILE *out, const struct mcd_report_input *in, struct mcd_err *err)
{
	struct mcd_json json, *j = &json;

	mcd_json_init(j, out, true, in->evidence->started_ns);
	mcd_json_object(j, NULL);
	mcd_json_text(j, "schema", "mcdiag.request.v1");
	mcd_json_request(j, in->evidence->request);
	mcd_json_bool(j, "ttl_given", in->evidence->request->ttl_given);
	mcd_json_end(j);
	return mcd_json_finish(j, err);
}
