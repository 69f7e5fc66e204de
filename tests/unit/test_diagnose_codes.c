/* SPDX-License-Identifier: ISC */
/* For each code one place in which a healthy run is spoiled: the code is silent before and there after, and so is what the check says. */
#include <config.h>

#include "test_diagnose.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { HOST = -1 };

static struct mcd_stream *stream_of(struct the_case *c)
{
	return mcd_vec_at(&c->nics[0].streams, 0);
}

static struct mcd_probe_seen *probes_of(struct the_case *c)
{
	return mcd_vec_at(&c->nics[0].probes, 0);
}

static struct mcd_act failed(struct mcd_act act, int os, const char *text)
{
	act.done = false;
	act.err.os = os;
	snprintf(act.err.text, sizeof act.err.text, "%s", text);
	return act;
}

/* Nothing of the stream came on h0. */
static void absent(struct the_case *c)
{
	case_no_stream(c, 0);
}

/* It came on h0 only while that was promiscuous. */
static void filtered(struct the_case *c)
{
	case_filtered(c, 0);
}

static void down(struct the_case *c)
{
	c->nics[0].unusable = MCD_UNUSABLE_DOWN;
}

static void no_carrier(struct the_case *c)
{
	c->nics[0].unusable = MCD_UNUSABLE_NO_CARRIER;
}

static void enslaved(struct the_case *c)
{
	c->nics[0].unusable = MCD_UNUSABLE_ENSLAVED;
	c->ifaces[0].master = c->ifaces[2].index;
}

static void flag_off(struct the_case *c)
{
	c->ifaces[0].flags &= ~(uint32_t)MCD_IFACE_MULTICAST;
}

static void no_address(struct the_case *c)
{
	c->ifaces[0].naddresses = 0;
	((struct mcd_report *)mcd_vec_at(&c->nics[0].reports, 0))->source = address("0.0.0.0");
	((struct mcd_report *)mcd_vec_at(&c->nics[0].reports, 1))->source = address("0.0.0.0");
}

static void ambiguous(struct the_case *c)
{
	c->addresses[1] = c->addresses[0];
}

static void without_ipv6(struct the_case *c)
{
	((struct mcd_host_iface *)mcd_vec_at(&c->evidence.before.ifaces, 0))->disable_ipv6 = 1;
}

static void xdp(struct the_case *c)
{
	absent(c);
	c->ifaces[0].flags |= MCD_IFACE_XDP;
}

static void denied(struct the_case *c)
{
	for (size_t i = 0; i < 2; i++) {
		struct mcd_nic *nic = &c->nics[i];

		case_no_query(c, i);
		case_no_report(c, i);
		case_no_stream(c, (size_t)(nic - c->nics));
		nic->capture = (struct mcd_nic_capture){ .tried = true, .lacks = MCD_LACKS_RIGHT };
		snprintf(nic->capture.error, sizeof nic->capture.error, "no permission to capture: run as root, or setcap cap_net_raw+ep mcdiag");
	}
}

static void dropped(struct the_case *c)
{
	c->nics[0].capture.dropped = 12;
	case_no_report(c, 0);
}

static void join_failed(struct the_case *c)
{
	c->tasks[0][0].join = failed(c->tasks[0][0].join, ENODEV, "cannot join 239.7.7.7 on h0: No such device");
}

static void too_many_groups(struct the_case *c)
{
	c->tasks[0][0].join = failed(c->tasks[0][0].join, ENOBUFS, "cannot join 239.7.7.7 on h0: No buffer space available");
	c->evidence.before.igmp_max_memberships = 0;
}

static void too_many_sources(struct the_case *c)
{
	case_ask_source(c, "10.77.0.20");
	c->tasks[0][0].join = failed(c->tasks[0][0].join, ENOBUFS, "cannot add source 10.77.0.20: No buffer space available");
	c->evidence.before.igmp_max_msf = 0;
}

static void member_before(struct the_case *c)
{
	c->tasks[0][0].member_before = c->tasks[0][0].kernel_keeps = true;
	case_no_report(c, 0);
}

static void widened(struct the_case *c)
{
	case_ask_source(c, "10.77.0.20");
	c->tasks[0][0].kernel_keeps = true;
	case_report(c, 0, 900, MCD_IGMP_V3_REPORT, MCD_TO_EX);
}

static void no_join_on_wire(struct the_case *c)
{
	case_no_report(c, 0);
}

static void no_leave_on_wire(struct the_case *c)
{
	c->nics[0].reports.count = 1;
}

static void ssm_without_source(struct the_case *c)
{
	c->groups[0].address = address("232.7.7.7");
}

static void source_outside(struct the_case *c)
{
	case_ask_source(c, "10.77.0.20");
}

static void link_local(struct the_case *c)
{
	c->groups[0].address = address("224.0.0.99");
}

static void reserved(struct the_case *c)
{
	c->groups[0].address = address("225.233.233.233");
}

static void old_querier(struct the_case *c)
{
	case_query(c, 0, 300, 2, "10.77.0.250");
}

static void forced(struct the_case *c)
{
	case_kernel(c, 0)->force_igmp_version = case_kernel(c, 0)->igmp_version = 2;
	case_no_report(c, 0);
	case_report(c, 0, JOINED, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE);
	case_report(c, 0, LEFT, MCD_IGMP_LEAVE, MCD_RECORD_NONE);
}

static void filter_lost(struct the_case *c)
{
	case_ask_source(c, "10.77.0.20");
	forced(c);
}

static void filter_wrong(struct the_case *c)
{
	case_ask_source(c, "10.77.0.20");
	((struct mcd_report *)mcd_vec_at(&c->nics[0].reports, 0))->sources[0] = address("10.77.0.21");
}

static void malformed(struct the_case *c)
{
	((struct mcd_report *)mcd_vec_at(&c->nics[0].reports, 0))->ttl = 64;
}

static void zero_source(struct the_case *c)
{
	((struct mcd_report *)mcd_vec_at(&c->nics[0].reports, 0))->source = address("0.0.0.0");
}

static void no_querier(struct the_case *c)
{
	case_no_query(c, 0);
}

static void querier_unheard(struct the_case *c)
{
	case_no_query(c, 0);
	c->nics[0].scratch[MCD_IPV4].other_member = true;
}

static void unanswered(struct the_case *c)
{
	case_query(c, 0, 2000, 3, "10.77.0.250");
}

static void query_by_rp_filter(struct the_case *c)
{
	case_query(c, 0, 2000, 3, "172.16.0.1");
	case_kernel(c, 0)->rp_filter = 1;
	c->evidence.after.counters.ip_reverse_path_filter = 1;
}

static void zero_querier(struct the_case *c)
{
	case_query(c, 0, 4900, 3, "0.0.0.0");
}

static void loopback_name(struct the_case *c)
{
	struct mcd_addr *address_of_name = mcd_vec_push(&c->evidence.before.name_addresses);

	snprintf(c->evidence.before.name, sizeof c->evidence.before.name, "box");
	c->evidence.before.name_lookup = MCD_NAME_RESOLVED;
	*address_of_name = address("127.0.1.1");
}

static void other_default(struct the_case *c)
{
	struct mcd_host_route *route;

	mcd_host_ask_route(&c->evidence.before, c->groups[0].address);
	route = mcd_vec_at(&c->evidence.before.routes, 0);
	route->routing = MCD_ROUTING_FOUND;
	route->prefix_length = 0;
	route->ways[route->nways++] = (struct mcd_host_way){ 99, address("0.0.0.0") };
}

static void two_queriers(struct the_case *c)
{
	for (int ms = 1000; ms < 4000; ms += 1000) {
		case_query(c, 0, ms, 3, "10.77.0.250");
		case_query(c, 0, ms + 100, 3, "10.77.0.251");
		case_report(c, 0, ms + 500, MCD_IGMP_V3_REPORT, MCD_IS_EX);
	}
}

static void two_versions(struct the_case *c)
{
	case_query(c, 0, 4800, 3, "10.77.0.250");
	case_query(c, 0, 4900, 2, "10.77.0.251");
}

static void seen_before(struct the_case *c)
{
	stream_of(c)->first_ns = T0 + 10 * MS;
}

static void send_error(struct the_case *c, int os, const char *text)
{
	struct mcd_send_error *e = mcd_vec_push(&c->tasks[0][0].send_errors);

	*e = (struct mcd_send_error){ .os = os, .count = 3, .first_ns = T0 + 101 * MS };
	snprintf(e->text, sizeof e->text, "%s", text);
	c->tasks[0][0].sent = 0;
}

static void send_failed(struct the_case *c)
{
	send_error(c, ENETDOWN, "cannot send: Network is down");
}

static void send_blocked(struct the_case *c)
{
	send_error(c, EPERM, "cannot send: Operation not permitted");
}

static void no_route(struct the_case *c)
{
	send_error(c, ENETUNREACH, "cannot send: Network is unreachable");
}

static void too_big(struct the_case *c)
{
	send_error(c, EMSGSIZE, "cannot send: Message too long");
}

static void probe_lost(struct the_case *c)
{
	probes_of(c)->packets = 2;
}

static void probe_elsewhere(struct the_case *c)
{
	case_probes(c, 1, 0, true);
}

static void foreign_source(struct the_case *c)
{
	probes_of(c)->source = address("10.77.1.10");
}

static void other_ttl(struct the_case *c)
{
	((struct mcd_ttl_count *)mcd_vec_at(&probes_of(c)->ttl, 0))->value = 1;
}

static void ttl_zero(struct the_case *c)
{
	c->request.ttl = 0;
	probes_of(c)->ours = false;
}

static void to_gateway(struct the_case *c)
{
	probes_of(c)->wrong_mac = probes_of(c)->unicast_mac = 3;
}

static void stopped(struct the_case *c)
{
	stream_of(c)->last_ns = T0 + 1200 * MS;
}

static void elsewhere(struct the_case *c)
{
	absent(c);
}

static void nowhere(struct the_case *c)
{
	absent(c);
	case_no_stream(c, 1);
}

static void other_source(struct the_case *c)
{
	case_ask_source(c, "10.77.250.99");
}

static void other_port(struct the_case *c)
{
	stream_of(c)->port = 5001;
}

static void last_hop(struct the_case *c)
{
	stream_of(c)->ttl[0] = 2;
}

static void two_senders(struct the_case *c)
{
	case_stream(c, 0, "10.77.0.21", 50);
}

static void local_sender(struct the_case *c)
{
	struct mcd_stream *s = mcd_vec_at(&c->nics[1].streams, 0);

	absent(c);
	s->local_source = true;
	s->source = c->addresses[1].address;
	case_rare(s)->packets_out = s->packets;
}

static void loop_off(struct the_case *c)
{
	c->request.loop = false;
	c->tasks[0][0].kernel_keeps = true;
}

static void wrong_mac(struct the_case *c)
{
	struct mcd_stream *s = stream_of(c);

	case_rare(s)->wrong_mac = mcd_stream_frames(s);
	s->macs[0][5] = 9;
	s->reception->delivered = 0;
}

static void wrong_vlan(struct the_case *c)
{
	stream_of(c)->vlan = 5;
	stream_of(c)->vlan = 10;
}

static void bad_ip(struct the_case *c)
{
	case_rare(stream_of(c))->bad_ip_checksum = 40;
}

static void bad_udp(struct the_case *c)
{
	case_rare(stream_of(c))->bad_checksum = 40;
}

static void bad_length(struct the_case *c)
{
	case_rare(stream_of(c))->bad_length = 40;
}

static void fragments(struct the_case *c)
{
	case_rare(stream_of(c))->incomplete = 100;
	stream_of(c)->reception->deliverable = stream_of(c)->reception->delivered = 0;
}

static void bridged(struct the_case *c)
{
	case_probes(c, 1, 0, false);
}

static void undelivered(struct the_case *c)
{
	stream_of(c)->reception->delivered = 0;
}

static void by_rp_filter(struct the_case *c)
{
	undelivered(c);
	stream_of(c)->source = address("172.16.5.5");
	case_kernel(c, 0)->rp_filter = 1;
	c->evidence.after.counters.ip_reverse_path_filter = 100;
}

static void martian(struct the_case *c)
{
	undelivered(c);
	stream_of(c)->source = address("127.0.0.1");
}

static void by_buffer(struct the_case *c)
{
	stream_of(c)->reception->delivered = 50;
	c->tasks[0][0].socket_dropped = 50;
	c->evidence.after.counters.udp_rcvbuf_errors = 50;
}

static void by_checksum(struct the_case *c)
{
	undelivered(c);
	stream_of(c)->reception->unverified = stream_of(c)->reception->deliverable;
	c->evidence.after.counters.udp_in_csum_errors = c->evidence.after.counters.udp_in_errors = 100;
}

static void by_a_guest(struct the_case *c)
{
	struct mcd_host_iface *before = mcd_vec_at(&c->evidence.before.ifaces, 0), *after = case_kernel(c, 0);

	undelivered(c);
	before->traffic = (struct mcd_host_traffic){ .rx_packets = 1000, .tx_packets = 50 };
	after->traffic = (struct mcd_host_traffic){ .rx_packets = 1010, .tx_packets = 160 };
}

static void no_counters(struct the_case *c)
{
	undelivered(c);
	c->evidence.after.counters.ip_in_receives = UINT64_MAX;
}

static void port_taken(struct the_case *c)
{
	c->tasks[0][0].socket = failed(c->tasks[0][0].socket, EADDRINUSE, "cannot bind to port 5000: Address already in use");
}

static void not_joined(struct the_case *c)
{
	case_app(c);
}

static void joined_elsewhere(struct the_case *c)
{
	case_no_stream(c, 1);
	case_app_joins(c, case_app(c), 1, "239.7.7.7", CASE_BOTH);
}

static void bound_to_unicast(struct the_case *c)
{
	struct case_app app = case_app(c);

	case_app_joins(c, app, 0, "239.7.7.7", CASE_BOTH);
	case_app_start(c, app)->address = case_app_end(c, app)->address = c->addresses[0].address;
}

static void bound_elsewhere(struct the_case *c)
{
	struct case_app app = case_app(c);

	case_no_stream(c, 1);
	case_app_joins(c, app, 0, "239.7.7.7", CASE_BOTH);
	case_app_start(c, app)->ifindex = case_app_end(c, app)->ifindex = c->ifaces[1].index;
}

static void at_other_port(struct the_case *c)
{
	struct case_app app = case_app(c);

	case_app_joins(c, app, 0, "239.7.7.7", CASE_BOTH);
	case_app_start(c, app)->port = case_app_end(c, app)->port = 5009;
}

static void app_overflows(struct the_case *c)
{
	struct case_app app = case_app(c);

	case_app_joins(c, app, 0, "239.7.7.7", CASE_BOTH);
	case_app_end(c, app)->drops = 40;
	c->evidence.after.counters.udp_rcvbuf_errors = 40;
}

static void membership_lost(struct the_case *c)
{
	case_app_joins(c, case_app(c), 0, "239.7.7.7", CASE_START);
}

static void other_group_too(struct the_case *c)
{
	case_app_joins(c, case_app(c), 0, "239.7.7.7", CASE_BOTH);
	case_app_joins(c, case_app(c), 0, "239.8.8.8", CASE_BOTH);
	case_stream(c, 0, "10.77.0.20", 100)->group = address("239.8.8.8");
}

/* ---- captures ---- */

static void file_cut(struct the_case *c)
{
	c->nics[0].capture.ended = MCD_FILE_CUT;
}

static void limit_met(struct the_case *c)
{
	c->nics[0].omitted = c->nics[0].omitted_of[MCD_OMITTED_STREAMS] = 9;
}

static void asks_too_often(struct the_case *c)
{
	case_no_query(c, 0);
	case_querier(c, 0, "10.77.0.250", 3, 0, 1000, 30000, 8); /* and advertises 125 s */
	for (int i = 0; i < 8; i++)
		case_host_report(c, 0, 1700 + i * 30000, "10.77.0.30", MCD_IGMP_V3_REPORT, MCD_IS_EX);
}

static struct mcd_rtp_source *rtp(struct the_case *c)
{
	return case_rtp(mcd_vec_at(&c->nics[0].streams, 0));
}

static void rtp_lost(struct the_case *c)
{
	rtp(c)->unique -= 7;
}

/* Ten and more in a row. */
static void rtp_burst(struct the_case *c)
{
	struct mcd_rtp_source *r = rtp(c);

	r->unique -= 36;
	r->disorder->gaps = 3;
	r->disorder->gap_packets = 36;
}

/* Off by 25 ms where one packet comes each 10 ms. */
static void rtp_uneven(struct the_case *c)
{
	struct mcd_rtp_source *r = rtp(c);
	const struct mcd_stream *s = stream_of(c);

	r->clock_hz = 8000;
	r->first_ns = s->first_ns;
	r->last_ns = s->last_ns;
	r->timestamp = (uint32_t)((s->last_ns - s->first_ns) / MS * 8);
	r->moved_ns = s->packets * 25 * (uint64_t)MS;
}

/* Of 239.135.7.7, which has the MAC address of 239.7.7.7. */
static void other_of_one_mac(struct the_case *c)
{
	case_stream(c, 0, "10.77.0.22", 50)->group = address("239.135.7.7");
}

static void cut_off(struct the_case *c)
{
	case_host_report(c, 0, 200000, "10.77.0.31", MCD_IGMP_V3_REPORT, MCD_TO_IN);
	stream_of(c)->last_ns = T0 + 200100 * MS;
}

/* An MLDv1 querier, and a source asked for in a group of IPv6. */
static void mld_v1(struct the_case *c)
{
	c->evidence.nnics = 1;
	c->groups[0].address = address("ff3e::8000:1");
	c->groups[0].mode = MCD_INCLUDE;
	c->groups[0].nsources = 1;
	c->sources[0] = address("2001:db8::20");
	case_no_report(c, 0);
	case_silence(&c->nics[0].members);
	stream_of(c)->group = c->groups[0].address;
	stream_of(c)->source = c->sources[0];
	for (size_t i = 0; i < c->nics[0].queries.count; i++) {
		struct mcd_query *q = mcd_vec_at(&c->nics[0].queries, i);

		q->mld = true;
		q->version = 1;
		q->source = address("fe80::250");
		q->group = address("::");
	}
}

static void mld_forced(struct the_case *c)
{
	struct mcd_member *m;
	struct mcd_report *r;

	mld_v1(c);
	for (size_t i = 0; i < c->nics[0].queries.count; i++)
		((struct mcd_query *)mcd_vec_at(&c->nics[0].queries, i))->version = 2;
	c->nics[0].capture.opened_ns = T0 - 60000 * MS;
	r = case_host_report(c, 0, 252000, "10.77.0.30", MCD_IGMP_V2_REPORT, MCD_RECORD_NONE);
	m = case_member(c, 0, "10.77.0.30");
	r->source = m->host = address("fe80::30");
	r->version = 1;
	m->version = 1;
	m->last_ns = r->when_ns;
}

static void rtp_reordered(struct the_case *c)
{
	rtp(c)->disorder->reordered = 3;
}

static void rtp_duplicated(struct the_case *c)
{
	struct mcd_rtp_source *r = rtp(c);

	r->disorder->duplicated = 5;
	r->unique -= 5;
	r->highest -= 5;
}

struct row {
	enum mcd_code code;
	int nic; /* HOST, or index */
	void (*spoil)(struct the_case *);
	enum mcd_severity severity;
	enum mcd_check_id check;
	enum mcd_status status; /* of that check on h0 */
};

static const struct row rows[] = {
	{ MCD_INTERFACE_DOWN, 0, down, MCD_FAULT, MCD_CHECK_JOIN, MCD_SKIPPED },
	{ MCD_NO_CARRIER, 0, no_carrier, MCD_FAULT, MCD_CHECK_QUERIER, MCD_SKIPPED },
	{ MCD_NIC_ENSLAVED, 0, enslaved, MCD_FAULT, MCD_CHECK_STREAM, MCD_SKIPPED },
	{ MCD_MULTICAST_FLAG_OFF, 0, flag_off, MCD_WARNING, MCD_CHECK_JOIN, MCD_PASS },
	{ MCD_NO_IPV4_ADDRESS, 0, no_address, MCD_WARNING, MCD_CHECK_JOIN, MCD_PASS },
	{ MCD_AMBIGUOUS_ADDRESS, 0, ambiguous, MCD_WARNING, MCD_CHECK_JOIN, MCD_PASS },
	{ MCD_IPV6_DISABLED, 0, without_ipv6, MCD_NOTE, MCD_CHECK_JOIN, MCD_PASS },
	{ MCD_XDP_PROGRAM_ATTACHED, 0, xdp, MCD_FAULT, MCD_CHECK_STREAM, MCD_FAIL },
	{ MCD_CAPTURE_DENIED, HOST, denied, MCD_NOTE, MCD_CHECK_JOIN, MCD_INCONCLUSIVE },
	{ MCD_CAPTURE_DROPPED, 0, dropped, MCD_WARNING, MCD_CHECK_JOIN, MCD_INCONCLUSIVE },
	{ MCD_JOIN_FAILED, 0, join_failed, MCD_FAULT, MCD_CHECK_JOIN, MCD_FAIL },
	{ MCD_MEMBERSHIP_LIMIT_REACHED, 0, too_many_groups, MCD_FAULT, MCD_CHECK_JOIN, MCD_FAIL },
	{ MCD_SOURCE_LIMIT_REACHED, 0, too_many_sources, MCD_FAULT, MCD_CHECK_JOIN, MCD_FAIL },
	{ MCD_ALREADY_MEMBER, 0, member_before, MCD_NOTE, MCD_CHECK_JOIN, MCD_INCONCLUSIVE },
	{ MCD_FILTER_WIDENED_BY_OTHER_PROCESS, 0, widened, MCD_NOTE, MCD_CHECK_SOURCE_FILTER, MCD_INCONCLUSIVE },
	{ MCD_JOIN_NOT_ON_WIRE, 0, no_join_on_wire, MCD_FAULT, MCD_CHECK_JOIN, MCD_FAIL },
	{ MCD_LEAVE_NOT_ON_WIRE, 0, no_leave_on_wire, MCD_FAULT, MCD_CHECK_LEAVE, MCD_FAIL },
	{ MCD_SSM_RANGE_WITHOUT_SOURCE, HOST, ssm_without_source, MCD_FAULT, MCD_CHECK_SOURCE_FILTER, MCD_SKIPPED },
	{ MCD_SOURCE_OUTSIDE_SSM_RANGE, HOST, source_outside, MCD_NOTE, MCD_CHECK_SOURCE_FILTER, MCD_PASS },
	{ MCD_LINK_LOCAL_GROUP, HOST, link_local, MCD_NOTE, MCD_CHECK_SOURCE_FILTER, MCD_SKIPPED },
	{ MCD_HOSTNAME_RESOLVES_TO_LOOPBACK, HOST, loopback_name, MCD_NOTE, MCD_CHECK_SOURCE_FILTER, MCD_SKIPPED },
	{ MCD_DEFAULT_INTERFACE_DIFFERS, HOST, other_default, MCD_NOTE, MCD_CHECK_SOURCE_FILTER, MCD_SKIPPED },
	{ MCD_RESERVED_GROUP, HOST, reserved, MCD_NOTE, MCD_CHECK_SOURCE_FILTER, MCD_SKIPPED },
	{ MCD_IGMP_DOWNGRADED_BY_QUERIER, 0, old_querier, MCD_WARNING, MCD_CHECK_QUERIER, MCD_WARN },
	{ MCD_IGMP_VERSION_FORCED, 0, forced, MCD_WARNING, MCD_CHECK_JOIN, MCD_PASS },
	{ MCD_SOURCE_FILTER_LOST, 0, filter_lost, MCD_FAULT, MCD_CHECK_SOURCE_FILTER, MCD_FAIL },
	{ MCD_SOURCE_FILTER_WRONG, 0, filter_wrong, MCD_FAULT, MCD_CHECK_SOURCE_FILTER, MCD_FAIL },
	{ MCD_REPORT_MALFORMED, 0, malformed, MCD_FAULT, MCD_CHECK_SEND, MCD_PASS },
	{ MCD_REPORT_FROM_ZERO_ADDRESS, 0, zero_source, MCD_WARNING, MCD_CHECK_JOIN, MCD_PASS },
	{ MCD_NO_QUERIER, 0, no_querier, MCD_WARNING, MCD_CHECK_QUERIER, MCD_WARN },
	{ MCD_QUERIER_NOT_HEARD, 0, querier_unheard, MCD_NOTE, MCD_CHECK_QUERIER, MCD_INCONCLUSIVE },
	{ MCD_QUERY_NOT_ANSWERED, 0, unanswered, MCD_WARNING, MCD_CHECK_QUERIER, MCD_WARN },
	{ MCD_QUERY_DROPPED_BY_RP_FILTER, 0, query_by_rp_filter, MCD_WARNING, MCD_CHECK_QUERIER, MCD_WARN },
	{ MCD_QUERIER_ZERO_ADDRESS, 0, zero_querier, MCD_WARNING, MCD_CHECK_QUERIER, MCD_PASS },
	{ MCD_MULTIPLE_QUERIERS, 0, two_queriers, MCD_WARNING, MCD_CHECK_QUERIER, MCD_PASS },
	{ MCD_QUERIER_VERSION_CONFLICT, 0, two_versions, MCD_WARNING, MCD_CHECK_QUERIER, MCD_WARN },
	{ MCD_NO_SNOOPING, 0, seen_before, MCD_NOTE, MCD_CHECK_STREAM, MCD_PASS },
	{ MCD_SEND_FAILED, 0, send_failed, MCD_FAULT, MCD_CHECK_SEND, MCD_FAIL },
	{ MCD_SEND_BLOCKED, 0, send_blocked, MCD_FAULT, MCD_CHECK_SEND, MCD_FAIL },
	{ MCD_NO_MULTICAST_ROUTE, 0, no_route, MCD_FAULT, MCD_CHECK_SEND, MCD_FAIL },
	{ MCD_MESSAGE_TOO_BIG, 0, too_big, MCD_FAULT, MCD_CHECK_SEND, MCD_FAIL },
	{ MCD_PROBE_NOT_ON_WIRE, 0, probe_lost, MCD_FAULT, MCD_CHECK_SEND, MCD_FAIL },
	{ MCD_PROBE_ON_OTHER_INTERFACE, 0, probe_elsewhere, MCD_FAULT, MCD_CHECK_SEND, MCD_FAIL },
	{ MCD_PROBE_SOURCE_ADDRESS_FOREIGN, 0, foreign_source, MCD_WARNING, MCD_CHECK_SEND, MCD_WARN },
	{ MCD_TTL_MISMATCH, 0, other_ttl, MCD_FAULT, MCD_CHECK_TTL, MCD_FAIL },
	{ MCD_TTL_ZERO, HOST, ttl_zero, MCD_FAULT, MCD_CHECK_SEND, MCD_FAIL },
	{ MCD_UNICAST_FRAME, 0, to_gateway, MCD_FAULT, MCD_CHECK_SEND, MCD_FAIL },
	{ MCD_STREAM_ABSENT, 0, nowhere, MCD_FAULT, MCD_CHECK_STREAM, MCD_FAIL },
	{ MCD_STREAM_STOPPED, 0, stopped, MCD_FAULT, MCD_CHECK_STREAM, MCD_FAIL },
	{ MCD_STREAM_ON_OTHER_INTERFACE, 0, elsewhere, MCD_FAULT, MCD_CHECK_STREAM, MCD_FAIL },
	{ MCD_STREAM_FROM_OTHER_SOURCE, 0, other_source, MCD_FAULT, MCD_CHECK_STREAM, MCD_FAIL },
	{ MCD_STREAM_ON_OTHER_PORT, 0, other_port, MCD_FAULT, MCD_CHECK_STREAM, MCD_FAIL },
	{ MCD_STREAM_TTL_EXHAUSTED, 0, last_hop, MCD_WARNING, MCD_CHECK_STREAM, MCD_WARN },
	{ MCD_SEVERAL_SENDERS, 0, two_senders, MCD_NOTE, MCD_CHECK_STREAM, MCD_PASS },
	{ MCD_LOCAL_SENDER_ON_OTHER_INTERFACE, 0, local_sender, MCD_NOTE, MCD_CHECK_STREAM, MCD_SKIPPED },
	{ MCD_LOCAL_LOOPBACK_OFF, HOST, loop_off, MCD_NOTE, MCD_CHECK_SEND, MCD_PASS },
	{ MCD_WRONG_DESTINATION_MAC, 0, wrong_mac, MCD_FAULT, MCD_CHECK_STREAM, MCD_FAIL },
	{ MCD_VLAN_MISMATCH, 0, wrong_vlan, MCD_FAULT, MCD_CHECK_STREAM, MCD_FAIL },
	{ MCD_IP_CHECKSUM_BAD, 0, bad_ip, MCD_FAULT, MCD_CHECK_STREAM, MCD_FAIL },
	{ MCD_UDP_CHECKSUM_BAD, 0, bad_udp, MCD_FAULT, MCD_CHECK_STREAM, MCD_FAIL },
	{ MCD_UDP_LENGTH_BAD, 0, bad_length, MCD_FAULT, MCD_CHECK_STREAM, MCD_FAIL },
	{ MCD_FRAGMENTS_MISSING, 0, fragments, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_FAIL },
	{ MCD_SEGMENTS_BRIDGED, 0, bridged, MCD_WARNING, MCD_CHECK_SEND, MCD_PASS },
	{ MCD_MACVLAN_ISOLATION, 0, by_a_guest, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_FAIL },
	{ MCD_DROPPED_BY_RP_FILTER, 0, by_rp_filter, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_FAIL },
	{ MCD_DROPPED_AS_MARTIAN, 0, martian, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_FAIL },
	{ MCD_DROPPED_BY_FIREWALL, 0, undelivered, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_FAIL },
	{ MCD_DROPPED_BY_SOCKET_BUFFER, 0, by_buffer, MCD_NOTE, MCD_CHECK_DELIVERY, MCD_INCONCLUSIVE },
	{ MCD_DROPPED_BY_CHECKSUM, 0, by_checksum, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_FAIL },
	{ MCD_NOT_DELIVERED, 0, no_counters, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_FAIL },
	{ MCD_NIC_FILTER_SUSPECT, 0, filtered, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_FAIL },
	{ MCD_FOREIGN_GROUP_DELIVERED, 0, other_group_too, MCD_WARNING, MCD_CHECK_DELIVERY, MCD_PASS },
	{ MCD_APP_NOT_JOINED, 0, not_joined, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_PASS },
	{ MCD_APP_JOINED_ON_OTHER_INTERFACE, 0, joined_elsewhere, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_PASS },
	{ MCD_APP_BOUND_TO_UNICAST, 0, bound_to_unicast, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_PASS },
	{ MCD_APP_BOUND_TO_OTHER_INTERFACE, 0, bound_elsewhere, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_PASS },
	{ MCD_APP_ON_OTHER_PORT, HOST, at_other_port, MCD_WARNING, MCD_CHECK_DELIVERY, MCD_PASS },
	{ MCD_APP_SOCKET_OVERFLOW, 0, app_overflows, MCD_WARNING, MCD_CHECK_DELIVERY, MCD_PASS },
	{ MCD_APP_MEMBERSHIP_LOST, 0, membership_lost, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_PASS },
	{ MCD_PORT_IN_USE, 0, port_taken, MCD_FAULT, MCD_CHECK_DELIVERY, MCD_FAIL },
};

/* In a capture. */
static const struct row capture_rows[] = {
	{ MCD_CAPTURE_FILE_CUT, 0, file_cut, MCD_NOTE, MCD_CHECK_STREAM, MCD_PASS },
	{ MCD_EVIDENCE_LIMIT_REACHED, 0, limit_met, MCD_WARNING, MCD_CHECK_STREAM, MCD_PASS },
	{ MCD_QUERY_INTERVAL_MISMATCH, 0, asks_too_often, MCD_WARNING, MCD_CHECK_QUERIER, MCD_PASS },
	{ MCD_STREAM_LOSS, 0, rtp_lost, MCD_WARNING, MCD_CHECK_STREAM, MCD_PASS },
	{ MCD_STREAM_BURST_LOSS, 0, rtp_burst, MCD_WARNING, MCD_CHECK_STREAM, MCD_PASS },
	{ MCD_STREAM_JITTER, 0, rtp_uneven, MCD_WARNING, MCD_CHECK_STREAM, MCD_PASS },
	{ MCD_MAC_OVERLAP, 0, other_of_one_mac, MCD_NOTE, MCD_CHECK_STREAM, MCD_PASS },
	{ MCD_FAST_LEAVE, 0, cut_off, MCD_WARNING, MCD_CHECK_STREAM, MCD_FAIL },
	{ MCD_MLD_DOWNGRADED_BY_QUERIER, 0, mld_v1, MCD_WARNING, MCD_CHECK_QUERIER, MCD_WARN },
	{ MCD_MLD_VERSION_FORCED, 0, mld_forced, MCD_WARNING, MCD_CHECK_SOURCE_FILTER, MCD_FAIL },
	{ MCD_STREAM_REORDERED, 0, rtp_reordered, MCD_WARNING, MCD_CHECK_STREAM, MCD_PASS },
	{ MCD_STREAM_DUPLICATED, 0, rtp_duplicated, MCD_WARNING, MCD_CHECK_STREAM, MCD_PASS },
};

/* What these cases spoil is common to both interfaces. */
static bool meets_both(enum mcd_code code)
{
	return code == MCD_AMBIGUOUS_ADDRESS || code == MCD_STREAM_ABSENT || code == MCD_STREAM_FROM_OTHER_SOURCE;
}

static void judge_row(const struct row *row, void (*init)(struct the_case *))
{
	struct the_case c;
	size_t nic = row->nic == HOST ? SIZE_MAX : (size_t)row->nic;
	const struct mcd_finding *f;
	const struct mcd_check *check;

	init(&c);
	case_judge(&c);
	LACKS(&c, nic, row->code);
	row->spoil(&c);
	case_judge(&c);
	HAS(&c, nic, row->code);
	f = found(&c, nic, row->code);
	check = total(&c, 0, row->check);
	if (!f || f->severity != row->severity || check->status != row->status)
		printf("\n%s: severity %s, %s is %s: %s\n", mcd_catalogue(row->code)->code, f ? mcd_severity_name(f->severity) : "absent",
		       mcd_check_name(row->check), mcd_status_name(check->status), check->reason);
	CU_ASSERT_TRUE(f && f->severity == row->severity);
	CU_ASSERT_EQUAL(check->status, row->status);
	if (nic == 0 && !meets_both(row->code))
		LACKS(&c, 1, row->code);
	case_fini(&c);
}

static void init_capture(struct the_case *c)
{
	case_init_passive(c, true);
}

static void each_code_is_raised_by_its_cause_alone(void)
{
	bool seen[MCD_CODE_COUNT] = { false };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		judge_row(&rows[i], case_init);
		seen[rows[i].code] = true;
	}
	for (size_t i = 0; i < sizeof capture_rows / sizeof capture_rows[0]; i++) {
		judge_row(&capture_rows[i], init_capture);
		seen[capture_rows[i].code] = true;
	}
	for (size_t code = 0; code < MCD_CODE_COUNT; code++) {
		if (!seen[code])
			printf("\n%s is raised by no case\n", mcd_catalogue((enum mcd_code)code)->code);
		CU_ASSERT_TRUE(seen[code]);
	}
}

/* What a host of Windows cannot have, or has no facts of; and what is told by the system's own error, which is Linux's here. */
static bool is_of_linux_alone(enum mcd_code code)
{
	switch (code) {
	case MCD_IPV6_DISABLED:
	case MCD_XDP_PROGRAM_ATTACHED:
	case MCD_CAPTURE_DENIED:
	case MCD_MEMBERSHIP_LIMIT_REACHED:
	case MCD_SOURCE_LIMIT_REACHED:
	case MCD_QUERY_DROPPED_BY_RP_FILTER:
	case MCD_DROPPED_BY_RP_FILTER:
	case MCD_DROPPED_BY_SOCKET_BUFFER:
	case MCD_MACVLAN_ISOLATION:
	case MCD_FOREIGN_GROUP_DELIVERED:
	case MCD_APP_BOUND_TO_OTHER_INTERFACE:
	case MCD_APP_SOCKET_OVERFLOW:
		return true;
	default:
		return false;
	}
}

static void expect_no_linux(const struct mcd_finding *f, const char *text)
{
	const char *word = case_word_of_linux(text);

	if (word)
		printf("\n%s names %s: %s\n", mcd_catalogue(f->code)->code, word, text);
	CU_ASSERT_PTR_NULL(word);
}

static void none_of_windows_names_what_linux_has(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct the_case c;

		if (is_of_linux_alone(rows[i].code))
			continue;
		case_init(&c);
		case_make_windows(&c);
		rows[i].spoil(&c);
		case_judge(&c);
		for (size_t k = 0; k < c.diagnosis.findings.count; k++) {
			const struct mcd_finding *f = mcd_vec_at(&c.diagnosis.findings, k);

			expect_no_linux(f, f->summary);
			expect_no_linux(f, f->remedy[0]);
			expect_no_linux(f, f->remedy[1]);
			expect_no_linux(f, f->settle_by);
			for (size_t n = 0; n < f->clues.count; n++)
				expect_no_linux(f, ((const struct mcd_clue *)mcd_vec_at(&f->clues, n))->text);
		}
		case_fini(&c);
	}
}

static void catalogue_is_whole(void)
{
	for (size_t i = 0; i < MCD_CODE_COUNT; i++) {
		const struct mcd_catalogue *row = mcd_catalogue((enum mcd_code)i);
		enum mcd_code parsed = MCD_CODE_COUNT;

		CU_ASSERT_TRUE(row->code && row->layer && row->meaning && row->causes && row->told_apart && row->remedy);
		CU_ASSERT_TRUE(strlen(row->remedy) < MCD_FINDING_TEXT - 80);
		CU_ASSERT_TRUE(mcd_code_parse(row->code, &parsed));
		CU_ASSERT_EQUAL(parsed, i);
	}
	CU_ASSERT_FALSE(mcd_code_parse("no-such-code", &(enum mcd_code){ MCD_NO_CARRIER }));
	CU_ASSERT_STRING_EQUAL(mcd_catalogue(MCD_NO_QUERIER)->code, "no-querier");
	CU_ASSERT_STRING_EQUAL(mcd_catalogue(MCD_PORT_IN_USE)->code, "port-in-use");
}

static void remedies_name_the_interface_and_group(void)
{
	struct the_case c;
	const struct mcd_finding *f;

	case_init(&c);
	down(&c);
	case_judge(&c);
	f = found(&c, 0, MCD_INTERFACE_DOWN);
	CU_ASSERT_TRUE(f && strcmp(f->remedy[0], "ip link set h0 up") == 0);
	case_fini(&c);
	case_init(&c);
	undelivered(&c);
	case_judge(&c);
	f = found(&c, 0, MCD_DROPPED_BY_FIREWALL);
	CU_ASSERT_TRUE(f && strstr(f->remedy[0], "iifname h0 ip daddr 239.7.7.7 udp dport 5000 accept"));
	case_fini(&c);
}

/* Beside a name without a dot, which stays as it is in all commands. */
static void remedies_write_dots_as_sysctl_reads_them(void)
{
	struct the_case c;
	const struct mcd_finding *f;

	case_init(&c);
	forced(&c);
	case_judge(&c);
	f = found(&c, 0, MCD_IGMP_VERSION_FORCED);
	CU_ASSERT_TRUE(f && strstr(f->remedy[0], " net.ipv4.conf.h0.force_igmp_version=0"));
	snprintf(c.ifaces[0].name, sizeof c.ifaces[0].name, "h0.100");
	case_judge(&c);
	f = found(&c, 0, MCD_IGMP_VERSION_FORCED);
	CU_ASSERT_TRUE(f && strstr(f->remedy[0], " net.ipv4.conf.h0/100.force_igmp_version=0") && strstr(f->summary, "h0.100"));
	case_fini(&c);
}

const struct unit_test code_tests[] = {
	{ "each code is raised by its cause alone", each_code_is_raised_by_its_cause_alone },
	{ "none of Windows names what Linux has", none_of_windows_names_what_linux_has },
	{ "the catalogue is whole", catalogue_is_whole },
	{ "remedies name the interface and the group", remedies_name_the_interface_and_group },
	{ "remedies write dots as sysctl reads them", remedies_write_dots_as_sysctl_reads_them },
	{ NULL, NULL },
};
