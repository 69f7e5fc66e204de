/* SPDX-License-Identifier: ISC */
/* The healthy run as a host of Windows has it: names with blanks, metrics, and little that is known of the kernel. */
#include <config.h>

#include "cases.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void make_host(struct the_case *c, struct mcd_host *host)
{
	host->platform = MCD_PLATFORM_WINDOWS;
	host->igmp_level = 2;
	host->igmp_max_memberships = host->igmp_max_msf = host->igmp_link_local_mcast_reports = -1;
	memset(&host->counters, 0xff, sizeof host->counters);
	for (size_t i = 0; i < CASE_NICS; i++) {
		struct mcd_host_iface *facts = mcd_vec_at(&host->ifaces, i);

		*facts = (struct mcd_host_iface){ .ifindex = c->ifaces[i].index, .force_mld_version = -1, .rp_filter = -1, .accept_local = -1, .mc_forwarding = -1,
						  .disable_ipv6 = -1, .metric = 25 + 10 * (int)i, .firewall = -1 };
		memset(&facts->traffic, 0xff, sizeof facts->traffic);
	}
}

void case_make_windows(struct the_case *c)
{
	for (unsigned i = 0; i < CASE_NICS; i++) {
		snprintf(c->ifaces[i].name, sizeof c->ifaces[i].name, "Ethernet %u", i);
		snprintf(c->ifaces[i].description, sizeof c->ifaces[i].description, "Adapter V%u", i);
		for (size_t k = 0; k < c->nics[i].probes.count; k++) {
			struct mcd_probe_seen *p = mcd_vec_at(&c->nics[i].probes, k);

			snprintf(p->iface, sizeof p->iface, "%s", c->ifaces[i].name);
		}
	}
	make_host(c, &c->evidence.before);
	make_host(c, &c->evidence.after);
}

/* Between the clauses of a text a semicolon stands. */
static bool is_of_a_switch(const char *text, const char *word)
{
	const char *start = word;

	while (start > text && start[-1] != ';')
		start--;
	for (; start < word; start++)
		if (strncmp(start, "on a Linux bridge", 17) == 0)
			return true;
	return false;
}

const char *case_word_of_linux(const char *text)
{
	static const char *const words[] = { "/proc", "/sys/", "/etc/", "sysctl", "nft ", "nf_tables", "iptables", "ip6tables", "ip link", "ip route", "ip address", "ip neigh", "ip maddress", "ip monitor",
					     "ip rule", "ip -", "tcpdump", "ethtool", "setcap", "sudo", "ss -", "nstat", "tc filter", "tc -", "tc qdisc", "bridge link", "bridge mdb",
					     "dmesg", "perf trace", "dropwatch", "getent", "net.ipv", "net.core", "TcpExt", "UdpIn", "IpIn", "Ip6In", "rp_filter", "LOWER_UP", "SO_BINDTODEVICE",
					     "MULTICAST_ALL", "Linux joins", "as root", "force_igmp", "network namespace", "journalctl" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		for (const char *at = strstr(text, words[i]); at; at = strstr(at + 1, words[i]))
			if ((at == text || !isalpha((unsigned char)at[-1])) && !is_of_a_switch(text, at)) /* "Address -" is no "ss -" */
				return words[i];
	return NULL;
}
