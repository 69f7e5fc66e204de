/* SPDX-License-Identifier: ISC */
/* pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng). */
#include <config.h>

#include "generate_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER = 1 << 20, SNAP = 262144, LINK_ETHERNET = 1 };
enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, ENHANCED_PACKET = 6, OPTION_TSRESOL = 9 };

static const uint32_t MAGIC_MICRO = 0xa1b2c3d4u, MAGIC_NANO = 0xa1b23c4du, BYTE_ORDER_MAGIC = 0x1a2b3c4du;

static uint8_t *put16(uint8_t *at, unsigned value)
{
	*at++ = (uint8_t)value;
	*at++ = (uint8_t)(value >> 8);
	return at;
}

static uint8_t *put32(uint8_t *at, uint32_t value)
{
	at = put16(at, value & 0xffff);
	return put16(at, value >> 16);
}

static void put(struct capture_file *file, const void *data, size_t length)
{
	file->bytes += fwrite(data, 1, length, file->out);
}

static void put_pcap_header(struct capture_file *file)
{
	uint8_t header[24], *at = header;

	at = put32(at, file->nanoseconds ? MAGIC_NANO : MAGIC_MICRO);
	at = put16(at, 2); /* version 2.4 */
	at = put16(at, 4);
	at = put32(at, 0);
	at = put32(at, 0);
	at = put32(at, SNAP);
	put32(at, LINK_ETHERNET);
	put(file, header, sizeof header);
}

/* A section header and one interface, with its resolution of time */
static void put_pcapng_header(struct capture_file *file)
{
	uint8_t header[28 + 32], *at = header;

	at = put32(at, SECTION);
	at = put32(at, 28);
	at = put32(at, BYTE_ORDER_MAGIC);
	at = put16(at, 1); /* version 1.0 */
	at = put16(at, 0);
	at = put32(at, UINT32_MAX); /* length of the section: not told */
	at = put32(at, UINT32_MAX);
	at = put32(at, 28);

	at = put32(at, INTERFACE);
	at = put32(at, 32);
	at = put16(at, LINK_ETHERNET);
	at = put16(at, 0);
	at = put32(at, SNAP);
	at = put16(at, OPTION_TSRESOL);
	at = put16(at, 1);
	at = put32(at, file->nanoseconds ? 9 : 6); /* 10^-9 or 10^-6 s, padded */
	at = put32(at, 0);			   /* end of options */
	put32(at, 32);
	put(file, header, sizeof header);
}

bool capture_file_open(struct capture_file *file, const char *path, bool pcapng, bool nanoseconds)
{
	*file = (struct capture_file){ .pcapng = pcapng, .nanoseconds = nanoseconds };
	file->out = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
	if (!file->out)
		return false;
	file->buffer = malloc(BUFFER);
	if (file->buffer)
		setvbuf(file->out, file->buffer, _IOFBF, BUFFER);
	if (pcapng)
		put_pcapng_header(file);
	else
		put_pcap_header(file);
	return true;
}

static void put_enhanced_packet(struct capture_file *file, uint64_t when, const uint8_t *frame, size_t length)
{
	static const uint8_t zero[4];
	size_t padding = (4 - length % 4) % 4;
	uint32_t total = (uint32_t)(32 + length + padding);
	uint8_t header[28], trailer[4], *at = header;

	at = put32(at, ENHANCED_PACKET);
	at = put32(at, total);
	at = put32(at, 0);
	at = put32(at, (uint32_t)(when >> 32));
	at = put32(at, (uint32_t)when);
	at = put32(at, (uint32_t)length);
	put32(at, (uint32_t)length);
	put32(trailer, total);
	put(file, header, sizeof header);
	put(file, frame, length);
	put(file, zero, padding);
	put(file, trailer, sizeof trailer);
}

void capture_file_put(struct capture_file *file, int64_t when_ns, const uint8_t *frame, size_t length)
{
	const int64_t second = 1000000000, unit = file->nanoseconds ? 1 : 1000;
	uint8_t header[16], *at = header;

	if (file->pcapng) {
		put_enhanced_packet(file, (uint64_t)(when_ns / unit), frame, length);
		return;
	}
	at = put32(at, (uint32_t)(when_ns / second));
	at = put32(at, (uint32_t)(when_ns % second / unit));
	at = put32(at, (uint32_t)length);
	put32(at, (uint32_t)length);
	put(file, header, sizeof header);
	put(file, frame, length);
}

bool capture_file_close(struct capture_file *file)
{
	bool good = !ferror(file->out);
	int error = errno;

	if (fclose(file->out) != 0) {
		good = false;
		error = errno;
	}
	free(file->buffer);
	errno = error;
	return good;
}
