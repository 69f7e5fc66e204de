/* SPDX-License-Identifier: ISC */
/* What the files of test_wire share: frames written out octet by octet, and their suites. */
#ifndef MCD_TESTS_TEST_WIRE_H
#define MCD_TESTS_TEST_WIRE_H

#include "unit.h"
#include "wire/packet.h"

#include <stddef.h>
#include <stdint.h>

struct wire_frame {
	const char *name;
	int link_type;
	const uint8_t *data;
	size_t length;
	size_t needed; /* octets up to the end of the IP packet; what follows is padding */
};

/* The tables beside that of test_wire_frames.c; each ends with a NULL name. */
extern const struct wire_frame wire_frames_link[];
extern const struct wire_frame wire_frames_ipv6[];
extern const struct wire_frame wire_frames_tunnel[];

/* Frame I of all tables, from 0; NULL behind the last. */
const struct wire_frame *wire_frame_at(size_t i);

/* The frame of that name; aborts when there is none. */
const struct wire_frame *wire_frame(const char *name);

/* Decode the frame of that name, whole; OUT borrows from the table. */
void wire_decode(const char *name, struct mcd_packet *out);

/* Decode LENGTH octets of a frame that had ON_WIRE. */
void wire_decode_bytes(int link_type, const uint8_t *data, size_t length, size_t on_wire, struct mcd_packet *out);

/* Read all records and sources that a message lends. Returns how many records there were. */
unsigned wire_read_igmp(const struct mcd_igmp *message);

/* The IGMP or MLD message of the frame NAME alone, cut and not, at each length: it is whole from LEAST octets on. */
void wire_check_prefixes(const char *name, size_t least);

/* Read all that a decoded packet lends: payloads, and what is in them. Returns as above. */
unsigned wire_read_all(const struct mcd_packet *packet);

extern const struct unit_test wire_link_tests[];
extern const struct unit_test wire_80211_tests[];
extern const struct unit_test wire_ip_tests[];
extern const struct unit_test wire_ipv6_tests[];
extern const struct unit_test wire_udp_tests[];
extern const struct unit_test wire_igmp_tests[];
extern const struct unit_test wire_mld_tests[];
extern const struct unit_test wire_probe_tests[];
extern const struct unit_test wire_rtp_tests[];
extern const struct unit_test wire_mpegts_tests[];
extern const struct unit_test wire_tunnel_tests[];
extern const struct unit_test wire_packet_tests[];
extern const struct unit_test wire_steady_tests[];

#endif
