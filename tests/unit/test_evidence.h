/* SPDX-License-Identifier: ISC */
/* A host of literal interfaces and what it sees, one millisecond after the other. */
#ifndef MCD_TESTS_EVIDENCE_H
#define MCD_TESTS_EVIDENCE_H

#include "evidence/observe.h"
#include "frames.h"
#include "unit.h"

#define LAB_START INT64_C(1764000000000000000)
#define LAB_MS INT64_C(1000000)

/* Rows of the evidence. VLAN rides on ETH0; PORT is a port of BRIDGE. */
enum { ETH0, ETH1, VLAN, BRIDGE, PORT, LAB_NICS };

enum { ASM, SSM, LAB_GROUPS };	/* groups of the request */
enum { LAB_PORT = 7777, LAB_SOURCE_PORT = 40000, LAB_MTU = 1500 };

#define LAB_ASM FRAME_IP(225, 233, 233, 233)
#define LAB_SSM FRAME_IP(232, 1, 1, 1)
#define LAB_SCRATCH FRAME_IP(233, 252, 0, 9)
#define LAB_SENDER FRAME_IP(10, 0, 0, 1)	/* the source of the SSM group */
#define LAB_OTHER FRAME_IP(10, 0, 0, 2)		/* another foreign host */
#define LAB_QUERIER FRAME_IP(192, 0, 2, 254)
#define LAB_SESSION UINT64_C(0x0123456789abcdef)

struct lab {
	struct mcd_request request;
	struct mcd_group groups[LAB_GROUPS];
	struct mcd_addr ssm_sources[1];
	struct mcd_evidence evidence;
	int64_t now_ns;			/* of the next frame */
};

extern const uint8_t lab_foreign_mac[6];

void lab_init(struct lab *lab);
void lab_fini(struct lab *lab);
struct mcd_nic *lab_nic(const struct lab *lab, size_t nic);
const uint8_t *lab_mac(const struct lab *lab, size_t nic);
uint32_t lab_ip(const struct lab *lab, size_t nic);

/* Observe FRAME on NIC and move on by 1 ms; returns its number. As an Ethernet frame, or cut to CAPTURED bytes, or as BYTES of any link. */
uint64_t lab_see(struct lab *lab, size_t nic, const struct frame *frame);
uint64_t lab_see_cut(struct lab *lab, size_t nic, const struct frame *frame, size_t captured);
uint64_t lab_see_link(struct lab *lab, size_t nic, int link_type, const uint8_t *bytes, size_t length);

/* One v3 record sent from MAC and SOURCE; one UDP datagram of LENGTH bytes from LAB_OTHER. */
void lab_see_record(struct lab *lab, size_t nic, const uint8_t mac[6], uint32_t source, struct frame_record record);
void lab_see_udp(struct lab *lab, size_t nic, uint32_t source, uint32_t group, size_t length);

/* One UDP datagram with PAYLOAD, from LAB_OTHER to LAB_ASM, on ETH0. */
void lab_see_payload(struct lab *lab, const void *payload, size_t length);

const struct mcd_stream *lab_stream(const struct lab *lab, size_t nic, size_t place);
const struct mcd_report *lab_report(const struct lab *lab, size_t nic, size_t place);

extern const struct unit_test lab_members_tests[], lab_igmp_tests[], lab_mld_tests[], lab_streams_tests[], lab_marks_tests[], lab_rtp_tests[],
	lab_ts_tests[], lab_fragments_tests[], lab_capture_tests[], lab_steady_tests[], lab_quality_tests[], lab_filters_tests[], lab_looks_tests[];

#endif
