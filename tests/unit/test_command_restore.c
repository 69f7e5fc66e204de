/* SPDX-License-Identifier: ISC */
/* A run that is written and read again is the same run; what is not what --save writes is refused, whatever it is. */
#include <config.h>

#include "test_command.h"

#include "command/reading.h"
#include "command/restore.h"
#include "evidence/observe.h"
#include "os.h"
#include "report/report.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GROUPS = 2, NICS = 2, IFACES = 3 };

static const int64_t start = INT64_C(1764000000123456789);

static struct mcd_addr addr(const char *text)
{
	struct mcd_addr a = { 0 };

	CU_ASSERT_TRUE(mcd_addr_parse(text, &a));
	return a;
}

/* A run in which every fact has a value of its own. */
struct run {
	struct mcd_request request;
	struct mcd_group groups[GROUPS];
	struct mcd_addr sources[2];
	char *interfaces[2];
	struct mcd_evidence evidence;
};

static void make_request(struct run *run)
{
	run->sources[0] = addr("10.1.1.1");
	run->sources[1] = addr("10.1.1.2");
	run->groups[0] = (struct mcd_group){ addr("232.1.1.1"), 5000, MCD_INCLUDE, run->sources, 2, NULL };
	run->groups[1] = (struct mcd_group){ addr("239.1.1.1"), 5001, MCD_EXCLUDE, NULL, 0, NULL };
	run->interfaces[0] = (char *)"all";
	run->interfaces[1] = (char *)"eth1";
	run->request = (struct mcd_request){ .groups = run->groups, .ngroups = GROUPS, .join = true, .send_only = true, .listen_only = true, .count = 9,
					     .rate.millipackets = 1500, .expect_stream = true, .loop = true, .ttl = 7,
					     .ttl_given = true, .dscp = 46, .source_port = 4000, .payload_size = 99, .message = "hello", .igmp_version = 2,
					     .duration_ms = 2500, .duration_given = true, .scratch_groups = { addr("233.252.0.9") },
					     .interfaces = run->interfaces, .ninterfaces = 2, .peer = (char *)"gw.example", .all_interfaces = true, .max_rows = 77 };
}

static struct mcd_iface_list make_ifaces(void)
{
	struct mcd_iface_list list = { calloc(IFACES, sizeof *list.at), IFACES };

	for (unsigned i = 0; i < IFACES; i++) {
		struct mcd_iface *iface = &list.at[i];

		snprintf(iface->name, sizeof iface->name, "eth%u", i);
		*iface = (struct mcd_iface){ .index = 3 * i + 1, .flags = i ? MCD_IFACE_UP | MCD_IFACE_MULTICAST | MCD_IFACE_XDP : MCD_IFACE_LOOPBACK,
					     .mac = { 2, 0, 0, 0xab, 0xcd, (uint8_t)i }, .has_mac = i > 0, .mtu = 1500 - i, .kind = "vlan", .master = i,
					     .link = 4 - i, .vlan_id = (uint16_t)(i + 10), .naddresses = 1 };
		snprintf(iface->name, sizeof iface->name, "eth%u", i);
		iface->addresses = calloc(1, sizeof *iface->addresses);
		iface->addresses[0] = (struct mcd_iface_address){ addr(i == 2 ? "fe80::1" : "10.0.0.1"), 24 };
	}
	return list;
}

static void make_act(struct mcd_act *act, int n)
{
	*act = (struct mcd_act){ .tried = true, .done = n % 2, .called_ns = start + n, .done_ns = start + n + 1 };
	act->err.os = n;
	snprintf(act->err.text, sizeof act->err.text, "error %d", n);
}

static void make_task(struct mcd_task *task, unsigned n)
{
	struct mcd_send_error *error = mcd_vec_push(&task->send_errors);

	make_act(&task->socket, (int)n);
	make_act(&task->join, (int)n + 1);
	make_act(&task->leave, (int)n + 2);
	task->member_before = n % 2;
	task->kernel_lists = !(n % 2);
	task->kernel_keeps = n % 2;
	task->ready_ns = start + n;
	task->sent = n + 1;
	task->sent_bytes = n + 1000;
	task->held_up_ns = start + n;
	task->queued = true;
	task->first_sent_ns = start + n + 3;
	task->last_sent_ns = start + n + 4;
	task->arrived_foreign = n + 5;
	task->arrived_ours = n + 6;
	task->arrived_elsewhere = n + 7;
	task->socket_dropped = n + 8;
	mcd_filter_begin(&task->in_socket, MCD_INCLUDE);
	mcd_filter_add(&task->in_socket, addr("10.1.1.1"));
	mcd_filter_begin(&task->in_kernel, MCD_EXCLUDE);
	task->in_kernel.mode_known = true;
	*error = (struct mcd_send_error){ .os = 1, .count = n, .text = "not permitted", .first_ns = start };
}

static void make_nic(struct mcd_nic *nic, unsigned n)
{
	nic->role = n ? MCD_ROLE_OBSERVED : MCD_ROLE_CHOSEN;
	nic->named = !n;
	nic->unusable = n ? MCD_UNUSABLE_NO_CARRIER : MCD_USABLE;
	nic->gone = n;
	nic->went_down = !n;
	nic->renamed = n;
	nic->master_after = n + 4;
	nic->capture = (struct mcd_nic_capture){ .tried = true, .open = !n, .lacks = n ? MCD_LACKS_RIGHT : MCD_LACKS_NOTHING, .link_type = !n, .dropped = n + 2, .broke = !n, .broke_ns = start + 9,
						 .error = "why", .opened_ns = n ? 0 : start, .closed_ns = n ? 0 : start + 20 };
	if (!n)
		nic->looks[nic->nlooks++] = (struct mcd_look){ start + 11, start + 14 };
	for (unsigned g = 0; g < GROUPS; g++)
		make_task(&nic->tasks[g], 10 * n + g);
	if (!n)
		nic->control = (struct mcd_control){ .wanted = true, .has_address = true, .address = addr("10.0.0.9"), .sent = 5, .received = 3, .pending = 1,
						     .least_ns = 100, .total_ns = 999, .error = "cannot" };
	make_act(&nic->scratch[MCD_IPV4].join, 90);
	make_act(&nic->scratch[MCD_IPV4].leave, 91);
}

static void make_apps(struct mcd_apps *apps, unsigned n)
{
	apps->known = n;
	*(struct mcd_app_socket *)mcd_vec_push(&apps->sockets) = (struct mcd_app_socket){
		.cookie = 7, .address = addr("239.1.1.1"), .port = 5001, .takes_ipv4 = true, .ifindex = 4, .uid = 1000, .drops = n, .receive_buffer = 212992,
		.queued = 768, .pid = 812, .process = "player", .asked = true, .multicast_all = 1, .multicast_all_ipv6 = 1 };
	*(struct mcd_app_socket *)mcd_vec_push(&apps->sockets) = (struct mcd_app_socket){
		.cookie = UINT64_C(1) << 40, .address = addr("::"), .connected = true, .uid = UINT32_MAX, .drops = UINT64_MAX, .receive_buffer = UINT64_MAX,
		.queued = UINT64_MAX, .multicast_all = -1, .multicast_all_ipv6 = -1 };
	*(struct mcd_app_membership *)mcd_vec_push(&apps->memberships) = (struct mcd_app_membership){ 7, 4, addr("239.1.1.1") };
}

static void make_routes(struct mcd_host *host)
{
	struct mcd_host_route *route;
	struct mcd_host_path *path;

	CU_ASSERT_TRUE_FATAL(mcd_host_ask_route(host, addr("239.1.1.1")) && mcd_host_ask_route(host, addr("232.1.1.1")));
	route = mcd_vec_at(&host->routes, 0);
	route->routing = MCD_ROUTING_FOUND;
	route->prefix_length = 4;
	route->nways = 2;
	route->ways[0] = (struct mcd_host_way){ 4, addr("10.0.0.254") };
	route->ways[1] = (struct mcd_host_way){ 7, addr("0.0.0.0") };
	route->ways_omitted = 3;
	CU_ASSERT_TRUE_FATAL(mcd_host_ask_path(host, 4, addr("239.1.1.1"), addr("10.9.9.9")) &&
			     mcd_host_ask_path(host, 7, addr("239.1.1.1"), addr("10.9.9.9")));
	path = mcd_vec_at(&host->paths, 0);
	path->accepted = 0;
	path->back.routing = MCD_ROUTING_NONE;
}

static void make_host(struct mcd_host *host, unsigned n)
{
	struct mcd_host_iface *iface = mcd_vec_push(&host->ifaces);
	struct mcd_host_membership *membership = mcd_vec_push(&host->memberships);
	struct mcd_host_source *source = mcd_vec_push(&host->sources);

	snprintf(host->name, sizeof host->name, "box");
	snprintf(host->os, sizeof host->os, "Some OS");
	snprintf(host->kernel, sizeof host->kernel, "K 1");
	snprintf(host->network_namespace, sizeof host->network_namespace, "net:[1]");
	host->platform = n ? MCD_PLATFORM_WINDOWS : MCD_PLATFORM_LINUX;
	host->igmp_level = n ? 1 : -1;
	host->memberships_unknown = n;
	host->igmp_max_memberships = 20;
	host->igmp_max_msf = -1;
	host->igmp_link_local_mcast_reports = 1;
	memset(&host->counters, 0xff, sizeof host->counters);
	host->counters.ip_in_receives = 100 + n;
	host->counters.ip_reverse_path_filter = UINT64_C(1) << 40;
	host->counters.ip6_in_receives = 600 + n;
	host->counters.udp6_in_csum_errors = 6;
	host->first_namespace = 0;
	snprintf(host->container, sizeof host->container, "podman");
	host->igmp_qrv = 2;
	host->mld_max_msf = 64;
	host->mld_qrv = -1;
	host->optmem_max = -1;
	host->rmem_max = 212992;
	*iface = (struct mcd_host_iface){ .ifindex = 4, .igmp_version = 3, .force_igmp_version = -1, .force_mld_version = 1, .rp_filter = 2, .accept_local = 1,
					  .mc_forwarding = -1, .disable_ipv6 = 1,
					  .traffic = { .rx_packets = 9, .rx_dropped = UINT64_MAX, .tx_dropped = 8 } };
	*(struct mcd_host_bridge *)mcd_vec_push(&host->bridges) = (struct mcd_host_bridge){ 4, 1, -1, 2, 1 };
	*(struct mcd_host_bridge *)mcd_vec_push(&host->bridges) = (struct mcd_host_bridge){ 7, 0, 1, 3, -1 };
	*(struct mcd_host_entry *)mcd_vec_push(&host->entries) = (struct mcd_host_entry){ 4, 1, addr("239.1.1.1"), addr("0.0.0.0"), true };
	*(struct mcd_host_entry *)mcd_vec_push(&host->entries) = (struct mcd_host_entry){ 7, 7, addr("232.1.1.1"), addr("10.1.1.1"), false };
	*membership = (struct mcd_host_membership){ 4, addr("239.1.1.1"), 2 };
	*source = (struct mcd_host_source){ 4, addr("232.1.1.1"), addr("10.1.1.1"), 1, 0 };
	make_apps(&host->apps, n);
	make_routes(host);
	host->name_lookup = MCD_NAME_RESOLVED;
	*(struct mcd_addr *)mcd_vec_push(&host->name_addresses) = addr("127.0.1.1");
	*(struct mcd_addr *)mcd_vec_push(&host->name_addresses) = addr("10.0.0.1");
}

static void make_drops(struct mcd_evidence *evidence)
{
	struct mcd_drops *drops = &evidence->drops;
	struct mcd_drop *udp, *igmp, *mld;

	udp = mcd_vec_push(&drops->rows);
	*udp = (struct mcd_drop){ evidence->nics[0].iface->index, addr("10.9.9.9"), addr("239.1.1.1"), 5001, MCD_DROP_UDP, "IP_RPFILTER", 7 };
	igmp = mcd_vec_push(&drops->rows);
	*igmp = (struct mcd_drop){ evidence->nics[1].iface->index, addr("10.1.1.1"), addr("224.0.0.22"), 0, MCD_DROP_IGMP, "0x20001", 1 };
	mld = mcd_vec_push(&drops->rows);
	*mld = (struct mcd_drop){ evidence->nics[1].iface->index, addr("fe80::1"), addr("ff02::16"), 0, MCD_DROP_ICMPV6, "NETFILTER_DROP", 2 };
	drops->known = drops->tells_filter = true;
	snprintf(drops->why_not, sizeof drops->why_not, "no reason why not");
}

static void make_firewall(struct mcd_firewall *firewall)
{
	struct mcd_firewall_chain *base, *other;
	struct mcd_firewall_rule *rule = mcd_vec_push(&firewall->rules);
	struct mcd_firewall_expr *e;

	base = mcd_vec_push(&firewall->chains);
	*base = (struct mcd_firewall_chain){ MCD_FIREWALL_NETDEV, "t", "in", MCD_HOOK_INGRESS, true, true, { "eth1" }, 1 };
	other = mcd_vec_push(&firewall->chains);
	*other = (struct mcd_firewall_chain){ MCD_FIREWALL_IP6, "t", "x", MCD_HOOK_NONE, false, false, { "" }, 0 };
	*rule = (struct mcd_firewall_rule){ .chain = 1, .handle = 7, .packets = 9, .grew = UINT64_MAX, .first = 0, .count = 2 };
	e = mcd_vec_push(&firewall->exprs);
	*e = (struct mcd_firewall_expr){ .kind = MCD_EXPR_BITWISE, .at = 4, .to = 60, .length = 4, .offset = 1, .data = { 0xde, 0xad }, .more = { 1 } };
	e = mcd_vec_push(&firewall->exprs);
	*e = (struct mcd_firewall_expr){ .kind = MCD_EXPR_VERDICT, .code = MCD_VERDICT_JUMP, .chain = "x" };
	firewall->known = firewall->legacy = true;
	snprintf(firewall->why_not, sizeof firewall->why_not, "no reason why not");
}

static void make(struct run *run)
{
	static const size_t rows[NICS] = { 1, 2 };
	const struct mcd_received received = { .source = addr("10.9.9.9"), .group = addr("239.1.1.1"), .port = 5001, .source_port = 6, .ours = true,
					       .delivered = 3, .delivered_bytes = 300, .largest_arrival = 120, .looped = 2, .looped_ttl = 1,
					       .last_ttl = 9, .first_arrival_ns = start + 5, .last_arrival_ns = start + 8 };
	struct mcd_iface_list ifaces = make_ifaces();

	memset(run, 0, sizeof *run);
	make_request(run);
	CU_ASSERT_TRUE_FATAL(mcd_evidence_init(&run->evidence, &run->request, &ifaces, rows, NICS));
	for (unsigned i = 0; i < NICS; i++)
		make_nic(&run->evidence.nics[i], i);
	mcd_observe_received(&run->evidence, 0, &received);
	make_host(&run->evidence.before, 0);
	make_host(&run->evidence.after, 1);
	make_drops(&run->evidence);
	make_firewall(&run->evidence.firewall);
	run->evidence.has_host = true;
	run->evidence.session = 0xfedcba9876543210;
	snprintf(run->evidence.program, sizeof run->evidence.program, "/usr/bin/mcdiag");
	run->evidence.started_ns = start;
	run->evidence.ended_ns = start + 30;
	run->evidence.ended_by = MCD_ENDED_DURATION;
}

static char *write_text(const struct mcd_evidence *evidence, bool (*write)(FILE *, const struct mcd_report_input *, struct mcd_err *))
{
	char *text;
	FILE *out = unit_open();
	struct mcd_err err;

	CU_ASSERT_TRUE(write(out, &(struct mcd_report_input){ .evidence = evidence }, &err));
	text = unit_close(out);
	return text;
}

/* ---- a folder of our own ---- */

struct place {
	char folder[300], host[320], request[320];
};

static void put(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	fputs(text, out);
	fclose(out);
}

static void open_place(struct place *place)
{
	CU_ASSERT_TRUE_FATAL(os_make_folder(place->folder, sizeof place->folder));
	snprintf(place->host, sizeof place->host, "%s/host.json", place->folder);
	snprintf(place->request, sizeof place->request, "%s/request.json", place->folder);
}

static void close_place(const struct place *place)
{
	unlink(place->host);
	unlink(place->request);
	rmdir(place->folder);
}

static void a_run_survives_the_round_trip(void)
{
	struct mcd_restored again;
	struct place place;
	struct mcd_err err = { 0 };
	struct mcd_inputs inputs = { .folder = NULL };
	char *host, *request, *host_again, *request_again;
	struct run run;

	make(&run);
	host = write_text(&run.evidence, mcd_report_host_json);
	request = write_text(&run.evidence, mcd_report_request_json);
	open_place(&place);
	put(place.host, host);
	put(place.request, request);
	CU_ASSERT_TRUE_FATAL(mcd_restore(&again, place.folder, &err));
	mcd_vec_init(&inputs.list, sizeof(struct mcd_input));
	CU_ASSERT_TRUE(mcd_restored_captures(&again, &inputs, &err));
	CU_ASSERT_EQUAL(inputs.list.count, 1); /* only one was open */
	CU_ASSERT_TRUE(mcd_restored_end(&again, &inputs, &err));
	host_again = write_text(&again.evidence, mcd_report_host_json);
	request_again = write_text(&again.evidence, mcd_report_request_json);
	CU_ASSERT_STRING_EQUAL(host_again, host);
	CU_ASSERT_STRING_EQUAL(request_again, request);
	CU_ASSERT_FALSE(again.evidence.passive);
	mcd_inputs_fini(&inputs);
	mcd_restored_fini(&again);
	close_place(&place);
	mcd_evidence_fini(&run.evidence);
	free(host);
	free(request);
	free(host_again);
	free(request_again);
}

/* ---- hostile files ---- */

static unsigned tried, refused;

static bool restores(const struct place *place, const char *path, const cJSON *root)
{
	char *text = cJSON_PrintUnformatted(root);
	struct mcd_restored run;
	struct mcd_err err = { 0 };
	bool good;

	put(path, text);
	cJSON_free(text);
	good = mcd_restore(&run, place->folder, &err);
	tried++;
	refused += !good;
	if (good)
		mcd_restored_fini(&run);
	else
		CU_ASSERT_TRUE(err.text[0] && !strchr(err.text, '\n') && strstr(err.text, place->folder));
	return good;
}

/* What no replay reads. */
static bool is_for_people(const char *key, const cJSON *parent, const cJSON *root)
{
	static const char *const keys[] = { "version", "capture_library", "family", "vlan", "inner_vlan", "scratch_group", NULL };

	if (parent == root && strcmp(key, "filter_mode") == 0)
		return true; /* that of each group is */
	for (size_t i = 0; keys[i]; i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

/* What the first folders did not have. */
static bool came_later(const char *key)
{
	static const char *const keys[] = { "mld_max_msf", "mld_qrv", "force_mld_version", "legacy_ipv6", "mcast_mld_version", "multicast_all_ipv6", NULL };

	for (size_t i = 0; keys[i]; i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return strncmp(key, "ip6_", 4) == 0 || strncmp(key, "udp6_", 5) == 0;
}

/* A key that is missing is no fault: it came later, or is one of those counters, of which each may. */
static bool may_be_missing(const char *key, const cJSON *parent)
{
	return came_later(key) || (parent->string && strcmp(parent->string, "counters") == 0);
}

/* ITEM called otherwise: its key is missing. */
static void miss(const struct place *place, const char *path, const cJSON *root, const cJSON *parent, cJSON *item)
{
	static char unknown[] = "unknown";
	char *key = item->string;
	bool good;

	item->string = unknown;
	good = restores(place, path, root);
	item->string = key;
	if (good && !is_for_people(key, parent, root) && !may_be_missing(key, parent)) {
		printf("\n  restored without '%s'", key);
		CU_ASSERT_FALSE(good);
	}
}

/* ITEM as a value of another kind, then as one that is out of all bounds. */
static void twist(const struct place *place, const char *path, const cJSON *root, const cJSON *parent, cJSON *item)
{
	static char path_out[] = "../../etc/passwd";
	const cJSON whole = *item;
	const cJSON others[] = {
		{ .type = cJSON_Array },		  { .type = cJSON_Object },
		{ .type = cJSON_NULL },			  { .type = cJSON_True },
		{ .type = cJSON_Number, .valuedouble = -1e300 }, { .type = cJSON_Number, .valuedouble = 0.5 },
		{ .type = cJSON_Number, .valuedouble = 1e15 },	  { .type = cJSON_String, .valuestring = path_out },
	};
	unsigned before = refused;

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		item->type = others[i].type;
		item->child = NULL;
		item->valuestring = others[i].valuestring;
		item->valuedouble = others[i].valuedouble;
		restores(place, path, root);
		*item = whole;
	}
	if (item->string && !is_for_people(item->string, parent, root))
		CU_ASSERT_TRUE(refused - before >= 4);
}

static void spoil(const struct place *place, const char *path, const cJSON *root, cJSON *parent)
{
	for (cJSON *item = parent->child; item; item = item->next) {
		if (item->string)
			miss(place, path, root, parent, item);
		twist(place, path, root, parent, item);
		if (item->child)
			spoil(place, path, root, item);
	}
}

/* Every key of both files is missing once, every value once something else: it is refused in one line, or changes nothing that matters. */
static void anything_else_is_refused(void)
{
	struct place place;
	struct run run;
	char *host, *request;
	cJSON *tree;

	make(&run);
	host = write_text(&run.evidence, mcd_report_host_json);
	request = write_text(&run.evidence, mcd_report_request_json);
	open_place(&place);
	put(place.host, host);
	put(place.request, request);
	tried = refused = 0;
	tree = cJSON_Parse(request);
	spoil(&place, place.request, tree, tree);
	cJSON_Delete(tree);
	put(place.request, request);
	tree = cJSON_Parse(host);
	CU_ASSERT_TRUE(restores(&place, place.host, tree));
	spoil(&place, place.host, tree, tree);
	cJSON_Delete(tree);
	CU_ASSERT_TRUE(tried > 1000 && refused > tried / 2);
	close_place(&place);
	mcd_evidence_fini(&run.evidence);
	free(host);
	free(request);
}

static void leave_out(cJSON *object)
{
	cJSON *next;

	for (cJSON *item = object->child; item; item = next) {
		next = item->next;
		if (item->string && came_later(item->string))
			cJSON_Delete(cJSON_DetachItemViaPointer(object, item));
		else if (item->child)
			leave_out(item);
	}
}

/* What a folder of then does not tell is not known. */
static void older_folders_are_read(void)
{
	struct mcd_restored again;
	struct place place;
	struct mcd_err err = { 0 };
	struct run run;
	char *host, *request;
	cJSON *tree;

	make(&run);
	host = write_text(&run.evidence, mcd_report_host_json);
	request = write_text(&run.evidence, mcd_report_request_json);
	open_place(&place);
	put(place.request, request);
	tree = cJSON_Parse(host);
	free(host);
	leave_out(tree);
	host = cJSON_Print(tree);
	put(place.host, host);
	CU_ASSERT_TRUE_FATAL(mcd_restore(&again, place.folder, &err));
	CU_ASSERT_TRUE(again.evidence.before.mld_max_msf == -1 && again.evidence.before.mld_qrv == -1);
	CU_ASSERT_EQUAL(((const struct mcd_host_iface *)mcd_vec_at(&again.evidence.before.ifaces, 0))->force_mld_version, -1);
	CU_ASSERT_EQUAL(((const struct mcd_host_iface *)mcd_vec_at(&again.evidence.before.ifaces, 0))->rp_filter, 2); /* as it does tell */
	CU_ASSERT_TRUE(again.evidence.firewall.known && again.evidence.firewall.legacy_ipv6);
	CU_ASSERT_EQUAL(((const struct mcd_host_bridge *)mcd_vec_at(&again.evidence.before.bridges, 0))->mld_version, -1);
	CU_ASSERT_EQUAL(((const struct mcd_app_socket *)mcd_vec_at(&again.evidence.before.apps.sockets, 0))->multicast_all_ipv6, -1);
	CU_ASSERT_TRUE(again.evidence.after.counters.ip6_in_receives == UINT64_MAX && again.evidence.after.counters.ip_in_receives == 101);
	mcd_restored_fini(&again);
	close_place(&place);
	mcd_evidence_fini(&run.evidence);
	cJSON_Delete(tree);
	free(host);
	free(request);
}

/* ---- the reader itself ---- */

static void broken_files_are_refused(void)
{
	static const char *const texts[] = { "", "{", "[]", "null", "{\"schema\":1}", "{\"schema\":\"mcdiag.request.v2\"}", "{\"schema\":\"mcdiag.request.v1\"}" };
	struct mcd_restored run;
	struct place place;
	struct mcd_err err;

	open_place(&place);
	CU_ASSERT_FALSE(mcd_restore(&run, place.folder, &err)); /* nothing there */
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "request.json"));
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		put(place.request, texts[i]);
		CU_ASSERT_FALSE(mcd_restore(&run, place.folder, &err));
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, place.request));
	}
	close_place(&place);
}

/* Many values in few bytes would take a hundred times as much memory. */
static void absurd_sizes_are_refused(void)
{
	enum { MANY = 5 << 20 };
	struct mcd_err err = { 0 };
	struct place place;
	struct mcd_reading r = { .err = &err };
	FILE *out;

	open_place(&place);
	r.path = place.host;
	out = fopen(place.host, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	fputs("{\"schema\":\"mcdiag.host.v1\",\"a\":[0", out);
	for (int i = 0; i < MANY; i++)
		fputs(",0", out);
	fputs("]}", out);
	fclose(out);
	CU_ASSERT_PTR_NULL(mcd_reading_file(&r, "mcdiag.host.v1"));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "larger"));
	close_place(&place);
}

static void times_are_read_as_written(void)
{
	static const struct {
		const char *text;
		int64_t ns; /* -1 = refused */
	} cases[] = {
		{ "1970-01-01T00:00:00.000000001Z", 1 },
		{ "2000-02-29T23:59:59.999999999Z", INT64_C(951868799999999999) },
		{ "2025-11-24T16:00:00.123456789Z", INT64_C(1764000000123456789) },
		{ "2100-03-01T00:00:00.000000000Z", INT64_C(4107542400000000000) },
		{ "2025-11-24T16:00:00.123Z", -1 },
		{ "2025-11-24 16:00:00.123456789Z", -1 },
		{ "2025-13-24T16:00:00.123456789Z", -1 },
		{ "9999-11-24T16:00:00.123456789Z", -1 },
		{ "2025-11-24T16:00:00.12345678-Z", -1 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct mcd_err err = { 0 };
		struct mcd_reading r = { .path = "x", .err = &err };
		cJSON *root = cJSON_CreateObject();
		int64_t when;

		cJSON_AddStringToObject(root, "t", cases[i].text);
		when = mcd_reading_time(&r, root, "t");
		CU_ASSERT_EQUAL(r.failed, cases[i].ns < 0);
		if (cases[i].ns >= 0)
			CU_ASSERT_EQUAL(when, cases[i].ns);
		cJSON_Delete(root);
	}
}

const struct unit_test restore_tests[] = {
	{ "a run survives the round trip", a_run_survives_the_round_trip },
	{ "anything else is refused", anything_else_is_refused },
	{ "older folders are read", older_folders_are_read },
	{ "broken files are refused", broken_files_are_refused },
	{ "absurd sizes are refused", absurd_sizes_are_refused },
	{ "times are read as written", times_are_read_as_written },
	{ NULL, NULL },
};
