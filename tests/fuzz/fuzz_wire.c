/* SPDX-License-Identifier: ISC */
/* Every decoder alone. Input: one octet of flags, whatever a decoder is told beside its bytes, then those. All that a decoder lends is read, and
 * what its header promises of it must hold. */
#include <config.h>

#include "fuzz.h"

#include "wire/mld.h"
#include "wire/mpegts.h"
#include "wire/packet.h"
#include "wire/probe.h"
#include "wire/rtp.h"

#include <stdlib.h>
#include <string.h>

enum { CUT = 1, MORE_FRAGMENTS = 2, MULTICAST = 4, OFFLOADED = 8 }; /* flags */

/* Take N octets that are no bytes of a packet off the front of DATA; zeros where there are none. */
static void take(const uint8_t **data, size_t *size, uint8_t *out, size_t n)
{
	const size_t held = n < *size ? n : *size;

	memset(out, 0, n);
	if (held > 0)
		memcpy(out, *data, held);
	*data += held;
	*size -= held;
}

/* Every octet may be read. */
static void read_window(struct mcd_cursor window)
{
	volatile uint8_t sink = 0;

	fuzz_hold(window.at <= window.end);
	while (window.at < window.end)
		sink ^= *window.at++;
	(void)sink;
}

static void hold_status(enum mcd_wire_status status, bool cut)
{
	fuzz_hold(status <= MCD_WIRE_MALFORMED);
	fuzz_hold(cut || status != MCD_WIRE_CUT);
}

static unsigned read_sources(const struct mcd_igmp *message, struct mcd_cursor window)
{
	struct mcd_addr source;
	unsigned n = 0;

	while (mcd_igmp_next_source(message, &window, &source))
		n++;
	return n;
}

static void read_message(struct mcd_igmp message, enum mcd_wire_status status)
{
	struct mcd_igmp_record record;
	unsigned records = 0, sources;

	sources = read_sources(&message, message.sources);
	while (mcd_igmp_next_record(&message, &record)) {
		fuzz_hold(read_sources(&message, record.sources) == record.nsources);
		records++;
	}
	fuzz_hold(records <= message.nrecords && sources <= message.nsources);
	fuzz_hold(status != MCD_WIRE_OK || (records == message.nrecords && sources == message.nsources));
	fuzz_hold(message.version >= 0 && message.version <= 3);
}

static void hold_ip(enum mcd_wire_status status, const struct mcd_ip *ip, struct mcd_cursor payload)
{
	read_window(payload);
	if (status != MCD_WIRE_OK)
		return;
	fuzz_hold(!payload.bad && ip->header_length >= 20);
	fuzz_hold(ip->total_length == 0 || mcd_cursor_left(&payload) <= ip->total_length - ip->header_length);
	fuzz_hold(payload.cut || ip->total_length == 0 || mcd_cursor_left(&payload) == ip->total_length - ip->header_length);
}

static void read_tunnel(struct mcd_tunnel tunnel)
{
	fuzz_hold(tunnel.kind < MCD_TUNNEL_KINDS && tunnel.igmp + tunnel.mld <= 1);
	fuzz_hold(tunnel.kind != MCD_TUNNEL_NONE || tunnel.igmp + tunnel.mld == 0);
	fuzz_hold(mcd_tunnel_name(tunnel.kind) != NULL);
}

void fuzz_frame(const uint8_t *data, size_t size)
{
	uint8_t head[2];
	struct mcd_packet p;
	struct mcd_frame frame;

	take(&data, &size, head, sizeof head);
	frame = (struct mcd_frame){ .link_type = fuzz_link_type(head[1]), .captured = (uint32_t)size, .data = data };
	frame.on_wire = frame.captured + (head[0] & CUT);
	mcd_packet_decode(&frame, &p);
	fuzz_hold(p.layer <= MCD_LAYER_IGMP && p.status <= MCD_WIRE_MALFORMED);
	fuzz_hold(p.link_known || p.layer == MCD_LAYER_NONE);
	if (p.layer < MCD_LAYER_IP)
		return;
	read_window(p.payload);
	read_tunnel(p.tunnel);
	fuzz_hold(p.is_igmp || p.layer != MCD_LAYER_IGMP);
	fuzz_hold(p.ip.fragment_offset == 0 || p.layer == MCD_LAYER_IP);
	if (p.is_igmp)
		read_message(p.igmp, p.status);
	else if (p.layer == MCD_LAYER_UDP)
		read_window(p.udp.payload);
}

void fuzz_link(const uint8_t *data, size_t size)
{
	uint8_t head[2];
	struct mcd_cursor c;
	struct mcd_link link;
	bool known;

	take(&data, &size, head, sizeof head);
	c = mcd_cursor_of(data, size, head[0] & CUT);
	hold_status(mcd_link_decode(&c, fuzz_link_type(head[1]), &link, &known), c.cut);
	fuzz_hold(c.at >= data && c.end <= data + size);
	read_window(c);
	fuzz_hold(known || c.at == data);
	fuzz_hold(link.tagged ? link.vlan > 0 && link.vlan < 4096 && link.inner_vlan < 4096 : link.vlan == 0 && link.inner_vlan == 0);
}

void fuzz_ipv4(const uint8_t *data, size_t size)
{
	uint8_t flags;
	struct mcd_cursor c, payload;
	struct mcd_ip ip;
	enum mcd_wire_status status;

	take(&data, &size, &flags, 1);
	c = mcd_cursor_of(data, size, flags & CUT);
	status = mcd_ipv4_decode(&c, &ip, &payload);
	hold_status(status, flags & CUT);
	hold_ip(status, &ip, payload);
	fuzz_hold(mcd_addr_is_v4(ip.source) && mcd_addr_is_v4(ip.destination));
}

void fuzz_ipv6(const uint8_t *data, size_t size)
{
	uint8_t flags;
	struct mcd_cursor c, payload;
	struct mcd_ip ip;
	enum mcd_wire_status status;

	take(&data, &size, &flags, 1);
	c = mcd_cursor_of(data, size, flags & CUT);
	status = mcd_ipv6_decode(&c, &ip, &payload);
	hold_status(status, flags & CUT);
	hold_ip(status, &ip, payload);
	fuzz_hold(ip.checksum == MCD_CHECKSUM_NONE);
}

/* An IP header that holds what is left of the input, and says more where it was cut. */
static struct mcd_ip ip_of(uint8_t flags, uint8_t protocol, size_t size)
{
	return (struct mcd_ip){
		.source = mcd_addr_v4(0xc0000201),
		.destination = mcd_addr_v4(flags & MULTICAST ? 0xef010203 : 0xc0000202),
		.protocol = protocol,
		.header_length = 20,
		.total_length = flags & OFFLOADED ? 0 : 20 + (uint32_t)size + (flags & CUT ? 100 : 0),
		.more_fragments = flags & MORE_FRAGMENTS,
	};
}

void fuzz_udp(const uint8_t *data, size_t size)
{
	uint8_t flags;
	struct mcd_cursor c;
	struct mcd_ip ip;
	struct mcd_udp udp;
	enum mcd_wire_status status;

	take(&data, &size, &flags, 1);
	ip = ip_of(flags, MCD_PROTOCOL_UDP, size);
	c = mcd_cursor_of(data, size, flags & CUT);
	status = mcd_udp_decode(&c, &ip, &udp);
	hold_status(status, flags & CUT);
	fuzz_hold((status == MCD_WIRE_OK) == (size >= 8));
	read_window(udp.payload);
	fuzz_hold(udp.payload.at >= data && udp.payload.end <= data + size);
	fuzz_hold(udp.length_bad || mcd_cursor_left(&udp.payload) + 8 <= udp.length || status != MCD_WIRE_OK);
}

void fuzz_igmp(const uint8_t *data, size_t size)
{
	uint8_t flags;
	struct mcd_cursor c;
	struct mcd_igmp message;
	enum mcd_wire_status status;

	take(&data, &size, &flags, 1);
	c = mcd_cursor_of(data, size, flags & CUT);
	status = mcd_igmp_decode(&c, &message);
	hold_status(status, flags & CUT);
	read_message(message, status);
	fuzz_hold(!message.mld && (message.checksum == MCD_CHECKSUM_UNKNOWN) == ((flags & CUT) || size < 4));
}

void fuzz_mld(const uint8_t *data, size_t size)
{
	uint8_t flags;
	struct mcd_cursor c;
	struct mcd_ip ip;
	struct mcd_igmp message;
	enum mcd_wire_status status;

	take(&data, &size, &flags, 1);
	ip = ip_of(flags, MCD_PROTOCOL_ICMPV6, size);
	c = mcd_cursor_of(data, size, flags & CUT);
	status = mcd_mld_decode(&c, &ip, &message);
	hold_status(status, flags & CUT);
	read_message(message, status);
	fuzz_hold(message.mld && (message.checksum == MCD_CHECKSUM_UNKNOWN) == ((flags & CUT) || size < 4));
}

void fuzz_tunnel(const uint8_t *data, size_t size)
{
	uint8_t head[4]; /* flags, protocol, port */
	struct mcd_tunnel tunnel;
	struct mcd_ip ip;

	take(&data, &size, head, sizeof head);
	ip = ip_of(head[0], head[1], size);
	mcd_tunnel_decode(&ip, mcd_cursor_of(data, size, head[0] & CUT), mcd_load16(head + 2), &tunnel);
	read_tunnel(tunnel);
}

void fuzz_rtp(const uint8_t *data, size_t size)
{
	uint8_t flags;
	struct mcd_rtp rtp;

	take(&data, &size, &flags, 1);
	if (!mcd_rtp_decode(mcd_cursor_of(data, size, flags & CUT), &rtp))
		return;
	read_window(rtp.payload);
	fuzz_hold(rtp.payload.at >= data + 12 && rtp.payload.end <= data + size && rtp.payload.cut == (flags & CUT));
	fuzz_hold(mcd_rtp_clock(rtp.payload_type) <= 90000);
}

void fuzz_mpegts(const uint8_t *data, size_t size)
{
	uint8_t flags;
	struct mcd_cursor c;
	struct mcd_ts ts;
	const uint8_t *at;

	take(&data, &size, &flags, 1);
	c = mcd_cursor_of(data, size, flags & CUT);
	if (mcd_ts_is(c))
		fuzz_hold(size >= 4 && (flags & CUT || size % MCD_TS_PACKET == 0));
	while ((at = mcd_cursor_bytes(&c, MCD_TS_PACKET)) != NULL) {
		mcd_ts_decode(at, &ts);
		fuzz_hold(ts.pid <= MCD_TS_NULL_PID && ts.counter < 16);
		if (mcd_ts_is_plain(at, mcd_ts_plain(ts.pid, ts.counter)))
			fuzz_hold(!ts.error && ts.has_payload && !ts.has_pcr && !ts.discontinuity);
	}
}

void fuzz_probe(const uint8_t *data, size_t size)
{
	static uint8_t again[MCD_PROBE_LINE + 1];
	uint8_t flags;
	struct mcd_probe probe;
	struct mcd_cursor message;

	take(&data, &size, &flags, 1);
	if (!mcd_probe_parse(mcd_cursor_of(data, size, flags & CUT), &probe, &message))
		return;
	read_window(message);
	fuzz_hold(memchr(probe.host, 0, sizeof probe.host) && memchr(probe.iface, 0, sizeof probe.iface));
	fuzz_hold(mcd_probe_write(again, sizeof again, &probe, "", 0) > 0);
}
