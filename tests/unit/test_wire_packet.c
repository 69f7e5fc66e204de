/* SPDX-License-Identifier: ISC */
/* Whole frames: what is decoded of each, of each prefix of each, and of what random damage makes of them. */
#include <config.h>

#include "test_wire.h"

#include "wire/mld.h"
#include "wire/mpegts.h"
#include "wire/probe.h"
#include "wire/rtp.h"

#include <stdlib.h>
#include <string.h>

void wire_decode_bytes(int link_type, const uint8_t *data, size_t length, size_t on_wire, struct mcd_packet *out)
{
	struct mcd_frame frame = {
		.link_type = link_type,
		.captured = (uint32_t)length,
		.on_wire = (uint32_t)on_wire,
		.data = data,
	};

	mcd_packet_decode(&frame, out);
}

void wire_decode(const char *name, struct mcd_packet *out)
{
	const struct wire_frame *f = wire_frame(name);

	wire_decode_bytes(f->link_type, f->data, f->length, f->length, out);
}

static unsigned sum_of(struct mcd_cursor window)
{
	unsigned sum = 0;

	while (mcd_cursor_left(&window) > 0 && !window.bad)
		sum += mcd_cursor_u8(&window);
	return sum;
}

static unsigned count_sources(const struct mcd_igmp *message, struct mcd_cursor window)
{
	struct mcd_addr source;
	unsigned n = 0;

	while (mcd_igmp_next_source(message, &window, &source)) {
		CU_ASSERT_TRUE(message->mld || mcd_addr_is_v4(source));
		n++;
	}
	return n;
}

unsigned wire_read_igmp(const struct mcd_igmp *message)
{
	struct mcd_igmp igmp = *message;
	struct mcd_igmp_record record;
	unsigned records = 0;

	CU_ASSERT_TRUE(count_sources(&igmp, igmp.sources) <= igmp.nsources);
	while (mcd_igmp_next_record(&igmp, &record)) {
		CU_ASSERT_EQUAL(count_sources(&igmp, record.sources), record.nsources);
		records++;
	}
	CU_ASSERT_TRUE(records <= igmp.nrecords);
	return records;
}

void wire_check_prefixes(const char *name, size_t least)
{
	const struct wire_frame *f = wire_frame(name);
	struct mcd_packet p;
	size_t length, offset;

	wire_decode(name, &p);
	length = mcd_cursor_left(&p.payload);
	offset = f->needed - length;
	for (size_t n = 0; n < length; n++)
		for (int cut = 0; cut <= 1; cut++) {
			unsigned char *copy = unit_exact(f->data + offset, n);
			struct mcd_cursor c = mcd_cursor_of(copy, n, cut);
			struct mcd_igmp alone;
			enum mcd_wire_status failed = cut ? MCD_WIRE_CUT : MCD_WIRE_MALFORMED;
			enum mcd_wire_status status = p.igmp.mld ? mcd_mld_decode(&c, &p.ip, &alone) : mcd_igmp_decode(&c, &alone);

			if (n < least) {
				CU_ASSERT_EQUAL(status, failed);
			}
			CU_ASSERT_EQUAL(alone.checksum == MCD_CHECKSUM_UNKNOWN, cut || n < 4);
			CU_ASSERT_EQUAL(alone.mld, p.igmp.mld);
			wire_read_igmp(&alone);
			free(copy);
		}
}

static void read_udp(const struct mcd_udp *udp)
{
	struct mcd_cursor message, ts = udp->payload;
	struct mcd_probe probe;
	struct mcd_rtp rtp;
	struct mcd_ts packet;

	/* The sum has no meaning; that every octet of a window may be read has. */
	CU_ASSERT_TRUE(sum_of(udp->payload) <= 255 * mcd_cursor_left(&udp->payload));
	if (mcd_probe_parse(udp->payload, &probe, &message)) {
		CU_ASSERT_TRUE(strlen(probe.host) < MCD_PROBE_NAME && strlen(probe.iface) < MCD_PROBE_NAME);
		sum_of(message);
	}
	if (mcd_rtp_decode(udp->payload, &rtp))
		sum_of(rtp.payload);
	for (; mcd_ts_is(ts) && mcd_cursor_left(&ts) >= MCD_TS_PACKET; mcd_cursor_bytes(&ts, MCD_TS_PACKET)) {
		mcd_ts_decode(ts.at, &packet);
		CU_ASSERT_TRUE(packet.pid == mcd_ts_pid(ts.at) && packet.pid <= MCD_TS_NULL_PID);
	}
}

unsigned wire_read_all(const struct mcd_packet *packet)
{
	if (packet->layer < MCD_LAYER_IP)
		return 0;
	CU_ASSERT_TRUE(sum_of(packet->payload) <= 255 * mcd_cursor_left(&packet->payload));
	CU_ASSERT_TRUE(packet->tunnel.kind < MCD_TUNNEL_KINDS && packet->tunnel.igmp + packet->tunnel.mld <= 1);
	CU_ASSERT_FALSE(packet->is_igmp && packet->layer == MCD_LAYER_UDP);
	if (packet->layer == MCD_LAYER_UDP)
		read_udp(&packet->udp);
	return packet->is_igmp ? wire_read_igmp(&packet->igmp) : 0;
}

static void every_frame(void)
{
	static const struct {
		const char *name;
		enum mcd_layer layer;
		enum mcd_wire_status status;
	} expected[] = {
		{ "v1_query", MCD_LAYER_IGMP, MCD_WIRE_OK },
		{ "v2_query", MCD_LAYER_IGMP, MCD_WIRE_OK },
		{ "v3_query", MCD_LAYER_IGMP, MCD_WIRE_OK },
		{ "v3_source_query", MCD_LAYER_IGMP, MCD_WIRE_OK },
		{ "query_of_ten", MCD_LAYER_IP, MCD_WIRE_MALFORMED },
		{ "query_lying", MCD_LAYER_IP, MCD_WIRE_MALFORMED },
		{ "v3_report", MCD_LAYER_IGMP, MCD_WIRE_OK },
		{ "v3_report_aux", MCD_LAYER_IGMP, MCD_WIRE_OK },
		{ "v3_report_lying", MCD_LAYER_IP, MCD_WIRE_MALFORMED },
		{ "bad_igmp_checksum", MCD_LAYER_IGMP, MCD_WIRE_OK },
		{ "mrd_advertisement", MCD_LAYER_IGMP, MCD_WIRE_OK },
		{ "udp", MCD_LAYER_UDP, MCD_WIRE_OK },
		{ "udp_long", MCD_LAYER_UDP, MCD_WIRE_OK },
		{ "udp_first_fragment", MCD_LAYER_UDP, MCD_WIRE_OK },
		{ "udp_last_fragment", MCD_LAYER_IP, MCD_WIRE_OK },
		{ "igmp_first_fragment", MCD_LAYER_IP, MCD_WIRE_CUT },
		{ "qinq", MCD_LAYER_UDP, MCD_WIRE_OK },
		{ "sll2", MCD_LAYER_IGMP, MCD_WIRE_OK },
		{ "null_big", MCD_LAYER_UDP, MCD_WIRE_OK },
		{ "raw", MCD_LAYER_UDP, MCD_WIRE_OK },
		{ "vlan_pppoe", MCD_LAYER_UDP, MCD_WIRE_OK },
		{ "radiotap_fcs", MCD_LAYER_UDP, MCD_WIRE_OK },
		{ "udp6", MCD_LAYER_UDP, MCD_WIRE_OK },
		{ "udp6_extended", MCD_LAYER_UDP, MCD_WIRE_OK },
		{ "udp6_first_fragment", MCD_LAYER_UDP, MCD_WIRE_OK },
		{ "udp6_last_fragment", MCD_LAYER_IP, MCD_WIRE_OK },
		{ "mld_v1_query", MCD_LAYER_IGMP, MCD_WIRE_OK },
		{ "mld_query_of_26", MCD_LAYER_IP, MCD_WIRE_MALFORMED },
		{ "mld_v2_report", MCD_LAYER_IGMP, MCD_WIRE_OK },
		{ "mld_v2_report_lying", MCD_LAYER_IP, MCD_WIRE_MALFORMED },
		{ "mld_first_fragment", MCD_LAYER_IP, MCD_WIRE_CUT },
		{ "mld_last_fragment", MCD_LAYER_IP, MCD_WIRE_OK },
		{ "vxlan", MCD_LAYER_UDP, MCD_WIRE_OK },
		{ "gre", MCD_LAYER_IP, MCD_WIRE_OK },
	};
	struct mcd_packet p;

	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		wire_decode(expected[i].name, &p);
		CU_ASSERT_TRUE(p.link_known);
		CU_ASSERT_EQUAL(p.layer, expected[i].layer);
		CU_ASSERT_EQUAL(p.status, expected[i].status);
	}
}

static void link_layer_only(void)
{
	static const uint8_t arp[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 0, 0, 0, 0x01, 0x08, 0x06 };
	struct mcd_packet p;

	wire_decode_bytes(MCD_LINK_ETHERNET, arp, sizeof arp, sizeof arp, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_OK && p.link.ethertype == 0x0806);
	wire_decode_bytes(147, arp, sizeof arp, sizeof arp, &p); /* LINKTYPE_USER0 */
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_NONE && p.status == MCD_WIRE_OK && !p.link_known);
	wire_decode_bytes(MCD_LINK_ETHERNET, NULL, 0, 60, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_NONE && p.status == MCD_WIRE_CUT && p.link_known);
}

/* A capture that was cut is never called malformed, and never decoded further than the whole frame. */
static void every_cut_is_safe(void)
{
	const struct wire_frame *f;
	struct mcd_packet whole, p;

	for (size_t i = 0; (f = wire_frame_at(i)) != NULL; i++) {
		wire_decode_bytes(f->link_type, f->data, f->length, f->length, &whole);
		for (size_t n = 0; n < f->length; n++) {
			unsigned char *copy = unit_exact(f->data, n);

			wire_decode_bytes(f->link_type, copy, n, f->length, &p);
			CU_ASSERT_TRUE(p.layer <= whole.layer);
			CU_ASSERT_TRUE(wire_read_all(&p) <= wire_read_all(&whole));
			if (n < f->needed) {
				CU_ASSERT_NOT_EQUAL(p.status, MCD_WIRE_MALFORMED);
			} else {
				CU_ASSERT_TRUE(p.layer == whole.layer && p.status == whole.status);
			}
			free(copy);
		}
	}
}

/* A frame that ended there on the wire is never called cut: its Total Length is a lie. */
static void every_lie_is_safe(void)
{
	const struct wire_frame *f;
	struct mcd_packet whole, p;

	for (size_t i = 0; (f = wire_frame_at(i)) != NULL; i++) {
		wire_decode_bytes(f->link_type, f->data, f->length, f->length, &whole);
		for (size_t n = 0; n < f->length; n++) {
			unsigned char *copy = unit_exact(f->data, n);

			wire_decode_bytes(f->link_type, copy, n, n, &p);
			wire_read_all(&p);
			if (n < f->needed) {
				CU_ASSERT_TRUE(p.layer <= MCD_LAYER_LINK && p.status == MCD_WIRE_MALFORMED);
			} else {
				CU_ASSERT_TRUE(p.layer == whole.layer && p.status == whole.status);
			}
			free(copy);
		}
	}
}

/* Marsaglia's xorshift: the same damage on every machine. */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static bool is_within(const struct mcd_cursor *window, const uint8_t *data, size_t length)
{
	return window->at == window->end || (window->at >= data && window->at <= window->end && window->end <= data + length);
}

/* Of a link type that may hold 802.11, whose fragments end a packet too. */
static bool may_be_80211(int link_type)
{
	return link_type == MCD_LINK_IEEE802_11 || link_type == MCD_LINK_IEEE802_11_RADIOTAP || link_type == MCD_LINK_PPI;
}

static void check_damaged(const uint8_t *data, size_t length, bool cut, int link_type, const struct mcd_packet *p)
{
	CU_ASSERT_TRUE(p->layer <= MCD_LAYER_IGMP && p->status <= MCD_WIRE_MALFORMED);
	if (p->layer >= MCD_LAYER_IP) {
		CU_ASSERT_TRUE(is_within(&p->payload, data, length));
		CU_ASSERT_TRUE(p->ip.total_length == 0 || mcd_cursor_left(&p->payload) <= p->ip.total_length - p->ip.header_length);
		CU_ASSERT_TRUE(p->layer != MCD_LAYER_UDP || is_within(&p->udp.payload, data, length));
		CU_ASSERT_TRUE(!p->is_igmp || (is_within(&p->igmp.records, data, length) && is_within(&p->igmp.sources, data, length)));
	}
	if (!cut && p->status == MCD_WIRE_CUT) { /* nothing but a fragment, of IP or of 802.11, ends without the capture's doing */
		CU_ASSERT_TRUE((p->layer == MCD_LAYER_IP && p->ip.more_fragments) || may_be_80211(link_type));
	}
	wire_read_all(p);
}

static void damage(unsigned char *bytes, size_t length, uint32_t *seed)
{
	for (uint32_t n = next_random(seed) % 6; n > 0 && length > 0; n--) {
		size_t at = next_random(seed) % length;

		switch (next_random(seed) % 4) {
		case 0:
			bytes[at] = 0xff;
			break;
		case 1:
			bytes[at] = 0;
			break;
		case 2:
			bytes[at] ^= (unsigned char)(1u << next_random(seed) % 8);
			break;
		default:
			bytes[at] = (unsigned char)next_random(seed);
			break;
		}
	}
}

static void damaged_frames_are_safe(void)
{
	uint32_t seed = 0x2545f491;
	size_t nframes = 0, reached[MCD_LAYER_IGMP + 1] = { 0 };
	struct mcd_packet p;

	while (wire_frame_at(nframes))
		nframes++;
	for (int i = 0; i < 50000; i++) {
		const struct wire_frame *f = wire_frame_at(next_random(&seed) % nframes);
		size_t length = next_random(&seed) % 4 ? f->length : next_random(&seed) % (f->length + 1);
		bool cut = next_random(&seed) % 2;
		unsigned char *copy = unit_exact(f->data, length);

		damage(copy, length, &seed);
		wire_decode_bytes(f->link_type, copy, length, length + cut, &p);
		check_damaged(copy, length, cut, f->link_type, &p);
		reached[p.layer]++;
		free(copy);
	}
	/* The damage was neither so heavy nor so light that a layer went untested. */
	for (int layer = MCD_LAYER_NONE; layer <= MCD_LAYER_IGMP; layer++)
		CU_ASSERT_TRUE(reached[layer] > 200);
}

const struct unit_test wire_packet_tests[] = {
	{ "every frame's layer and status", every_frame },	   { "frames that end at the link layer", link_layer_only },
	{ "every prefix, cut by the capture", every_cut_is_safe }, { "every prefix, lying on the wire", every_lie_is_safe },
	{ "50000 damaged frames", damaged_frames_are_safe },	   { NULL, NULL },
};
