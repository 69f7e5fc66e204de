/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "diagnose/second_look.h"

#include <string.h>

enum {
	PACE_MS = 20, /* two datagrams further apart than they ever were, and than this, are no pace */
	PLENTY = 5,   /* datagrams in each look, and due in each silence, that leave no room for chance */
	FEW = 2,
	DUE = 3, /* that leave little */
};

/* A wanted stream of which all came since the first look began; *ANY: there is a wanted stream. */
static bool began_in_look(const struct mcd_judge *j, bool *any)
{
	*any = false;
	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (!mcd_stream_wanted(j, s))
			continue;
		*any = true;
		if (s->first_ns < j->nic->looks[0].on_ns)
			return false;
	}
	return true;
}

/* Between two of its datagrams at most. */
static int64_t pace_of(const struct mcd_phase *phases)
{
	int64_t pace = PACE_MS * MCD_MS;

	for (unsigned i = 0; i < MCD_LOOKS; i++)
		if (phases[2 * i + 1].longest_gap_ns > pace)
			pace = phases[2 * i + 1].longest_gap_ns;
	return pace;
}

/* How long it was not promiscuous before look I (MCD_LOOKS = behind the last), as far as that counts. */
static int64_t silence_before(const struct mcd_judge *j, unsigned i)
{
	const struct mcd_look *looks = j->nic->looks;
	int64_t since = j->task->join.done_ns > j->nic->capture.opened_ns ? j->task->join.done_ns : j->nic->capture.opened_ns;

	if (i == 0)
		return looks[0].on_ns - since;
	since = looks[i - 1].off_ns + MCD_LOOK_EDGE_MS * MCD_MS;
	return i < MCD_LOOKS ? looks[i].on_ns - since : mcd_judge_listened(j, since);
}

/* Whether it came from the beginning of LOOK to its end, and that was the group's own. */
static bool fills(const struct mcd_look *look, const struct mcd_phase *phase, int64_t pace, uint64_t least)
{
	const int64_t slack = DUE * pace + MCD_LOOK_EDGE_MS * MCD_MS;

	return phase->packets >= least && !phase->misaddressed && phase->first_ns - look->on_ns <= slack && look->off_ns - phase->last_ns <= slack;
}

static enum mcd_look_answer weigh(const struct mcd_judge *j)
{
	const struct mcd_phase *phases = j->task->phases;
	const int64_t pace = pace_of(phases);
	bool certain = true;

	for (unsigned i = 0; i <= MCD_LOOKS; i++)
		certain = certain && silence_before(j, i) >= PLENTY * pace;
	for (unsigned i = 0; i < MCD_LOOKS; i++) {
		if (!fills(&j->nic->looks[i], &phases[2 * i + 1], pace, FEW) || silence_before(j, i) < DUE * pace)
			return MCD_LOOK_UNDECIDED;
		certain = certain && phases[2 * i + 1].packets >= PLENTY;
	}
	return certain ? MCD_LOOK_CERTAIN : MCD_LOOK_LIKELY;
}

enum mcd_look_answer mcd_look_answer(const struct mcd_judge *j)
{
	const struct mcd_phase *phases = j->task->phases;
	bool any;

	if (!j->nic->nlooks || !began_in_look(j, &any) || !any)
		return MCD_LOOK_ORDINARY;
	for (unsigned i = 0; phases && i < MCD_PHASES; i += 2)
		if (phases[i].packets)
			return MCD_LOOK_ORDINARY;
	if (!phases || j->nic->nlooks < MCD_LOOKS || j->nic->looks[MCD_LOOKS - 1].off_ns == 0)
		return MCD_LOOK_UNDECIDED;
	return weigh(j);
}

bool mcd_look_shows_filter(const struct mcd_judge *j)
{
	const size_t nic = (size_t)(j->nic - j->evidence->nics);

	for (size_t g = 0; j->nic->nlooks && g < j->request->ngroups; g++) {
		const struct mcd_judge other = mcd_judge_of(j->evidence, nic, g, j->now_ns);

		if (mcd_look_answer(&other) >= MCD_LOOK_LIKELY)
			return true;
	}
	return false;
}

int64_t mcd_look_lasted(const struct mcd_nic *nic)
{
	int64_t sum = 0;

	for (unsigned i = 0; i < nic->nlooks; i++)
		if (nic->looks[i].off_ns)
			sum += nic->looks[i].off_ns - nic->looks[i].on_ns;
	return sum;
}

static void tell_looks(struct mcd_judge *j, struct mcd_finding *f)
{
	const int64_t pace = pace_of(j->task->phases), before = silence_before(j, 0), between = silence_before(j, 1), behind = silence_before(j, 2);

	for (unsigned i = 0; i < MCD_LOOKS; i++) {
		const struct mcd_look *look = &j->nic->looks[i];
		const struct mcd_phase *phase = &j->task->phases[2 * i + 1];

		mcd_find_clue(j, f, j->nic, phase->first_packet, phase->first_ns, "%s for %s: %s, the first %s after that began",
			      i ? "promiscuous again" : "promiscuous", mcd_text_span(look->off_ns - look->on_ns).s,
			      mcd_text_count(phase->packets, "datagram").s, mcd_text_span(phase->first_ns - look->on_ns).s);
	}
	mcd_find_clue(j, f, j->nic, 0, 0, "none in %s before, %s between and %s behind, where by its pace %lld, %lld and %lld were due at least",
		      mcd_text_span(before).s, mcd_text_span(between).s, mcd_text_span(behind).s, (long long)(before / pace),
		      (long long)(between / pace), (long long)(behind / pace));
}

#define VIRTUAL                                                                                                                                      \
	"A virtual machine: let the host pass it: trustGuestRxFilters='yes' on the macvtap of libvirt, promiscuous mode on the "                    \
	"port group of vSphere, MAC address spoofing on Hyper-V"

/* A bridge of this host has its own filter, in software. */
static void tell_remedy(const struct mcd_judge *j, struct mcd_finding *f, const char *name, bool bridge)
{
	if (bridge)
		mcd_find_remedy_instead(
			f,
			"See whether the bridge counts this host as a member: bridge mdb show dev %s (an entry with port %s); for a test, let it "
			"flood: ip link set dev %s type bridge mcast_snooping 0",
			name, name, name);
	else if (mcd_judge_is_windows(j))
		mcd_find_remedy(f, VIRTUAL);
	else
		mcd_find_remedy(f, VIRTUAL "; else update the driver: ethtool -i %s; ethtool -k %s", name, name);
}

static void find_filter(struct mcd_judge *j, enum mcd_look_answer answer)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_NIC_FILTER_SUSPECT);
	const char *name = j->nic->iface->name;
	const bool bridge = strcmp(j->nic->iface->kind, "bridge") == 0;
	char text[MCD_MAC_TEXT];
	uint8_t mac[6];

	mcd_addr_group_mac(j->group->address, mac);
	mcd_find_summary(f, "%s comes on %s only while the interface is promiscuous: %s keeps %s out", mcd_text_group(j->group).s, name,
			 bridge ? "the bridge's own multicast snooping" : "a multicast filter of its hardware, driver or hypervisor",
			 mcd_mac_format(mac, text));
	tell_looks(j, f);
	tell_remedy(j, f, name, bridge);
	if (answer == MCD_LOOK_CERTAIN)
		return;
	if (f)
		f->confidence = MCD_LIKELY;
	mcd_find_settle(f, mcd_judge_is_windows(j) ? "dumpcap -i \"%.120s\" -f \"host %s\" -w FILE, once with -p and once without; or look for longer, as slow as it is: --duration 60s"
						     : "tcpdump -ni %s host %s, once with -p and once without; or look for longer, as slow as it is: --duration 60s",
			name, mcd_text_addr(j->group->address).s);
}

bool mcd_look_judge(struct mcd_judge *j)
{
	const enum mcd_look_answer answer = mcd_look_answer(j);
	const bool over = j->ended || j->task->leave.tried;
	uint64_t came = 0;

	if (answer == MCD_LOOK_ORDINARY)
		return false;
	for (unsigned i = 1; j->task->phases && i < MCD_PHASES; i += 2)
		came += j->task->phases[i].packets;
	if (over && mcd_judge_excused(j, "datagram but while promiscuous"))
		return true;
	if (answer < MCD_LOOK_LIKELY || (!over && answer != MCD_LOOK_CERTAIN)) {
		mcd_judge_set(j, MCD_INCONCLUSIVE, over,
			      "%s, only while we had made the interface promiscuous, which may be chance: a longer --duration tells",
			      mcd_text_count(came, "datagram").s);
		return true;
	}
	mcd_judge_set(j, MCD_FAIL, true, "%s while we had made the interface promiscuous, and none otherwise", mcd_text_count(came, "datagram").s);
	find_filter(j, answer);
	return true;
}
