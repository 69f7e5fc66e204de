/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/inputs.h"

#include "base/string.h"
#include "net/folder.h"
#include "net/terminal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 16 }; /* files that may stay open between the look at them and the reading: each holds a buffer */

static const char *const compressions[] = { ".gz", ".zst", ".lz4", NULL };
static const char *const formats[] = { ".pcap", ".pcapng", ".cap", NULL };

static bool out_of_memory(struct mcd_err *err)
{
	mcd_err_set(err, "out of memory");
	return false;
}

static bool is_standard_input(const char *path)
{
	return strcmp(path, "-") == 0;
}

/* The length of NAME without the first of SUFFIXES that it ends with. */
static size_t length_without(const char *name, size_t length, const char *const *suffixes)
{
	for (; *suffixes; suffixes++) {
		size_t suffix = strlen(*suffixes);

		if (length > suffix && memcmp(name + length - suffix, *suffixes, suffix) == 0)
			return length - suffix;
	}
	return length;
}

static size_t stem_length(const char *name)
{
	return length_without(name, length_without(name, strlen(name), compressions), formats);
}

static bool looks_like_capture(const char *name)
{
	size_t length = length_without(name, strlen(name), compressions);

	return length_without(name, length, formats) < length;
}

/* Takes PATH over. */
static bool add(struct mcd_inputs *inputs, char *path, const char *name, size_t length, size_t row)
{
	struct mcd_input *input = path ? mcd_vec_push(&inputs->list) : NULL;

	if (!input) {
		free(path);
		return false;
	}
	input->path = path;
	input->row = row;
	return !name || (input->name = mcd_string_copy(name, length)) != NULL;
}

bool mcd_inputs_add(struct mcd_inputs *inputs, const char *path, size_t row)
{
	return add(inputs, strdup(path), NULL, 0, row);
}

static bool add_named_files(struct mcd_inputs *inputs, const char *folder, const struct mcd_vec *names, struct mcd_err *err)
{
	size_t before = inputs->list.count;

	for (size_t i = 0; i < names->count; i++) {
		const char *name = *(char **)mcd_vec_at(names, i);

		if (looks_like_capture(name) && !add(inputs, mcd_folder_path(folder, name), NULL, 0, SIZE_MAX))
			return out_of_memory(err);
	}
	if (inputs->list.count == before)
		mcd_err_set(err, "%.160s: no capture is in this folder, nor the host.json of an evidence folder", folder);
	return inputs->list.count > before;
}

/* The captures in a folder that is no evidence folder. */
static bool add_folder(struct mcd_inputs *inputs, const char *folder, struct mcd_err *err)
{
	struct mcd_vec names;
	bool good;

	mcd_vec_init(&names, sizeof(char *));
	good = mcd_folder_list(folder, &names, err) && add_named_files(inputs, folder, &names, err);
	for (size_t i = 0; i < names.count; i++)
		free(*(char **)mcd_vec_at(&names, i));
	mcd_vec_fini(&names);
	return good;
}

static bool is_evidence_folder(const char *path)
{
	char *host = mcd_folder_path(path, "host.json");
	bool has = host && mcd_folder_has(host);

	free(host);
	return has;
}

/* "NAME=" before the first folder, as long as NAME. */
static size_t name_length(const char *operand)
{
	size_t length = strcspn(operand, "=");

	return operand[length] == '=' && strcspn(operand, mcd_folder_separators) > length ? length : SIZE_MAX;
}

static bool add_operand(struct mcd_inputs *inputs, const char *operand, size_t operands, struct mcd_err *err)
{
	size_t length = name_length(operand);
	const char *path = length == SIZE_MAX ? operand : operand + length + 1;

	if (length == 0 || !*path || (length != SIZE_MAX && length >= MCD_IFACE_NAME)) {
		mcd_err_set(err, "'%.160s' is not FILE or NAME=FILE; a path with '=' in its first part needs './' before it", operand);
		return false;
	}
	if (!mcd_folder_is(path))
		return add(inputs, strdup(path), length == SIZE_MAX ? NULL : operand, length, SIZE_MAX) || out_of_memory(err);
	if (length != SIZE_MAX) {
		mcd_err_set(err, "'%.160s': a name is for a file, and %.80s is a folder", operand, path);
		return false;
	}
	if (!is_evidence_folder(path))
		return add_folder(inputs, path, err);
	if (operands > 1) {
		mcd_err_set(err, "%.160s is the evidence folder of a run, which is replayed alone", path);
		return false;
	}
	inputs->folder = path;
	return true;
}

bool mcd_inputs_find(struct mcd_inputs *out, const char *const *operands, size_t count, struct mcd_err *err)
{
	bool piped = false;

	*out = (struct mcd_inputs){ .folder = NULL };
	mcd_vec_init(&out->list, sizeof(struct mcd_input));
	for (size_t i = 0; i < count; i++)
		if (!add_operand(out, operands[i], count, err))
			return false;
	for (size_t i = 0; i < out->list.count; i++) {
		if (!is_standard_input(((struct mcd_input *)mcd_vec_at(&out->list, i))->path))
			continue;
		if (piped || mcd_terminal_is(stdin)) {
			mcd_err_set(err, piped ? "'-' is named twice: standard input can be read once" :
						 "'-': standard input is a terminal; a pcap or pcapng file is read from it");
			return false;
		}
		piped = true;
	}
	if (out->list.count > MCD_MAX_NICS)
		mcd_err_set(err, "%zu captures: one replay takes %d interfaces at most", out->list.count, MCD_MAX_NICS);
	return out->list.count <= MCD_MAX_NICS;
}

bool mcd_input_open(struct mcd_input *input, struct mcd_err *err)
{
	if (!input->file)
		input->file = mcd_capfile_open(input->path, err);
	return input->file != NULL;
}

void mcd_input_close(struct mcd_input *input)
{
	if (input->file)
		mcd_capfile_close(input->file);
	input->file = NULL;
	input->has_first = false;
}

bool mcd_inputs_look(struct mcd_inputs *inputs, struct mcd_err *err)
{
	bool sized = true;

	for (size_t i = 0; i < inputs->list.count; i++) {
		struct mcd_input *input = mcd_vec_at(&inputs->list, i);

		if (!mcd_input_open(input, err))
			return false;
		input->size = mcd_capfile_size(input->file);
		input->has_first = mcd_capfile_next(input->file, &input->first);
		input->begins_ns = input->has_first ? input->first.when_ns : 0;
		inputs->size += input->size;
		sized = sized && input->size > 0;
		if (input->size > 0 && inputs->list.count > FEW)
			mcd_input_close(input);
	}
	inputs->size = sized ? inputs->size : 0;
	return true;
}

void mcd_inputs_fini(struct mcd_inputs *inputs)
{
	for (size_t i = 0; i < inputs->list.count; i++) {
		struct mcd_input *input = mcd_vec_at(&inputs->list, i);

		mcd_input_close(input);
		free(input->path);
		free(input->name);
	}
	mcd_vec_fini(&inputs->list);
}

/* ---- names ---- */

const char *mcd_input_base(const struct mcd_input *input)
{
	return mcd_folder_base(input->path);
}

enum { NAME_MOST = MCD_IFACE_NAME - 17 }; /* leaves room for what parts equal names */

void mcd_input_iface_name(const struct mcd_input *input, size_t i, size_t count, char out[MCD_IFACE_NAME])
{
	const char *told = mcd_capfile_iface(input->file, i)->name, *base = mcd_input_base(input);
	char number[32];

	snprintf(number, sizeof number, "%zu", i + 1);
	out[0] = '\0';
	if (input->name && count == 1)
		snprintf(out, MCD_IFACE_NAME, "%.*s", NAME_MOST, input->name);
	else if (input->name)
		snprintf(out, MCD_IFACE_NAME, "%.*s%s%.*s", NAME_MOST / 2, input->name, *told ? ":" : "#", NAME_MOST / 2, *told ? told : number);
	else if (*told)
		snprintf(out, MCD_IFACE_NAME, "%.*s", NAME_MOST, told);
	else if (is_standard_input(input->path))
		snprintf(out, MCD_IFACE_NAME, "stdin");
	else
		snprintf(out, MCD_IFACE_NAME, "%.*s", stem_length(base) < NAME_MOST ? (int)stem_length(base) : NAME_MOST, base);
}

static int compare_ifaces(const void *a, const void *b)
{
	const struct mcd_iface *x = *(struct mcd_iface *const *)a, *y = *(struct mcd_iface *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x > y) - (x < y);
}

static int compare_name(const void *name, const void *item)
{
	return strcmp(name, *(char *const *)item);
}

/* The names that came, sorted; they stay while the interfaces are renamed. */
static char **copy_names(struct mcd_iface *const *sorted, size_t count)
{
	char **names = calloc(count + 1, sizeof *names);

	for (size_t i = 0; names && i < count; i++)
		if (!(names[i] = strdup(sorted[i]->name))) {
			while (i > 0)
				free(names[--i]);
			free(names);
			return NULL;
		}
	return names;
}

/* The first of equal names stays; "NAME#N" for N = 2, 3, ... that is nobody's else. */
static void part(struct mcd_iface *const *sorted, char *const *names, size_t count)
{
	uint64_t n = 1;

	for (size_t i = 1; i < count; i++) {
		char name[MCD_IFACE_NAME + 24];

		n = strcmp(names[i], names[i - 1]) == 0 ? n : 1;
		if (strcmp(names[i], names[i - 1]) != 0)
			continue;
		do {
			snprintf(name, sizeof name, "%s#%" PRIu64, names[i], ++n);
		} while (bsearch(name, names, count, sizeof *names, compare_name));
		snprintf(sorted[i]->name, sizeof sorted[i]->name, "%.255s", name);
	}
}

bool mcd_inputs_part_names(struct mcd_iface_list *ifaces)
{
	struct mcd_iface **sorted = calloc(ifaces->count + 1, sizeof *sorted);
	char **names = NULL;

	for (size_t i = 0; sorted && i < ifaces->count; i++)
		sorted[i] = &ifaces->at[i];
	if (sorted) {
		qsort(sorted, ifaces->count, sizeof *sorted, compare_ifaces);
		names = copy_names(sorted, ifaces->count);
	}
	if (names)
		part(sorted, names, ifaces->count);
	for (size_t i = 0; names && i < ifaces->count; i++)
		free(names[i]);
	free(names);
	free(sorted);
	return names != NULL;
}
