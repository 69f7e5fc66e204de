/* SPDX-License-Identifier: ISC */
/* Rules that nft(8) sets, in a network namespace that dies with the program: as they are read, and as packets of either family meet them. 77 where
 * that is not permitted. */
#include <config.h>

#include "namespace.h"
#include "unit.h"

#include "diagnose/suspects_walk.h"
#include "net/firewall.h"

#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* On their way by lo: datagrams to a group of each family, and MLD. */
static const struct mcd_suspect_packet v4 = { false, MCD_DROP_UDP, { 0, 0xffff0a4d0014 }, { 0, 0xffffef070707 }, 40000, 5000 };
static const struct mcd_suspect_packet v6 = { false, MCD_DROP_UDP, { 0x20010db800000000, 0x20 }, { 0xff15000000000000, 0x70007 }, 40000, 5000 };
static const struct mcd_suspect_packet query = { false, MCD_DROP_ICMPV6, { 0xfe80000000000000, 1 }, { 0xff02000000000000, 1 }, 0, 0 };
static const struct mcd_suspect_packet report = { true, MCD_DROP_ICMPV6, { 0xfe80000000000000, 0x20 }, { 0xff02000000000000, 0x16 }, 0, 0 };
static const struct mcd_suspect_packet old_report = { true, MCD_DROP_ICMPV6, { 0xfe80000000000000, 0x20 }, { 0xff15000000000000, 0x70007 }, 0, 0 };

static struct mcd_iface lo = { .name = "lo", .index = 1 };

/* Table t of FAMILY alone, with one RULE. */
static void set_rule(const char *family, const struct mcd_suspect_packet *packet, const char *rule)
{
	const char *hook = strcmp(family, "netdev") == 0 ? "ingress device lo" : packet->out ? "output" : "input";
	char command[400];

	snprintf(command, sizeof command,
		 "nft 'flush ruleset; add table %s t; add chain %s t c { type filter hook %s priority 0; }; add rule %s t c %s counter drop'", family, family,
		 hook, family, rule);
	if (system(command) != 0)
		CU_FAIL_FATAL("nft does not set the rule");
}

static void read_rules(struct mcd_firewall *fw)
{
	mcd_firewall_init(fw);
	mcd_firewall_read(fw);
	CU_ASSERT_TRUE_FATAL(fw->known && fw->chains.count == 1);
}

enum { NO, MAY, YES };

/* Whether a RULE of a table of FAMILY matches PACKET. */
static int matches(const char *family, const char *rule, const struct mcd_suspect_packet *packet)
{
	struct mcd_suspects s = { .known = true };
	struct mcd_firewall fw;
	int told;

	set_rule(family, packet, rule);
	read_rules(&fw);
	CU_ASSERT_STRING_EQUAL(mcd_firewall_family_name(((struct mcd_firewall_chain *)mcd_vec_at(&fw.chains, 0))->family), family);
	CU_ASSERT_TRUE_FATAL(fw.rules.count == 1 && ((struct mcd_firewall_rule *)mcd_vec_at(&fw.rules, 0))->packets == 0);
	mcd_suspects_walk(&fw, &lo, packet, false, &s);
	told = s.count == 0 ? NO : s.at[0].surely ? YES : MAY;
	mcd_firewall_fini(&fw);
	return told;
}

struct meeting {
	const char *family, *rule;
	int first, second;
};

static void meet(const struct meeting *m, const struct mcd_suspect_packet *first, const struct mcd_suspect_packet *second)
{
	const int a = matches(m->family, m->rule, first), b = matches(m->family, m->rule, second);

	if (a != m->first || b != m->second)
		printf("\n  %s %s: %d %d\n", m->family, m->rule, a, b);
	CU_ASSERT_TRUE(a == m->first && b == m->second);
}

static void datagrams_meet_rules(void)
{
	static const struct meeting rules[] = { /* IPv4, IPv6 */
		{ "inet", "udp dport 5000", YES, YES },
		{ "inet", "udp dport 5001", NO, NO },
		{ "inet", "udp sport 40000 udp dport 4000-6000", YES, YES },
		{ "inet", "meta l4proto 17", YES, YES },
		{ "inet", "meta nfproto ipv6", NO, YES },
		{ "inet", "meta protocol ip", YES, NO },
		{ "inet", "ip daddr 239.7.7.7", YES, NO },
		{ "inet", "ip6 daddr ff15::7:7 udp dport 5000", NO, YES },
		{ "inet", "ip6 daddr ff15::7:8", NO, NO },
		{ "inet", "ip6 saddr 2001:db8::/32", NO, YES },
		{ "inet", "ip6 saddr != 2001:db8::/32", NO, NO },
		{ "inet", "ip6 daddr ff10::/12", NO, YES },
		{ "inet", "ip6 nexthdr 17", NO, YES },
		{ "inet", "ip6 nexthdr 58", NO, NO },
		{ "inet", "ip6 version 6", NO, YES },
		{ "inet", "ip6 hoplimit < 5", NO, MAY },
		{ "inet", "ip6 dscp cs1", NO, MAY },
		{ "inet", "ip6 flowlabel 0", NO, MAY },
		{ "inet", "frag frag-off != 0", NO, MAY },
		{ "inet", "udp dport { 5000, 5002 }", MAY, MAY },
		{ "ip", "udp dport 5000", YES, NO },
		{ "ip6", "udp dport 5000", NO, YES },
		{ "ip6", "iifname lo ip6 daddr ff15::7:7", NO, YES },
		{ "netdev", "udp dport 5000", YES, YES },
		{ "netdev", "ip6 daddr ff15::7:7", NO, YES },
		{ "netdev", "meta protocol ip6 udp dport 5000", NO, YES },
	};

	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		meet(&rules[i], &v4, &v6);
}

static void mld_meets_rules(void)
{
	static const struct meeting reports[] = { /* of MLDv2, MLDv1 */
		{ "inet", "icmpv6 type mld2-listener-report", YES, NO },
		{ "ip6", "icmpv6 type mld-listener-report", NO, YES },
		{ "ip6", "icmpv6 type mld-listener-report icmpv6 code 0", NO, YES },
		{ "ip6", "icmpv6 type { mld-listener-report, mld2-listener-report }", MAY, MAY },
		{ "ip6", "icmpv6 type mld-listener-query", NO, NO },
		{ "inet", "meta l4proto 58", YES, YES },
		{ "inet", "ip6 nexthdr 58", NO, NO }, /* behind the hop-by-hop header, which is what stands there */
		{ "inet", "ip6 nexthdr 0", YES, YES },
		{ "inet", "hbh nexthdr 58", MAY, MAY },
		{ "inet", "ip6 hoplimit 1", YES, YES },
		{ "inet", "ip6 daddr ff02::16", YES, NO },
		{ "inet", "ip6 saddr fe80::/10 oifname lo", YES, YES },
		{ "ip", "meta l4proto 58", NO, NO },
	};
	static const struct meeting queries[] = { /* queries, datagrams */
		{ "inet", "icmpv6 type mld-listener-query", YES, NO },
		{ "inet", "icmpv6 type mld2-listener-report", NO, NO },
		{ "netdev", "icmpv6 type mld-listener-query", YES, NO },
		{ "netdev", "ip6 daddr ff02::1", YES, NO },
		{ "netdev", "ip6 nexthdr 0", YES, NO },
	};

	for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++)
		meet(&reports[i], &report, &old_report);
	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
		meet(&queries[i], &query, &v6);
}

/* The command that is told against a rule that drops all is one for a shell, and puts what lets PACKET pass before it. */
static void mend(const char *family, const struct mcd_suspect_packet *packet, bool surely)
{
	static const char let[] = "Let it pass: ";
	static struct mcd_evidence evidence;
	const struct mcd_nic nic = { .iface = &lo };
	struct mcd_judge j = { .evidence = &evidence, .nic = &nic, .mld = packet != &v4 };
	struct mcd_suspects s;
	struct mcd_finding f = { .remedy = { "" } };

	set_rule(family, packet, "");
	read_rules(&evidence.firewall);
	mcd_vec_init(&f.clues, sizeof(struct mcd_clue));
	mcd_suspects_find(&j, packet, 1, false, &s);
	mcd_suspects_tell(&j, &f, packet, &s);
	CU_ASSERT_EQUAL_FATAL(strncmp(f.remedy[0], let, strlen(let)), 0);
	if (system(f.remedy[0] + strlen(let)) != 0) {
		printf("\n  %s\n", f.remedy[0]);
		CU_FAIL("the remedy is no command");
	}
	mcd_vec_fini(&f.clues);
	mcd_firewall_fini(&evidence.firewall);
	read_rules(&evidence.firewall);
	CU_ASSERT_EQUAL(evidence.firewall.rules.count, 2);
	s = (struct mcd_suspects){ .known = true };
	mcd_suspects_walk(&evidence.firewall, &lo, packet, false, &s);
	CU_ASSERT_TRUE(surely ? s.count == 0 : s.count == 1 && !s.at[0].surely); /* a set may match */
	mcd_firewall_fini(&evidence.firewall);
}

static void remedies_are_commands(void)
{
	mend("inet", &v4, true);
	mend("ip", &v4, true);
	mend("inet", &v6, true);
	mend("ip6", &v6, true);
	mend("netdev", &v6, true);
	mend("inet", &query, true);
	mend("ip6", &query, true);
	mend("netdev", &query, true);
	mend("inet", &report, false);
	mend("ip6", &report, false);
}

/* Ask the kernel for the table "filter" of the older tables of FAMILY: where it has such, that makes one. */
static bool make_legacy(int family, int level, int option)
{
	char info[sizeof(struct ip6t_getinfo)] = "filter"; /* of either: they begin with the name, and are as long */
	socklen_t length = sizeof info;
	int fd = socket(family, SOCK_RAW, IPPROTO_RAW);
	bool made = fd >= 0 && getsockopt(fd, level, option, info, &length) == 0;

	_Static_assert(sizeof(struct ipt_getinfo) == sizeof(struct ip6t_getinfo), "one room for both");
	if (fd >= 0)
		close(fd);
	return made;
}

static void legacy_is_told_by_family(void)
{
	struct mcd_firewall fw;

	mcd_firewall_init(&fw);
	mcd_firewall_read(&fw);
	CU_ASSERT_TRUE(!fw.legacy && !fw.legacy_ipv6);
	if (!make_legacy(AF_INET6, IPPROTO_IPV6, IP6T_SO_GET_INFO)) {
		printf("\n  this kernel has no ip6_tables: nothing more to see\n");
		return;
	}
	mcd_firewall_read(&fw);
	CU_ASSERT_TRUE(!fw.legacy && fw.legacy_ipv6);
	CU_ASSERT_TRUE(make_legacy(AF_INET, IPPROTO_IP, IPT_SO_GET_INFO));
	mcd_firewall_read(&fw);
	CU_ASSERT_TRUE(fw.legacy && fw.legacy_ipv6);
	mcd_firewall_fini(&fw);
}

int main(void)
{
	static const struct unit_test tests[] = {
		{ "datagrams meet rules", datagrams_meet_rules },
		{ "MLD meets rules", mld_meets_rules },
		{ "remedies are commands", remedies_are_commands },
		{ "legacy is told by family", legacy_is_told_by_family },
		{ NULL, NULL },
	};
	const char *why = ns_enter();

	if (why)
		return ns_skip(why);
	if (system("nft add table inet t 2> /dev/null") != 0)
		return ns_skip("nftables cannot be used");
	return unit_main((const struct unit_suite[]){ { "rules of nft", tests }, { NULL, NULL } });
}
