/* SPDX-License-Identifier: ISC */
/* seeds FOLDER: write the seed corpora of the fuzz targets, FOLDER/TARGET/NAME, out of the frames that the unit tests have. */
#include <config.h>

#include "fuzz.h"

#include "../unit/test_wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ETHERNET_HEADER = 14, LINK_MOST = 80 /* octets that hold any link header of the frames */ };

static const char *root;

/* HEAD, what the target is told beside its bytes, then those. */
static void put(const char *target, const char *name, const void *head, size_t head_length, const void *data, size_t length)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", root, target);
	mkdir(path, 0777);
	snprintf(path, sizeof path, "%s/%s/%s", root, target, name);
	for (char *p = path + strlen(root); *p; p++)
		if (*p == '_')
			*p = '-';
	file = fopen(path, "wb");
	if (!file || fwrite(head, 1, head_length, file) != head_length || fwrite(data, 1, length, file) != length || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

/* The payload of the IP packet, for the decoder of its protocol. */
static void put_payload(const char *name, const struct mcd_packet *p)
{
	const size_t length = mcd_cursor_left(&p->payload);
	const uint8_t head[4] = { 0, p->ip.protocol, 0, 0 };

	if (p->is_igmp)
		put(p->igmp.mld ? "mld" : "igmp", name, head, 1, p->payload.at, length);
	if (p->ip.protocol == MCD_PROTOCOL_UDP)
		put("udp", name, (const uint8_t[]){ 4 }, 1, p->payload.at, length);
	if (p->tunnel.kind != MCD_TUNNEL_NONE && p->layer == MCD_LAYER_UDP) {
		const uint8_t with_port[4] = { 0, p->ip.protocol, (uint8_t)(p->udp.port >> 8), (uint8_t)p->udp.port };

		put("tunnel", name, with_port, sizeof with_port, p->udp.payload.at, mcd_cursor_left(&p->udp.payload));
	} else if (p->tunnel.kind != MCD_TUNNEL_NONE) {
		put("tunnel", name, head, sizeof head, p->payload.at, length);
	}
	if (strcmp(name, "probe") == 0)
		put("probe", name, head, 1, p->udp.payload.at, mcd_cursor_left(&p->udp.payload));
}

static void put_frame(const struct wire_frame *f)
{
	const uint8_t link = fuzz_link_index(f->link_type);
	struct mcd_frame frame = { .link_type = f->link_type, .captured = (uint32_t)f->length, .on_wire = (uint32_t)f->length, .data = f->data };
	struct mcd_packet p;

	mcd_packet_decode(&frame, &p);
	put("packet", f->name, (const uint8_t[]){ link, (uint8_t)(f->length >> 8), (uint8_t)f->length }, 3, f->data, f->length);
	if (f->link_type == MCD_LINK_ETHERNET && p.layer == MCD_LAYER_UDP && p.link.ethertype == MCD_ETHERTYPE_IPV4)
		put("steady", f->name, (const uint8_t[]){ 0, 0, 0 }, 3, f->data, f->length);
	put("frame", f->name, (const uint8_t[]){ 0, link }, 2, f->data, f->length);
	if (f->link_type != MCD_LINK_ETHERNET || mcd_load16(f->data + 12) != p.link.ethertype)
		put("link", f->name, (const uint8_t[]){ 0, link }, 2, f->data, f->length < LINK_MOST ? f->length : LINK_MOST);
	if (p.layer < MCD_LAYER_IP || f->link_type != MCD_LINK_ETHERNET || (size_t)(p.payload.at - f->data) - p.ip.header_length != ETHERNET_HEADER)
		return; /* the other links all carry the same datagram */
	put(p.link.ethertype == MCD_ETHERTYPE_IPV4 ? "ipv4" : "ipv6", f->name, "", 1, f->data + ETHERNET_HEADER, f->length - ETHERNET_HEADER);
	put_payload(f->name, &p);
}

/* RTP with CSRC, extension and padding around one transport stream packet with PCR. */
static void put_media(void)
{
	uint8_t ts[188] = { 0x47, 0x41, 0x00, 0x3a, 0x07, 0x90 };
	uint8_t rtp[24 + sizeof ts + 4] = { 0xb1, 0xa1, 0xfe, 0xdc, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xbe, 0xde, 0, 1, 0x10, 0xaa };

	memcpy(rtp + 24, ts, sizeof ts);
	rtp[sizeof rtp - 1] = 4;
	put("mpegts", "pcr", "", 1, ts, sizeof ts);
	put("rtp", "all", "", 1, rtp, sizeof rtp);
	rtp[0] = 0x80;
	put("rtp", "plain", "", 1, rtp, sizeof rtp);
}

int main(int argc, char **argv)
{
	const struct wire_frame *f;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 1;
	}
	root = argv[1];
	for (size_t i = 0; (f = wire_frame_at(i)) != NULL; i++)
		put_frame(f);
	put_media();
	return 0;
}
