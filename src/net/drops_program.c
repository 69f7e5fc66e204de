/* SPDX-License-Identifier: ISC */
/* The instruction set is RFC 9669; helpers by their numbers in linux/bpf.h. Reads of the kernel's memory cannot fault: what is not there reads
 * as zero. */
#include <config.h>

#include "net/drops_program.h"

#include "base/drops.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

enum { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, FP };

/* The stack, from the frame pointer down. */
enum {
	KEY = -48,	/* struct mcd_drop_key */
	IP = -88,	/* the 40 bytes of an IPv6 header (RFC 8200, 3), or as many from an IPv4 header on (RFC 791, 3.1) */
	WORD = -96,	/* what was read last, of an extension header the first 8 bytes */
	ONE = -104,	/* the count of a new row */
};

enum { IP_VERSION = IP, IP4_FRAGMENT = IP + 6, IP4_PROTOCOL = IP + 9, IP4_SOURCE = IP + 12, IP4_GROUP = IP + 16 };
enum { IP6_NEXT = IP + 6, IP6_SOURCE = IP + 8, IP6_HEADER = 40 };
enum { EXTENSION_NEXT = WORD, EXTENSION_LENGTH = WORD + 1, EXTENSION_OFFSET = WORD + 2, MOST_EXTENSIONS = 4 };
enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd, IP4_OFFSET = 0x1fff, IP6_OFFSET = 0xfff8, UDP_PORT = 2 };
enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT_HEADER = 44, DESTINATION_OPTIONS = 60 };

#define FIELD(name) (int16_t)(KEY + (int)offsetof(struct mcd_drop_key, name))

enum label { OUT, HEADER, IPV6, EXTENSION, SKIP, SKIPPED, FRAGMENT, LAST, STREAM, DEVICE, DEVICE_KNOWN, COUNT, ADD, LABELS };

struct assembly {
	struct bpf_insn *at;
	size_t count;
	size_t places[LABELS];
	enum label wants[MCD_DROPS_INSTRUCTIONS]; /* of a jump: where to; LABELS = no jump */
};

/* One instruction; past the room they are counted only. */
static void put(struct assembly *a, uint8_t code, int to, int from, int16_t offset, int32_t value)
{
	if (a->count < MCD_DROPS_INSTRUCTIONS) {
		a->wants[a->count] = LABELS;
		a->at[a->count] = (struct bpf_insn){ .code = code, .dst_reg = (unsigned)to & 15u, .src_reg = (unsigned)from & 15u, .off = offset, .imm = value };
	}
	a->count++;
}

static void set(struct assembly *a, int to, int32_t value)
{
	put(a, BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value);
}

static void copy(struct assembly *a, int to, int from)
{
	put(a, BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
}

/* OPERATION: BPF_ADD, BPF_AND, BPF_LSH, BPF_RSH with a constant. */
static void calculate(struct assembly *a, uint8_t operation, int to, int32_t value)
{
	put(a, BPF_ALU64 | operation | BPF_K, to, 0, 0, value);
}

static void add(struct assembly *a, int to, int from)
{
	put(a, BPF_ALU64 | BPF_ADD | BPF_X, to, from, 0, 0);
}

/* SIZE: BPF_B, BPF_H, BPF_W, BPF_DW. */
static void load(struct assembly *a, uint8_t size, int to, int from, int offset)
{
	put(a, BPF_LDX | BPF_MEM | size, to, from, (int16_t)offset, 0);
}

static void store(struct assembly *a, uint8_t size, int offset, int from)
{
	put(a, BPF_STX | BPF_MEM | size, FP, from, (int16_t)offset, 0);
}

static void call(struct assembly *a, int32_t helper)
{
	put(a, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

/* REGISTER against a constant; CODE is the operation with its class. */
static void branch(struct assembly *a, uint8_t code, int reg, int32_t value, enum label to)
{
	put(a, code, reg, 0, 0, value);
	if (a->count <= MCD_DROPS_INSTRUCTIONS)
		a->wants[a->count - 1] = to;
}

/* A number, in 32 bits: the constant would else be extended by its sign. CONDITION: BPF_JEQ, BPF_JNE, BPF_JGT. */
static void jump(struct assembly *a, uint8_t condition, int reg, int32_t value, enum label to)
{
	branch(a, BPF_JMP32 | condition | BPF_K, reg, value, to);
}

/* A pointer against NULL. */
static void jump_null(struct assembly *a, uint8_t condition, int reg, enum label to)
{
	branch(a, BPF_JMP | condition | BPF_K, reg, 0, to);
}

static void jump_always(struct assembly *a, enum label to)
{
	branch(a, BPF_JMP | BPF_JA, 0, 0, to);
}

static void place(struct assembly *a, enum label label)
{
	a->places[label] = a->count;
}

static void address(struct assembly *a, int to, int slot)
{
	copy(a, to, FP);
	calculate(a, BPF_ADD, to, slot);
}

/* Copy SIZE bytes of the kernel's memory, OFFSET behind what BASE points to, into SLOT; all zero where there is no memory. */
static void read_kernel(struct assembly *a, int slot, int32_t size, int base, int32_t offset)
{
	address(a, R1, slot);
	set(a, R2, size);
	copy(a, R3, base);
	calculate(a, BPF_ADD, R3, offset);
	call(a, BPF_FUNC_probe_read_kernel);
}

/* TO = what the pointer field OFFSET behind BASE points to. */
static void follow(struct assembly *a, int to, int base, int32_t offset)
{
	read_kernel(a, WORD, 8, base, offset);
	load(a, BPF_DW, to, FP, WORD);
}

static void read_u32(struct assembly *a, int to, int base, int32_t offset)
{
	read_kernel(a, WORD, 4, base, offset);
	load(a, BPF_W, to, FP, WORD);
}

static void read_u16(struct assembly *a, int to, int base, int32_t offset)
{
	read_kernel(a, WORD, 2, base, offset);
	load(a, BPF_H, to, FP, WORD);
}

/* R0 = the place of the row of MAP whose key is at SLOT; 0 = none. */
static void look_up(struct assembly *a, int32_t map_fd, int slot)
{
	put(a, BPF_LD | BPF_IMM | BPF_DW, R1, BPF_PSEUDO_MAP_FD, 0, map_fd); /* this one takes two places */
	put(a, 0, 0, 0, 0, 0);
	address(a, R2, slot);
	call(a, BPF_FUNC_map_lookup_elem);
}

/* Let go what has no IP header of VERSION. */
static void require_version(struct assembly *a, int32_t version)
{
	load(a, BPF_B, R1, FP, IP_VERSION);
	calculate(a, BPF_RSH, R1, 4);
	jump(a, BPF_JNE, R1, version, OUT);
}

/* R6 = the packet, R8 = its IP header, which is read; all others are let go. Goes on at IPV6, or behind for IPv4. */
static void find_ip_header(struct assembly *a, const struct mcd_drop_layout *l)
{
	load(a, BPF_DW, R6, R1, 0);	/* kfree_skb(skb, location, reason) */
	load(a, BPF_DW, R7, R1, 16);
	store(a, BPF_W, FIELD(reason), R7);
	set(a, R1, 0);
	store(a, BPF_B, FIELD(zero), R1);
	store(a, BPF_H, FIELD(port), R1);
	read_u16(a, R7, R6, l->skb_protocol);
	jump(a, BPF_JEQ, R7, htons(ETHERTYPE_IPV6), HEADER);
	jump(a, BPF_JNE, R7, htons(ETHERTYPE_IPV4), OUT);
	place(a, HEADER);
	follow(a, R8, R6, l->skb_head);
	read_u16(a, R1, R6, l->skb_network_header);
	add(a, R8, R1);
	read_kernel(a, IP, IP6_HEADER, R8, 0);
	jump(a, BPF_JEQ, R7, htons(ETHERTYPE_IPV6), IPV6);
}

/* Of either family: source and group into the key, R7 = the protocol, R9 = its header; 0 = in another fragment. Goes on at STREAM. */
static void read_ipv4(struct assembly *a)
{
	require_version(a, 4);
	set(a, R1, 0);
	store(a, BPF_DW, FIELD(source), R1);
	store(a, BPF_DW, FIELD(group), R1);
	set(a, R1, (int32_t)htonl(0xffff));
	store(a, BPF_W, FIELD(source) + 8, R1);
	store(a, BPF_W, FIELD(group) + 8, R1);
	load(a, BPF_W, R1, FP, IP4_SOURCE);
	store(a, BPF_W, FIELD(source) + 12, R1);
	load(a, BPF_W, R1, FP, IP4_GROUP);
	store(a, BPF_W, FIELD(group) + 12, R1);
	load(a, BPF_B, R7, FP, IP4_PROTOCOL);
	load(a, BPF_B, R9, FP, IP_VERSION);
	calculate(a, BPF_AND, R9, 15);
	calculate(a, BPF_LSH, R9, 2); /* bytes of the header */
	add(a, R9, R8);
	load(a, BPF_H, R1, FP, IP4_FRAGMENT);
	calculate(a, BPF_AND, R1, htons(IP4_OFFSET));
	jump(a, BPF_JEQ, R1, 0, STREAM);
	set(a, R9, 0);
	jump_always(a, STREAM);
}

static void read_ipv6(struct assembly *a)
{
	place(a, IPV6);
	require_version(a, 6);
	for (int i = 0; i < 32; i += 8) { /* the key has source and group one behind the other, as the header has */
		load(a, BPF_DW, R1, FP, IP6_SOURCE + i);
		store(a, BPF_DW, FIELD(source) + i, R1);
	}
	load(a, BPF_B, R7, FP, IP6_NEXT);
	copy(a, R9, R8);
	calculate(a, BPF_ADD, R9, IP6_HEADER);
	set(a, R8, 0); /* extension headers so far */
}

/* The extension header at R9, and R7 = the protocol behind it. */
static void read_extension(struct assembly *a)
{
	read_kernel(a, WORD, 8, R9, 0);
	load(a, BPF_B, R7, FP, EXTENSION_NEXT);
}

/* To the protocol behind the extension headers (RFC 8200, 4). ICMPv6 is MLD behind a hop-by-hop header, which has the router alert (RFC 9777, 5);
 * else it is let go: neighbour discovery, echo. */
static void skip_extensions(struct assembly *a)
{
	place(a, EXTENSION);
	jump(a, BPF_JEQ, R7, FRAGMENT_HEADER, FRAGMENT);
	jump(a, BPF_JEQ, R7, HOP_BY_HOP, SKIP);
	jump(a, BPF_JEQ, R7, ROUTING, SKIP);
	jump(a, BPF_JNE, R7, DESTINATION_OPTIONS, LAST);
	place(a, SKIP);
	read_extension(a);
	load(a, BPF_B, R1, FP, EXTENSION_LENGTH);
	calculate(a, BPF_ADD, R1, 1);
	calculate(a, BPF_LSH, R1, 3);
	add(a, R9, R1);
	place(a, SKIPPED);
	calculate(a, BPF_ADD, R8, 1);
	jump(a, BPF_JLE, R8, MOST_EXTENSIONS, EXTENSION);
	jump_always(a, OUT);
	place(a, FRAGMENT);
	read_extension(a);
	calculate(a, BPF_ADD, R9, 8);
	load(a, BPF_H, R1, FP, EXTENSION_OFFSET);
	calculate(a, BPF_AND, R1, htons(IP6_OFFSET));
	jump(a, BPF_JEQ, R1, 0, SKIPPED);
	set(a, R9, 0);
	place(a, LAST);
	jump(a, BPF_JNE, R7, MCD_DROP_ICMPV6, STREAM);
	load(a, BPF_B, R1, FP, IP6_NEXT);
	jump(a, BPF_JNE, R1, HOP_BY_HOP, OUT);
}

/* Protocol and port into the key; a packet to no group that is asked about is let go. */
static void keep_stream(struct assembly *a, const struct mcd_drop_layout *l)
{
	place(a, STREAM);
	store(a, BPF_B, FIELD(protocol), R7);
	look_up(a, l->groups_fd, FIELD(group));
	jump_null(a, BPF_JEQ, R0, OUT);
	jump(a, BPF_JNE, R7, MCD_DROP_UDP, DEVICE);
	jump_null(a, BPF_JEQ, R9, DEVICE);
	read_u16(a, R1, R9, UDP_PORT);
	store(a, BPF_H, FIELD(port), R1);
}

/* The interface, into the key; a packet of another network namespace is let go. */
static void find_device(struct assembly *a, const struct mcd_drop_layout *l)
{
	place(a, DEVICE);
	follow(a, R9, R6, l->skb_dev);
	jump_null(a, BPF_JNE, R9, DEVICE_KNOWN);
	follow(a, R9, R6, l->skb_dst); /* on its way out it may have a route only, with a flag in the lowest bit */
	calculate(a, BPF_AND, R9, ~1);
	follow(a, R9, R9, l->dst_dev);
	place(a, DEVICE_KNOWN);
	read_u32(a, R1, R9, l->dev_ifindex);
	store(a, BPF_W, FIELD(ifindex), R1);
	follow(a, R7, R9, l->dev_net);
	read_u32(a, R1, R7, l->net_inum);
	jump(a, BPF_JEQ, R1, (int32_t)l->namespace_inum, COUNT);
	jump(a, BPF_JNE, R1, 0, OUT);
	/* UDP keeps a note where the device was once the packet is queued. A bad checksum is found by the process that reads the socket. */
	load(a, BPF_W, R1, FP, FIELD(reason));
	jump(a, BPF_JNE, R1, l->reason_udp_csum, OUT);
	call(a, BPF_FUNC_get_current_task);
	follow(a, R7, R0, l->task_nsproxy);
	follow(a, R7, R7, l->nsproxy_net);
	read_u32(a, R1, R7, l->net_inum);
	jump(a, BPF_JNE, R1, (int32_t)l->namespace_inum, OUT);
	read_u32(a, R1, R6, l->skb_iif);
	store(a, BPF_W, FIELD(ifindex), R1);
}

/* One more of the key. Two processors may make the same row at once: the second then finds it. */
static void count(struct assembly *a, const struct mcd_drop_layout *l)
{
	place(a, COUNT);
	look_up(a, l->counts_fd, KEY);
	jump_null(a, BPF_JNE, R0, ADD);
	set(a, R1, 1);
	store(a, BPF_DW, ONE, R1);
	put(a, BPF_LD | BPF_IMM | BPF_DW, R1, BPF_PSEUDO_MAP_FD, 0, l->counts_fd);
	put(a, 0, 0, 0, 0, 0);
	address(a, R2, KEY);
	address(a, R3, ONE);
	set(a, R4, BPF_NOEXIST);
	call(a, BPF_FUNC_map_update_elem);
	jump(a, BPF_JEQ, R0, 0, OUT);
	look_up(a, l->counts_fd, KEY);
	jump_null(a, BPF_JEQ, R0, OUT);
	place(a, ADD);
	set(a, R1, 1);
	put(a, BPF_STX | BPF_ATOMIC | BPF_DW, R0, R1, 0, BPF_ADD);
	place(a, OUT);
	set(a, R0, 0);
	put(a, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

size_t mcd_drops_program(const struct mcd_drop_layout *layout, struct bpf_insn out[MCD_DROPS_INSTRUCTIONS])
{
	struct assembly a = { .at = out };

	find_ip_header(&a, layout);
	read_ipv4(&a);
	read_ipv6(&a);
	skip_extensions(&a);
	keep_stream(&a, layout);
	find_device(&a, layout);
	count(&a, layout);
	if (a.count > MCD_DROPS_INSTRUCTIONS)
		return 0;
	for (size_t i = 0; i < a.count; i++)
		if (a.wants[i] != LABELS)
			out[i].off = (int16_t)((long)a.places[a.wants[i]] - (long)i - 1);
	return a.count;
}
