/* SPDX-License-Identifier: ISC */
/* A stream that comes with TTL 1: one router from its end, or meant to stay on its link. */
#include <config.h>

#include "diagnose/judge.h"

#include <stdio.h>

/* Groups of protocols that send with TTL 1 by design, outside the blocks whose number says so. */
static const char *link_protocol(struct mcd_addr group, uint16_t port)
{
	static const struct {
		uint32_t first, last;	/* groups of IPv4 */
		uint16_t ports[2];
		const char *name;
	} v4[] = {
		{ 0xe0000181, 0xe0000184, { 319, 320 }, "PTP" },	     /* 224.0.1.129 to .132 (IEEE 1588, annex D) */
		{ 0xeffffffa, 0xeffffffa, { 1900, 1900 }, "SSDP" },	     /* 239.255.255.250 */
		{ 0xeffffffa, 0xeffffffa, { 3702, 3702 }, "WS-Discovery" },
	};
	const uint64_t scope = UINT64_C(0xf) << 48; /* whichever it is: ff0e::181 */

	if (!mcd_addr_is_v4(group)) {
		const bool reserved = (group.hi & ~scope) == UINT64_C(0xff00) << 48; /* RFC 4291, 2.7.1 */

		if (reserved && group.lo == 0x181 && (port == 319 || port == 320))
			return "PTP";
		return reserved && group.lo == 0xc && (port == 1900 || port == 3702) ? "SSDP" : NULL;
	}
	for (size_t i = 0; i < sizeof v4 / sizeof v4[0]; i++)
		if (mcd_addr_to_v4(group) >= v4[i].first && mcd_addr_to_v4(group) <= v4[i].last && (port == v4[i].ports[0] || port == v4[i].ports[1]))
			return v4[i].name;
	return NULL;
}

void mcd_rules_ttl(struct mcd_judge *j, const struct mcd_stream *s)
{
	const char *protocol = link_protocol(s->group, s->port);
	struct mcd_finding *f;

	if (!mcd_stream_has_ttl(s, 1) || mcd_addr_scope(s->group) == MCD_SCOPE_LINK_LOCAL)
		return;
	if (j->inventory && !mcd_stream_is_rtp(s) && !mcd_stream_is_ts(s))
		return; /* a discovery protocol means to stay on its link */
	f = mcd_find_group(j, MCD_STREAM_TTL_EXHAUSTED);
	if (f && (j->inventory || protocol))
		f->severity = MCD_NOTE; /* nobody said that it has to go on */
	if (protocol)
		mcd_find_remedy_instead(f, "Nothing on its own link; to cross a router %s needs a relay that speaks it", protocol);
	mcd_find_summary(f, "The stream from %s arrives on %s with TTL 1: no router will pass it on%s%s%s", mcd_text_addr(s->source).s,
			 j->nic->iface->name, protocol ? ", as " : "", protocol ? protocol : "", protocol ? " means it" : "");
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "TTL 1 in datagrams from %s port %u", mcd_text_addr(s->source).s, s->source_port);
}

bool mcd_rules_ttl_warns(struct mcd_judge *j)
{
	const struct mcd_finding *f = mcd_found(j, MCD_STREAM_TTL_EXHAUSTED, j->nic, j->group);

	return f && f->severity == MCD_WARNING;
}
