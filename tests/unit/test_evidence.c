/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_evidence.h"

#include "wire/link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const uint8_t lab_foreign_mac[6] = { 2, 0, 0, 0, 9, 9 };

static void add_iface(struct mcd_iface *iface, unsigned index, const char *name, uint32_t address)
{
	*iface = (struct mcd_iface){
		.index = index,
		.flags = MCD_IFACE_UP | MCD_IFACE_CARRIER | MCD_IFACE_MULTICAST | MCD_IFACE_BROADCAST,
		.mac = { 2, 0, 0, 0, 0, (uint8_t)index },
		.has_mac = true,
		.mtu = LAB_MTU,
	};
	snprintf(iface->name, sizeof iface->name, "%s", name);
	if (address == 0)
		return;
	iface->addresses = calloc(1, sizeof *iface->addresses);
	if (!iface->addresses)
		abort();
	iface->addresses[0] = (struct mcd_iface_address){ mcd_addr_v4(address), 24 };
	iface->naddresses = 1;
}

static struct mcd_iface_list make_ifaces(void)
{
	struct mcd_iface_list list = { calloc(LAB_NICS, sizeof *list.at), LAB_NICS };

	if (!list.at)
		abort();
	add_iface(&list.at[ETH0], 2, "eth0", FRAME_IP(192, 0, 2, 2));
	add_iface(&list.at[ETH1], 3, "eth1", FRAME_IP(198, 51, 100, 3));
	add_iface(&list.at[VLAN], 4, "eth0.7", FRAME_IP(203, 0, 113, 4));
	add_iface(&list.at[BRIDGE], 5, "br0", FRAME_IP(192, 0, 2, 65));
	add_iface(&list.at[PORT], 6, "eth2", 0);
	snprintf(list.at[VLAN].kind, sizeof list.at[VLAN].kind, "vlan");
	list.at[VLAN].link = 2;
	list.at[VLAN].vlan_id = 7;
	snprintf(list.at[BRIDGE].kind, sizeof list.at[BRIDGE].kind, "bridge");
	list.at[PORT].master = 5;
	return list;
}

void lab_init(struct lab *lab)
{
	static const size_t rows[LAB_NICS] = { ETH0, ETH1, VLAN, BRIDGE, PORT };
	struct mcd_iface_list ifaces = make_ifaces();

	*lab = (struct lab){ .now_ns = LAB_START };
	lab->ssm_sources[0] = mcd_addr_v4(LAB_SENDER);
	lab->groups[ASM] = (struct mcd_group){ mcd_addr_v4(LAB_ASM), LAB_PORT, MCD_EXCLUDE, NULL, 0, NULL };
	lab->groups[SSM] = (struct mcd_group){ mcd_addr_v4(LAB_SSM), LAB_PORT, MCD_INCLUDE, lab->ssm_sources, 1, NULL };
	lab->request = (struct mcd_request){
		.groups = lab->groups,
		.ngroups = LAB_GROUPS,
		.scratch_groups = { mcd_addr_v4(LAB_SCRATCH) },
	};
	if (!mcd_evidence_init(&lab->evidence, &lab->request, &ifaces, rows, LAB_NICS))
		abort();
	lab->evidence.session = LAB_SESSION;
}

void lab_fini(struct lab *lab)
{
	mcd_evidence_fini(&lab->evidence);
}

struct mcd_nic *lab_nic(const struct lab *lab, size_t nic)
{
	return &lab->evidence.nics[nic];
}

const uint8_t *lab_mac(const struct lab *lab, size_t nic)
{
	return lab->evidence.nics[nic].iface->mac;
}

uint32_t lab_ip(const struct lab *lab, size_t nic)
{
	struct mcd_addr address = mcd_addr_v4(0);

	mcd_iface_ipv4(lab->evidence.nics[nic].iface, &address);
	return mcd_addr_to_v4(address);
}

static uint64_t see(struct lab *lab, size_t nic, int link_type, const uint8_t *bytes, size_t captured, size_t on_wire)
{
	unsigned char *exact = unit_exact(bytes, captured);
	struct mcd_frame frame = {
		.when_ns = lab->now_ns,
		.nic = nic,
		.link_type = link_type,
		.captured = (uint32_t)captured,
		.on_wire = (uint32_t)on_wire,
		.data = exact,
	};
	uint64_t number = mcd_observe_frame(&lab->evidence, &frame);

	free(exact);
	lab->now_ns += LAB_MS;
	return number;
}

uint64_t lab_see(struct lab *lab, size_t nic, const struct frame *frame)
{
	return see(lab, nic, MCD_LINK_ETHERNET, frame->data, frame->length, frame->length);
}

uint64_t lab_see_cut(struct lab *lab, size_t nic, const struct frame *frame, size_t captured)
{
	return see(lab, nic, MCD_LINK_ETHERNET, frame->data, captured, frame->length);
}

uint64_t lab_see_link(struct lab *lab, size_t nic, int link_type, const uint8_t *bytes, size_t length)
{
	return see(lab, nic, link_type, bytes, length, length);
}

void lab_see_record(struct lab *lab, size_t nic, const uint8_t mac[6], uint32_t source, struct frame_record record)
{
	struct frame_ip ip = frame_to_group(mac, source, FRAME_IP(224, 0, 0, 22));
	struct frame frame;

	ip.router_alert = true;
	frame_igmp_report_v3(&frame, &ip, &record, 1);
	lab_see(lab, nic, &frame);
}

void lab_see_udp(struct lab *lab, size_t nic, uint32_t source, uint32_t group, size_t length)
{
	static const uint8_t payload[FRAME_ROOM - 100] = { 'x' };
	struct frame_ip ip = frame_to_group(lab_foreign_mac, source, group);
	struct frame frame;

	frame_udp(&frame, &ip, LAB_SOURCE_PORT, LAB_PORT, payload, length);
	lab_see(lab, nic, &frame);
}

void lab_see_payload(struct lab *lab, const void *payload, size_t length)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	struct frame frame;

	frame_udp(&frame, &ip, LAB_SOURCE_PORT, LAB_PORT, payload, length);
	lab_see(lab, ETH0, &frame);
}

const struct mcd_stream *lab_stream(const struct lab *lab, size_t nic, size_t place)
{
	if (place >= lab_nic(lab, nic)->streams.count)
		abort();
	return mcd_vec_at(&lab_nic(lab, nic)->streams, place);
}

const struct mcd_report *lab_report(const struct lab *lab, size_t nic, size_t place)
{
	if (place >= lab_nic(lab, nic)->reports.count)
		abort();
	return mcd_vec_at(&lab_nic(lab, nic)->reports, place);
}

static void init_takes_the_interfaces_over(void)
{
	static const size_t rows[] = { ETH1, PORT };
	struct lab lab;
	struct mcd_iface_list ifaces = make_ifaces();
	struct mcd_evidence evidence;

	lab_init(&lab);
	CU_ASSERT_TRUE_FATAL(mcd_evidence_init(&evidence, &lab.request, &ifaces, rows, 2));
	CU_ASSERT_PTR_NULL(ifaces.at);
	CU_ASSERT_EQUAL(ifaces.count, 0);
	CU_ASSERT_EQUAL(evidence.nnics, 2);
	CU_ASSERT_STRING_EQUAL(evidence.nics[0].iface->name, "eth1");
	CU_ASSERT_PTR_EQUAL(mcd_evidence_nic(&evidence, 6), &evidence.nics[1]);
	CU_ASSERT_PTR_NULL(mcd_evidence_nic(&evidence, 2));
	CU_ASSERT_PTR_NULL(mcd_evidence_nic(&evidence, 0));
	/* Local is what any interface has, a row or not. */
	CU_ASSERT_TRUE(mcd_evidence_is_local(&evidence, mcd_addr_v4(FRAME_IP(192, 0, 2, 2))));
	CU_ASSERT_FALSE(mcd_evidence_is_local(&evidence, mcd_addr_v4(LAB_OTHER)));
	mcd_evidence_fini(&evidence);
	CU_ASSERT_PTR_NULL(evidence.nics);
	lab_fini(&lab);
}

static void frames_are_numbered_per_nic(void)
{
	struct lab lab;
	struct frame frame;
	struct frame_ip ip;

	lab_init(&lab);
	ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	frame_udp(&frame, &ip, 1, 2, "x", 1);
	CU_ASSERT_EQUAL(lab_see(&lab, ETH0, &frame), 1);
	CU_ASSERT_TRUE(lab_nic(&lab, ETH0)->changed);
	CU_ASSERT_FALSE(lab_nic(&lab, ETH1)->changed);
	CU_ASSERT_EQUAL(lab_see(&lab, ETH0, &frame), 2);
	CU_ASSERT_EQUAL(lab_see(&lab, ETH1, &frame), 1);
	CU_ASSERT_EQUAL(lab_see_cut(&lab, ETH0, &frame, 20), 3);
	CU_ASSERT_EQUAL(lab_see_link(&lab, ETH0, 999, frame.data, frame.length), 4);
	frame.data[14] = 0x42; /* a header of 8 octets */
	CU_ASSERT_EQUAL(lab_see(&lab, ETH0, &frame), 5);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->capture.packets, 5);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->capture.truncated, 1);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->capture.contents[MCD_CONTENT_UNKNOWN_LINK], 1);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->capture.contents[MCD_CONTENT_MALFORMED], 1);
	lab_fini(&lab);
}

static bool last_is_out(struct lab *lab, size_t nic, const uint8_t mac[6], uint32_t source)
{
	struct frame_record record = { MCD_TO_EX, LAB_ASM, NULL, 0 };

	lab_see_record(lab, nic, mac, source, record);
	return lab_report(lab, nic, lab_nic(lab, nic)->reports.count - 1)->out;
}

static void direction_is_the_source_mac(void)
{
	struct lab lab;

	lab_init(&lab);
	CU_ASSERT_TRUE(last_is_out(&lab, ETH0, lab_mac(&lab, ETH0), lab_ip(&lab, ETH0)));
	CU_ASSERT_TRUE(last_is_out(&lab, ETH0, lab_mac(&lab, ETH0), 0));
	CU_ASSERT_FALSE(last_is_out(&lab, ETH0, lab_foreign_mac, LAB_OTHER));
	/* An address of ours proves nothing when the MAC says otherwise. */
	CU_ASSERT_FALSE(last_is_out(&lab, ETH0, lab_foreign_mac, lab_ip(&lab, ETH0)));
	CU_ASSERT_FALSE(last_is_out(&lab, ETH0, lab_mac(&lab, ETH1), lab_ip(&lab, ETH1)));
	/* The parent carries what its VLAN sends, not the other way round; likewise port and bridge. */
	CU_ASSERT_TRUE(last_is_out(&lab, ETH0, lab_mac(&lab, VLAN), lab_ip(&lab, VLAN)));
	CU_ASSERT_FALSE(last_is_out(&lab, VLAN, lab_mac(&lab, ETH0), lab_ip(&lab, ETH0)));
	CU_ASSERT_TRUE(last_is_out(&lab, PORT, lab_mac(&lab, BRIDGE), lab_ip(&lab, BRIDGE)));
	CU_ASSERT_FALSE(last_is_out(&lab, BRIDGE, lab_mac(&lab, PORT), LAB_OTHER));
	lab_fini(&lab);
}

static void direction_without_mac(void)
{
	/* Linux cooked v1: packet type 4 = sent by us, 0 = to us; ARPHRD_NONE, no address. */
	uint8_t cooked[FRAME_ROOM] = { 0, 4, 0xff, 0xfe, 0, 0, [14] = 8, [15] = 0 };
	struct lab lab;
	struct frame frame;
	struct frame_ip ip;
	size_t length;

	lab_init(&lab);
	ip = frame_to_group(lab_foreign_mac, lab_ip(&lab, VLAN), LAB_ASM);
	frame_igmp_short(&frame, &ip, MCD_IGMP_V2_REPORT, 0, LAB_ASM);
	length = frame.length - 14;
	memcpy(cooked + 16, frame.data + 14, length);
	lab_see_link(&lab, ETH1, MCD_LINK_SLL, cooked, length + 16);
	CU_ASSERT_TRUE(lab_report(&lab, ETH1, 0)->out);
	cooked[1] = 0;
	lab_see_link(&lab, ETH1, MCD_LINK_SLL, cooked, length + 16);
	CU_ASSERT_FALSE(lab_report(&lab, ETH1, 1)->out);
	/* Raw IP: an address of this NIC or of the VLAN above it. */
	lab_see_link(&lab, ETH0, MCD_LINK_RAW, frame.data + 14, length);
	lab_see_link(&lab, ETH1, MCD_LINK_RAW, frame.data + 14, length);
	CU_ASSERT_TRUE(lab_report(&lab, ETH0, 0)->out);
	CU_ASSERT_FALSE(lab_report(&lab, ETH1, 2)->out);
	lab_fini(&lab);
}

static void acts_and_sends(void)
{
	struct mcd_err err = { 0, "" };
	struct lab lab;
	struct mcd_nic *nic;
	struct mcd_task *task;

	lab_init(&lab);
	nic = lab_nic(&lab, ETH0);
	task = &nic->tasks[SSM];
	mcd_observe_act(nic, &task->join, 10, 20, NULL);
	CU_ASSERT_TRUE(task->join.tried && task->join.done && nic->changed);
	CU_ASSERT_TRUE(task->join.called_ns == 10 && task->join.done_ns == 20);
	mcd_err_os(&err, ENOBUFS, "cannot join");
	mcd_observe_act(nic, &task->join, 30, 40, &err);
	CU_ASSERT_TRUE(task->join.tried && !task->join.done && task->join.err.os == ENOBUFS);
	mcd_observe_sent(&lab.evidence, ETH0, SSM, 50, 100, NULL);
	mcd_observe_sent(&lab.evidence, ETH0, SSM, 60, 100, &err);
	mcd_observe_sent(&lab.evidence, ETH0, SSM, 70, 100, &err);
	mcd_observe_sent(&lab.evidence, ETH0, SSM, 80, 100, NULL);
	mcd_err_os(&err, EPERM, "cannot send");
	mcd_observe_sent(&lab.evidence, ETH0, SSM, 90, 100, &err);
	CU_ASSERT_EQUAL(task->sent, 2);
	CU_ASSERT_TRUE(task->first_sent_ns == 50 && task->last_sent_ns == 80);
	CU_ASSERT_EQUAL_FATAL(task->send_errors.count, 2);
	CU_ASSERT_EQUAL(((struct mcd_send_error *)mcd_vec_at(&task->send_errors, 0))->count, 2);
	CU_ASSERT_EQUAL(((struct mcd_send_error *)mcd_vec_at(&task->send_errors, 0))->first_ns, 60);
	CU_ASSERT_EQUAL(((struct mcd_send_error *)mcd_vec_at(&task->send_errors, 1))->os, EPERM);
	CU_ASSERT_EQUAL(nic->tasks[ASM].sent, 0);
	lab_fini(&lab);
}

static void memberships_of_the_host(void)
{
	struct mcd_host_membership *m;
	struct mcd_host host;
	struct lab lab;

	lab_init(&lab);
	mcd_host_init(&host);
	mcd_observe_memberships(&lab.evidence, &host, MCD_BEFORE_JOIN);
	m = mcd_vec_push(&host.memberships);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m);
	*m = (struct mcd_host_membership){ 3, mcd_addr_v4(LAB_SSM), 1 };
	mcd_observe_memberships(&lab.evidence, &host, MCD_AFTER_JOIN);
	CU_ASSERT_FALSE(lab_nic(&lab, ETH1)->tasks[SSM].member_before);
	CU_ASSERT_TRUE(lab_nic(&lab, ETH1)->tasks[SSM].kernel_lists);
	CU_ASSERT_FALSE(lab_nic(&lab, ETH1)->tasks[ASM].kernel_lists);
	CU_ASSERT_FALSE(lab_nic(&lab, ETH0)->tasks[SSM].kernel_lists);
	mcd_observe_memberships(&lab.evidence, &host, MCD_AFTER_LEAVE);
	CU_ASSERT_TRUE(lab_nic(&lab, ETH1)->tasks[SSM].kernel_keeps);
	CU_ASSERT_FALSE(lab_nic(&lab, ETH0)->tasks[SSM].kernel_keeps);
	lab.evidence.has_host = true;
	lab.evidence.before.platform = MCD_PLATFORM_WINDOWS; /* where the list may be late */
	mcd_observe_memberships(&lab.evidence, &host, MCD_AFTER_LEAVE);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH1)->tasks[SSM].kernel_keeps, lab_nic(&lab, ETH1)->tasks[SSM].member_before);
	mcd_host_fini(&host);
	lab_fini(&lab);
}

static void drops_of_other_interfaces_are_left_out(void)
{
	const unsigned indexes[] = { 2, 99, 3 };
	struct mcd_drops drops;
	struct lab lab;

	lab_init(&lab);
	mcd_drops_init(&drops);
	drops.known = true;
	for (size_t i = 0; i < 3; i++) {
		struct mcd_drop *drop = mcd_vec_push(&drops.rows);

		CU_ASSERT_PTR_NOT_NULL_FATAL(drop);
		drop->ifindex = indexes[i];
	}
	mcd_observe_drops(&lab.evidence, &drops);
	CU_ASSERT_TRUE(lab.evidence.drops.known && !drops.known && drops.rows.count == 0);
	CU_ASSERT_EQUAL_FATAL(lab.evidence.drops.rows.count, 2);
	CU_ASSERT_EQUAL(((struct mcd_drop *)mcd_vec_at(&lab.evidence.drops.rows, 0))->ifindex, 2);
	CU_ASSERT_EQUAL(((struct mcd_drop *)mcd_vec_at(&lab.evidence.drops.rows, 1))->ifindex, 3);
	lab_fini(&lab);
}

static void interfaces_at_the_end(void)
{
	struct mcd_iface_list now = make_ifaces();
	struct lab lab;

	lab_init(&lab);
	now.at[ETH1].flags &= ~(uint32_t)MCD_IFACE_CARRIER;
	snprintf(now.at[VLAN].name, sizeof now.at[VLAN].name, "other");
	now.at[BRIDGE].index = 77;
	now.at[PORT].flags |= MCD_IFACE_PROMISC;
	mcd_observe_interfaces(&lab.evidence, &now);
	CU_ASSERT_FALSE(lab_nic(&lab, ETH0)->gone || lab_nic(&lab, ETH0)->went_down);
	CU_ASSERT_TRUE(!lab_nic(&lab, ETH1)->gone && lab_nic(&lab, ETH1)->went_down);
	CU_ASSERT_TRUE(!lab_nic(&lab, VLAN)->gone && lab_nic(&lab, VLAN)->renamed);
	CU_ASSERT_TRUE(lab_nic(&lab, BRIDGE)->gone);
	CU_ASSERT_FALSE(lab_nic(&lab, PORT)->gone || lab_nic(&lab, PORT)->went_down);
	mcd_iface_list_fini(&now);
	lab_fini(&lab);
}

int main(void)
{
	static const struct unit_test host_tests[] = {
		{ "init takes the interfaces over", init_takes_the_interfaces_over },
		{ "frames are numbered per NIC", frames_are_numbered_per_nic },
		{ "direction is the source MAC", direction_is_the_source_mac },
		{ "direction without a MAC", direction_without_mac },
		{ "acts and sends", acts_and_sends },
		{ "memberships of the host", memberships_of_the_host },
		{ "interfaces at the end", interfaces_at_the_end },
		{ "drops of other interfaces are left out", drops_of_other_interfaces_are_left_out },
		{ NULL, NULL },
	};
	static const struct unit_suite suites[] = {
		{ "evidence: host", host_tests },
		{ "evidence: members", lab_members_tests },
		{ "evidence: reports and queries", lab_igmp_tests },
		{ "evidence: MLD", lab_mld_tests },
		{ "evidence: streams", lab_streams_tests },
		{ "evidence: marks and pace of streams", lab_marks_tests },
		{ "evidence: RTP", lab_rtp_tests },
		{ "evidence: quality", lab_quality_tests },
		{ "evidence: MPEG-TS", lab_ts_tests },
		{ "evidence: captures", lab_capture_tests },
		{ "evidence: fragments", lab_fragments_tests },
		{ "evidence: steady streams", lab_steady_tests },
		{ "filters", lab_filters_tests },
		{ "second looks", lab_looks_tests },
		{ NULL, NULL },
	};

	return unit_main(suites);
}
