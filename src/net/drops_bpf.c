/* SPDX-License-Identifier: ISC */
/* By the tracepoint skb:kfree_skb, which has the reason since Linux 5.17, and a BPF program on it. libbpf reads the kernel's types (BTF) and makes
 * the system calls; names and numbers of the reasons are the running kernel's own. */
#include <config.h>

#include "net/drops.h"

#include "base/format.h"
#include "net/drops_program.h"
#include "net/threads.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_ROWS = 4096, DEEPEST = 8 }; /* kinds of drops that are kept; anonymous members inside each other */
enum { GROUP_BYTES = sizeof((struct mcd_drop_key *)NULL)->group, PROTOCOL_GROUPS = 6 }; /* of IGMP and MLD */

/* The kernel asks for the GPL of whoever reads its memory; our licence lets this program be used under that too. */
static const char license[] = "GPL";
static const char prefix[] = "SKB_DROP_REASON_";

struct reason {
	uint32_t value;
	char name[MCD_DROP_REASON];
};

struct mcd_drop_watch {
	struct mcd_addr *groups;
	size_t ngroups;
	pthread_t thread;
	bool has_thread, prepared, begun;
	int groups_fd, counts_fd, program_fd, link_fd;
	struct mcd_vec reasons; /* struct reason */
	bool tells_filter, tells_rp_filter;
	char why_not[160];
};

static bool refuse(struct mcd_drop_watch *w, const char *format, ...) MCD_PRINTF(2, 3);

static bool refuse(struct mcd_drop_watch *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(w->why_not, sizeof w->why_not, format, args);
	va_end(args);
	return false;
}

/* What the kernel said to a system call of ours. */
static bool refuse_os(struct mcd_drop_watch *w, const char *what, int os)
{
	if (os == EPERM || os == EACCES)
		return refuse(w, "the right to use BPF is missing: it takes root, or CAP_BPF and CAP_PERFMON, outside of a user namespace");
	return refuse(w, "%s: %s", what, strerror(os));
}

/* ---- where the fields are ---- */

/* The bit offset of the member NAME of struct TYPE, those of anonymous members included; -1 = none. *OF is its type. */
static long find_member(const struct btf *btf, const struct btf_type *type, const char *name, __u32 *of, int depth)
{
	const struct btf_member *members = btf_is_composite(type) ? btf_members(type) : NULL;

	for (__u32 i = 0; members && depth < DEEPEST && i < btf_vlen(type); i++) {
		const char *here = btf__name_by_offset(btf, members[i].name_off);
		long offset = btf_member_bit_offset(type, i), inside;
		const struct btf_type *inner = btf__type_by_id(btf, members[i].type);

		if (here && strcmp(here, name) == 0) {
			*of = members[i].type;
			return offset;
		}
		if (here && *here)
			continue;
		inside = inner ? find_member(btf, inner, name, of, depth + 1) : -1;
		if (inside >= 0)
			return offset + inside;
	}
	return -1;
}

/* The byte offset of MEMBER ("nd_net.net") in struct NAME; -1 = there is none. */
static int32_t offset_of(const struct btf *btf, const char *name, const char *member)
{
	__s32 id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);
	char path[64], *at = path, *part;
	long bits = 0;

	snprintf(path, sizeof path, "%s", member);
	while (id > 0 && (part = strsep(&at, "."))) {
		__s32 bare = btf__resolve_type(btf, (__u32)id);
		const struct btf_type *type = bare > 0 ? btf__type_by_id(btf, (__u32)bare) : NULL;
		__u32 next = 0;
		long offset = type ? find_member(btf, type, part, &next, 0) : -1;

		if (offset < 0 || offset % 8 != 0)
			return -1;
		bits += offset;
		id = (__s32)next;
	}
	return id > 0 ? (int32_t)(bits / 8) : -1;
}

static bool find_fields(struct mcd_drop_watch *w, const struct btf *btf, struct mcd_drop_layout *l)
{
	const struct {
		const char *type, *member;
		int32_t *offset;
	} fields[] = {
		{ "sk_buff", "protocol", &l->skb_protocol }, { "sk_buff", "head", &l->skb_head },
		{ "sk_buff", "network_header", &l->skb_network_header }, { "sk_buff", "dev", &l->skb_dev },
		{ "sk_buff", "_skb_refdst", &l->skb_dst }, { "sk_buff", "skb_iif", &l->skb_iif },
		{ "dst_entry", "dev", &l->dst_dev }, { "net_device", "ifindex", &l->dev_ifindex },
		{ "net_device", "nd_net.net", &l->dev_net }, { "net", "ns.inum", &l->net_inum },
		{ "task_struct", "nsproxy", &l->task_nsproxy }, { "nsproxy", "net_ns", &l->nsproxy_net },
	};

	if (btf__pointer_size(btf) != 8)
		return refuse(w, "only 64-bit kernels are read");
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		*fields[i].offset = offset_of(btf, fields[i].type, fields[i].member);
		if (*fields[i].offset < 0)
			return refuse(w, "this kernel's struct %s has no %s", fields[i].type, fields[i].member);
	}
	return true;
}

/* The names of the reasons by their numbers, as this kernel has them. */
static bool find_reasons(struct mcd_drop_watch *w, const struct btf *btf, struct mcd_drop_layout *l)
{
	__s32 id = btf__find_by_name_kind(btf, "skb_drop_reason", BTF_KIND_ENUM);
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;
	const struct btf_enum *values = type ? btf_enum(type) : NULL;

	if (!values)
		return refuse(w, "this kernel tells no drop reasons (Linux 5.17 does)");
	l->reason_udp_csum = -1;
	for (__u32 i = 0; i < btf_vlen(type); i++) {
		const char *name = btf__name_by_offset(btf, values[i].name_off);
		struct reason *reason = name ? mcd_vec_push(&w->reasons) : NULL;

		if (!reason)
			continue;
		reason->value = (uint32_t)values[i].val;
		snprintf(reason->name, sizeof reason->name, "%s", strncmp(name, prefix, sizeof prefix - 1) == 0 ? name + sizeof prefix - 1 : name);
		if (strcmp(reason->name, "UDP_CSUM") == 0)
			l->reason_udp_csum = values[i].val;
		w->tells_filter = w->tells_filter || strcmp(reason->name, "NETFILTER_DROP") == 0;
		w->tells_rp_filter = w->tells_rp_filter || strcmp(reason->name, "IP_RPFILTER") == 0;
	}
	return true;
}

/* ---- getting ready ---- */

/* The program counts what goes to GROUP. */
static bool put_group(struct mcd_drop_watch *w, struct mcd_addr group)
{
	uint8_t key[GROUP_BYTES], any = 1;

	mcd_addr_to_bytes(group, key);
	return bpf_map_update_elem(w->groups_fd, key, &any, BPF_ANY) == 0 || refuse_os(w, "no map can be filled", errno);
}

/* Besides the asked groups those of queries, leaves and reports (RFC 9776, 4; RFC 9777, 5; RFC 2236, 3; RFC 2710, 5). */
static bool fill_groups(struct mcd_drop_watch *w)
{
	for (int v6 = 0; v6 <= 1; v6++)
		if (!put_group(w, mcd_addr_all_hosts(v6)) || !put_group(w, mcd_addr_all_routers(v6)) || !put_group(w, mcd_addr_report_routers(v6)))
			return false;
	for (size_t i = 0; i < w->ngroups; i++)
		if (!put_group(w, w->groups[i]))
			return false;
	return true;
}

static bool make_maps(struct mcd_drop_watch *w)
{
	w->groups_fd = bpf_map_create(BPF_MAP_TYPE_HASH, "mcdiag_groups", GROUP_BYTES, 1, (__u32)(w->ngroups + PROTOCOL_GROUPS), NULL);
	if (w->groups_fd < 0)
		return refuse_os(w, "no map can be made", errno);
	w->counts_fd = bpf_map_create(BPF_MAP_TYPE_HASH, "mcdiag_drops", sizeof(struct mcd_drop_key), sizeof(uint64_t), MOST_ROWS, NULL);
	if (w->counts_fd < 0)
		return refuse_os(w, "no map can be made", errno);
	return fill_groups(w);
}

static bool find_layout(struct mcd_drop_watch *w, struct mcd_drop_layout *l)
{
	struct btf *btf = btf__load_vmlinux_btf();
	struct stat here;
	bool good;

	if (!btf)
		return refuse(w, "this kernel does not tell its types (CONFIG_DEBUG_INFO_BTF)");
	good = find_reasons(w, btf, l) && find_fields(w, btf, l);
	btf__free(btf);
	if (good && stat("/proc/self/ns/net", &here) != 0)
		return refuse(w, "the network namespace is not known");
	l->namespace_inum = good ? (uint32_t)here.st_ino : 0;
	return good;
}

static bool prepare(struct mcd_drop_watch *w)
{
	struct mcd_drop_layout layout = { .net_inum = -1 };
	struct bpf_insn program[MCD_DROPS_INSTRUCTIONS];
	size_t length;

	if (!make_maps(w) || !find_layout(w, &layout)) /* the maps first: where the right is missing, that is known at once */
		return false;
	layout.groups_fd = w->groups_fd;
	layout.counts_fd = w->counts_fd;
	length = mcd_drops_program(&layout, program);
	if (length == 0)
		return refuse(w, "the BPF program has no room");
	w->program_fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "mcdiag_drops", license, program, length, NULL);
	return w->program_fd >= 0 || refuse_os(w, "the kernel does not take the BPF program", errno);
}

static void *prepare_on(void *watch)
{
	struct mcd_drop_watch *w = watch;

	w->prepared = prepare(w);
	return NULL;
}

struct mcd_drop_watch *mcd_drops_prepare(const struct mcd_request *request)
{
	struct mcd_drop_watch *w = calloc(1, sizeof *w);

	if (!w || !(w->groups = calloc(request->ngroups + 1, sizeof *w->groups))) {
		free(w);
		return NULL;
	}
	w->ngroups = request->ngroups;
	for (size_t i = 0; i < w->ngroups; i++)
		w->groups[i] = request->groups[i].address;
	w->groups_fd = w->counts_fd = w->program_fd = w->link_fd = -1;
	mcd_vec_init(&w->reasons, sizeof(struct reason));
	libbpf_set_print(NULL); /* what fails is told by us, as a fact */
	w->has_thread = mcd_thread_start(&w->thread, NULL, prepare_on, w);
	if (!w->has_thread)
		prepare_on(w);
	return w;
}

/* ---- counting ---- */

static void await(struct mcd_drop_watch *w)
{
	if (w->has_thread)
		pthread_join(w->thread, NULL);
	w->has_thread = false;
}

void mcd_drops_begin(struct mcd_drop_watch *watch)
{
	if (!watch)
		return;
	await(watch);
	if (!watch->prepared)
		return;
	watch->link_fd = bpf_raw_tracepoint_open("kfree_skb", watch->program_fd);
	watch->begun = watch->link_fd >= 0 || refuse_os(watch, "the tracepoint skb:kfree_skb cannot be used", errno);
}

static void name_reason(const struct mcd_drop_watch *w, uint32_t value, char out[MCD_DROP_REASON])
{
	for (size_t i = 0; i < w->reasons.count; i++) {
		const struct reason *reason = mcd_vec_at(&w->reasons, i);

		if (reason->value == value) {
			memcpy(out, reason->name, sizeof reason->name);
			return;
		}
	}
	snprintf(out, MCD_DROP_REASON, "0x%x", value); /* of a subsystem that has a list of its own */
}

/* One row of the map, as a fact. */
static void read_row(const struct mcd_drop_watch *w, const struct mcd_drop_key *key, struct mcd_drops *out)
{
	uint64_t packets = 0;
	struct mcd_drop *drop;

	if (bpf_map_lookup_elem(w->counts_fd, key, &packets) != 0)
		return;
	drop = mcd_vec_push(&out->rows);
	if (!drop) {
		out->full = true;
		return;
	}
	drop->ifindex = key->ifindex;
	drop->source = mcd_addr_v6(key->source);
	drop->group = mcd_addr_v6(key->group);
	drop->port = ntohs(key->port);
	drop->protocol = key->protocol;
	drop->packets = packets;
	name_reason(w, key->reason, drop->reason);
}

/* The program runs no more: the rows stay as they are. */
static void read_rows(const struct mcd_drop_watch *w, struct mcd_drops *out)
{
	struct mcd_drop_key key, next;
	const struct mcd_drop_key *last = NULL;

	for (size_t i = 0; i < MOST_ROWS && bpf_map_get_next_key(w->counts_fd, last, &next) == 0; i++) {
		read_row(w, &next, out);
		key = next;
		last = &key;
	}
	out->full = out->full || out->rows.count >= MOST_ROWS;
	mcd_drops_sort(out);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void mcd_drops_end(struct mcd_drop_watch *watch, struct mcd_drops *out)
{
	if (!watch) {
		if (out)
			snprintf(out->why_not, sizeof out->why_not, "out of memory");
		return;
	}
	await(watch);
	close_fd(watch->link_fd);
	if (out && watch->begun)
		read_rows(watch, out);
	if (out) {
		out->known = watch->begun;
		out->tells_filter = watch->tells_filter;
		out->tells_rp_filter = watch->tells_rp_filter;
		memcpy(out->why_not, watch->why_not, sizeof watch->why_not);
	}
	close_fd(watch->program_fd);
	close_fd(watch->counts_fd);
	close_fd(watch->groups_fd);
	mcd_vec_fini(&watch->reasons);
	free(watch->groups);
	free(watch);
}
