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

static void put_tool(struct mcd_json *j, cJSON *root, const struct mcd_report_input *in)
{
	cJSON *tool = mcd_json_object(j, root, "tool");

	mcd_json_text(j, tool, "name", PACKAGE_NAME);
	mcd_json_text(j, tool, "version", PACKAGE_VERSION);
	mcd_json_text(j, tool, "libpcap", in->capture_library);
}

static void put_limit(struct mcd_json *j, cJSON *host, const char *key, int value)
{
	mcd_json_known(j, host, key, value >= 0, (uint64_t)value);
}

static void put_host(struct mcd_json *j, cJSON *root, const struct mcd_evidence *evidence)
{
	const struct mcd_host *before = &evidence->before;
	cJSON *host;

	if (!evidence->has_host) {
		mcd_json_null(j, root, "host");
		return;
	}
	host = mcd_json_object(j, root, "host");
	mcd_json_word(j, host, "name", before->name);
	mcd_json_word(j, host, "os", before->os);
	mcd_json_word(j, host, "kernel", before->kernel);
	mcd_json_word(j, host, "network_namespace", before->network_namespace);
	put_limit(j, host, "igmp_max_memberships", before->igmp_max_memberships);
	put_limit(j, host, "igmp_max_msf", before->igmp_max_msf);
	put_limit(j, host, "igmp_link_local_mcast_reports", before->igmp_link_local_mcast_reports);
	mcd_json_counters(j, mcd_json_object(j, host, "counters"), &evidence->after.counters, &before->counters);
}

static void put_clues(struct mcd_json *j, cJSON *finding, const struct mcd_vec *clues)
{
	cJSON *list = mcd_json_array(j, finding, "evidence");

	for (size_t i = 0; i < clues->count; i++) {
		const struct mcd_clue *clue = mcd_vec_at(clues, i);
		cJSON *row = mcd_json_object(j, list, NULL);

		mcd_json_text(j, row, "interface", clue->nic ? clue->nic->iface->name : NULL);
		mcd_json_known(j, row, "packet", clue->packet != 0, clue->packet);
		mcd_json_when(j, row, "time_ms", clue->when_ns);
		mcd_json_text(j, row, "text", clue->text);
	}
}

static void put_finding(struct mcd_json *j, cJSON *list, const struct mcd_finding *f)
{
	cJSON *row = mcd_json_object(j, list, NULL), *remedy;

	mcd_json_text(j, row, "code", mcd_catalogue(f->code)->code);
	mcd_json_text(j, row, "severity", mcd_severity_name(f->severity));
	mcd_json_text(j, row, "interface", f->nic ? f->nic->iface->name : NULL);
	if (f->group)
		mcd_json_address(j, row, "group", f->group->address);
	else
		mcd_json_null(j, row, "group");
	mcd_json_known(j, row, "because_of", f->because_of >= 0, (uint64_t)f->because_of);
	mcd_json_text(j, row, "confidence", mcd_confidence_name(f->confidence));
	mcd_json_text(j, row, "summary", f->summary);
	put_clues(j, row, &f->clues);
	remedy = mcd_json_array(j, row, "remedy");
	for (size_t i = 0; i < sizeof f->remedy / sizeof f->remedy[0]; i++)
		if (*f->remedy[i])
			mcd_json_text(j, remedy, NULL, f->remedy[i]);
	mcd_json_word(j, row, "settle_by", f->settle_by);
}

void mcd_json_findings(struct mcd_json *j, cJSON *root, const struct mcd_report_input *in)
{
	const struct mcd_vec *findings = &in->diagnosis->findings;
	cJSON *list = mcd_json_array(j, root, "findings");

	for (size_t i = 0; i < findings->count; i++)
		put_finding(j, list, mcd_vec_at(findings, i));
}

static void put_times(struct mcd_json *j, cJSON *root, const struct mcd_evidence *evidence)
{
	mcd_json_time(j, root, "started", evidence->started_ns);
	mcd_json_when(j, root, "elapsed_ms", evidence->ended_ns);
	mcd_json_text(j, root, "ended_by", mcd_ended_name(evidence->ended_by));
}

bool mcd_report_json(FILE *out, const struct mcd_report_input *in, bool indented, struct mcd_err *err)
{
	const struct mcd_evidence *evidence = in->evidence;
	struct mcd_json json = { false, evidence->started_ns }, *j = &json;
	cJSON *root = mcd_json_object(j, NULL, NULL), *list;

	mcd_json_text(j, root, "schema", "mcdiag.report.v1");
	put_tool(j, root, in);
	mcd_json_text(j, root, "mode", in->mode);
	put_times(j, root, evidence);
	put_host(j, root, evidence);
	mcd_json_request(j, mcd_json_object(j, root, "request"), evidence->request);
	list = mcd_json_array(j, root, "interfaces");
	for (size_t i = 0; i < evidence->nnics; i++)
		mcd_json_nic(j, list, in, i);
	mcd_json_peers(j, root, evidence);
	mcd_json_array(j, root, "matrix");
	mcd_json_findings(j, root, in);
	mcd_json_text(j, root, "verdict", mcd_verdict_name(in->diagnosis->verdict));
	return mcd_json_finish(j, root, out, indented, err);
}
