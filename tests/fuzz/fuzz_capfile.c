/* SPDX-License-Identifier: ISC */
/* A capture file of any form, read to its end: what is handed out lies within the file, is numbered upwards, and of an interface that is known. */
#include <config.h>

#include "fuzz.h"

#include "capfile/capfile.h"

#include <string.h>

enum { FRAMES = 20000, SEVERAL = 5 }; /* a few bytes decompress to millions of frames; that are read at once */

/* Read every byte, for a sanitizer to see. */
static void touch(const uint8_t *data, uint32_t length)
{
	volatile uint8_t sum = 0;

	for (uint32_t i = 0; i < length; i++)
		sum = (uint8_t)(sum + data[i]);
}

static void check_frame(const struct mcd_capfile *file, const struct mcd_frame *frame, uint64_t before)
{
	fuzz_hold(frame->number > before);
	fuzz_hold(frame->nic < mcd_capfile_ifaces(file));
	fuzz_hold(frame->link_type == mcd_capfile_iface(file, frame->nic)->link_type);
	fuzz_hold(frame->captured <= frame->on_wire && frame->captured <= MCD_CAPFILE_FRAME);
	fuzz_hold(mcd_capfile_position(file) <= mcd_capfile_size(file));
	touch(frame->data, frame->captured);
}

/* Read several at once, it is the same file: LAST is the number of its last frame, when it is not longer than is looked at. */
static void check_several(const uint8_t *data, size_t size, uint64_t last)
{
	struct mcd_err err = { 0 };
	struct mcd_capfile *one = mcd_capfile_memory(data, size, "input", &err), *several = mcd_capfile_memory(data, size, "input", &err);
	struct mcd_frame frames[SEVERAL], frame;
	uint64_t number = 0;
	size_t count;

	fuzz_hold(one && several);
	while (number < FRAMES && (count = mcd_capfile_read(several, frames, 1 + size % SEVERAL)) > 0)
		for (size_t i = 0; i < count; i++) {
			fuzz_hold(mcd_capfile_next(one, &frame));
			fuzz_hold(frame.number == frames[i].number && frame.nic == frames[i].nic && frame.when_ns == frames[i].when_ns);
			fuzz_hold(frame.captured == frames[i].captured && frame.on_wire == frames[i].on_wire && frame.sent == frames[i].sent);
			fuzz_hold(memcmp(frame.data, frames[i].data, frame.captured) == 0);
			number = frame.number;
		}
	fuzz_hold(number >= last);
	mcd_capfile_close(one);
	mcd_capfile_close(several);
}

void fuzz_capfile(const uint8_t *data, size_t size)
{
	struct mcd_err err = { 0 };
	struct mcd_capfile *file = mcd_capfile_memory(data, size, "input", &err);
	struct mcd_frame frame = { .number = 0 };
	const char *why;
	uint64_t before = 0;

	fuzz_hold((file == NULL) == (err.text[0] != '\0'));
	if (!file)
		return;
	for (int i = 0; i < FRAMES; i++) {
		if (!mcd_capfile_next(file, &frame)) {
			fuzz_hold((mcd_capfile_ended(file, &why) == MCD_CAPFILE_COMPLETE) == (*why == '\0'));
			break;
		}
		check_frame(file, &frame, before);
		before = frame.number;
	}
	check_several(data, size, before);
	for (size_t i = 0; i < mcd_capfile_ifaces(file); i++)
		fuzz_hold(memchr(mcd_capfile_iface(file, i)->name, '\0', MCD_IFACE_NAME) != NULL);
	mcd_capfile_close(file);
}
