/* SPDX-License-Identifier: ISC */
/* What reading a capture costs at the least when libpcap does it as its manual shows: open, loop, count. A yardstick, not a tool. */
#include <config.h>

#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>

static void count(uint8_t *user, const struct pcap_pkthdr *header, const uint8_t *data)
{
	uint64_t *packets = (void *)user;

	(void)header;
	(void)data;
	++*packets;
}

int main(int argc, char **argv)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	uint64_t packets = 0;
	pcap_t *capture;
	int r;

	if (argc != 2) {
		fprintf(stderr, "usage: count FILE    (- = standard input)\n");
		return 3;
	}
	capture = pcap_open_offline(argv[1], error);
	if (!capture) {
		fprintf(stderr, "count: %s\n", error);
		return 1;
	}
	r = pcap_loop(capture, -1, count, (void *)&packets);
	if (r != 0)
		fprintf(stderr, "count: %s\n", pcap_geterr(capture));
	pcap_close(capture);
	printf("%" PRIu64 "\n", packets);
	return r == 0 ? 0 : 1;
}
