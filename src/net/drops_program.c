/* SPDX-License-Identifier: ISC */
/* The instruction set is RFC 9669; helpers by their numbers in linux/bpf.h. Reads of the kernel's memory cannot fault: what is not there reads
 * as zero. */
#include <config.h>

#include "net/drops_program.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

enum { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, FP };

/* The stack, from the frame pointer down. */
enum {
	KEY = -24,	/* struct mcd_drop_key */
	IP = -48,	/* the 20 bytes of an IPv4 header (RFC 791, 3.1) */
	WORD = -56,	/* what was read last */
	ONE = -64,	/* the count of a new row */
};

enum { IP_VERSION = IP, IP_FRAGMENT = IP + 6, IP_PROTOCOL = IP + 9, IP_SOURCE = IP + 12, IP_GROUP = IP + 16, UDP_PORT = 2 };
enum { ETHERTYPE_IPV4 = 0x0800, FRAGMENT_OFFSET = 0x1fff, PROTOCOL_UDP = 17, IP_HEADER = 20 };

#define FIELD(name) (int16_t)(KEY + (int)offsetof(struct mcd_drop_key, name))

enum label { OUT, DEVICE, DEVICE_KNOWN, COUNT, ADD, LABELS };

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

/* A number against a constant, in 32 bits: the constant would else be extended by its sign. CONDITION: BPF_JEQ, BPF_JNE. */
static void jump(struct assembly *a, uint8_t condition, int reg, int32_t value, enum label to)
{
	put(a, BPF_JMP32 | condition | BPF_K, reg, 0, 0, value);
	if (a->count <= MCD_DROPS_INSTRUCTIONS)
		a->wants[a->count - 1] = to;
}

/* A pointer against NULL. */
static void jump_null(struct assembly *a, uint8_t condition, int reg, enum label to)
{
	put(a, BPF_JMP | condition | BPF_K, reg, 0, 0, 0);
	if (a->count <= MCD_DROPS_INSTRUCTIONS)
		a->wants[a->count - 1] = to;
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

/* R6 = the packet, R8 = its IP header, R9 = the header's first byte; all others are let go. */
static void find_ip_header(struct assembly *a, const struct mcd_drop_layout *l)
{
	load(a, BPF_DW, R6, R1, 0);	/* kfree_skb(skb, location, reason) */
	load(a, BPF_DW, R7, R1, 16);
	store(a, BPF_W, FIELD(reason), R7);
	read_u16(a, R1, R6, l->skb_protocol);
	jump(a, BPF_JNE, R1, htons(ETHERTYPE_IPV4), OUT);
	follow(a, R8, R6, l->skb_head);
	read_u16(a, R1, R6, l->skb_network_header);
	add(a, R8, R1);
	read_kernel(a, IP, IP_HEADER, R8, 0);
	load(a, BPF_B, R9, FP, IP_VERSION);
	copy(a, R1, R9);
	calculate(a, BPF_RSH, R1, 4);
	jump(a, BPF_JNE, R1, 4, OUT);
}

/* What the packet is, into the key; one to no group that is asked about is let go. */
static void read_stream(struct assembly *a, const struct mcd_drop_layout *l)
{
	load(a, BPF_W, R1, FP, IP_SOURCE);
	store(a, BPF_W, FIELD(source), R1);
	load(a, BPF_W, R1, FP, IP_GROUP);
	store(a, BPF_W, FIELD(group), R1);
	load(a, BPF_B, R7, FP, IP_PROTOCOL);
	store(a, BPF_B, FIELD(protocol), R7);
	set(a, R1, 0);
	store(a, BPF_B, FIELD(zero), R1);
	store(a, BPF_H, FIELD(port), R1);
	look_up(a, l->groups_fd, FIELD(group));
	jump_null(a, BPF_JEQ, R0, OUT);
	jump(a, BPF_JNE, R7, PROTOCOL_UDP, DEVICE);
	load(a, BPF_H, R1, FP, IP_FRAGMENT);
	calculate(a, BPF_AND, R1, htons(FRAGMENT_OFFSET));
	jump(a, BPF_JNE, R1, 0, DEVICE); /* a later fragment has no port */
	calculate(a, BPF_AND, R9, 15);
	calculate(a, BPF_LSH, R9, 2); /* bytes of the header */
	add(a, R9, R8);
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
	read_stream(&a, layout);
	find_device(&a, layout);
	count(&a, layout);
	if (a.count > MCD_DROPS_INSTRUCTIONS)
		return 0;
	for (size_t i = 0; i < a.count; i++)
		if (a.wants[i] != LABELS)
			out[i].off = (int16_t)((long)a.places[a.wants[i]] - (long)i - 1);
	return a.count;
}
