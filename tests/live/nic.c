/* SPDX-License-Identifier: ISC */
/* A NIC with a multicast filter of its own: a TAP device in front, any interface behind as its wire, and between them this program. Frames to a
 * multicast MAC come in only while the device is promiscuous, as the kernel says, or where the filter lets them pass. It tells as JSON lines what of
 * them came in and what did not. As the peer, it shares no code with the program under test.
 *
 *   nic [-o] [-a MAC]... [-R READY] DEVICE NAMESPACE WIRE
 *
 * -o: there is no filter; -a: a MAC that passes. The device is made here, the wire is in that namespace. */
#include <config.h>

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { OFFLOAD = sizeof(struct virtio_net_hdr), FRAME = OFFLOAD + (1 << 16), PASSING = 16 }; /* what senders left to the NIC stands before each frame */

struct nic {
	int device, wire, netlink;
	unsigned index;
	bool open;
	uint8_t passing[PASSING][ETH_ALEN];
	size_t npassing;
	char *const *operands; /* device, namespace, wire */
	const char *ready;
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static void die(const char *what)
{
	fprintf(stderr, "nic: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

/* ---- its two ends ---------------------------------------------------------------------------------------------------------------------- */

static int device_open(const char *name)
{
	struct ifreq device = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	snprintf(device.ifr_name, sizeof device.ifr_name, "%s", name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &device) != 0)
		die("/dev/net/tun");
	return fd;
}

static int wire_bind(const char *name)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(name)};
	struct packet_mreq all = {.mr_ifindex = at.sll_ifindex, .mr_type = PACKET_MR_PROMISC};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) != 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &(int){1}, sizeof(int)) != 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &(int){1}, sizeof(int)) != 0 || bind(fd, (const struct sockaddr *)&at, sizeof at) != 0)
		die(name);
	return fd;
}

/* The wire lies in a namespace of its own, so that the host has one interface and not two. */
static int wire_open(const char *namespace, const char *name)
{
	char path[256];
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), there, fd;

	snprintf(path, sizeof path, "/run/netns/%s", namespace);
	there = open(path, O_RDONLY | O_CLOEXEC);
	if (home < 0 || there < 0 || setns(there, CLONE_NEWNET) != 0)
		die(path);
	fd = wire_bind(name);
	if (setns(home, CLONE_NEWNET) != 0)
		die("back from there");
	close(there);
	close(home);
	return fd;
}

/* ---- how promiscuous it is ------------------------------------------------------------------------------------------------------------- */

/* The attribute TYPE of the link in the LENGTH octets at REPLY, a number; dies without it. */
static uint32_t attribute_of(const void *reply, size_t length, unsigned type)
{
	const struct nlmsghdr *message = reply;
	const struct rtattr *attr;
	uint32_t value;
	size_t left;

	if (!NLMSG_OK(message, length) || message->nlmsg_type != RTM_NEWLINK)
		die("the kernel's answer");
	attr = IFLA_RTA((const struct ifinfomsg *)NLMSG_DATA(message));
	for (left = IFLA_PAYLOAD(message); RTA_OK(attr, left); attr = RTA_NEXT(attr, left))
		if (attr->rta_type == type) {
			memcpy(&value, RTA_DATA(attr), sizeof value);
			return value;
		}
	die("IFLA_PROMISCUITY");
	return 0;
}

static uint32_t promiscuity(const struct nic *nic)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} ask = {.header = {.nlmsg_len = sizeof ask, .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST}, .link = {.ifi_index = (int)nic->index}};
	_Alignas(struct nlmsghdr) static char reply[1 << 16];
	ssize_t got;

	if (send(nic->netlink, &ask, sizeof ask, 0) < 0)
		die("rtnetlink");
	got = recv(nic->netlink, reply, sizeof reply, 0);
	if (got < 0)
		die("rtnetlink");
	return attribute_of(reply, (size_t)got, IFLA_PROMISCUITY);
}

/* ---- its filter ------------------------------------------------------------------------------------------------------------------------ */

static bool passes(const struct nic *nic, const uint8_t *mac, uint32_t promiscuous)
{
	size_t i;

	for (i = 0; i < nic->npassing; i++)
		if (memcmp(mac, nic->passing[i], ETH_ALEN) == 0)
			return true;
	return nic->open || promiscuous > 0;
}

static void tell(const uint8_t *mac, uint32_t promiscuous, bool passed)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	printf("{\"time\":%lld.%09ld,\"mac\":\"%02x:%02x:%02x:%02x:%02x:%02x\",\"promiscuity\":%u,\"passed\":%s}\n", (long long)now.tv_sec, now.tv_nsec,
	       mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], promiscuous, passed ? "true" : "false");
}

static void receive(const struct nic *nic, const uint8_t *data, size_t length)
{
	static const uint8_t broadcast[ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	const uint8_t *frame = data + OFFLOAD;
	bool passed = true;

	if (length < OFFLOAD + ETH_HLEN)
		return;
	if (frame[0] & 1 && memcmp(frame, broadcast, sizeof broadcast) != 0) {
		uint32_t promiscuous = promiscuity(nic);

		passed = passes(nic, frame, promiscuous);
		tell(frame, promiscuous, passed);
	}
	if (passed && write(nic->device, data, length) < 0 && errno != EIO) /* EIO: it is down */
		die("the device");
}

static void run(const struct nic *nic)
{
	struct pollfd ends[] = {{.fd = nic->device, .events = POLLIN}, {.fd = nic->wire, .events = POLLIN}};
	static uint8_t data[FRAME];
	ssize_t got;

	while (!stop) {
		if (poll(ends, 2, 100) <= 0)
			continue;
		if (ends[0].revents & POLLIN && (got = read(nic->device, data, sizeof data)) > 0)
			(void)send(nic->wire, data, (size_t)got, 0); /* a wire that is cut loses it, as wires do */
		if (ends[1].revents & POLLIN && (got = recv(nic->wire, data, sizeof data, MSG_DONTWAIT)) > 0)
			receive(nic, data, (size_t)got);
	}
}

/* ---- command line ---------------------------------------------------------------------------------------------------------------------- */

static void take(struct nic *nic, int option, const char *text)
{
	uint8_t *mac = nic->passing[nic->npassing % PASSING];

	switch (option) {
	case 'o': nic->open = true; return;
	case 'R': nic->ready = text; return;
	case 'a':
		if (nic->npassing++ < PASSING && sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2], &mac[3], &mac[4], &mac[5]) == 6)
			return;
		break;
	default: break;
	}
	fprintf(stderr, "usage: nic [-o] [-a MAC]... [-R READY] DEVICE NAMESPACE WIRE\n");
	exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	struct sigaction on = {.sa_handler = on_signal};
	struct nic nic = {.netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)};
	int option, fd;

	while ((option = getopt(argc, argv, "oa:R:")) != -1)
		take(&nic, option, optarg);
	if (argc - optind != 3)
		take(&nic, '?', NULL);
	nic.operands = argv + optind;
	setvbuf(stdout, NULL, _IOLBF, 1 << 12);
	sigaction(SIGTERM, &on, NULL);
	sigaction(SIGINT, &on, NULL);
	nic.device = device_open(nic.operands[0]);
	nic.index = if_nametoindex(nic.operands[0]);
	nic.wire = wire_open(nic.operands[1], nic.operands[2]);
	if (nic.ready && ((fd = open(nic.ready, O_WRONLY | O_CREAT | O_CLOEXEC, 0644)) < 0 || close(fd) != 0))
		die(nic.ready);
	run(&nic);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
