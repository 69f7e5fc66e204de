/* SPDX-License-Identifier: ISC */
/* Private to net/: the messages of nf_tables, decoded. They are checked like packets: what is short or unknown changes nothing but is no rule that
 * can be told apart, and what must not be missed makes the whole not known. */
#ifndef MCD_NET_NFTABLES_H
#define MCD_NET_NFTABLES_H

#include "base/firewall.h"

#include <libmnl/libmnl.h>

enum { MCD_NFT_RULES = 4096, MCD_NFT_CHAINS = 4096, MCD_NFT_EXPRS = 65536 }; /* most that are kept */

/* A message of a dump of chains, of rules (whose chains are known). False, and why_not, when it cannot be kept. */
bool mcd_nft_chain(const struct nlmsghdr *message, struct mcd_firewall *out);
bool mcd_nft_rule(const struct nlmsghdr *message, struct mcd_firewall *out);

/* Attributes by their type; NULL = not there. What is of a higher type than is read is left out. */
enum { MCD_NFT_ATTRIBUTES = 16 };
struct mcd_nft_attributes {
	const struct nlattr *at[MCD_NFT_ATTRIBUTES];
};
int mcd_nft_on_attribute(const struct nlattr *attr, void *attributes);	/* a callback of libmnl */
struct mcd_nft_attributes mcd_nft_nested(const struct nlattr *attr);	/* all NULL where ATTR is */

/* A number in network order; NONE where it is missing or short. */
uint32_t mcd_nft_u32(const struct nlattr *attr, uint32_t none);
uint64_t mcd_nft_u64(const struct nlattr *attr, uint64_t none);

/* Copy a text that fits into ROOM; false where it is missing, empty or too long. Whether it is NAME. */
bool mcd_nft_text(const struct nlattr *attr, char *out, size_t room);
bool mcd_nft_is(const struct nlattr *attr, const char *name);

/* The expression NAME with its DATA: its places are within the registers, whatever was told. */
void mcd_nft_expr(const struct nlattr *name, const struct mcd_nft_attributes *data, struct mcd_firewall_expr *out);

#endif
