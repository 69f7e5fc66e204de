/* SPDX-License-Identifier: ISC */
/* The merged filter of an interface, out of the counts that Linux lists: told where they leave one answer only. */
#include <config.h>

#include "test_evidence.h"

#include "diagnose/columns.h"

#include <string.h>

struct source {
	uint32_t address;
	unsigned include, exclude; /* sockets */
};

struct merging {
	unsigned users;
	struct source sources[3];
	const char *merged;
};

#define S1 FRAME_IP(10, 0, 0, 1)
#define S2 FRAME_IP(10, 0, 0, 2)

static const struct merging mergings[] = {
	{ 0, { { 0, 0, 0 } }, "not known" },
	{ 1, { { 0, 0, 0 } }, "exclude{}" },
	{ 3, { { 0, 0, 0 } }, "exclude{}" },
	{ 1, { { S1, 1, 0 } }, "include{10.0.0.1}" },
	{ 1, { { S2, 1, 0 }, { S1, 1, 0 } }, "include{10.0.0.1, 10.0.0.2}" },
	{ 2, { { S1, 2, 0 }, { S2, 1, 0 } }, "include{10.0.0.1, 10.0.0.2}" },
	{ 2, { { S1, 1, 0 } }, "exclude{}" },			      /* the other socket includes none, so it is any-source */
	{ 2, { { S1, 1, 0 }, { S2, 1, 0 } }, "{10.0.0.1, 10.0.0.2} in a mode that is not told" }, /* one each, or both and an any-source one */
	{ 1, { { S1, 0, 1 } }, "exclude{10.0.0.1}" },
	{ 2, { { S1, 0, 2 }, { S2, 0, 1 } }, "exclude{10.0.0.1}" },
	{ 2, { { S1, 0, 1 } }, "{10.0.0.1} in a mode that is not told" },     /* the other excludes none, or includes nothing listed */
	{ 2, { { S1, 0, 1 }, { S2, 1, 0 } }, "exclude{10.0.0.1}" },
	{ 2, { { S1, 1, 1 } }, "exclude{}" },			      /* what one excludes, the other asks for */
};

static void merged_filters(void)
{
	for (size_t i = 0; i < sizeof mergings / sizeof mergings[0]; i++) {
		const struct merging *m = &mergings[i];
		char text[MCD_FILTER_TEXT];
		unsigned ifindex;
		struct mcd_host host;
		struct lab lab;

		lab_init(&lab);
		mcd_host_init(&host);
		ifindex = lab_nic(&lab, ETH1)->iface->index;
		if (m->users)
			*(struct mcd_host_membership *)mcd_vec_push(&host.memberships) = (struct mcd_host_membership){ ifindex, mcd_addr_v4(LAB_SSM), m->users };
		for (size_t k = 0; k < 3 && m->sources[k].address; k++)
			*(struct mcd_host_source *)mcd_vec_push(&host.sources) = (struct mcd_host_source){
				ifindex, mcd_addr_v4(LAB_SSM), mcd_addr_v4(m->sources[k].address), m->sources[k].include, m->sources[k].exclude
			};
		*(struct mcd_host_source *)mcd_vec_push(&host.sources) =
			(struct mcd_host_source){ ifindex + 100, mcd_addr_v4(LAB_SSM), mcd_addr_v4(S2), 7, 7 }; /* of another interface */
		mcd_observe_filters(&lab.evidence, &host);
		mcd_filter_format(&lab_nic(&lab, ETH1)->tasks[SSM].in_kernel, text);
		if (strcmp(text, m->merged) != 0)
			printf("\n  %zu: %s, not %s", i, text, m->merged);
		CU_ASSERT_STRING_EQUAL(text, m->merged);
		CU_ASSERT_FALSE(lab_nic(&lab, ETH0)->tasks[SSM].in_kernel.known);
		CU_ASSERT_FALSE(lab_nic(&lab, ETH1)->tasks[ASM].in_kernel.known);
		lab.evidence.has_host = true;
		lab.evidence.before.platform = MCD_PLATFORM_WINDOWS; /* where nothing of it is listed */
		mcd_observe_filters(&lab.evidence, &host);
		CU_ASSERT_FALSE(lab_nic(&lab, ETH1)->tasks[SSM].in_kernel.known);
		mcd_host_fini(&host);
		lab_fini(&lab);
	}
}

const struct unit_test lab_filters_tests[] = {
	{ "merged filters", merged_filters },
	{ NULL, NULL },
};
