/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/save.h"

#include "net/savefile.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_ROOM = 4096 };

struct mcd_save {
	char folder[PATH_ROOM];
	struct mcd_savefile **captures; /* by NIC; NULL = no frame yet */
	size_t count;
	struct mcd_err err; /* the first that went wrong, told at the end */
};

struct mcd_save *mcd_save_new(const char *folder, size_t count, struct mcd_err *err)
{
	struct mcd_save *save = calloc(1, sizeof *save);

	if (!save || !(save->captures = calloc(count + 1, sizeof *save->captures)) || strlen(folder) >= sizeof save->folder) {
		mcd_err_set(err, "--save: out of memory for '%.160s'", folder);
		mcd_save_abandon(save);
		return NULL;
	}
	memcpy(save->folder, folder, strlen(folder) + 1);
	save->count = count;
	if (!mcd_savefile_folder(folder, err)) {
		mcd_save_abandon(save);
		return NULL;
	}
	return save;
}

static struct mcd_savefile *open_in(const struct mcd_save *save, const char *name, struct mcd_err *err)
{
	char path[PATH_ROOM + MCD_CAPTURE_NAME];

	snprintf(path, sizeof path, "%s/%s", save->folder, name);
	return mcd_savefile_new(path, err);
}

/* The file of one NIC, begun when it is not there yet. */
static struct mcd_savefile *capture_of(struct mcd_save *save, size_t nic, const struct mcd_iface *iface, int link_type)
{
	char name[MCD_CAPTURE_NAME];

	if (!save->captures[nic] && !save->err.text[0]) {
		save->captures[nic] = open_in(save, mcd_report_capture_name(iface, name), &save->err);
		if (save->captures[nic])
			mcd_savefile_pcap_begin(save->captures[nic], link_type, MCD_SNAP_LENGTH);
	}
	return save->captures[nic];
}

void mcd_save_frame(struct mcd_save *save, const struct mcd_iface *iface, const struct mcd_frame *frame)
{
	struct mcd_savefile *file = capture_of(save, frame->nic, iface, frame->link_type);

	if (file)
		mcd_savefile_pcap_frame(file, frame);
}

static bool write_json(const struct mcd_save *save, const char *name, bool (*write)(FILE *, const struct mcd_report_input *, struct mcd_err *),
		       const struct mcd_report_input *in, struct mcd_err *err)
{
	struct mcd_savefile *file = open_in(save, name, err);

	if (!file)
		return false;
	if (!write(mcd_savefile_stream(file), in, err)) {
		mcd_savefile_abandon(file);
		return false;
	}
	return mcd_savefile_commit(file, err);
}

bool mcd_save_commit(struct mcd_save *save, const struct mcd_report_input *in, struct mcd_err *err)
{
	const struct mcd_evidence *evidence = in->evidence;
	bool good = true;

	for (size_t i = 0; i < save->count; i++)
		if (evidence->nics[i].capture.open)
			capture_of(save, i, evidence->nics[i].iface, evidence->nics[i].capture.link_type);
	if (save->err.text[0]) {
		*err = save->err;
		good = false;
	}
	for (size_t i = 0; good && i < save->count; i++) {
		struct mcd_savefile *file = save->captures[i];

		save->captures[i] = NULL;
		good = !file || mcd_savefile_commit(file, err);
	}
	good = good && write_json(save, "host.json", mcd_report_host_json, in, err) && write_json(save, "request.json", mcd_report_request_json, in, err);
	mcd_save_abandon(save);
	return good;
}

void mcd_save_abandon(struct mcd_save *save)
{
	for (size_t i = 0; save && save->captures && i < save->count; i++)
		if (save->captures[i])
			mcd_savefile_abandon(save->captures[i]);
	if (save)
		free(save->captures);
	free(save);
}
