/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "capfile/capfile.h"

#include "capfile/reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC = 4 }; /* bytes that tell the format */

/* USUAL and NEXT of a file that has ended. */
static size_t none_usual(struct mcd_capfile *file, struct mcd_frame *out, size_t most)
{
	(void)file;
	(void)out;
	(void)most;
	return 0;
}

static bool nothing_more(struct mcd_capfile *file, struct mcd_frame *out)
{
	(void)file;
	(void)out;
	return false;
}

static bool end_reading(struct mcd_capfile *file)
{
	file->usual = none_usual;
	file->next = nothing_more;
	return false;
}

char *mcd_reader_where(const struct mcd_capfile *file, char buf[MCD_READER_WHERE])
{
	if (file->number > 0)
		snprintf(buf, MCD_READER_WHERE, "after packet %" PRIu64, file->number);
	else
		snprintf(buf, MCD_READER_WHERE, "before the first packet");
	return buf;
}

/* What was met first is kept. */
static void tell(struct mcd_capfile *file, enum mcd_capfile_end end, const char *format, va_list args) MCD_PRINTF(3, 0);

static void tell(struct mcd_capfile *file, enum mcd_capfile_end end, const char *format, va_list args)
{
	if (file->end != MCD_CAPFILE_COMPLETE)
		return;
	file->end = end;
	vsnprintf(file->why, sizeof file->why, format, args);
}

void mcd_reader_blemish(struct mcd_capfile *file, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(file, MCD_CAPFILE_CORRUPT, format, args);
	va_end(args);
}

bool mcd_reader_corrupt(struct mcd_capfile *file, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(file, MCD_CAPFILE_CORRUPT, format, args);
	va_end(args);
	return end_reading(file);
}

static bool cut(struct mcd_capfile *file, const char *format, ...) MCD_PRINTF(2, 3);

static bool cut(struct mcd_capfile *file, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(file, MCD_CAPFILE_CUT, format, args);
	va_end(args);
	return end_reading(file);
}

bool mcd_reader_cut(struct mcd_capfile *file, enum mcd_reader_what what)
{
	const struct mcd_source *source = &file->source;
	char where[MCD_READER_WHERE];

	mcd_reader_where(file, where);
	switch (source->ended) {
	case MCD_SOURCE_FAILED:
		return mcd_reader_corrupt(file, "not to be read %s: %s", where, mcd_err_reason(source->os));
	case MCD_SOURCE_CORRUPT:
		return mcd_reader_corrupt(file, "its %s data is corrupt %s", source->compression->name, where);
	case MCD_SOURCE_CUT:
		return cut(file, "its %s data is cut %s", source->compression->name, where);
	case MCD_SOURCE_COMPLETE:
		break;
	}
	if (what == MCD_READER_HEADER)
		return cut(file, "cut in the middle of its header");
	if (what == MCD_READER_PACKET)
		return cut(file, "cut in the middle of packet %" PRIu64, file->number + 1);
	return cut(file, "cut in the middle of a block %s", where);
}

bool mcd_reader_ran_out(struct mcd_capfile *file, enum mcd_reader_what what)
{
	if (file->source.ended == MCD_SOURCE_COMPLETE && mcd_source_held(&file->source) == 0)
		return end_reading(file);
	return mcd_reader_cut(file, what);
}

struct mcd_reader_iface *mcd_reader_add(struct mcd_capfile *file)
{
	struct mcd_reader_iface *iface;
	char where[MCD_READER_WHERE];

	if (file->ifaces.count == MCD_CAPFILE_IFACES) {
		mcd_reader_corrupt(file, "more than %d interfaces %s", MCD_CAPFILE_IFACES, mcd_reader_where(file, where));
		return NULL;
	}
	iface = mcd_vec_push(&file->ifaces);
	if (!iface)
		mcd_reader_corrupt(file, "not to be read %s: %s", mcd_reader_where(file, where), mcd_err_reason(ENOMEM));
	return iface;
}

/* What the file is, by its first bytes. False with END and WHY, the latter empty when it is none of ours. */
static bool begin(struct mcd_capfile *file)
{
	const uint8_t *magic = mcd_source_peek(&file->source, MAGIC);

	if (!magic && (mcd_source_held(&file->source) > 0 || file->source.ended != MCD_SOURCE_COMPLETE))
		return mcd_reader_cut(file, MCD_READER_HEADER);
	if (!magic)
		return mcd_reader_corrupt(file, "empty");
	if (mcd_pcap_is(magic))
		return mcd_pcap_begin(file);
	if (mcd_pcapng_is(magic))
		return mcd_pcapng_begin(file);
	return mcd_reader_corrupt(file, "no capture file");
}

/* FILE once its source is open (OPENED), its header read; else NULL and ERR, and FILE is closed. */
static struct mcd_capfile *start(struct mcd_capfile *file, bool opened, const char *name, struct mcd_err *err)
{
	const char *reads = mcd_capfile_compressions();

	if (opened && begin(file))
		return file;
	if (opened)
		mcd_err_set(err, "%.160s: %s; what is read is pcap and pcapng%s%s", name, file->why, *reads ? ", also compressed by " : "", reads);
	mcd_capfile_close(file);
	return NULL;
}

static struct mcd_capfile *allocate(const char *name, struct mcd_err *err)
{
	struct mcd_capfile *file = calloc(1, sizeof *file);

	if (file)
		mcd_vec_init(&file->ifaces, sizeof(struct mcd_reader_iface));
	else
		mcd_err_os(err, ENOMEM, "cannot read %s", name);
	return file;
}

struct mcd_capfile *mcd_capfile_open(const char *path, struct mcd_err *err)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	struct mcd_capfile *file = allocate(name, err);

	return file ? start(file, mcd_source_open(&file->source, path, name, err), name, err) : NULL;
}

struct mcd_capfile *mcd_capfile_memory(const uint8_t *data, size_t length, const char *name, struct mcd_err *err)
{
	struct mcd_capfile *file = allocate(name, err);

	return file ? start(file, mcd_source_memory(&file->source, data, length, name, err), name, err) : NULL;
}

void mcd_capfile_close(struct mcd_capfile *file)
{
	if (!file)
		return;
	mcd_source_close(&file->source);
	mcd_vec_fini(&file->ifaces);
	free(file);
}

size_t mcd_capfile_read(struct mcd_capfile *file, struct mcd_frame *out, size_t most)
{
	const size_t usual = file->usual(file, out, most);

	return usual > 0 ? usual : file->next(file, out);
}

bool mcd_capfile_next(struct mcd_capfile *file, struct mcd_frame *out)
{
	return mcd_capfile_read(file, out, 1) > 0;
}

size_t mcd_capfile_ifaces(const struct mcd_capfile *file)
{
	return file->ifaces.count;
}

const struct mcd_capfile_iface *mcd_capfile_iface(const struct mcd_capfile *file, size_t i)
{
	const struct mcd_reader_iface *iface = mcd_vec_at(&file->ifaces, i);

	return &iface->told;
}

enum mcd_capfile_end mcd_capfile_ended(const struct mcd_capfile *file, const char **why)
{
	if (why)
		*why = file->why;
	return file->end;
}

uint64_t mcd_capfile_position(const struct mcd_capfile *file)
{
	return mcd_source_position(&file->source);
}

uint64_t mcd_capfile_size(const struct mcd_capfile *file)
{
	return file->source.size;
}

const char *mcd_capfile_compressions(void)
{
	return MCD_COMPRESSIONS;
}
