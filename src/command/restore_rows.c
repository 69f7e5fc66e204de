/* SPDX-License-Identifier: ISC */
/* The rows of the run: what was called on each interface, and what came of it. */
#include <config.h>

#include "command/restore_parts.h"

#include "diagnose/diagnose.h"
#include "net/folder.h"

#include <stdlib.h>
#include <string.h>

static const char *const role_words[] = { "chosen", "observed", NULL };
static const char *const mode_words[] = { "include", "exclude", NULL };

static const cJSON *rows_of(struct mcd_reading *r, const cJSON *root)
{
	return mcd_reading_array(r, root, "rows");
}

/* The place of interface INDEX, from START on; ifaces->count when it is not there. */
static size_t place_of(const struct mcd_iface_list *ifaces, size_t start, unsigned index)
{
	while (start < ifaces->count && ifaces->at[start].index != index)
		start++;
	return start;
}

bool mcd_restore_places(struct mcd_reading *r, const cJSON *root, const struct mcd_iface_list *ifaces, size_t ngroups, size_t **rows, size_t *count)
{
	const cJSON *list = rows_of(r, root), *row;
	const size_t n = mcd_reading_rows(r, list, "rows", MCD_MAX_NICS);
	size_t place = 0;

	*count = 0;
	*rows = calloc(n + 1, sizeof **rows);
	if (!*rows || (ngroups > 0 && n > MCD_RESTORE_TASKS / ngroups))
		mcd_reading_refuse(r, "rows", "few enough for the groups of request.json");
	cJSON_ArrayForEach(row, list) {
		const unsigned index = (unsigned)mcd_reading_int(r, row, "index", 1, INT32_MAX);

		if (r->failed)
			return false;
		place = place_of(ifaces, *count ? place + 1 : 0, index);
		if (place == ifaces->count) {
			mcd_reading_refuse(r, "rows", "ascending, or is no interface of the run");
			return false;
		}
		if (mcd_reading_rows(r, mcd_reading_array(r, row, "tasks"), "tasks", ngroups) != ngroups)
			mcd_reading_refuse(r, "tasks", "a task for each group of request.json");
		(*rows)[(*count)++] = place;
	}
	return !r->failed;
}

static void read_act(struct mcd_reading *r, const cJSON *parent, const char *key, struct mcd_act *act)
{
	const cJSON *object = mcd_reading_object(r, parent, key);

	act->tried = mcd_reading_bool(r, object, "tried");
	act->done = mcd_reading_bool(r, object, "done");
	act->called_ns = mcd_reading_time(r, object, "called");
	act->done_ns = mcd_reading_time(r, object, "returned");
	act->err.os = mcd_err_of_number((int)mcd_reading_int(r, object, "errno", INT32_MIN, INT32_MAX));
	mcd_reading_text(r, object, "error", act->err.text, sizeof act->err.text);
}

static void read_send_errors(struct mcd_reading *r, const cJSON *row, struct mcd_vec *errors)
{
	const cJSON *list = mcd_reading_array(r, row, "send_errors"), *item;

	mcd_reading_rows(r, list, "send_errors", MCD_RESTORE_ROWS);
	cJSON_ArrayForEach(item, list) {
		struct mcd_send_error *error = mcd_restore_push(r, errors);

		if (!error)
			return;
		error->os = mcd_err_of_number((int)mcd_reading_int(r, item, "errno", INT32_MIN, INT32_MAX));
		error->count = mcd_reading_uint(r, item, "count");
		error->first_ns = mcd_reading_time(r, item, "first");
		mcd_reading_text(r, item, "text", error->text, sizeof error->text);
	}
}

static void read_filter(struct mcd_reading *r, const cJSON *row, const char *key, struct mcd_filter *filter)
{
	const cJSON *object = mcd_reading_object_or_null(r, row, key), *list, *item;

	if (!object)
		return;
	list = mcd_reading_array(r, object, "sources");
	mcd_filter_begin(filter, MCD_INCLUDE);
	filter->mode_known = !mcd_reading_is_null(r, object, "filter_mode");
	if (filter->mode_known && mcd_reading_word(r, object, "filter_mode", mode_words) == 1)
		filter->mode = MCD_EXCLUDE;
	if (cJSON_GetArraySize(list) > MCD_MAX_MEMBER_SOURCES)
		mcd_reading_refuse(r, "sources", "few enough for one membership");
	cJSON_ArrayForEach(item, list)
		if (r->failed || !mcd_filter_add(filter, mcd_reading_address_of(r, item, "sources")))
			return;
}

static enum mcd_unusable read_unusable(struct mcd_reading *r, const cJSON *row)
{
	char text[64];

	mcd_reading_text(r, row, "unusable", text, sizeof text);
	if (!*text)
		return MCD_USABLE;
	for (int i = MCD_USABLE + 1; i <= MCD_UNUSABLE_NO_IPV6; i++)
		if (strcmp(text, mcd_unusable_name((enum mcd_unusable)i)) == 0)
			return (enum mcd_unusable)i;
	mcd_reading_refuse(r, "unusable", "a reason that is known");
	return MCD_USABLE;
}

static void read_task(struct mcd_reading *r, const cJSON *row, const struct mcd_group *group, struct mcd_task *task)
{
	if (!mcd_addr_equal(mcd_reading_address(r, row, "group"), group->address) || mcd_reading_int(r, row, "port", 1, UINT16_MAX) != group->port)
		mcd_reading_refuse(r, "tasks", "in the order of the groups of request.json");
	task->unusable = read_unusable(r, row);
	read_act(r, row, "socket", &task->socket);
	read_act(r, row, "join", &task->join);
	read_act(r, row, "leave", &task->leave);
	task->member_before = mcd_reading_bool(r, row, "member_before");
	task->kernel_lists = mcd_reading_bool(r, row, "kernel_lists");
	task->kernel_keeps = mcd_reading_bool(r, row, "kernel_keeps");
	read_filter(r, row, "socket_filter", &task->in_socket);
	read_filter(r, row, "kernel_filter", &task->in_kernel);
	task->ready_ns = mcd_reading_time(r, row, "ready");
	task->sent = mcd_reading_uint(r, row, "sent");
	task->sent_bytes = mcd_reading_uint(r, row, "sent_bytes");
	task->held_up_ns = mcd_reading_time(r, row, "held_up");
	task->queued = mcd_reading_bool(r, row, "queued");
	task->first_sent_ns = mcd_reading_time(r, row, "first_sent");
	task->last_sent_ns = mcd_reading_time(r, row, "last_sent");
	read_send_errors(r, row, &task->send_errors);
	task->arrived_foreign = mcd_reading_uint(r, row, "arrived_foreign");
	task->arrived_ours = mcd_reading_uint(r, row, "arrived_ours");
	task->arrived_elsewhere = mcd_reading_uint(r, row, "arrived_elsewhere");
	task->socket_dropped = mcd_reading_uint(r, row, "socket_dropped");
}

static void read_tasks(struct mcd_reading *r, const cJSON *row, const struct mcd_request *request, struct mcd_nic *nic)
{
	const cJSON *item;
	size_t group = 0;

	cJSON_ArrayForEach(item, mcd_reading_array(r, row, "tasks")) {
		read_task(r, item, &request->groups[group], &nic->tasks[group]);
		if (++group == request->ngroups)
			return;
	}
}

static void read_arrivals(struct mcd_reading *r, const cJSON *row, size_t nic, struct mcd_vec *arrivals)
{
	const cJSON *list = mcd_reading_array(r, row, "arrivals"), *item;

	mcd_reading_rows(r, list, "arrivals", MCD_MAX_STREAMS);
	cJSON_ArrayForEach(item, list) {
		struct mcd_restored_arrival *arrival = mcd_restore_push(r, arrivals);
		struct mcd_received *got = arrival ? &arrival->received : NULL;

		if (!got)
			return;
		arrival->row = nic;
		got->source = mcd_reading_address(r, item, "source");
		got->group = mcd_reading_address(r, item, "group");
		got->port = (uint16_t)mcd_reading_int(r, item, "port", 0, UINT16_MAX);
		got->source_port = (uint16_t)mcd_reading_int(r, item, "source_port", 0, UINT16_MAX);
		got->ours = mcd_reading_bool(r, item, "ours");
		got->delivered = mcd_reading_uint(r, item, "delivered");
		got->delivered_bytes = mcd_reading_uint(r, item, "delivered_bytes");
		got->largest_arrival = mcd_reading_uint(r, item, "largest");
		got->looped = mcd_reading_uint(r, item, "looped");
		got->looped_ttl = (int)mcd_reading_int(r, item, "looped_ttl", -1, 255);
		got->last_ttl = (int)mcd_reading_int(r, item, "last_ttl", -1, 255);
		got->first_arrival_ns = mcd_reading_time(r, item, "first_arrival");
		got->last_arrival_ns = mcd_reading_time(r, item, "last_arrival");
	}
}

/* A name in the folder: no way out of it. */
static void read_file(struct mcd_reading *r, const cJSON *object, size_t nic, struct mcd_vec *captures)
{
	struct mcd_restored_capture *capture;
	char file[sizeof capture->file];

	const uint64_t packets = mcd_reading_uint(r, object, "packets");

	mcd_reading_text(r, object, "file", file, sizeof file);
	if (!*file)
		return;
	if (mcd_folder_base(file) != file || file[0] == '.')
		mcd_reading_refuse(r, "file", "the name of a file in that folder");
	capture = mcd_restore_push(r, captures);
	if (!capture)
		return;
	capture->row = nic;
	capture->packets = packets;
	memcpy(capture->file, file, sizeof file);
}

static const char *lack_name(int lack)
{
	return mcd_lack_name((enum mcd_lack)lack);
}

static void read_capture(struct mcd_reading *r, const cJSON *row, struct mcd_nic_capture *capture)
{
	const cJSON *object = mcd_reading_object(r, row, "capture");

	capture->tried = mcd_reading_bool(r, object, "tried");
	capture->open = mcd_reading_bool(r, object, "open");
	capture->lacks = (enum mcd_lack)mcd_reading_name(r, object, "lacks", MCD_LACKS, lack_name);
	mcd_reading_text(r, object, "error", capture->error, sizeof capture->error);
	capture->link_type = (int)mcd_reading_int(r, object, "link_type", 0, INT32_MAX);
	capture->opened_ns = mcd_reading_time(r, object, "opened");
	capture->closed_ns = mcd_reading_time(r, object, "closed");
	capture->dropped = mcd_reading_uint(r, object, "dropped");
	capture->broke = mcd_reading_bool(r, object, "broke");
	capture->broke_ns = mcd_reading_time(r, object, "broke_at");
}

static void read_looks(struct mcd_reading *r, const cJSON *row, struct mcd_nic *nic)
{
	const cJSON *list = mcd_reading_array(r, row, "second_looks"), *item;

	mcd_reading_rows(r, list, "second_looks", MCD_LOOKS);
	cJSON_ArrayForEach(item, list) {
		const int64_t on_ns = mcd_reading_time(r, item, "on"), off_ns = mcd_reading_time(r, item, "off");

		if (r->failed)
			return;
		if (on_ns == 0 || off_ns < on_ns || (nic->nlooks && on_ns < nic->looks[nic->nlooks - 1].off_ns))
			mcd_reading_refuse(r, "off", "a time after that of `on`, and before the next look");
		mcd_observe_promiscuous(nic, true, on_ns);
		mcd_observe_promiscuous(nic, false, off_ns);
	}
}

static void read_control(struct mcd_reading *r, const cJSON *row, const struct mcd_request *request, struct mcd_control *control)
{
	const cJSON *object = mcd_reading_object_or_null(r, row, "control");

	if (!object)
		return;
	if (!request->peer)
		mcd_reading_refuse(r, "control", "of a host that request.json names");
	control->wanted = true;
	control->has_address = !mcd_reading_is_null(r, object, "address");
	if (control->has_address)
		control->address = mcd_reading_address(r, object, "address");
	control->sent = (unsigned)mcd_reading_int(r, object, "sent", 0, MCD_CONTROL_MOST);
	control->received = (unsigned)mcd_reading_int(r, object, "received", 0, control->sent);
	control->pending = (unsigned)mcd_reading_int(r, object, "pending", 0, control->sent - control->received);
	control->least_ns = mcd_reading_int(r, object, "least_ns", 0, INT64_C(1) << 50);
	control->total_ns = mcd_reading_int(r, object, "total_ns", 0, INT64_C(1) << 50);
	mcd_reading_text(r, object, "error", control->error, sizeof control->error);
}

static void read_scratch(struct mcd_reading *r, const cJSON *row, struct mcd_nic *nic)
{
	const cJSON *list = mcd_reading_array(r, row, "scratch"), *item;
	unsigned family = 0;

	if (!r->failed && cJSON_GetArraySize(list) != MCD_FAMILIES)
		mcd_reading_refuse(r, "scratch", "a list of two");
	cJSON_ArrayForEach(item, list) {
		if (r->failed)
			return;
		read_act(r, item, "join", &nic->scratch[family].join);
		read_act(r, item, "leave", &nic->scratch[family].leave);
		family++;
	}
}

static void read_row(struct mcd_reading *r, const cJSON *row, struct mcd_restored *run, size_t index)
{
	struct mcd_nic *nic = &run->evidence.nics[index];
	char name[MCD_IFACE_NAME];

	mcd_reading_text(r, row, "name", name, sizeof name);
	if (strcmp(name, nic->iface->name) != 0)
		mcd_reading_refuse(r, "name", "that of the interface with this index");
	nic->role = mcd_reading_word(r, row, "role", role_words) == 0 ? MCD_ROLE_CHOSEN : MCD_ROLE_OBSERVED;
	nic->named = mcd_reading_bool(r, row, "named");
	nic->unusable = read_unusable(r, row);
	nic->gone = mcd_reading_bool(r, row, "gone");
	nic->went_down = mcd_reading_bool(r, row, "went_down");
	nic->renamed = mcd_reading_bool(r, row, "renamed");
	nic->master_after = (unsigned)mcd_reading_int(r, row, "master_after", 0, INT32_MAX);
	read_capture(r, row, &nic->capture);
	read_file(r, mcd_reading_object(r, row, "capture"), index, &run->captures);
	read_tasks(r, row, &run->request, nic);
	read_looks(r, row, nic);
	read_scratch(r, row, nic);
	read_control(r, row, &run->request, &nic->control);
	read_arrivals(r, row, index, &run->arrivals);
}

void mcd_restore_rows(struct mcd_reading *r, const cJSON *root, struct mcd_restored *run)
{
	const cJSON *row;
	size_t index = 0;

	cJSON_ArrayForEach(row, rows_of(r, root)) {
		if (r->failed || index == run->evidence.nnics)
			return;
		read_row(r, row, run, index++);
	}
}
