/* SPDX-License-Identifier: ISC */
/* What the kernel counts: for the whole network namespace in /proc/net (snmp, netstat, snmp6), for each interface by RTM_GETSTATS. */
#include <config.h>

#include "net/hostinfo.h"

#include "net/netlink.h"
#include "net/procfs.h"

#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct counter {
	const char *table, *name;
	size_t at;
};

static const struct counter counters[] = {
#define COUNTER(name, table, counter) { table, counter, offsetof(struct mcd_host_counters, name) },
	MCD_HOST_COUNTERS(COUNTER)
#undef COUNTER
};

static void set_counter(struct mcd_host_counters *out, const char *table, const char *name, const char *value)
{
	for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++)
		if (strcmp(counters[i].table, table) == 0 && strcmp(counters[i].name, name) == 0) {
			uint64_t number = strtoull(value, NULL, 10);

			memcpy((char *)out + counters[i].at, &number, sizeof number);
		}
}

/* One table: a line of names and a line of values, both begun by the table's own name. */
static void read_table(char *names, char *values, struct mcd_host_counters *out)
{
	char *table = mcd_procfs_word(&names), *same = mcd_procfs_word(&values), *name, *value;

	if (!table || !same || strcmp(table, same) != 0)
		return;
	while ((name = mcd_procfs_word(&names)) && (value = mcd_procfs_word(&values)))
		set_counter(out, table, name, value);
}

static void read_tables(const char *path, struct mcd_host_counters *out)
{
	char *text = mcd_procfs_read(AT_FDCWD, path), *at = text, *names, *values;

	while (text && (names = mcd_procfs_line(&at)) && at && (values = mcd_procfs_line(&at))) {
		read_table(names, values, out);
		if (!at)
			break;
	}
	free(text);
}

/* A name and a value on each line. */
static void read_pairs(const char *path, const char *table, struct mcd_host_counters *out)
{
	char *text = mcd_procfs_read(AT_FDCWD, path), *at = text, *line;

	while (at && (line = mcd_procfs_line(&at))) {
		char *name = mcd_procfs_word(&line), *value = mcd_procfs_word(&line);

		if (value)
			set_counter(out, table, name, value);
	}
	free(text);
}

void mcd_hostinfo_counters(struct mcd_host_counters *out)
{
	memset(out, 0xff, sizeof *out); /* UINT64_MAX = not known */
	read_tables("/proc/net/snmp", out);
	read_tables("/proc/net/netstat", out);
	read_pairs("/proc/net/snmp6", "snmp6", out);
}

/* The structure grows at its end with the kernel: what an older one has not sent stays not known. */
static void read_traffic(const struct nlattr *attr, struct mcd_host_traffic *out)
{
	size_t length = mnl_attr_get_payload_len(attr);
	struct rtnl_link_stats64 stats;

	memset(&stats, 0xff, sizeof stats);
	memcpy(&stats, mnl_attr_get_payload(attr), length < sizeof stats ? length : sizeof stats);
	*out = (struct mcd_host_traffic){ .rx_packets = stats.rx_packets,
					  .rx_errors = stats.rx_errors,
					  .rx_dropped = stats.rx_dropped,
					  .rx_missed = stats.rx_missed_errors,
					  .rx_nohandler = stats.rx_nohandler,
					  .multicast = stats.multicast,
					  .tx_packets = stats.tx_packets,
					  .tx_errors = stats.tx_errors,
					  .tx_dropped = stats.tx_dropped };
}

static int on_traffic_attr(const struct nlattr *attr, void *context)
{
	if (mnl_attr_get_type(attr) == IFLA_STATS_LINK_64)
		read_traffic(attr, context);
	return MNL_CB_OK;
}

static int on_traffic(const struct nlmsghdr *message, void *context)
{
	const struct if_stats_msg *info = mnl_nlmsg_get_payload(message);
	struct mcd_host *host = context;

	if (message->nlmsg_type != RTM_NEWSTATS || mnl_nlmsg_get_payload_len(message) < sizeof *info)
		return MNL_CB_OK;
	for (size_t i = 0; i < host->ifaces.count; i++) {
		struct mcd_host_iface *iface = mcd_vec_at(&host->ifaces, i);

		if (iface->ifindex == info->ifindex)
			mnl_attr_parse(message, sizeof *info, on_traffic_attr, &iface->traffic);
	}
	return MNL_CB_OK;
}

void mcd_hostinfo_traffic(struct mcd_host *out)
{
	char request[NLMSG_ALIGN(sizeof(struct nlmsghdr)) + NLMSG_ALIGN(sizeof(struct if_stats_msg))] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(request);
	struct if_stats_msg *info;

	for (size_t i = 0; i < out->ifaces.count; i++) /* all ones = not known */
		memset(&((struct mcd_host_iface *)mcd_vec_at(&out->ifaces, i))->traffic, 0xff, sizeof(struct mcd_host_traffic));
	message->nlmsg_type = RTM_GETSTATS;
	info = mnl_nlmsg_put_extra_header(message, sizeof *info);
	info->filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
	mcd_netlink_dump(NETLINK_ROUTE, message, on_traffic, out);
}
