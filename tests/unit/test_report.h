/* SPDX-License-Identifier: ISC */
/* Literal runs for the tests of report/. */
#ifndef MCD_TESTS_TEST_REPORT_H
#define MCD_TESTS_TEST_REPORT_H

#include "report/report.h"
#include "unit.h"

#include <cjson/cJSON.h>

enum { SCENE_START_S = 1764000000 };

/* A run as if it had been observed: owns all that it shows. */
struct scene {
	struct mcd_request request;
	struct mcd_evidence evidence;
	struct mcd_diagnosis diagnosis;
	struct mcd_report_input input;
	struct mcd_group groups[2];
	struct mcd_addr sources[2];
	char *asked[1];
};

/* Made for a scene, which frees them; abort when they cannot be had. */
struct mcd_addr scene_addr(const char *text);
void *scene_push(struct mcd_vec *v);
void *scene_zeroed(size_t count, size_t size);

/* COUNT chosen NICs eth0, eth1, ... of which all checks pass but source_filter, which is skipped. No findings, no traffic. */
void scene_init(struct scene *s, size_t count);
void scene_fini(struct scene *s);

/* START_S and MICROSECONDS after it, in ns. */
int64_t scene_at(int64_t microseconds);

/* Set a check of group 0 and the total. */
void scene_check(struct scene *s, size_t nic, enum mcd_check_id check, enum mcd_status status, const char *reason);

/* Append a finding with one clue; NIC SIZE_MAX = of the whole host. */
struct mcd_finding *scene_finding(struct scene *s, enum mcd_code code, enum mcd_severity severity, size_t nic, long because_of, const char *summary);

/* Four NICs with every kind of fact: eth0 fine, eth1 without a stream since there is no querier, eth2 without carrier, eth3 only observed. */
void scene_full(struct scene *s);

/* COUNT NICs: the last but one without a stream, all others fine. */
void scene_many(struct scene *s, size_t count);

/* A capture that no group was asked about, a file of two interfaces: eth0 with all that a capture has, VLANs and IPv6 among it, and a loss as
 * its one finding; eth1 with a file that was cut and carries no times. */
void scene_capture(struct scene *s);

/* What one of the writers wrote, NUL-terminated; free() it. */
char *scene_json(const struct scene *s, bool indented);
char *scene_host_json(const struct scene *s);
char *scene_request_json(const struct scene *s);
char *scene_text(const struct scene *s, const struct mcd_text_style *style);

/* The value at PATH ("interfaces.0.capture.packets") in TREE; NULL when there is none. */
const cJSON *scene_get(const cJSON *tree, const char *path);

/* Whether the value at PATH, printed on one line, is EXPECTED; says so when not. */
bool scene_is(const cJSON *tree, const char *path, const char *expected);

struct scene_value {
	const char *path, *value; /* NULL: there is none */
};

/* Assert that of COUNT values in TREE; in JSON, which is freed. */
void scene_expect_in(const cJSON *tree, const struct scene_value *expected, size_t count);
void scene_expect(char *json, const struct scene_value *expected, size_t count);

extern const struct unit_test report_writer_tests[], report_json_tests[], report_host_tests[], report_text_tests[], report_prose_tests[],
	report_app_tests[], report_capture_tests[], report_sent_tests[], report_heard_tests[],
	report_control_tests[];

#endif
