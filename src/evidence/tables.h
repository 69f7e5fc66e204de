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
	struct mcd_index streams, members, queriers, probes;
	struct mcd_fragments *fragments;	/* NULL until the first fragment */
	uint8_t (*macs)[6];			/* of this NIC and of those above it */
	struct mcd_addr *addresses;
	size_t nmacs, naddresses;
	struct mcd_stream_rare no_rare;		/* where goes what there is no room for */
};

/* One frame on its way into the tables; lives on the stack. */
struct mcd_sight {
	struct mcd_evidence *evidence;
	struct mcd_nic *nic;
	const struct mcd_frame *frame;
	const struct mcd_packet *packet;	/* NULL = it is told without decoding it (mcd_streams_observe_steady()) */
	int64_t when_ns;
	uint64_t number;
	bool out;				/* sent by this NIC or one above it */
};

/* Whether the IP layer drops a header without its checksum. In a capture it may be the sender's own, whose NIC fills it in; and Windows takes it between
 * virtual machines of one switch. */
static inline bool mcd_sight_needs_header_sum(const struct mcd_sight *s)
{
	return !s->evidence->passive && mcd_evidence_platform(s->evidence) != MCD_PLATFORM_WINDOWS;
}

/* direction.c: learn which MACs and addresses are those of IFACE and of what is stacked on it. False when memory is out. */
bool mcd_direction_init(struct mcd_tables *tables, const struct mcd_iface_list *ifaces, const struct mcd_iface *iface);
void mcd_direction_fini(struct mcd_tables *tables);

/* Whether the frame was sent by NIC: its source MAC says so; without one the cooked header or the capture; without that the IP source. */
bool mcd_direction_out(const struct mcd_nic *nic, const struct mcd_frame *frame, const struct mcd_packet *packet);

/* reports.c: one IGMP message; S->packet->layer is IGMP, or IP when the capture cut the message. */
void mcd_reports_observe(const struct mcd_sight *s);

/* queriers.c: one query. */
void mcd_queriers_observe(const struct mcd_sight *s);

/* members.c: fold the record of REPORT into the members table. True when its host, which was a member and is one, said just that before. */
bool mcd_members_observe(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_report *report);

/* streams.c: one UDP datagram to a group, or a fragment of one. */
void mcd_streams_observe(const struct mcd_sight *s);

/* The same when the frame differs from an earlier one of its stream in nothing but what each datagram has of its own, which is told at once;
 * false, and nothing done, when it does not. S->packet is NULL. */
bool mcd_streams_observe_steady(const struct mcd_sight *s);

/* What tells one stream from another. */
struct mcd_stream_key {
	struct mcd_addr source, group;
	uint16_t port, source_port, vlan, inner_vlan;
};

static inline struct mcd_stream_key mcd_stream_key_of(const struct mcd_packet *p)
{
	return (struct mcd_stream_key){ p->ip.source, p->ip.destination, p->udp.port, p->udp.source_port, p->link.vlan, p->link.inner_vlan };
}

/* The row of KEY on NIC, made when there is none; NULL, and counted as omitted, when there is no room for it. */
struct mcd_stream *mcd_streams_find(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_stream_key *key);
void mcd_streams_fini(struct mcd_nic *nic);

/* Have the processor fetch what COUNT frames, MCD_STREAMS_AHEAD at most, will ask for of the tables, all of them at once: with more streams than
 * a cache holds, each would wait for it in turn. Changes nothing. */
enum { MCD_STREAMS_AHEAD = 32 };
void mcd_streams_fetch(const struct mcd_evidence *evidence, const struct mcd_frame *frames, size_t count);

/* The group of the request with this address and port; MCD_NO_TASK when there is none. */
uint32_t mcd_streams_task(const struct mcd_request *request, struct mcd_addr group, uint16_t port);

/* reception.c: whether this NIC's IP layer throws the frame away or never sees it, whatever the sockets want. */
bool mcd_reception_undeliverable(const struct mcd_sight *s);

/* A whole datagram of S with BYTES of payload came in between FROM_NS and TO_NS: due at our socket when that was ready. */
void mcd_reception_due(struct mcd_nic *nic, struct mcd_stream *s, int64_t from_ns, int64_t to_ns, uint32_t bytes, bool verified);

/* looks.c: a datagram of S, on a NIC that was looked at twice. */
void mcd_looks_observe(const struct mcd_sight *sight, const struct mcd_stream *s);

/* A datagram that a socket of ours got, by this NIC. */
void mcd_reception_arrival(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_arrival *arrival);

/* rtp_seen.c: a payload that may be RTP; true when it has the form of it: *PAYLOAD is then what RTP carries, *AGAIN whether the same packet
 * came before. */
bool mcd_rtp_observe(const struct mcd_sight *sight, struct mcd_stream *s, struct mcd_cursor *payload, bool *again);

/* rtp_told.c: numbers of SOURCE that never came. A packet that is too late to be told from a repeat may make more of those that did. */
uint64_t mcd_rtp_missing(const struct mcd_rtp_source *source);

/* rtp_seen.c: free what is known of the RTP in S. */
void mcd_rtp_fini(struct mcd_stream *s);

/* ts_seen.c: a payload of S that begins as a transport stream does; AGAIN: of a packet of RTP that came before. */
void mcd_ts_observe(const struct mcd_sight *sight, struct mcd_stream *s, const struct mcd_cursor *payload, bool again);

/* streams_end.c: the row of S for what others have not, made when there is none; never NULL, but without room nobody reads it. */
struct mcd_stream_rare *mcd_streams_rare(const struct mcd_sight *sight, struct mcd_stream *s);

/* What became of a fragmented datagram that is gone from the reassembly. */
struct mcd_fragmented {
	size_t stream;				/* position in nic->streams; SIZE_MAX = the first fragment was never seen */
	struct mcd_addr source, destination;
	bool out;
	uint16_t vlan, inner_vlan;
	uint64_t frames;			/* seen while the stream was not known */
	int64_t first_ns, last_ns;
	uint64_t first_packet, last_packet;
	uint32_t total;				/* bytes of the whole IP payload, 0 = not known */
	uint32_t udp_length;			/* as the first fragment says */
	bool undeliverable;			/* a fragment of it that the IP layer drops */
};

/* streams_end.c: DONE never became whole. */
void mcd_streams_incomplete(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_fragmented *done);

/* fragments.c: take in one fragment, of the stream at position STREAM (SIZE_MAX = it has no UDP header). True when the datagram became
 * whole with it: *DONE says what it was. In any case *EARLIER is how many fragments had come before the stream was known, told once. */
bool mcd_fragments_observe(const struct mcd_sight *s, size_t stream, bool undeliverable, struct mcd_fragmented *done, uint64_t *earlier);

/* Give up on all that began before BEFORE_NS. */
void mcd_fragments_expire(struct mcd_evidence *evidence, struct mcd_nic *nic, int64_t before_ns);

/* probes.c: a datagram whose payload may be a probe; false when it is none. *OURS: of this run. */
bool mcd_probes_observe(const struct mcd_sight *s, bool *ours);

/* Whether a datagram that a socket of ours got is a probe of this run. */
bool mcd_probes_is_ours(const struct mcd_evidence *evidence, const struct mcd_arrival *arrival);
void mcd_probes_fini(struct mcd_nic *nic);

/* streams_end.c: nothing more comes: count the datagrams of super-frames; put the streams into the order of their first packets, those that only
 * a socket saw behind. */
void mcd_streams_end(struct mcd_nic *nic);
void mcd_streams_sort(struct mcd_nic *nic);

#endif
