/* SPDX-License-Identifier: ISC */
/* The operands of a replay: capture files, opened and looked at before any is read, and what their interfaces are called. */
#ifndef MCD_COMMAND_INPUTS_H
#define MCD_COMMAND_INPUTS_H

#include "base/err.h"
#include "base/vec.h"
#include "capfile/capfile.h"
#include "evidence/evidence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mcd_input {
	char *path;		  /* owned; "-" = standard input */
	char *name;		  /* owned; as NAME=FILE says; NULL = not said */
	size_t row;		  /* of the evidence that is there already; SIZE_MAX = its interfaces get rows */
	struct mcd_capfile *file; /* NULL = closed for now */
	struct mcd_frame first;	  /* borrowed from the open file, as long as it is the last that was read */
	bool has_first;
	int64_t begins_ns;	  /* time of its first frame; 0 = not told */
	int64_t ends_ns;	  /* latest time of a frame, once it was read */
	uint64_t size;		  /* bytes on disk; 0 = not known: a pipe */
};

struct mcd_inputs {
	struct mcd_vec list;	  /* struct mcd_input */
	const char *folder;	  /* the one operand is the evidence folder of a run; borrowed; NULL = it is not */
	uint64_t size;		  /* of all; 0 = not known */
};

/* From operands to a list: folders become the captures in them, in the order of their names, but for an evidence folder, which stands alone
 * and whose captures the caller adds. Opens nothing. False and ERR, which names the operand; *OUT is to be freed in any case. */
bool mcd_inputs_find(struct mcd_inputs *out, const char *const *operands, size_t count, struct mcd_err *err);

/* Append the capture PATH, whose one interface is ROW. False when memory is out. */
bool mcd_inputs_add(struct mcd_inputs *inputs, const char *path, size_t row);

/* Open each and read its header and its first frame, so that a bad one is told before anything is read. Pipes stay open, and so do files as
 * long as they are few. False and ERR when one is no capture. */
bool mcd_inputs_look(struct mcd_inputs *inputs, struct mcd_err *err);

/* Open INPUT unless it is open. */
bool mcd_input_open(struct mcd_input *input, struct mcd_err *err);
void mcd_input_close(struct mcd_input *input);
void mcd_inputs_fini(struct mcd_inputs *inputs);

/* The name of the file without its folder; "-" for standard input. */
const char *mcd_input_base(const struct mcd_input *input);

/* What interface I of INPUT, all of whose COUNT interfaces are known, is called, unless another has that name too. */
void mcd_input_iface_name(const struct mcd_input *input, size_t i, size_t count, char out[MCD_IFACE_NAME]);

/* Names that came up more than once get "#2", "#3" behind. False when memory is out. */
bool mcd_inputs_part_names(struct mcd_iface_list *ifaces);

#endif
