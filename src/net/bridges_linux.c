/* SPDX-License-Identifier: ISC */
/* rtnetlink dumps of the links, for what a bridge is set to, and of the multicast databases (linux/if_bridge.h). */
#include <config.h>

#include "net/bridges.h"

#include "net/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

enum { TRIES = 5 }; /* dumps that a change of the links or of the databases interrupted */

struct dump {
	struct mcd_host *host;
	const struct mcd_request *request;
};

/* ---- settings ---- */

struct link {
	struct mcd_host_bridge bridge;
	bool is_bridge;
};

static int get_u8(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= 1 ? mnl_attr_get_u8(attr) : -1;
}

static int on_bridge_attr(const struct nlattr *attr, void *context)
{
	struct mcd_host_bridge *bridge = context;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_BR_MCAST_SNOOPING:
		bridge->snooping = get_u8(attr);
		break;
	case IFLA_BR_MCAST_QUERIER:
		bridge->querier = get_u8(attr);
		break;
	case IFLA_BR_MCAST_IGMP_VERSION:
		bridge->igmp_version = get_u8(attr);
		break;
	case IFLA_BR_MCAST_MLD_VERSION:
		bridge->mld_version = get_u8(attr);
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

/* The kernel puts the kind first, and the numbers in the data mean something else in each. */
static int on_info_attr(const struct nlattr *attr, void *context)
{
	struct link *link = context;
	char kind[16];

	if (mnl_attr_get_type(attr) == IFLA_INFO_KIND) {
		mcd_netlink_text(attr, kind, sizeof kind);
		link->is_bridge = strcmp(kind, "bridge") == 0;
	} else if (mnl_attr_get_type(attr) == IFLA_INFO_DATA && link->is_bridge) {
		mnl_attr_parse_nested(attr, on_bridge_attr, &link->bridge);
	}
	return MNL_CB_OK;
}

static int on_link_attr(const struct nlattr *attr, void *context)
{
	if (mnl_attr_get_type(attr) == IFLA_LINKINFO)
		mnl_attr_parse_nested(attr, on_info_attr, context);
	return MNL_CB_OK;
}

static int on_link(const struct nlmsghdr *message, void *context)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	struct dump *dump = context;
	struct link link = { { 0, -1, -1, -1, -1 }, false };
	struct mcd_host_bridge *added;

	if (message->nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(message) < sizeof *info)
		return MNL_CB_OK;
	mnl_attr_parse(message, sizeof *info, on_link_attr, &link);
	added = link.is_bridge ? mcd_vec_push(&dump->host->bridges) : NULL;
	if (added) {
		*added = link.bridge;
		added->ifindex = (unsigned)info->ifi_index;
	}
	return MNL_CB_OK;
}

/* ---- databases ---- */

struct entry {
	const struct dump *dump;
	unsigned bridge;
};

/* False for one that is no IP group: a bridge has entries of MAC addresses, too. */
static bool get_group(const struct br_mdb_entry *mdb, struct mcd_addr *group)
{
	uint8_t bytes[16];

	if (mdb->addr.proto == htons(ETH_P_IP)) {
		*group = mcd_addr_v4(ntohl(mdb->addr.u.ip4));
		return true;
	}
	memcpy(bytes, &mdb->addr.u.ip6, sizeof bytes);
	*group = mcd_addr_v6(bytes);
	return mdb->addr.proto == htons(ETH_P_IPV6);
}

/* Of the family of its group; *CONTEXT is left where there is none. */
static int on_source(const struct nlattr *attr, void *context)
{
	if (mnl_attr_get_type(attr) == MDBA_MDB_EATTR_SOURCE && !mcd_netlink_address(attr, AF_INET, context))
		mcd_netlink_address(attr, AF_INET6, context);
	return MNL_CB_OK;
}

/* A struct br_mdb_entry, and attributes behind it. */
static int on_entry_info(const struct nlattr *attr, void *context)
{
	const struct entry *entry = context;
	struct mcd_addr source = mcd_addr_v4(INADDR_ANY), group;
	size_t length = mnl_attr_get_payload_len(attr), head = NLMSG_ALIGN(sizeof(struct br_mdb_entry));
	struct mcd_host_entry *added;
	struct br_mdb_entry mdb;

	if (mnl_attr_get_type(attr) != MDBA_MDB_ENTRY_INFO || length < sizeof mdb)
		return MNL_CB_OK;
	memcpy(&mdb, mnl_attr_get_payload(attr), sizeof mdb);
	if (!get_group(&mdb, &group) || !mcd_request_has_group(entry->dump->request, group) || entry->dump->host->entries.count >= MCD_HOST_ENTRIES)
		return MNL_CB_OK;
	if (length > head)
		mnl_attr_parse_payload((const char *)mnl_attr_get_payload(attr) + head, length - head, on_source, &source);
	added = mcd_vec_push(&entry->dump->host->entries);
	if (added)
		*added = (struct mcd_host_entry){ entry->bridge, mdb.ifindex, group, source, mdb.state == MDB_PERMANENT };
	return MNL_CB_OK;
}

static int on_entry(const struct nlattr *attr, void *context)
{
	if (mnl_attr_get_type(attr) == MDBA_MDB_ENTRY)
		mnl_attr_parse_nested(attr, on_entry_info, context);
	return MNL_CB_OK;
}

static int on_database_attr(const struct nlattr *attr, void *context)
{
	if (mnl_attr_get_type(attr) == MDBA_MDB)
		mnl_attr_parse_nested(attr, on_entry, context);
	return MNL_CB_OK;
}

static int on_database(const struct nlmsghdr *message, void *context)
{
	const struct br_port_msg *info = mnl_nlmsg_get_payload(message);
	struct entry entry = { context, 0 };

	if (message->nlmsg_type != RTM_NEWMDB && message->nlmsg_type != RTM_GETMDB) /* the answer has the question's type */
		return MNL_CB_OK;
	if (mnl_nlmsg_get_payload_len(message) < sizeof *info)
		return MNL_CB_OK;
	entry.bridge = info->ifindex;
	mnl_attr_parse(message, sizeof *info, on_database_attr, &entry);
	return MNL_CB_OK;
}

/* A dump of TYPE with a zeroed header of SIZE octets for FAMILY, into the vector ROWS, anew where a change interrupted it. */
static void run_dump(uint16_t type, size_t size, uint8_t family, mnl_cb_t on_message, struct dump *dump, struct mcd_vec *rows)
{
	int os = EINTR;

	for (int i = 0; i < TRIES && os == EINTR; i++) {
		char request[NLMSG_ALIGN(sizeof(struct nlmsghdr)) + 64] = { 0 };
		struct nlmsghdr *message = mnl_nlmsg_put_header(request);

		mcd_vec_fini(rows);
		message->nlmsg_type = type;
		*(uint8_t *)mnl_nlmsg_put_extra_header(message, size) = family; /* the first member of both headers */
		os = mcd_netlink_dump(NETLINK_ROUTE, message, on_message, dump);
	}
}

void mcd_bridges_read(struct mcd_host *host, const struct mcd_request *request)
{
	struct dump dump = { host, request };

	mcd_vec_fini(&host->entries);
	run_dump(RTM_GETLINK, sizeof(struct ifinfomsg), AF_UNSPEC, on_link, &dump, &host->bridges);
	if (host->bridges.count)
		run_dump(RTM_GETMDB, sizeof(struct br_port_msg), AF_BRIDGE, on_database, &dump, &host->entries);
}
