/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/nftables.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

int mcd_nft_on_attribute(const struct nlattr *attr, void *data)
{
	struct mcd_nft_attributes *a = data;

	if (mnl_attr_get_type(attr) < MCD_NFT_ATTRIBUTES)
		a->at[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

struct mcd_nft_attributes mcd_nft_nested(const struct nlattr *attr)
{
	struct mcd_nft_attributes a = { { NULL } };

	if (attr)
		mnl_attr_parse_nested(attr, mcd_nft_on_attribute, &a);
	return a;
}

uint32_t mcd_nft_u32(const struct nlattr *attr, uint32_t none)
{
	return attr && mnl_attr_get_payload_len(attr) >= sizeof(uint32_t) ? ntohl(mnl_attr_get_u32(attr)) : none;
}

uint64_t mcd_nft_u64(const struct nlattr *attr, uint64_t none)
{
	return attr && mnl_attr_get_payload_len(attr) >= sizeof(uint64_t) ? be64toh(mnl_attr_get_u64(attr)) : none;
}

bool mcd_nft_text(const struct nlattr *attr, char *out, size_t room)
{
	size_t length = attr ? strnlen(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr)) : 0;

	if (length == 0 || length >= room)
		return false;
	memcpy(out, mnl_attr_get_payload(attr), length);
	out[length] = '\0';
	return true;
}

bool mcd_nft_is(const struct nlattr *attr, const char *name)
{
	char text[32];

	return mcd_nft_text(attr, text, sizeof text) && strcmp(text, name) == 0;
}
