/* SPDX-License-Identifier: ISC */
/* The bare loop: sendmmsg() of SIZE bytes to a group out of INTERFACE for MILLISECONDS, and nothing else. Prints how many the kernel took, and packets/s.
 *
 * usage: flood INTERFACE GROUP PORT SIZE MILLISECONDS */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, LARGEST = 65507 };

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int open_sender(const char *interface)
{
	struct ip_mreqn by = { .imr_ifindex = (int)if_nametoindex(interface) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || by.imr_ifindex == 0 || setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &by, sizeof by) != 0) {
		perror(interface);
		exit(1);
	}
	return fd;
}

int main(int argc, char **argv)
{
	static char payload[LARGEST];
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct mmsghdr messages[BATCH];
	struct iovec part = { .iov_base = payload };
	int64_t began, until;
	uint64_t sent = 0;
	int fd;

	if (argc != 6 || inet_pton(AF_INET, argv[2], &to.sin_addr) != 1 || strtoul(argv[4], NULL, 10) > LARGEST) {
		fputs("usage: flood INTERFACE GROUP PORT SIZE MILLISECONDS\n", stderr);
		return 2;
	}
	to.sin_port = htons((uint16_t)strtoul(argv[3], NULL, 10));
	part.iov_len = strtoul(argv[4], NULL, 10);
	memset(messages, 0, sizeof messages);
	for (int i = 0; i < BATCH; i++)
		messages[i].msg_hdr = (struct msghdr){ .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &part, .msg_iovlen = 1 };
	fd = open_sender(argv[1]);
	began = now_ns();
	until = began + strtol(argv[5], NULL, 10) * 1000000;
	while (now_ns() < until) {
		int went = sendmmsg(fd, messages, BATCH, 0);

		if (went < 0 && errno != ENOBUFS) {
			perror("sendmmsg");
			return 1;
		}
		sent += went > 0 ? (uint64_t)went : 0;
	}
	printf("%llu %.1f\n", (unsigned long long)sent, (double)sent / ((double)(now_ns() - began) / 1e9));
	return 0;
}
