/* SPDX-License-Identifier: ISC */
/* The sections of the text report; private to report/. */
#ifndef MCD_REPORT_TEXT_H
#define MCD_REPORT_TEXT_H

#include "report/page.h"
#include "report/report.h"
#include "report/value.h"

struct mcd_text {
	struct mcd_page page;
	const struct mcd_report_input *in;
	const struct mcd_text_style *style;
	bool failed; /* memory is out */
};

enum {
	MCD_FOLD_NICS = 8,     /* with more chosen NICs than this, rows that are alike are folded */
	MCD_FOLD_FINDINGS = 4, /* that many findings of one code and cause are told once */
};

/* A container or network namespace, where that is so: other interfaces of the machine are not seen from here. */
void mcd_text_place(struct mcd_text *t);

/* The table of checks, the reasons beneath it, and the NICs that were only observed. */
void mcd_text_table(struct mcd_text *t);

/* What each check was settled by, and why others were not. */
void mcd_text_reasons(struct mcd_text *t);

void mcd_text_observed(struct mcd_text *t);

/* What a host that was named answered by unicast, where one was. */
void mcd_text_control(struct mcd_text *t);

/* Rows of short texts, by interface. */
enum { MCD_GRID_COLUMNS = 10, MCD_GRID_CELL = 64 };
struct mcd_grid_row {
	const struct mcd_nic *nic;
	char cells[MCD_GRID_COLUMNS][MCD_GRID_CELL];
};
struct mcd_grid {
	const char *const *titles;
	unsigned columns;
	const struct mcd_grid_row *rows;
	size_t count;
};
/* Nothing where there are no rows. */
void mcd_text_grid(struct mcd_text *t, const struct mcd_grid *grid);

/* Where sending is the job: what was sent out of each interface to each group, and what of it was on the wire. */
void mcd_text_sent(struct mcd_text *t);

/* Short texts; each returns BUF. A rate: packets a second, or bits: "9.98 pps", "1.50 Mbps". */
enum { MCD_RATE_TEXT = 32, MCD_ENDPOINT_TEXT = MCD_ADDR_TEXT + 8, MCD_JITTER_TEXT = 40 };
char *mcd_text_rate(double rate, bool in_bits, char buf[MCD_RATE_TEXT]);
/* "239.1.1.1:5000", "[ff15::1]:5000"; PORT 0 = none is named. */
char *mcd_text_endpoint(struct mcd_addr address, uint16_t port, char buf[MCD_ENDPOINT_TEXT]);
/* "0.123 ms"; "-" where it is negative: not known. */
char *mcd_text_jitter(int64_t jitter_ns, char buf[MCD_JITTER_TEXT]);

/* Where listening is the job: what was received of each sender, on each interface, and what of it was on the wire. */
void mcd_text_heard(struct mcd_text *t);

/* Other runs of mcdiag that were heard, where there are any. */
void mcd_text_peers(struct mcd_text *t);

/* "and 3 more", at the end of rows that are cut; nothing where COUNT is 0. */
void mcd_text_more(struct mcd_text *t, size_t count);

/* Other programs' sockets, where there are any. */
void mcd_text_apps(struct mcd_text *t);

/* Source filters that are not everywhere what was asked for. */
void mcd_text_filters(struct mcd_text *t);

/* What a capture holds: frames, queriers, members, streams. */
void mcd_text_inventory(struct mcd_text *t);
void mcd_text_findings(struct mcd_text *t);

/* The name of an interface of this host, or that it is gone. Borrowed from the evidence. */
const char *mcd_text_iface(const struct mcd_text *t, unsigned ifindex);

/* Names of the rows whose flag in CHOSEN (one for each NIC) is set, runs of numbered names as "eth0-eth9". Appended to the line that is begun. */
void mcd_text_names(struct mcd_text *t, const bool *chosen);

/* A line of BEFORE, these names and AFTER; nothing where no flag is set. */
void mcd_text_names_line(struct mcd_text *t, const char *before, const bool *chosen, const char *after);

/* A line that a chosen interface cannot be used, and why. */
void mcd_text_unusable(struct mcd_text *t, const struct mcd_nic *nic);

/* "pass", "FAIL", "warn", "?", "-", with a symbol before it where symbols are on, in its colour. */
void mcd_text_status(struct mcd_text *t, enum mcd_status status);

#endif
