/* SPDX-License-Identifier: ISC */
/* Private to the counting of drops: the BPF program that runs in the kernel at each freed packet.
 *
 * It is assembled here, instruction by instruction, at run time: so the build needs neither clang nor bpftool nor a kernel's headers, the program
 * is all of what runs in the kernel and can be read as such, and where the fields are is what the types of the running kernel say (BTF). */
#ifndef MCD_NET_DROPS_PROGRAM_H
#define MCD_NET_DROPS_PROGRAM_H

#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>

/* What is counted. All in network order but ifindex and reason. */
struct mcd_drop_key {
	uint8_t source[16], group[16]; /* IPv4 in its IPv4-mapped form */
	uint32_t ifindex, reason;
	uint16_t port;
	uint8_t protocol, zero;
};

/* What the program must know of the running kernel and of this run. */
struct mcd_drop_layout {
	int32_t skb_protocol, skb_head, skb_network_header, skb_dev, skb_dst, skb_iif; /* offsets in struct sk_buff */
	int32_t dst_dev;	   /* in struct dst_entry */
	int32_t dev_ifindex, dev_net; /* in struct net_device */
	int32_t net_inum;	   /* in struct net */
	int32_t task_nsproxy;	   /* in struct task_struct */
	int32_t nsproxy_net;	   /* in struct nsproxy */
	int32_t reason_udp_csum;   /* value of the enumeration */
	int32_t groups_fd, counts_fd; /* maps: a group's 16 bytes to anything; struct mcd_drop_key to an uint64_t */
	uint32_t namespace_inum;   /* of the network namespace that is counted in */
};

enum { MCD_DROPS_INSTRUCTIONS = 256 };

/* Write the program for LAYOUT, a raw tracepoint program for kfree_skb, into OUT; returns its length in instructions, 0 = it has no room. */
size_t mcd_drops_program(const struct mcd_drop_layout *layout, struct bpf_insn out[MCD_DROPS_INSTRUCTIONS]);

#endif
