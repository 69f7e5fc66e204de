/* SPDX-License-Identifier: ISC */
/* Private to the restoring of a run: its parts, one function for each; all follow the sticky reader of reading.h. */
#ifndef MCD_COMMAND_RESTORE_PARTS_H
#define MCD_COMMAND_RESTORE_PARTS_H

#include "command/reading.h"
#include "command/restore.h"
#include "evidence/observe.h"

/* Most items of the lists: a hostile file must not make us allocate what no host has. */
enum { MCD_RESTORE_IFACES = 65536, MCD_RESTORE_GROUPS = 65536, MCD_RESTORE_TASKS = 131072, MCD_RESTORE_ROWS = 1000000 };

struct mcd_restored_capture {
	size_t row;
	uint64_t packets; /* as the run counted them */
	char file[256];	  /* a name in the folder */
};

struct mcd_restored_arrival {
	size_t row;
	struct mcd_received received;
};

/* restore_request.c: request.json into *REQUEST, whose message is borrowed from MESSAGE. Freed by the caller also after a failure. */
void mcd_restore_request(struct mcd_reading *r, const cJSON *root, struct mcd_request *request, char *message, size_t room);

/* restore_host.c: the interfaces; the host's view, which was initialized. Freed by the caller also after a failure. */
void mcd_restore_ifaces(struct mcd_reading *r, const cJSON *root, struct mcd_iface_list *ifaces);
void mcd_restore_view(struct mcd_reading *r, const cJSON *view, struct mcd_host *host);

/* restore_apps.c: the sockets of other programs, of one view of the host. */
void mcd_restore_apps(struct mcd_reading *r, const cJSON *view, struct mcd_apps *apps);
/* restore_facts.c: what the host name resolved to, and bridges and routing tables said, for mcd_restore_view(). */
void mcd_restore_facts(struct mcd_reading *r, const cJSON *view, struct mcd_host *host);

/* restore_rows.c: where the rows are among IFACES: *ROWS, allocated, *COUNT of them, ascending; and all the rest of the rows that were made
 * from that. */
bool mcd_restore_places(struct mcd_reading *r, const cJSON *root, const struct mcd_iface_list *ifaces, size_t ngroups, size_t **rows, size_t *count);
void mcd_restore_rows(struct mcd_reading *r, const cJSON *root, struct mcd_restored *run);

/* restore_firewall.c: its rules, into the evidence. */
void mcd_restore_firewall(struct mcd_reading *r, const cJSON *root, struct mcd_evidence *evidence);

/* restore_reasons.c: what the kernel dropped, and why, into the evidence, whose rows are there. */
void mcd_restore_drops(struct mcd_reading *r, const cJSON *root, struct mcd_evidence *evidence);

/* A new item of LIST; NULL, and failed, when memory is out. */
void *mcd_restore_push(struct mcd_reading *r, struct mcd_vec *list);

#endif
