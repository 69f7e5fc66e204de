/* SPDX-License-Identifier: ISC */
/* Two rtnetlink dumps, of links and of addresses (rtnetlink(7)); never /sys, which can show another network namespace. */
#include <config.h>

#include "net/ifaces.h"

#include "base/vec.h"
#include "net/netlink.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/wireless.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TRIES = 10 }; /* dumps that a change of the interfaces interrupted */

struct dump {
	struct mcd_vec *ifaces; /* struct mcd_iface */
	bool no_memory;
};

static uint32_t flags_of(const struct ifinfomsg *link)
{
	static const struct {
		unsigned theirs;
		uint32_t ours;
	} map[] = {
		{ IFF_UP, MCD_IFACE_UP },
		{ IFF_LOWER_UP, MCD_IFACE_CARRIER },
		{ IFF_LOOPBACK, MCD_IFACE_LOOPBACK },
		{ IFF_MULTICAST, MCD_IFACE_MULTICAST },
		{ IFF_BROADCAST, MCD_IFACE_BROADCAST },
		{ IFF_POINTOPOINT, MCD_IFACE_POINTOPOINT },
		{ IFF_PROMISC, MCD_IFACE_PROMISC },
		{ IFF_ALLMULTI, MCD_IFACE_ALLMULTI },
		{ IFF_NOARP, MCD_IFACE_NOARP },
	};
	uint32_t flags = 0;

	for (size_t i = 0; i < sizeof map / sizeof map[0]; i++)
		if (link->ifi_flags & map[i].theirs)
			flags |= map[i].ours;
	return flags;
}

/* An attribute of a VLAN device's IFLA_INFO_DATA. */
static int on_vlan_attr(const struct nlattr *attr, void *context)
{
	struct mcd_iface *iface = context;

	if (mnl_attr_get_type(attr) == IFLA_VLAN_ID && mnl_attr_get_payload_len(attr) >= sizeof(uint16_t))
		iface->vlan_id = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

/* An attribute of IFLA_LINKINFO. The kernel puts the kind first, and the numbers in the data mean something else in each. */
static int on_info_attr(const struct nlattr *attr, void *context)
{
	struct mcd_iface *iface = context;

	if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
		mcd_netlink_text(attr, iface->kind, sizeof iface->kind);
	else if (mnl_attr_get_type(attr) == IFLA_INFO_DATA && strcmp(iface->kind, "vlan") == 0)
		mnl_attr_parse_nested(attr, on_vlan_attr, iface);
	return MNL_CB_OK;
}

static int on_xdp_attr(const struct nlattr *attr, void *context)
{
	struct mcd_iface *iface = context;

	if (mnl_attr_get_type(attr) == IFLA_XDP_ATTACHED && mnl_attr_get_payload_len(attr) >= 1 && mnl_attr_get_u8(attr) != XDP_ATTACHED_NONE)
		iface->flags |= MCD_IFACE_XDP;
	return MNL_CB_OK;
}

/* True for the kinds whose IFLA_LINK is their other end and not what they are stacked on. */
static bool is_pair(const char *kind)
{
	return strcmp(kind, "veth") == 0 || strcmp(kind, "netkit") == 0 || strcmp(kind, "vxcan") == 0;
}

struct link {
	struct mcd_iface *iface;
	bool elsewhere; /* IFLA_LINK is an index of another network namespace */
};

static int on_link_attr(const struct nlattr *attr, void *context)
{
	struct link *link = context;
	struct mcd_iface *iface = link->iface;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		mcd_netlink_text(attr, iface->name, sizeof iface->name);
		break;
	case IFLA_MTU:
		iface->mtu = mcd_netlink_u32(attr);
		break;
	case IFLA_MASTER:
		iface->master = mcd_netlink_u32(attr);
		break;
	case IFLA_LINK:
		iface->link = mcd_netlink_u32(attr);
		break;
	case IFLA_LINK_NETNSID:
		link->elsewhere = true;
		break;
	case IFLA_LINKINFO:
		mnl_attr_parse_nested(attr, on_info_attr, iface);
		break;
	case IFLA_XDP:
		mnl_attr_parse_nested(attr, on_xdp_attr, iface);
		break;
	case IFLA_ADDRESS:
		iface->has_mac = mnl_attr_get_payload_len(attr) == sizeof iface->mac && !(iface->flags & MCD_IFACE_LOOPBACK);
		if (iface->has_mac)
			memcpy(iface->mac, mnl_attr_get_payload(attr), sizeof iface->mac);
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static int on_link(const struct nlmsghdr *message, void *context)
{
	struct dump *dump = context;
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	struct link link = { NULL, false };
	struct mcd_iface *iface;

	if (message->nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(message) < sizeof *info)
		return MNL_CB_OK;
	link.iface = iface = mcd_vec_push(dump->ifaces);
	if (!iface) {
		dump->no_memory = true;
		return MNL_CB_OK;
	}
	iface->index = (unsigned)info->ifi_index;
	iface->flags = flags_of(info);
	mnl_attr_parse(message, sizeof *info, on_link_attr, &link);
	if (link.elsewhere || is_pair(iface->kind) || iface->link == iface->index)
		iface->link = 0;
	return MNL_CB_OK;
}

static int compare_index(const void *a, const void *b)
{
	const struct mcd_iface *left = a, *right = b;

	return left->index < right->index ? -1 : left->index > right->index;
}

static struct mcd_iface *find(const struct mcd_vec *ifaces, unsigned index)
{
	const struct mcd_iface key = { .index = index };

	return ifaces->count ? bsearch(&key, ifaces->items, ifaces->count, sizeof key, compare_index) : NULL;
}

/* Append ADDRESS. The array has room for the next power of two. */
static bool add_address(struct mcd_iface *iface, struct mcd_iface_address address)
{
	size_t n = iface->naddresses;

	if ((n & (n - 1)) == 0) {
		struct mcd_iface_address *more = realloc(iface->addresses, (n ? 2 * n : 1) * sizeof *more);

		if (!more)
			return false;
		iface->addresses = more;
	}
	iface->addresses[iface->naddresses++] = address;
	return true;
}

struct address {
	int family;
	struct mcd_addr value;
	bool known, local;
};

static int on_address_attr(const struct nlattr *attr, void *context)
{
	struct address *address = context;

	if (mnl_attr_get_type(attr) == IFA_LOCAL) /* on point-to-point links IFA_ADDRESS is the peer's */
		address->known = address->local = mcd_netlink_address(attr, address->family, &address->value);
	else if (mnl_attr_get_type(attr) == IFA_ADDRESS && !address->local)
		address->known = mcd_netlink_address(attr, address->family, &address->value);
	return MNL_CB_OK;
}

static int on_address(const struct nlmsghdr *message, void *context)
{
	struct dump *dump = context;
	const struct ifaddrmsg *info = mnl_nlmsg_get_payload(message);
	struct address address = { .known = false };
	struct mcd_iface *iface;

	if (message->nlmsg_type != RTM_NEWADDR || mnl_nlmsg_get_payload_len(message) < sizeof *info ||
	    (info->ifa_family != AF_INET && info->ifa_family != AF_INET6))
		return MNL_CB_OK;
	iface = find(dump->ifaces, info->ifa_index);
	if (!iface)
		return MNL_CB_OK;
	address.family = info->ifa_family;
	mnl_attr_parse(message, sizeof *info, on_address_attr, &address);
	if (address.known && !add_address(iface, (struct mcd_iface_address){ address.value, info->ifa_prefixlen }))
		dump->no_memory = true;
	return MNL_CB_OK;
}

/* Ask for a dump of TYPE and hand each message to ON_MESSAGE. 0 or an errno; EINTR = the dump is not of one moment. */
static int run_dump(uint16_t type, mnl_cb_t on_message, struct dump *dump)
{
	char request[NLMSG_ALIGN(sizeof(struct nlmsghdr)) + NLMSG_ALIGN(sizeof(struct ifinfomsg)) + 16] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(request);
	int os;

	message->nlmsg_type = type;
	mnl_nlmsg_put_extra_header(message, type == RTM_GETLINK ? sizeof(struct ifinfomsg) : sizeof(struct ifaddrmsg));
	if (type == RTM_GETLINK)
		mnl_attr_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	os = mcd_netlink_dump(NETLINK_ROUTE, message, on_message, dump);
	return os == 0 && dump->no_memory ? ENOMEM : os;
}

/* True when the driver speaks the wireless extensions, as every mac80211 driver of one link does. */
static bool is_wifi(int fd, const struct mcd_iface *iface)
{
	struct iwreq request;

	memset(&request, 0, sizeof request);
	memcpy(request.ifr_name, iface->name, strnlen(iface->name, sizeof request.ifr_name - 1));
	return ioctl(fd, SIOCGIWNAME, &request) == 0;
}

static void mark_wifi(struct mcd_vec *ifaces)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	for (size_t i = 0; i < ifaces->count; i++) {
		struct mcd_iface *iface = mcd_vec_at(ifaces, i);

		if (iface->kind[0] == '\0' && !(iface->flags & MCD_IFACE_LOOPBACK) && is_wifi(fd, iface))
			iface->flags |= MCD_IFACE_WIFI;
	}
	close(fd);
}

/* Forget parents that are not in the list: of another namespace (old kernels do not say so), or gone since. */
static void drop_unknown_links(struct mcd_vec *ifaces)
{
	for (size_t i = 0; i < ifaces->count; i++) {
		struct mcd_iface *iface = mcd_vec_at(ifaces, i);

		if (iface->link && !find(ifaces, iface->link))
			iface->link = 0;
	}
}

static void drop_all(struct mcd_vec *ifaces)
{
	for (size_t i = 0; i < ifaces->count; i++)
		free(((struct mcd_iface *)mcd_vec_at(ifaces, i))->addresses);
	mcd_vec_fini(ifaces);
}

static int read_once(struct mcd_vec *ifaces)
{
	struct dump dump = { ifaces, false };
	int os = run_dump(RTM_GETLINK, on_link, &dump);

	if (os == 0) {
		mcd_vec_sort(ifaces, compare_index);
		os = run_dump(RTM_GETADDR, on_address, &dump);
	}
	if (os != 0)
		drop_all(ifaces);
	return os;
}

bool mcd_ifaces_read(struct mcd_iface_list *out, struct mcd_err *err)
{
	struct mcd_vec ifaces;
	int os = EINTR;

	*out = (struct mcd_iface_list){ NULL, 0 };
	mcd_vec_init(&ifaces, sizeof(struct mcd_iface));
	for (int i = 0; i < TRIES && os == EINTR; i++)
		os = read_once(&ifaces);
	if (os != 0) {
		mcd_err_os(err, os, "cannot list the interfaces");
		return false;
	}
	mark_wifi(&ifaces);
	drop_unknown_links(&ifaces);
	out->at = ifaces.items;
	out->count = ifaces.count;
	return true;
}
