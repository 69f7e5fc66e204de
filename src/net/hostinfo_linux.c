/* SPDX-License-Identifier: ISC */
/* The host's view out of /proc: proc(5), Documentation/networking/ip-sysctl.rst, and net/ipv4/igmp.c for igmp and mcfilter. */
#include <config.h>

#include "net/hostinfo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define CONF "/proc/sys/net/ipv4/conf"

/* The whole file PATH under folder DIR (AT_FDCWD), NUL-terminated, to free(). NULL when it cannot be read. */
static char *read_file(int dir, const char *path)
{
	size_t room = 16 * 1024, used = 0;
	char *text = NULL;
	ssize_t got = 1;
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	while (got > 0) {
		if (!text || room - used < 2) {
			char *more = realloc(text, room * (text ? 2 : 1));

			if (!more)
				break;
			room *= text ? 2 : 1;
			text = more;
		}
		got = read(fd, text + used, room - used - 1);
		if (got > 0)
			used += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	close(fd);
	if (text && got == 0) {
		text[used] = '\0';
		return text;
	}
	free(text);
	return NULL;
}

/* One small number; -1 when it cannot be read. */
static int read_number(int dir, const char *path)
{
	char text[32], *end;
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t got;
	long value;

	if (fd < 0)
		return -1;
	got = read(fd, text, sizeof text - 1);
	close(fd);
	if (got <= 0)
		return -1;
	text[got] = '\0';
	value = strtol(text, &end, 10);
	return end != text && value >= 0 && value <= INT32_MAX ? (int)value : -1;
}

/* The next line of *AT, NUL-terminated in place; NULL at the end. */
static char *next_line(char **at)
{
	return **at ? strsep(at, "\n") : NULL;
}

static char *next_word(char **at)
{
	char *word;

	do
		word = strsep(at, " \t");
	while (word && *word == '\0');
	return word;
}

/* ---- counters ---- */

struct counter {
	const char *table, *name;
	size_t at;
};

static const struct counter snmp_counters[] = {
	{ "Ip:", "InReceives", offsetof(struct mcd_host_counters, ip_in_receives) },
	{ "Ip:", "InHdrErrors", offsetof(struct mcd_host_counters, ip_in_hdr_errors) },
	{ "Ip:", "InDelivers", offsetof(struct mcd_host_counters, ip_in_delivers) },
	{ "Ip:", "ReasmReqds", offsetof(struct mcd_host_counters, ip_reasm_reqds) },
	{ "Ip:", "ReasmOKs", offsetof(struct mcd_host_counters, ip_reasm_oks) },
	{ "Ip:", "ReasmFails", offsetof(struct mcd_host_counters, ip_reasm_fails) },
	{ "Udp:", "InDatagrams", offsetof(struct mcd_host_counters, udp_in_datagrams) },
	{ "Udp:", "InErrors", offsetof(struct mcd_host_counters, udp_in_errors) },
	{ "Udp:", "RcvbufErrors", offsetof(struct mcd_host_counters, udp_rcvbuf_errors) },
	{ "Udp:", "InCsumErrors", offsetof(struct mcd_host_counters, udp_in_csum_errors) },
	{ "Udp:", "IgnoredMulti", offsetof(struct mcd_host_counters, udp_ignored_multi) },
	{ NULL, NULL, 0 },
};

static const struct counter netstat_counters[] = {
	{ "TcpExt:", "IPReversePathFilter", offsetof(struct mcd_host_counters, ip_reverse_path_filter) },
	{ "IpExt:", "InMcastPkts", offsetof(struct mcd_host_counters, ip_in_mcast_pkts) },
	{ "IpExt:", "InCsumErrors", offsetof(struct mcd_host_counters, ip_in_csum_errors) },
	{ NULL, NULL, 0 },
};

/* One table: a line of names and a line of values, both begun by the table's own name. */
static void read_table(char *names, char *values, const struct counter *counters, struct mcd_host_counters *out)
{
	char *table = next_word(&names), *same = next_word(&values), *name, *value;

	if (!table || !same || strcmp(table, same) != 0)
		return;
	while ((name = next_word(&names)) && (value = next_word(&values)))
		for (const struct counter *c = counters; c->name; c++)
			if (strcmp(c->table, table) == 0 && strcmp(c->name, name) == 0) {
				uint64_t number = strtoull(value, NULL, 10);

				memcpy((char *)out + c->at, &number, sizeof number);
			}
}

static void read_tables(const char *path, const struct counter *counters, struct mcd_host_counters *out)
{
	char *text = read_file(AT_FDCWD, path), *at = text, *names, *values;

	while (text && (names = next_line(&at)) && at && (values = next_line(&at))) {
		read_table(names, values, counters, out);
		if (!at)
			break;
	}
	free(text);
}

void mcd_hostinfo_counters(struct mcd_host_counters *out)
{
	memset(out, 0xff, sizeof *out); /* UINT64_MAX = not known */
	read_tables("/proc/net/snmp", snmp_counters, out);
	read_tables("/proc/net/netstat", netstat_counters, out);
}

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
	char *text = read_file(AT_FDCWD, "/proc/net/igmp"), *at = text, *line;
	unsigned ifindex = 0;

	if (at)
		next_line(&at); /* the heading */
	while (at && (line = next_line(&at))) {
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

/* A line of /proc/net/mcfilter: "  4   eth0 0xe8010101 0x0a000001      1      0", addresses as numbers in host order. */
static void add_source(struct mcd_host *host, char *line)
{
	char *index = next_word(&line), *name = next_word(&line), *group = next_word(&line), *source = next_word(&line);
	char *include = next_word(&line), *exclude = next_word(&line);
	struct mcd_host_source *added;

	(void)name; /* cut to six characters by the kernel */
	if (!exclude)
		return;
	added = mcd_vec_push(&host->sources);
	if (added)
		*added = (struct mcd_host_source){
			.ifindex = (unsigned)strtoul(index, NULL, 10),
			.group = mcd_addr_v4((uint32_t)strtoul(group, NULL, 16)),
			.source = mcd_addr_v4((uint32_t)strtoul(source, NULL, 16)),
			.include = (unsigned)strtoul(include, NULL, 10),
			.exclude = (unsigned)strtoul(exclude, NULL, 10),
		};
}

static void read_mcfilter(struct mcd_host *host)
{
	char *text = read_file(AT_FDCWD, "/proc/net/mcfilter"), *at = text, *line;

	if (at)
		next_line(&at);
	while (at && (line = next_line(&at)))
		add_source(host, line);
	free(text);
}

static void forget_memberships(struct mcd_host *host)
{
	mcd_vec_fini(&host->memberships);
	mcd_vec_fini(&host->sources);
}

void mcd_hostinfo_memberships(struct mcd_host *out)
{
	forget_memberships(out);
	read_igmp(out, false);
	read_mcfilter(out);
}

/* ---- settings ---- */

/* The value of conf/NAME/SETTING; -1 when it cannot be read. A dot in a name is a plain dot here. */
static int read_conf(int conf, const char *name, const char *setting)
{
	char path[MCD_IFACE_NAME + 32];

	if (conf < 0)
		return -1;
	snprintf(path, sizeof path, "%s/%s", name, setting);
	return read_number(conf, path);
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

static void read_ifaces(struct mcd_host *out, const struct mcd_iface_list *ifaces)
{
	int conf = open(CONF, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int all_force = read_conf(conf, "all", "force_igmp_version"), all_filter = read_conf(conf, "all", "rp_filter");

	for (size_t i = 0; i < ifaces->count; i++) {
		const struct mcd_iface *iface = &ifaces->at[i];
		struct mcd_host_iface *added = iface->index ? mcd_vec_push(&out->ifaces) : NULL;
		int own_force = -1, own_filter = -1;

		if (!added)
			continue;
		if (has_conf(iface->name)) {
			own_force = read_conf(conf, iface->name, "force_igmp_version");
			own_filter = read_conf(conf, iface->name, "rp_filter");
		}
		added->ifindex = iface->index;
		added->force_igmp_version = effective_force(all_force, own_force);
		added->rp_filter = own_filter < 0 ? -1 : all_filter > own_filter ? all_filter : own_filter;
	}
	if (conf >= 0)
		close(conf);
}

/* PRETTY_NAME of os-release(5), without its quotes. */
static bool read_os(const char *path, char *out, size_t room)
{
	static const char key[] = "PRETTY_NAME=";
	char *text = read_file(AT_FDCWD, path), *at = text, *line;
	bool found = false;

	while (!found && at && (line = next_line(&at)))
		if (strncmp(line, key, sizeof key - 1) == 0) {
			char *value = line + sizeof key - 1;
			char quote = *value == '"' || *value == '\'' ? *value++ : '\0';
			size_t length = quote ? strcspn(value, quote == '"' ? "\"" : "'") : strlen(value);

			snprintf(out, room, "%.*s", (int)length, value);
			found = true;
		}
	free(text);
	return found;
}

static void read_identity(struct mcd_host *out)
{
	ssize_t length = readlink("/proc/self/ns/net", out->network_namespace, sizeof out->network_namespace - 1);
	struct utsname system;

	out->network_namespace[length > 0 ? length : 0] = '\0';
	if (gethostname(out->name, sizeof out->name) != 0)
		out->name[0] = '\0';
	out->name[sizeof out->name - 1] = '\0';
	if (uname(&system) == 0)
		snprintf(out->kernel, sizeof out->kernel, "%.*s %.*s", 40, system.sysname, 80, system.release);
	if (!read_os("/etc/os-release", out->os, sizeof out->os))
		read_os("/usr/lib/os-release", out->os, sizeof out->os);
}

void mcd_hostinfo_read(struct mcd_host *out, const struct mcd_iface_list *ifaces)
{
	read_identity(out);
	out->igmp_max_memberships = read_number(AT_FDCWD, "/proc/sys/net/ipv4/igmp_max_memberships");
	out->igmp_max_msf = read_number(AT_FDCWD, "/proc/sys/net/ipv4/igmp_max_msf");
	out->igmp_link_local_mcast_reports = read_number(AT_FDCWD, "/proc/sys/net/ipv4/igmp_link_local_mcast_reports");
	mcd_hostinfo_counters(&out->counters);
	mcd_vec_fini(&out->ifaces);
	read_ifaces(out, ifaces);
	forget_memberships(out);
	read_igmp(out, true);
	read_mcfilter(out);
}
