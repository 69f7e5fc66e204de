/* SPDX-License-Identifier: ISC */
/* The host's view out of /proc: proc(5), Documentation/networking/ip-sysctl.rst; net/ipv4/igmp.c for igmp and mcfilter, net/ipv6/mcast.c for
 * igmp6 and mcfilter6. */
#include <config.h>

#include "net/hostinfo.h"

#include "net/procfs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONF "/proc/sys/net/ipv4/conf"
#define CONF6 "/proc/sys/net/ipv6/conf"

/* ---- memberships ---- */

/* A line of an interface: "4	eth0      :     3      V3". The index; *VERSION 0 when it is not told. */
static unsigned parse_device(const char *line, int *version)
{
	const char *colon = strchr(line, ':'), *v = colon ? strchr(colon, 'V') : NULL; /* a name has no colon but may have a V */

	*version = v && v[1] >= '1' && v[1] <= '3' ? v[1] - '0' : 0;
	return (unsigned)strtoul(line, NULL, 10);
}

static void set_version(struct mcd_host *host, unsigned ifindex, int version)
{
	for (size_t i = 0; i < host->ifaces.count; i++) {
		struct mcd_host_iface *iface = mcd_vec_at(&host->ifaces, i);

		if (iface->ifindex == ifindex)
			iface->igmp_version = version;
	}
}

/* A line of a group: four tabs, "010000E0     1 0:00000000\t\t0": the group as the number that its bytes make on this machine. */
static void add_membership(struct mcd_host *host, unsigned ifindex, const char *line)
{
	char *end;
	unsigned long group = strtoul(line, &end, 16);
	struct mcd_host_membership *membership;

	if (end == line || group > UINT32_MAX)
		return;
	membership = mcd_vec_push(&host->memberships);
	if (membership)
		*membership = (struct mcd_host_membership){ ifindex, mcd_addr_v4(ntohl((uint32_t)group)), (unsigned)strtoul(end, NULL, 10) };
}

/* /proc/net/igmp; WITH_VERSIONS also takes the version in force of each interface. */
static void read_igmp(struct mcd_host *host, bool with_versions)
{
	char *text = mcd_procfs_read(AT_FDCWD, "/proc/net/igmp"), *at = text, *line;
	unsigned ifindex = 0;

	if (at)
		mcd_procfs_line(&at); /* the heading */
	while (at && (line = mcd_procfs_line(&at))) {
		if (line[0] == '\t') {
			add_membership(host, ifindex, line);
		} else {
			int version;

			ifindex = parse_device(line, &version);
			if (with_versions)
				set_version(host, ifindex, version);
		}
	}
	free(text);
}

/* An address as these files have it: of IPv4 "0xe8010101", the number in host order, of IPv6 its 32 digits. */
static bool parse_address(const char *word, struct mcd_addr *out)
{
	uint8_t bytes[16];

	if (strncmp(word, "0x", 2) == 0) {
		*out = mcd_addr_v4((uint32_t)strtoul(word, NULL, 16));
		return true;
	}
	if (strlen(word) != 2 * sizeof bytes || strspn(word, "0123456789abcdef") != 2 * sizeof bytes)
		return false;
	for (size_t i = 0; i < sizeof bytes; i++) {
		const char pair[] = { word[2 * i], word[2 * i + 1], '\0' };

		bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	*out = mcd_addr_v6(bytes);
	return true;
}

/* A line of /proc/net/igmp6: "4    eth0            ff150000000000000000000000001234     1 00000004 0": users come after the group. */
static void add_membership6(struct mcd_host *host, char *line)
{
	char *index = mcd_procfs_word(&line), *name = mcd_procfs_word(&line), *group = mcd_procfs_word(&line), *users = mcd_procfs_word(&line);
	struct mcd_host_membership *added;
	struct mcd_addr address;

	(void)name;
	if (!users || !parse_address(group, &address))
		return;
	added = mcd_vec_push(&host->memberships);
	if (added)
		*added = (struct mcd_host_membership){ (unsigned)strtoul(index, NULL, 10), address, (unsigned)strtoul(users, NULL, 10) };
}

/* A line of /proc/net/mcfilter and mcfilter6: "  4   eth0 0xe8010101 0x0a000001      1      0". */
static void add_source(struct mcd_host *host, char *line)
{
	char *index = mcd_procfs_word(&line), *name = mcd_procfs_word(&line), *group = mcd_procfs_word(&line), *source = mcd_procfs_word(&line);
	char *include = mcd_procfs_word(&line), *exclude = mcd_procfs_word(&line);
	struct mcd_addr of, from;
	struct mcd_host_source *added;

	(void)name; /* cut to six characters by the kernel */
	if (!exclude || !parse_address(group, &of) || !parse_address(source, &from))
		return;
	added = mcd_vec_push(&host->sources);
	if (added)
		*added = (struct mcd_host_source){
			.ifindex = (unsigned)strtoul(index, NULL, 10),
			.group = of,
			.source = from,
			.include = (unsigned)strtoul(include, NULL, 10),
			.exclude = (unsigned)strtoul(exclude, NULL, 10),
		};
}

static void read_lines(struct mcd_host *host, const char *path, void (*add)(struct mcd_host *host, char *line))
{
	char *text = mcd_procfs_read(AT_FDCWD, path), *at = text, *line;

	while (at && (line = mcd_procfs_line(&at)))
		add(host, line); /* a heading has no address where a line has one */
	free(text);
}

static void read_memberships(struct mcd_host *out, bool with_versions)
{
	mcd_vec_fini(&out->memberships);
	mcd_vec_fini(&out->sources);
	read_igmp(out, with_versions);
	read_lines(out, "/proc/net/igmp6", add_membership6);
	read_lines(out, "/proc/net/mcfilter", add_source);
	read_lines(out, "/proc/net/mcfilter6", add_source);
}

void mcd_hostinfo_memberships(struct mcd_host *out)
{
	read_memberships(out, false);
}

/* ---- settings ---- */

/* The value of conf/NAME/SETTING; -1 when it cannot be read. A dot in a name is a plain dot here. */
static int read_conf(int conf, const char *name, const char *setting)
{
	char path[MCD_IFACE_NAME + 32];

	if (conf < 0)
		return -1;
	snprintf(path, sizeof path, "%s/%s", name, setting);
	return mcd_procfs_number(conf, path);
}

/* False for names that lead to another folder; a rename can make an interface be called "all". */
static bool has_conf(const char *name)
{
	static const char *const others[] = { "", ".", "..", "all", "default" };

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strcmp(name, others[i]) == 0)
			return false;
	return strchr(name, '/') == NULL;
}

/* Either setting alone brings the version down, so the smaller one that is set is in force; 3 is the same as none. */
static int effective_force(int all, int own)
{
	if (all < 0 || own < 0)
		return -1;
	if (all == 0 || own == 0)
		return all + own;
	return all < own ? all : own;
}

/* `all` wins where it is set (net/ipv6/mcast.c, mld_force_mld_version()). */
static int effective_mld_force(int all, int own)
{
	return all > 0 ? all : all < 0 ? -1 : own;
}

static void read_ifaces(struct mcd_host *out, const struct mcd_iface_list *ifaces)
{
	int conf = open(CONF, O_RDONLY | O_DIRECTORY | O_CLOEXEC), conf6 = open(CONF6, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const int all_force = read_conf(conf, "all", "force_igmp_version"), all_filter = read_conf(conf, "all", "rp_filter");
	const int all_local = read_conf(conf, "all", "accept_local"), all_mld = read_conf(conf6, "all", "force_mld_version");

	for (size_t i = 0; i < ifaces->count; i++) {
		const struct mcd_iface *iface = &ifaces->at[i];
		struct mcd_host_iface *added = iface->index ? mcd_vec_push(&out->ifaces) : NULL;
		int own_force = -1, own_filter = -1, own_local = -1, own_mld = -1;

		if (!added)
			continue;
		if (has_conf(iface->name)) {
			own_force = read_conf(conf, iface->name, "force_igmp_version");
			own_filter = read_conf(conf, iface->name, "rp_filter");
			own_local = read_conf(conf, iface->name, "accept_local");
			own_mld = read_conf(conf6, iface->name, "force_mld_version");
		}
		memset(&added->traffic, 0xff, sizeof added->traffic); /* all ones = not known */
		added->ifindex = iface->index;
		added->force_igmp_version = effective_force(all_force, own_force);
		added->force_mld_version = effective_mld_force(all_mld, own_mld);
		added->rp_filter = own_filter < 0 ? -1 : all_filter > own_filter ? all_filter : own_filter;
		added->accept_local = own_local < 0 ? -1 : own_local > 0 || all_local > 0;
		added->mc_forwarding = has_conf(iface->name) ? read_conf(conf, iface->name, "mc_forwarding") : -1;
		added->metric = added->firewall = -1;
		added->disable_ipv6 = has_conf(iface->name) ? read_conf(conf6, iface->name, "disable_ipv6") : -1;
	}
	if (conf >= 0)
		close(conf);
	if (conf6 >= 0)
		close(conf6);
}

void mcd_hostinfo_read(struct mcd_host *out, const struct mcd_iface_list *ifaces)
{
	mcd_hostinfo_identity(out);
	out->igmp_max_memberships = mcd_procfs_number(AT_FDCWD, "/proc/sys/net/ipv4/igmp_max_memberships");
	out->igmp_max_msf = mcd_procfs_number(AT_FDCWD, "/proc/sys/net/ipv4/igmp_max_msf");
	out->igmp_link_local_mcast_reports = mcd_procfs_number(AT_FDCWD, "/proc/sys/net/ipv4/igmp_link_local_mcast_reports");
	out->igmp_qrv = mcd_procfs_number(AT_FDCWD, "/proc/sys/net/ipv4/igmp_qrv");
	out->mld_max_msf = mcd_procfs_number(AT_FDCWD, "/proc/sys/net/ipv6/mld_max_msf");
	out->mld_qrv = mcd_procfs_number(AT_FDCWD, "/proc/sys/net/ipv6/mld_qrv");
	out->optmem_max = mcd_procfs_number(AT_FDCWD, "/proc/sys/net/core/optmem_max");
	out->rmem_max = mcd_procfs_number(AT_FDCWD, "/proc/sys/net/core/rmem_max");
	mcd_vec_fini(&out->ifaces);
	read_ifaces(out, ifaces);
	read_memberships(out, true);
}
