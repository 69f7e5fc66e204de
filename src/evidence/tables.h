/* SPDX-License-Identifier: ISC */
/* Private to evidence: what a NIC needs besides its facts to take in more of them, and what one frame is to the tables it feeds. */
#ifndef MCD_EVIDENCE_TABLES_H
#define MCD_EVIDENCE_TABLES_H

#include "base/frame.h"
#include "evidence/evidence.h"
#include "evidence/index.h"
#include "wire/packet.h"

struct mcd_fragments;

struct mcd_tables {
	struct mcd_index streams, members, probes;
	struct mcd_fragments *fragments;	/* NULL until the first fragment */
	uint8_t (*macs)[6];			/* of this NIC and of those above it */
	struct mcd_addr *addresses;
	size_t nmacs, naddresses;
	size_t report_sources, member_sources;	/* held, against MCD_MAX_SOURCES */
};

/* One frame on its way into the tables; lives on the stack. */
struct mcd_sight {
	struct mcd_evidence *evidence;
	struct mcd_nic *nic;
	const struct mcd_packet *packet;
	int64_t when_ns;
	uint64_t number;
	bool out;				/* sent by this NIC or one above it */
};

/* direction.c: learn which MACs and addresses are those of IFACE and of what is stacked on it. False when memory is out. */
bool mcd_direction_init(struct mcd_tables *tables, const struct mcd_iface_list *ifaces, const struct mcd_iface *iface);
void mcd_direction_fini(struct mcd_tables *tables);

/* Whether the frame was sent by NIC: its source MAC says so; without one the cooked header; without that the IP source. Nothing else. */
bool mcd_direction_out(const struct mcd_nic *nic, const struct mcd_packet *packet);

/* reports.c: one IGMP message; S->packet->layer is IGMP, or IP when the capture cut the message. */
void mcd_reports_observe(const struct mcd_sight *s);

/* queriers.c: one query. */
void mcd_queriers_observe(const struct mcd_sight *s);

/* members.c: fold the record of REPORT into the members table. */
void mcd_members_observe(struct mcd_nic *nic, const struct mcd_report *report);

/* streams.c: one UDP datagram to a group, or a fragment of one. */
void mcd_streams_observe(const struct mcd_sight *s);
void mcd_streams_arrival(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_arrival *arrival);

/* Whether WHEN_NS lies where socket and wire must agree: since the socket was ready, before we left. */
bool mcd_streams_in_span(const struct mcd_task *task, int64_t when_ns);

/* The group of the request with this address and port; SIZE_MAX when there is none. */
size_t mcd_streams_task(const struct mcd_request *request, struct mcd_addr group, uint16_t port);

/* What became of a fragmented datagram that is gone from the reassembly. */
struct mcd_fragmented {
	size_t stream;				/* position in nic->streams; SIZE_MAX = the first fragment was never seen */
	struct mcd_addr source, destination;
	bool tagged, out;
	uint16_t vlan;
	uint64_t frames;			/* seen while the stream was not known */
	int64_t first_ns, last_ns;
	uint64_t first_packet, last_packet;
	uint32_t total;				/* bytes of the whole IP payload, 0 = not known */
	uint32_t udp_length;			/* as the first fragment says */
	bool undeliverable;			/* a fragment of it that the IP layer drops */
};

/* streams.c: DONE never became whole. */
void mcd_streams_incomplete(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_fragmented *done);

/* fragments.c: take in one fragment, of the stream at position STREAM (SIZE_MAX = it has no UDP header). True when the datagram became
 * whole with it: *DONE says what it was. In any case *EARLIER is how many fragments had come before the stream was known, told once. */
bool mcd_fragments_observe(const struct mcd_sight *s, size_t stream, bool undeliverable, struct mcd_fragmented *done, uint64_t *earlier);

/* Give up on all that began before BEFORE_NS. */
void mcd_fragments_expire(struct mcd_evidence *evidence, struct mcd_nic *nic, int64_t before_ns);

/* probes.c: a datagram whose payload may be a probe; false when it is none. *OURS: of this run. */
bool mcd_probes_observe(const struct mcd_sight *s, bool *ours);
void mcd_probes_fini(struct mcd_nic *nic);

/* Nothing more comes: count the datagrams of super-frames. */
void mcd_streams_end(struct mcd_nic *nic);

#endif
