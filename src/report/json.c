/* SPDX-License-Identifier: ISC */
/* The report as JSON: the frame of it, its host, its findings. */
#include <config.h>

#include "report/json.h"

#include <inttypes.h>
#include <stdlib.h>

const char *mcd_ended_name(enum mcd_ended ended)
{
	switch (ended) {
	case MCD_ENDED_SETTLED:
		return "settled";
	case MCD_ENDED_DURATION:
		return "duration";
	case MCD_ENDED_COUNT:
		return "count";
	case MCD_ENDED_SIGNAL:
		return "signal";
	case MCD_ENDED_NOT:
		break;
	}
	return NULL;
}

static void put_tool(struct mcd_json *j, const struct mcd_report_input *in)
{
	mcd_json_object(j, "tool");
	mcd_json_text(j, "name", PACKAGE_NAME);
	mcd_json_text(j, "version", PACKAGE_VERSION);
	mcd_json_text(j, "libpcap", in->capture_library);
	mcd_json_end(j);
}

static void put_host(struct mcd_json *j, const struct mcd_evidence *evidence)
{
	const struct mcd_host *before = &evidence->before;

	if (!evidence->has_host) {
		mcd_json_null(j, "host");
		return;
	}
	mcd_json_object(j, "host");
	mcd_json_word(j, "name", before->name);
	mcd_json_name(j, before);
	mcd_json_word(j, "os", before->os);
	mcd_json_word(j, "platform", mcd_platform_name(before->platform));
	mcd_json_word(j, "kernel", before->kernel);
	mcd_json_word(j, "network_namespace", before->network_namespace);
	mcd_json_answer(j, "first_network_namespace", before->first_namespace);
	mcd_json_word(j, "container", before->container);
	mcd_json_setting(j, "igmp_level", before->igmp_level);
	mcd_json_setting(j, "igmp_max_memberships", before->igmp_max_memberships);
	mcd_json_setting(j, "igmp_max_msf", before->igmp_max_msf);
	mcd_json_setting(j, "igmp_link_local_mcast_reports", before->igmp_link_local_mcast_reports);
	mcd_json_setting(j, "igmp_qrv", before->igmp_qrv);
	mcd_json_setting(j, "mld_max_msf", before->mld_max_msf);
	mcd_json_setting(j, "mld_qrv", before->mld_qrv);
	mcd_json_setting(j, "optmem_max", before->optmem_max);
	mcd_json_setting(j, "rmem_max", before->rmem_max);
	mcd_json_counters(j, &evidence->after.counters, &before->counters);
	mcd_json_sockets(j, evidence);
	mcd_json_bridges(j, &evidence->after, &evidence->ifaces);
	mcd_json_routes(j, &before->routes, &evidence->ifaces);
	mcd_json_paths(j, &evidence->after.paths, &evidence->ifaces);
	mcd_json_drops(j, evidence, true);
	mcd_json_firewall(j, &evidence->firewall);
	mcd_json_end(j);
}

static void put_clues(struct mcd_json *j, const struct mcd_vec *clues)
{
	mcd_json_array(j, "evidence");
	for (size_t i = 0; i < clues->count; i++) {
		const struct mcd_clue *clue = mcd_vec_at(clues, i);

		mcd_json_object(j, NULL);
		mcd_json_text(j, "interface", clue->nic ? clue->nic->iface->name : NULL);
		mcd_json_known(j, "packet", clue->packet != 0, clue->packet);
		mcd_json_when(j, "time_ms", clue->when_ns);
		mcd_json_text(j, "text", clue->text);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

static void put_finding(struct mcd_json *j, const struct mcd_finding *f)
{
	mcd_json_object(j, NULL);
	mcd_json_text(j, "code", mcd_catalogue(f->code)->code);
	mcd_json_text(j, "severity", mcd_severity_name(f->severity));
	mcd_json_text(j, "interface", f->nic ? f->nic->iface->name : NULL);
	if (f->has_group)
		mcd_json_address(j, "group", f->group);
	else
		mcd_json_null(j, "group");
	mcd_json_known(j, "because_of", f->because_of >= 0, (uint64_t)f->because_of);
	mcd_json_text(j, "confidence", mcd_confidence_name(f->confidence));
	mcd_json_text(j, "summary", f->summary);
	put_clues(j, &f->clues);
	mcd_json_array(j, "remedy");
	for (size_t i = 0; i < sizeof f->remedy / sizeof f->remedy[0]; i++)
		if (*f->remedy[i])
			mcd_json_text(j, NULL, f->remedy[i]);
	mcd_json_end(j);
	mcd_json_word(j, "settle_by", f->settle_by);
	mcd_json_end(j);
}

static void put_findings(struct mcd_json *j, const struct mcd_report_input *in)
{
	const struct mcd_vec *findings = &in->diagnosis->findings;

	mcd_json_array(j, "findings");
	for (size_t i = 0; i < findings->count; i++)
		put_finding(j, mcd_vec_at(findings, i));
	mcd_json_end(j);
}

static void put_times(struct mcd_json *j, const struct mcd_evidence *evidence)
{
	mcd_json_time(j, "started", evidence->started_ns);
	mcd_json_when(j, "elapsed_ms", evidence->ended_ns);
	mcd_json_text(j, "ended_by", mcd_ended_name(evidence->ended_by));
}

bool mcd_report_json(FILE *out, const struct mcd_report_input *in, bool indented, struct mcd_err *err)
{
	const struct mcd_evidence *evidence = in->evidence;
	struct mcd_json json, *j = &json;

	mcd_json_init(j, out, indented, evidence->started_ns);
	mcd_json_object(j, NULL);
	mcd_json_text(j, "schema", "mcdiag.report.v1");
	put_tool(j, in);
	mcd_json_text(j, "mode", in->mode);
	put_times(j, evidence);
	put_host(j, evidence);
	mcd_json_object(j, "request");
	mcd_json_request(j, evidence->request);
	mcd_json_end(j);
	mcd_json_array(j, "interfaces");
	for (size_t i = 0; i < evidence->nnics; i++)
		mcd_json_nic(j, in, i);
	mcd_json_end(j);
	mcd_json_peers(j, evidence);
	mcd_json_array(j, "matrix");
	mcd_json_end(j);
	put_findings(j, in);
	mcd_json_uint(j, "findings_omitted", in->diagnosis->findings_omitted);
	mcd_json_text(j, "verdict", mcd_verdict_name(in->diagnosis->verdict));
	mcd_json_end(j);
	return mcd_json_finish(j, err);
}
