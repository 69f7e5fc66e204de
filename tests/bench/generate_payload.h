/* SPDX-License-Identifier: ISC */
/* What the generator puts into its datagrams and segments; each appends to network->frame. */
#ifndef MCD_BENCH_GENERATE_PAYLOAD_H
#define MCD_BENCH_GENERATE_PAYLOAD_H

#include "generate_network.h"

enum { SMALL_RTP_PAYLOAD = SMALL_FRAME - 14 - 20 - 8 - 12 };

/* The tables of every transport stream. */
void payload_init(struct network *network);

/* An RTP header (RFC 3550, 5.1): MPEG-TS, or PCMU when SMALL. */
void payload_append_rtp(struct network *network, uint16_t sequence, uint32_t ssrc, bool small);

/* Seven transport stream packets (ISO/IEC 13818-1, 2.4.3) of one video and one audio elementary stream, with their tables every 64
 * datagrams and a clock reference every four. LOST: no reader will see them. */
void payload_append_ts(struct network *network, struct stream *stream, bool lost);

void payload_append_mdns(struct network *network);
void payload_append_ssdp(struct network *network);

/* A TCP header (RFC 9293, 3.1) and LENGTH bytes of data. */
void payload_append_tcp(struct network *network, unsigned source_port, unsigned port, uint32_t sequence, uint32_t acknowledged, size_t length);

#endif
