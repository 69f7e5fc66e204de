/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/restore.h"

#include "command/restore_parts.h"
#include "net/folder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const ended_words[] = { "settled", "duration", "count", "signal", NULL };
static const enum mcd_ended endings[] = { MCD_ENDED_SETTLED, MCD_ENDED_DURATION, MCD_ENDED_COUNT, MCD_ENDED_SIGNAL };

static uint64_t read_session(struct mcd_reading *r, const cJSON *root)
{
	char text[17], *end;
	uint64_t session;

	mcd_reading_text(r, root, "session", text, sizeof text);
	session = strtoull(text, &end, 16);
	if (strlen(text) != 16 || *end || strspn(text, "0123456789abcdef") != 16)
		mcd_reading_refuse(r, "session", "16 hexadecimal digits");
	return session;
}

static void read_views(struct mcd_reading *r, const cJSON *root, struct mcd_evidence *evidence)
{
	const cJSON *before = mcd_reading_object_or_null(r, root, "before"), *after = mcd_reading_object_or_null(r, root, "after");

	evidence->has_host = before && after;
	if (!evidence->has_host)
		return;
	mcd_restore_view(r, before, &evidence->before);
	mcd_restore_view(r, after, &evidence->after);
}

/* The evidence exists: the rest of host.json goes into it. */
static void read_run(struct mcd_reading *r, const cJSON *root, struct mcd_restored *run)
{
	struct mcd_evidence *evidence = &run->evidence;

	evidence->session = read_session(r, root);
	mcd_reading_text(r, root, "program", evidence->program, sizeof evidence->program);
	evidence->started_ns = mcd_reading_time(r, root, "started");
	evidence->ended_ns = mcd_reading_time(r, root, "ended");
	evidence->ended_by = endings[mcd_reading_word(r, root, "ended_by", ended_words)];
	if (!r->failed && (evidence->started_ns == 0 || evidence->ended_ns < evidence->started_ns))
		mcd_reading_refuse(r, "ended", "a time after the start");
	read_views(r, root, evidence);
	mcd_restore_drops(r, root, evidence);
	mcd_restore_firewall(r, root, evidence);
	mcd_restore_rows(r, root, run);
}

/* Interfaces and rows; the evidence is made of them. */
static bool make_evidence(struct mcd_reading *r, const cJSON *root, struct mcd_restored *run)
{
	struct mcd_iface_list ifaces = { NULL, 0 };
	size_t *rows = NULL, count = 0;
	bool made = false;

	mcd_restore_ifaces(r, root, &ifaces);
	if (!r->failed && mcd_restore_places(r, root, &ifaces, run->request.ngroups, &rows, &count)) {
		made = mcd_evidence_init(&run->evidence, &run->request, &ifaces, rows, count);
		if (!made)
			mcd_err_set(r->err, "out of memory");
	}
	free(rows);
	mcd_iface_list_fini(&ifaces);
	return made;
}

static bool read_host(struct mcd_reading *r, struct mcd_restored *run)
{
	cJSON *root = mcd_reading_file(r, "mcdiag.host.v1");
	bool good = root && make_evidence(r, root, run);

	if (good)
		read_run(r, root, run);
	cJSON_Delete(root);
	return good && !r->failed;
}

static bool read_request(struct mcd_reading *r, struct mcd_restored *run)
{
	cJSON *root = mcd_reading_file(r, "mcdiag.request.v1");

	if (root)
		mcd_restore_request(r, root, &run->request, run->message, sizeof run->message);
	cJSON_Delete(root);
	return root && !r->failed;
}

bool mcd_restore(struct mcd_restored *out, const char *folder, struct mcd_err *err)
{
	char *host = mcd_folder_path(folder, "host.json"), *request = mcd_folder_path(folder, "request.json");
	bool good = false;

	memset(out, 0, sizeof *out);
	mcd_vec_init(&out->captures, sizeof(struct mcd_restored_capture));
	mcd_vec_init(&out->arrivals, sizeof(struct mcd_restored_arrival));
	out->folder = strdup(folder);
	if (host && request && out->folder)
		good = read_request(&(struct mcd_reading){ .path = request, .err = err }, out) &&
		       read_host(&(struct mcd_reading){ .path = host, .err = err }, out);
	else
		mcd_err_set(err, "out of memory");
	free(host);
	free(request);
	if (!good)
		mcd_restored_fini(out);
	return good;
}

bool mcd_restored_captures(const struct mcd_restored *run, struct mcd_inputs *inputs, struct mcd_err *err)
{
	for (size_t i = 0; i < run->captures.count; i++) {
		const struct mcd_restored_capture *capture = mcd_vec_at(&run->captures, i);
		char *path = mcd_folder_path(run->folder, capture->file);
		bool added = path && mcd_inputs_add(inputs, path, capture->row);

		free(path);
		if (!added) {
			mcd_err_set(err, "out of memory");
			return false;
		}
	}
	return true;
}

/* A capture has to be the one that the run counted. What ends before is known up to there only, as one that broke. */
static bool compare_capture(const struct mcd_restored *run, const struct mcd_restored_capture *was, const struct mcd_input *input,
			    struct mcd_err *err)
{
	struct mcd_nic_capture *capture = &run->evidence.nics[was->row].capture;
	const int64_t known_until = input->ends_ns ? input->ends_ns : capture->opened_ns;

	if (capture->packets > was->packets) {
		mcd_err_set(err, "%.120s/%.100s has %" PRIu64 " packets, and host.json tells of %" PRIu64 ": it is not that run's", run->folder, was->file,
			    capture->packets, was->packets);
		return false;
	}
	if (capture->packets == was->packets)
		return true;
	if (!capture->broke || known_until < capture->broke_ns)
		capture->broke_ns = known_until;
	capture->broke = true;
	if (!*capture->error)
		snprintf(capture->error, sizeof capture->error, "the file has %" PRIu64 " of %" PRIu64 " packets", capture->packets, was->packets);
	return true;
}

/* When the last tap was closed: what of a datagram was still to come then, nobody can tell. */
static int64_t last_closed(const struct mcd_evidence *evidence)
{
	int64_t last = 0;

	for (size_t i = 0; i < evidence->nnics; i++)
		if (evidence->nics[i].capture.closed_ns > last)
			last = evidence->nics[i].capture.closed_ns;
	return last;
}

bool mcd_restored_end(struct mcd_restored *run, const struct mcd_inputs *inputs, struct mcd_err *err)
{
	for (size_t i = 0; i < run->captures.count; i++)
		if (!compare_capture(run, mcd_vec_at(&run->captures, i), mcd_vec_at(&inputs->list, i), err))
			return false;
	for (size_t i = 0; i < run->arrivals.count; i++) {
		const struct mcd_restored_arrival *arrival = mcd_vec_at(&run->arrivals, i);

		mcd_observe_received(&run->evidence, arrival->row, &arrival->received);
	}
	mcd_observe_end(&run->evidence, last_closed(&run->evidence));
	return true;
}

void mcd_restored_fini(struct mcd_restored *run)
{
	if (run->evidence.request)
		mcd_evidence_fini(&run->evidence);
	mcd_request_fini(&run->request);
	mcd_vec_fini(&run->captures);
	mcd_vec_fini(&run->arrivals);
	free(run->folder);
	memset(run, 0, sizeof *run);
}
