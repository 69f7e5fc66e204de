/* SPDX-License-Identifier: ISC */
/* The facts about one interface: what we did there, what its wire showed, what its sockets got. Times are CLOCK_REALTIME ns, 0 = never. */
#ifndef MCD_EVIDENCE_NIC_H
#define MCD_EVIDENCE_NIC_H

#include "base/err.h"
#include "base/filter.h"
#include "base/iface.h"
#include "base/request.h"
#include "base/vec.h"
#include "evidence/control.h"
#include "evidence/looks.h"
#include "wire/igmp.h"
#include "wire/probe.h"
#include "wire/steady.h"
#include "wire/tunnel.h"

#include <stdbool.h>
#include <stdint.h>

enum mcd_role { MCD_ROLE_CHOSEN, MCD_ROLE_OBSERVED };

/* Most facts of each kind that one run keeps; past them `omitted` grows, the counts of IGMP, MLD and frames stay whole, and the finding
 * evidence-limit-reached tells it. Reports of this host itself are kept up to twice their bound, so that no flood of others hides them.
 * Sources: in all reports, and as many again in all members. */
enum {
	MCD_MAX_NICS = 4096,
	MCD_MAX_REPORTS = 100000,
	MCD_MAX_QUERIES = 10000,
	MCD_MAX_QUERIERS = 4096,
	MCD_MAX_MEMBERS = 200000,
	MCD_MAX_STREAMS = 200000,
	MCD_MAX_PROBES = 4096,
	MCD_MAX_SOURCES = 1000000,
	MCD_MAX_MEMBER_SOURCES = 4096, /* of one member */
	MCD_MAX_TS_PIDS = 262144,
	MCD_MAX_RARES = 100000,		/* streams with what others have not */
	MCD_MAX_REASSEMBLIES = 64,     /* NICs on which fragments are put together */
};

/* Kinds of facts that were not kept. */
enum mcd_omitted {
	MCD_OMITTED_REPORTS, MCD_OMITTED_QUERIES, MCD_OMITTED_MEMBERS, MCD_OMITTED_STREAMS, MCD_OMITTED_FRAGMENTS, MCD_OMITTED_PAYLOADS,
	MCD_OMITTED_PROBES, MCD_OMITTED_OTHERS, MCD_OMITTED_QUERIERS, MCD_OMITTED_KINDS
};

/* Why a chosen interface is not put to the test. */
enum mcd_unusable {
	MCD_USABLE,
	MCD_UNUSABLE_DOWN,
	MCD_UNUSABLE_NO_CARRIER,
	MCD_UNUSABLE_ENSLAVED,
	MCD_UNUSABLE_LOOPBACK,
	MCD_UNUSABLE_NO_MULTICAST,	/* only when it came in by `all`: named, it is tried */
	MCD_UNUSABLE_NO_ADDRESS,	/* likewise */
	MCD_UNUSABLE_NO_IPV6_ADDRESS,	/* likewise */
	MCD_UNUSABLE_OTHER_ZONE,	/* of one group, that is asked about on another interface */
	MCD_UNUSABLE_NO_IPV6,		/* of a group of IPv6: the interface speaks none */
};

/* One membership message seen on a wire: one row for each group record of a v3 or MLDv2 report. MLD has the types of the IGMP messages that
 * mean the same, its own versions, and groups of family 6. */
struct mcd_report {
	int64_t when_ns;
	uint64_t packet;		/* 1-based number of the frame on this NIC */
	struct mcd_addr source, destination, group;
	struct mcd_addr *sources;	/* owned */
	uint32_t nsources;
	uint16_t vlan, inner_vlan;	/* 0 = none */
	bool out;			/* sent by this NIC (frame's source address) */
	uint8_t version;		/* 1..3; a leave is 2, a Done of MLD 1 */
	uint8_t type;			/* enum mcd_igmp_type */
	uint8_t record;			/* enum mcd_record_type; MCD_RECORD_NONE for v1 and v2 */
	uint8_t ttl;
	bool router_alert, checksum_ok;
};

/* One query seen on a wire. */
struct mcd_query {
	int64_t when_ns;
	uint64_t packet;
	bool out;
	int version;
	struct mcd_addr source, destination, group; /* group unspecified = general */
	uint8_t mac[6];
	bool mld;
	uint16_t vlan, inner_vlan;	/* 0 = none */
	uint32_t max_response_ms, interval_s;
	uint8_t robustness;
	bool valid;			/* to all hosts or to the group it asks about, checksum not bad, no sources of all groups (RFC 9776, 4.1.8, 4.1.12
					 * and 9.1); MLD: from a link-local address with hop limit 1 and a Router Alert (RFC 9777, 6.2) */
};

/* Each source of a valid query. */
struct mcd_querier {
	struct mcd_addr address;
	uint8_t mac[6];
	int version;			/* of its last query */
	bool mld;
	uint16_t vlan, inner_vlan;	/* 0 = none */
	uint64_t queries, general;
	uint32_t max_response_ms, interval_s; /* as advertised last; interval 0 = not told (v1, v2) */
	uint8_t robustness;
	int64_t first_ns, last_ns, first_general_ns, last_general_ns;
	uint64_t first_packet, last_packet;
	bool elected;			/* lowest address of its family that is not 0.0.0.0 on its VLAN (RFC 9776, 6.6.2) */
};

/* The state that a router holds for one host and group after all its records (RFC 9776, 6.4; v1, v2: 7.3.2). */
struct mcd_member {
	struct mcd_addr group, host;
	bool out;			/* the host is this NIC: 0.0.0.0 is the address of many */
	uint16_t vlan, inner_vlan;	/* 0 = none */
	int version;			/* of its last record */
	enum mcd_filter_mode mode;	/* INCLUDE with no source = left */
	uint32_t nsources;
	struct mcd_addr *sources;	/* owned, ascending */
	int64_t since_ns, last_ns;
	uint64_t last_packet;
	int64_t v1_ns, v2_ns;		/* last v1 and v2 report: they bind the router to that version for a while (7.3.2) */
	uint64_t said;			/* digest of what its last record said, and how; of this run only */
};

struct mcd_ttl_count {
	uint8_t value;
	uint64_t packets;
};

/* What of the sequence numbers of a source is not in order. */
struct mcd_rtp_disorder {
	uint32_t reordered, duplicated;
	uint32_t doubled;		/* of the duplicated: that came behind their first one within a millisecond, and nothing between */
	uint32_t gaps, gap_packets;	/* steps of more than 1, and the numbers that they left out: late ones may have filled some */
	uint32_t strides;		/* steps of 2 to 32, as a stream with loss takes */
	uint32_t lost_before;		/* numbers that never came before the sender began anew */
	uint32_t stray_at;		/* packet of the stream that was far behind, modulo 2^32; 0 = none */
	uint16_t stray;			/* and its number: when the next one goes on from there, the sender has begun anew */
	uint16_t left;			/* the sender has begun anew, the last time behind this number */
	uint16_t largest_gap;		/* numbers missing in a row when the next one came */
	bool has_left;
};

/* One synchronization source of RTP, as its sequence numbers say. */
struct mcd_rtp_source {
	uint64_t highest, lowest;	/* sequence numbers, their wraps counted (RFC 3550, A.1), from 65536 on */
	uint64_t unique;		/* that came, repeats not counted */
	uint64_t window;		/* bit N: highest - N came */
	uint64_t jitter_16;		/* 16 times the interarrival jitter, ns (RFC 3550, A.8) */
	uint64_t moved_ns;		/* sum of what that is the running mean of, |D| (6.4.1), but for those packets: */
	uint32_t unpaced;		/* behind the last by less than a millisecond, or not later than it by their timestamp */
	uint32_t ssrc, clock_hz;
	uint32_t first_timestamp, timestamp;
	uint32_t advances;		/* steps of 1, as a stream that is RTP takes now and then at least */
	int64_t first_ns, last_ns;
	int64_t tick_q16;		/* ns of one unit of the timestamp, times 65536; 0 = the clock rate is not known */
	struct mcd_rtp_disorder *disorder; /* owned; NULL = all came in order */
};

/* What of SOURCE is not in order: all 0 where all is. */
const struct mcd_rtp_disorder *mcd_rtp_disorder(const struct mcd_rtp_source *source);

/* RTP in one stream; mcd_stream_is_rtp() tells whether it is that. */
enum { MCD_SSRCS = 4 };
struct mcd_rtp_seen {
	struct mcd_rtp_source source;	/* of the last packet */
	struct mcd_rtp_source *others;	/* owned: up to MCD_SSRCS - 1 */
	uint64_t packets;		/* with the form of RTP */
	uint32_t nothers, more_ssrcs;	/* more_ssrcs: sources beyond those, whose numbers are not kept apart */
	uint64_t payload_types[2];	/* bit set of 128 */
};

/* One elementary stream of an MPEG-2 transport stream. */
struct mcd_ts_pid {
	uint64_t packets;
	uint32_t errors;		/* of the continuity counter (ISO/IEC 13818-1, 2.4.3.3) */
	uint32_t due;			/* header of a plain packet that would go on from the last one (mcd_ts_plain()) */
	uint32_t next;			/* position of the PID whose packet came behind its last run */
	uint16_t pid;
	bool pcr, repeated;		/* carries clock references; the last packet was a repeat, of which there may be one */
};

struct mcd_ts_seen {
	uint64_t packets, errors, transport_errors;
	uint64_t datagrams;		/* that were a transport stream */
	uint32_t header, tail;		/* first and last octets of the last one */
	bool cut;			/* packets of a datagram are not in the capture: from there on no counter tells anything */
	struct mcd_ts_pid *pids;	/* owned, as they came */
	uint32_t npids, room, last;	/* last: position of the one seen last */
};

/* What hardly any stream has, so that the others need no room for it. */
struct mcd_stream_rare {
	uint64_t later_fragments;	/* frames of it without a UDP header */
	uint64_t packets_out;		/* of the datagrams, sent by this NIC */
	uint64_t superframes;		/* larger than the MTU and no fragment: GSO or GRO, several datagrams in one */
	uint64_t unpacked;		/* of the datagrams, those beyond one for each such frame */
	uint64_t super_bytes;		/* UDP payload of those */
	uint64_t incomplete;		/* fragmented datagrams that never became whole */
	uint64_t fragments;		/* frames that were fragments */
	uint64_t bad_checksum, unverified_checksum; /* of the UDP datagram: wrong; cut, a fragment, or left to an offload */
	uint64_t bad_ip_checksum, bad_length;
	uint64_t no_ip_checksum;	/* frames of a passive run whose IPv4 checksum is 0: wrong, or left to an offload of the sender */
	uint64_t wrong_mac;		/* frames to a MAC that is not the group's: unicast or another group's */
	uint64_t unicast_mac;		/* of these, to a unicast MAC */
};

/* Multicast UDP, or UDP to a group in a unicast frame, by (VLANs, group, port, source, source port). Both ports 0: fragmented datagrams
 * of which the first fragment was never seen, so that nobody knows the ports. What each datagram touches stands first. */
struct mcd_stream {
	struct mcd_steady steady;	/* headers of a frame of it; all zero = none that others may be told by */
	uint8_t steady_sent;		/* of that frame, as the capture says: enum mcd_sent */
	bool steady_out;		/* that frame was sent by this NIC */
	bool steady_right;		/* it went to the group's MAC */
	bool accepted;			/* of a group of the request, and its filter accepts the source */
	uint8_t last_ttl, last_dscp;	/* of the last frame that was decoded */
	uint16_t last_id;		/* IP identification */
	uint64_t packets;		/* datagrams whose UDP header was seen on the wire */
	uint64_t bytes;			/* UDP payload bytes as the headers say */
	int64_t last_ns;
	uint64_t last_packet;
	int64_t longest_gap_ns;		/* between two of its frames */
	int64_t window_ns;		/* start of the running 100 ms window */
	uint32_t window_packets, peak_100ms;
	uint32_t burst, largest_burst;	/* datagrams less than 1 ms apart: now, at most */
	uint32_t ids_in_step, ids_missing; /* IP identifications that went up by one; that were left out between two that nearly did */
	struct mcd_rtp_seen *rtp;	/* owned; NULL = the first datagrams had not the form of it */
	struct mcd_ts_seen *ts;		/* owned; likewise */

	struct mcd_addr source, group;
	uint16_t port, source_port;
	uint16_t vlan, inner_vlan;	/* 0 = none */
	struct mcd_stream_rare *rare;	/* owned; NULL = nothing of the kind was seen */
	uint64_t no_checksum;		/* datagrams whose UDP checksum is 0 */
	uint64_t ttl[4], dscp;		/* bit sets of what was seen: 256 and 64 bits */
	int64_t first_ns;		/* of its first frame */
	uint64_t first_packet;
	uint8_t macs[4][6];		/* first destination MACs seen */
	uint8_t nmacs;
	bool ours;			/* probes of this run */
	bool probes;			/* probes of any mcdiag */
	bool local_source;		/* the source is an address of this host */
	bool right_mac;			/* the last frame that was decoded went to the group's MAC */
	uint32_t task;			/* index of the request's group; MCD_NO_TASK = none has this address and port */
	struct mcd_reception *reception; /* owned; NULL = no socket of ours had to get it, or did */
};

enum { MCD_NO_TASK = UINT32_MAX };

/* What of one stream was due at our socket, and what it got. */
struct mcd_reception {
	uint64_t deliverable;		/* foreign, came in between ready_ns and our leave, whole, untagged, no checksum bad, to a MAC
					 * that is a group's or this NIC's, from a source that the filter accepts */
	uint64_t delivered;		/* foreign, read from our socket with a kernel time in the same span, came in by this NIC */
	uint64_t deliverable_bytes, delivered_bytes; /* UDP payload of both: right also where datagrams cannot be told */
	uint64_t unverified;		/* of the deliverable: UDP checksum not known to be right: cut, a fragment, or left to an offload */
	uint64_t largest_arrival;	/* payload of the largest datagram at the socket */
	uint64_t looped;		/* read from our socket, sent by this host */
	int looped_ttl;			/* least TTL of those; -1 = not told */
	int last_ttl;			/* of the last datagram at the socket; -1 = not told */
	int64_t first_arrival_ns, last_arrival_ns;
};

/* Probes seen on one wire, by sending run, sending interface and group. */
struct mcd_probe_seen {
	uint64_t session;
	bool ours;			/* of this run */
	char host[MCD_PROBE_NAME], iface[MCD_PROBE_NAME];
	size_t group;			/* index in the request; SIZE_MAX = none of ours */
	struct mcd_addr source, address; /* these and the numbers are those of its stream */
	uint16_t source_port, port, vlan, inner_vlan;
	bool out;			/* sent by this NIC or one above it */
	uint64_t packets;
	uint32_t first_sequence, last_sequence; /* lowest and highest */
	uint64_t seen;			/* bit N: last_sequence - N was seen */
	uint64_t reordered, duplicated;
	uint64_t gaps, gap_packets, largest_gap; /* as in struct mcd_sequence */
	uint64_t jitter_16;		/* 16 times the jitter of arrivals against the times of sending, ns (RFC 3550, 6.4.1 and A.8) */
	int64_t passed_ns;		/* from the sending of the last one to its arrival, by two clocks */
	bool timed;			/* two of them had times: the jitter is known */
	int ttl_sent;			/* as the last one says */
	struct mcd_vec ttl;		/* struct mcd_ttl_count, as on the wire */
	int64_t first_ns, last_ns;
	uint64_t first_packet;
	uint64_t wrong_mac;		/* not to the group's mapped MAC */
	uint64_t unicast_mac;
};

/* A call of ours and how it ended. */
struct mcd_act {
	bool tried, done;		/* done = it succeeded */
	int64_t called_ns, done_ns;	/* before and after the call */
	struct mcd_err err;
};

/* One failed send, by errno. */
struct mcd_send_error {
	int os;
	uint64_t count;
	char text[300];
	int64_t first_ns;
};

/* One group on one interface. */
struct mcd_task {
	enum mcd_unusable unusable;	/* why this group is not put to the test on an interface that can be used */
	struct mcd_act socket;		/* open and bind */
	struct mcd_act join, leave;
	bool member_before;		/* the kernel listed the group on this NIC before our join */
	bool kernel_lists;		/* and after it */
	bool kernel_keeps;		/* and after our leave: another program holds it */
	struct mcd_filter in_socket;	/* as our own socket says while joined */
	struct mcd_filter in_kernel;	/* merged of all sockets of the host, while joined */
	int64_t ready_ns;		/* from here on the socket has to get what the wire has; 0 = not */
	uint64_t sent, sent_bytes;	/* sends that succeeded, and their payload */
	int64_t held_up_ns;		/* when the sending ended while one waited for room in the socket; 0 = none did */
	bool queued;			/* at the end the kernel still held some of the sent */
	int64_t first_sent_ns, last_sent_ns;
	struct mcd_vec send_errors;	/* struct mcd_send_error */
	uint64_t arrived_foreign;	/* datagrams at the socket from other hosts */
	uint64_t arrived_ours;		/* and from this one: our probes, and what other programs here send */
	uint64_t arrived_elsewhere;	/* of both, that came in by another interface */
	uint64_t socket_dropped;	/* our own buffer's drops */
	struct mcd_phase *phases;	/* owned, MCD_PHASES; NULL = nothing came since the first look began, or there was none */
};

/* The querier proof: a group of our own, joined and left (contract, `querier`). */
struct mcd_scratch {
	struct mcd_act join, leave;
	int64_t report_ns, leave_seen_ns, query_ns; /* ours on the wire; the group-specific query after it */
	uint64_t report_packet, leave_packet, query_packet;
	bool other_member;		/* another host reported the scratch group */
};

/* Messages of IGMP, or of MLD, whose version 1 has the place of IGMP's 2, and 2 that of 3. */
struct mcd_igmp_counts {
	uint64_t queries_v1, queries_v2, queries_v3, reports_v1, reports_v2, reports_v3, leaves, other, malformed, bad_checksum, tunnelled;
};

/* Messages of a type of IGMP's protocol number that is no membership: DVMRP, PIMv1, mtrace, ... */
struct mcd_other_igmp {
	uint8_t type;
	uint64_t packets, first_packet;
};

/* What became of a frame, the first that fits: every frame is one of them. */
enum mcd_content {
	MCD_CONTENT_UNKNOWN_LINK,	/* a link type that is not decoded */
	MCD_CONTENT_CUT,		/* the capture cut it before what decides */
	MCD_CONTENT_MALFORMED,		/* a header is wrong on the wire */
	MCD_CONTENT_ENCRYPTED,		/* 802.11 */
	MCD_CONTENT_NOT_IP,
	MCD_CONTENT_IPV4,
	MCD_CONTENT_IPV6,
	MCD_CONTENTS
};

/* How a capture file came to its end: whole, in the middle of a packet, or at something that is no capture. */
enum mcd_file_end { MCD_FILE_COMPLETE, MCD_FILE_CUT, MCD_FILE_CORRUPT };

/* What was missing for a capture. */
enum mcd_lack {
	MCD_LACKS_NOTHING,		/* or something else, which the error tells */
	MCD_LACKS_RIGHT,
	MCD_LACKS_LIBRARY,		/* libpcap, Npcap */
	MCD_LACKS_DRIVER,		/* it is there and does not run */
	MCD_LACKS
};

struct mcd_nic_capture {
	bool tried, open;
	enum mcd_lack lacks;
	char error[300];
	int link_type;
	int64_t opened_ns, closed_ns;
	uint64_t packets;		/* frames counted */
	uint64_t number;		/* of the last one */
	uint64_t multicast;		/* frames whose IP packet goes to a group */
	uint64_t dropped, truncated;
	bool drops_unknown;		/* a file that does not tell how many frames its capture lost */
	uint64_t contents[MCD_CONTENTS]; /* of the frames; their sum is `packets` */
	uint64_t tunnels[MCD_TUNNEL_KINDS]; /* frames with that first encapsulation */
	bool broke;			/* reading failed in mid-run: the interface went down or away */
	int64_t broke_ns;
	char file[256];			/* of a replay: the file's name without its folder; "" = none */
	char device[64];		/* of a replay: the interface as the file calls it, fit for a command; "" = not told */
	enum mcd_file_end ended;	/* of that file */
	bool timeless;			/* frames of it carry no time */
	int64_t longest_gap_ns;		/* in a file: between two of its frames */
};

struct mcd_nic {
	const struct mcd_iface *iface;	/* in the evidence's list; its place moves when an interface is added */
	enum mcd_role role;
	bool named;			/* the user named it: it did not come in by `all` */
	enum mcd_unusable unusable;
	bool gone, went_down, renamed;	/* at the end, unlike at the start */
	unsigned master_after;		/* what it is a port of at the end; 0 = none */
	struct mcd_nic_capture capture;
	struct mcd_igmp_counts igmp, mld;
	uint64_t first_malformed;	/* packet of the first IGMP message that is malformed; 0 = none */
	struct mcd_addr malformed_source;
	struct mcd_vec others;		/* struct mcd_other_igmp, as they came */
	struct mcd_vec reports;		/* struct mcd_report, by packet */
	uint64_t repeats;		/* reports without a row: a member said again what it had said (reports.c) */
	struct mcd_vec queries;		/* struct mcd_query, by packet */
	struct mcd_vec queriers;	/* struct mcd_querier */
	struct mcd_vec members;		/* struct mcd_member */
	struct mcd_vec streams;		/* struct mcd_stream; their places move when one is added */
	struct mcd_vec probes;		/* struct mcd_probe_seen */
	struct mcd_task *tasks;		/* one for each group of the request */
	struct mcd_scratch scratch[MCD_FAMILIES];
	struct mcd_look looks[MCD_LOOKS];
	unsigned nlooks;
	struct mcd_control control;	/* unicast to the host that was named */
	uint64_t omitted;		/* facts not kept because a bound was met; counts stay whole */
	uint64_t omitted_of[MCD_OMITTED_KINDS]; /* the same by kind */
	bool changed;			/* something was observed since the session last looked */
	struct mcd_tables *tables;	/* private to evidence */
};

/* Whether NIC is put to the test: it was chosen, and can be used. */
static inline bool mcd_nic_is_used(const struct mcd_nic *nic)
{
	return nic->role == MCD_ROLE_CHOSEN && nic->unusable == MCD_USABLE;
}

/* What was due at our socket of a stream, and what it got: nothing where it has no row of that. */
const struct mcd_reception *mcd_stream_reception(const struct mcd_stream *stream);

/* Datagrams of STREAM that our sockets got: of other hosts, and what programs of this one sent. */
static inline uint64_t mcd_stream_received(const struct mcd_stream *stream)
{
	return stream->reception ? stream->reception->delivered + stream->reception->looped : 0;
}

/* What STREAM has that others have not: all 0 where it has no row of that. */
const struct mcd_stream_rare *mcd_stream_rare(const struct mcd_stream *stream);

/* Frames of a stream, later fragments included. */
static inline uint64_t mcd_stream_frames(const struct mcd_stream *s)
{
	return s->packets - mcd_stream_rare(s)->unpacked + mcd_stream_rare(s)->later_fragments;
}

/* The probes that STREAM is made of, when all its datagrams are those of one sender and run; NULL = not told. */
const struct mcd_probe_seen *mcd_stream_probes(const struct mcd_nic *nic, const struct mcd_stream *stream);

/* Sequence numbers that never came, of what SEEN counts: a lower bound, since the end of the sender's run is not known. */
uint64_t mcd_probes_lost(const struct mcd_probe_seen *seen);

/* Whether SEEN are of this run and left a wire, and SENDER sent them. */
bool mcd_probes_left(const struct mcd_probe_seen *seen, const struct mcd_nic *sender);

/* Routers that most of the probes passed; negative = not told. */
int mcd_probes_hops(const struct mcd_probe_seen *seen);

/* How unevenly they came, held against the times of sending that they carry (RFC 3550, 6.4.1); -1 = not known: too few, or no times. */
int64_t mcd_probes_jitter_ns(const struct mcd_probe_seen *seen);

/* What its payload was taken for: see the structs. Few datagrams, or a mixture, are neither. */
bool mcd_stream_is_rtp(const struct mcd_stream *stream);
bool mcd_stream_is_ts(const struct mcd_stream *stream);

/* What all sources of an RTP stream, or the one sender of a stream of probes, say together. */
struct mcd_sequence {
	uint64_t lost, reordered, duplicated, largest_gap;
	uint64_t came;			/* of the numbers */
	uint64_t doubled;		/* of the duplicated: at once behind their first one */
	uint64_t gaps, gap_packets;	/* runs of numbers that were missing when the next one came, and those together */
	int64_t jitter_ns;		/* -1 = not known */
};

/* How evenly an RTP stream of one source comes, each packet held against the timestamp that it carries. */
struct mcd_evenness {
	int64_t pace_ns;		/* mean time between two packets */
	int64_t moved_ns;		/* mean of how much more or less than by their timestamps two packets in a row are apart, |D| of RFC 3550, 6.4.1 */
	uint64_t packets;
};

/* False when it is no RTP, or its times cannot be held against its timestamps: several sources, no clock or another than its times tell, timestamps
 * that are not those of sending (video), or packets that come in clumps, as interrupts, GRO and a busy host make them. */
bool mcd_stream_evenness(const struct mcd_stream *stream, struct mcd_evenness *out);

/* Of one sender of probes. */
struct mcd_sequence mcd_probes_sequence(const struct mcd_probe_seen *seen);

/* False when the stream is no RTP. */
bool mcd_stream_rtp(const struct mcd_stream *stream, struct mcd_sequence *out);

/* What the numbers in its datagrams say, of RTP or of one sender's probes; false when it has none. */
bool mcd_stream_sequence(const struct mcd_nic *nic, const struct mcd_stream *stream, struct mcd_sequence *out);

#endif
