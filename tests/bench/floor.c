/* SPDX-License-Identifier: ISC */
/* The floor below an active run of mcdiag: the socket calls and the capture, and nothing else. On every interface but loopback it opens
 * a libpcap handle (in parallel, since each waits for the kernel), joins the group, sends one datagram, and waits until the interface's
 * own report and datagram were on the wire; then it leaves by closing. No checks, no evidence, no report: a yardstick, not a tool. */
#include <config.h>

#include <errno.h>
#include <getopt.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SNAP = 2048, BUFFER = 64 * 1024, THREADS = 128, STACK = 256 * 1024, LIMIT_MS = 5000 };
enum { ETHERNET = 14, IGMP_QUERY = 0x11, V2_REPORT = 0x16, V2_LEAVE = 0x17, V3_REPORT = 0x22, IS_EX = 2, TO_IN = 3, TO_EX = 4 };

static const uint32_t GROUP = 0xe1e9e9e9u;   /* 225.233.233.233, the default group of mcdiag */
static const uint32_t SCRATCH = 0xe9fc0000u; /* 233.252.0.0/24, MCAST-TEST-NET (RFC 6676) */
static const uint16_t PORT = 7777;
static const int64_t MS = 1000000;

enum mark { REPORT, DATAGRAM, SCRATCH_REPORT, QUERY, LEAVE, MARKS };

struct moment {	       /* CLOCK_REALTIME, ns; 0 = not yet */
	int64_t from;  /* our call */
	int64_t stamp; /* the kernel's time stamp of the frame */
	int64_t seen;  /* when we had it in hand */
};

struct nic {
	struct run *run;
	char name[IF_NAMESIZE];
	unsigned index;
	uint32_t address; /* host order */
	pcap_t *capture;
	char error[PCAP_ERRBUF_SIZE];
	int member, scratch; /* sockets; -1 = closed */
	unsigned missing;    /* marks, as bits, that are waited for */
	struct moment moments[MARKS];
};

struct run {
	bool times, querier, leave;
	int buffer;
	size_t threads;
	struct nic *nics;
	size_t count;
	size_t pending; /* interfaces with something missing */
	uint32_t scratch_group;
	struct bpf_program filter;
	void (*work)(struct nic *); /* what the threads do with each interface */
	atomic_size_t next;
	int epoll;
	int64_t began, opened, called, done, left, closed;
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 * MS + t.tv_nsec;
}

/* Interfaces */

static bool is_usable(const struct ifaddrs *a)
{
	const unsigned need = IFF_UP | IFF_MULTICAST;

	return a->ifa_addr && a->ifa_addr->sa_family == AF_INET && (a->ifa_flags & need) == need && !(a->ifa_flags & IFF_LOOPBACK);
}

static bool find_nics(struct run *run)
{
	struct ifaddrs *all, *a;
	size_t room = 0;

	if (getifaddrs(&all) != 0)
		return false;
	for (a = all; a; a = a->ifa_next)
		room += is_usable(a);
	run->nics = calloc(room ? room : 1, sizeof *run->nics);
	for (a = all; run->nics && a; a = a->ifa_next) {
		struct nic *nic = &run->nics[run->count];
		struct sockaddr_in in;

		/* a second address of the interface before */
		if (!is_usable(a) || (run->count > 0 && strcmp(nic[-1].name, a->ifa_name) == 0))
			continue;
		memcpy(&in, a->ifa_addr, sizeof in);
		snprintf(nic->name, sizeof nic->name, "%s", a->ifa_name);
		nic->index = if_nametoindex(nic->name);
		nic->address = ntohl(in.sin_addr.s_addr);
		nic->member = nic->scratch = -1;
		nic->run = run;
		run->count++;
	}
	freeifaddrs(all);
	return run->count > 0;
}

/* Capture */

static void open_capture(struct nic *nic)
{
	pcap_t *p = pcap_create(nic->name, nic->error);
	int r;

	nic->capture = p;
	if (!p)
		return;
	pcap_set_snaplen(p, SNAP);
	pcap_set_immediate_mode(p, 1);
	pcap_set_buffer_size(p, nic->run->buffer);
	pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO);
	r = pcap_setnonblock(p, 1, nic->error); /* before activation, it saves a descriptor */
	if (r == 0)
		r = pcap_activate(p);
	if (r >= 0 && pcap_datalink(p) == DLT_EN10MB && pcap_setfilter(p, &nic->run->filter) == 0)
		return;
	snprintf(nic->error, sizeof nic->error, "%s", r >= 0 && pcap_datalink(p) != DLT_EN10MB ? "not Ethernet" : pcap_geterr(p));
	pcap_close(p);
	nic->capture = NULL;
}

static void close_capture(struct nic *nic)
{
	if (nic->capture)
		pcap_close(nic->capture);
	nic->capture = NULL;
}

static void *worker(void *context)
{
	struct run *run = context;
	size_t i;

	while ((i = atomic_fetch_add(&run->next, 1)) < run->count)
		run->work(&run->nics[i]);
	return NULL;
}

/* WORK on every interface, in parallel; this thread takes part, so that all is done even when no other can be started. */
static void in_parallel(struct run *run, void (*work)(struct nic *))
{
	pthread_t threads[THREADS];
	pthread_attr_t attributes;
	size_t wanted = run->count < run->threads ? run->count : run->threads, n = 0;

	run->work = work;
	atomic_store(&run->next, 0);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK);
	while (n + 1 < wanted && pthread_create(&threads[n], &attributes, worker, run) == 0)
		n++;
	worker(run);
	while (n > 0)
		pthread_join(threads[--n], NULL);
	pthread_attr_destroy(&attributes);
}

static bool open_captures(struct run *run)
{
	pcap_t *dead = pcap_open_dead(DLT_EN10MB, SNAP);
	bool ok = dead && pcap_compile(dead, &run->filter, "igmp or dst host 225.233.233.233", 1, PCAP_NETMASK_UNKNOWN) == 0;

	if (dead)
		pcap_close(dead);
	if (!ok)
		return false;
	in_parallel(run, open_capture);
	for (size_t i = 0; i < run->count; i++) {
		struct nic *nic = &run->nics[i];
		struct epoll_event event = { .events = EPOLLIN, .data = { .ptr = nic } };

		if (!nic->capture) {
			fprintf(stderr, "floor: %s: %s\n", nic->name, nic->error);
			ok = false;
		} else if (epoll_ctl(run->epoll, EPOLL_CTL_ADD, pcap_get_selectable_fd(nic->capture), &event) != 0) {
			ok = false;
		}
	}
	return ok;
}

/* Frames */

static void mark(struct nic *nic, enum mark m, int64_t stamp)
{
	struct moment *at = &nic->moments[m];

	/* a frame that is older than our call belongs to an earlier run */
	if (at->from == 0 || at->seen != 0 || stamp < at->from)
		return;
	at->stamp = stamp;
	at->seen = now();
	nic->missing &= ~(1u << m);
}

static uint32_t u32(const u_char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void on_change(struct nic *nic, uint32_t group, bool joins, int64_t stamp)
{
	if (group == GROUP)
		mark(nic, joins ? REPORT : LEAVE, stamp);
	else if (group == nic->run->scratch_group && joins)
		mark(nic, SCRATCH_REPORT, stamp);
}

static void on_igmp(struct nic *nic, const u_char *p, size_t n, bool ours, int64_t stamp)
{
	if (n < 8)
		return;
	if (p[0] == IGMP_QUERY && !ours && u32(p + 4) == nic->run->scratch_group)
		mark(nic, QUERY, stamp);
	if (!ours)
		return;
	if (p[0] == V2_REPORT || p[0] == V2_LEAVE)
		on_change(nic, u32(p + 4), p[0] == V2_REPORT, stamp);
	for (size_t at = 8; p[0] == V3_REPORT && at + 8 <= n; at += 8 + 4 * ((size_t)p[at + 2] << 8 | p[at + 3]) + 4 * (size_t)p[at + 1]) {
		bool joins = p[at] == TO_EX || p[at] == IS_EX;

		if (joins || p[at] == TO_IN)
			on_change(nic, u32(p + at + 4), joins, stamp);
	}
}

static void on_frame(u_char *context, const struct pcap_pkthdr *header, const u_char *frame)
{
	struct nic *nic = (void *)context;
	int64_t stamp = (int64_t)header->ts.tv_sec * 1000 * MS + header->ts.tv_usec;
	size_t n = header->caplen < ETHERNET ? 0 : header->caplen - ETHERNET, length;
	const u_char *ip = frame + ETHERNET;
	bool ours;

	if (n < 20 || ip[0] >> 4 != 4 || n < (length = (ip[0] & 15u) * 4))
		return;
	ours = u32(ip + 12) == nic->address;
	if (ip[9] == IPPROTO_IGMP)
		on_igmp(nic, ip + length, n - length, ours, stamp);
	else if (ip[9] == IPPROTO_UDP && ours && u32(ip + 16) == GROUP)
		mark(nic, DATAGRAM, stamp);
}

/* Sockets */

static void leave(int *fd, struct moment *moment)
{
	moment->from = now();
	close(*fd);
	*fd = -1;
}

static int joined(struct nic *nic, uint32_t group, uint16_t port, struct moment *moment)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(group) } };
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct group_req request = { .gr_interface = nic->index };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, off = 0;

	if (fd < 0)
		return -1;
	memcpy(&request.gr_group, &to, sizeof to);
	if ((port && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 || bind(fd, (struct sockaddr *)&any, sizeof any) != 0)) ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof off) != 0)
		goto fail;
	moment->from = now();
	if (setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &request, sizeof request) == 0)
		return fd;
fail:
	close(fd);
	return -1;
}

static bool send_one(struct nic *nic)
{
	static const char message[] = "MCDIAG-FLOOR/1";
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr = { htonl(GROUP) } };
	struct ip_mreqn from = { .imr_ifindex = (int)nic->index };
	int ttl = 64;

	if (setsockopt(nic->member, IPPROTO_IP, IP_MULTICAST_IF, &from, sizeof from) != 0 ||
	    setsockopt(nic->member, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof ttl) != 0)
		return false;
	nic->moments[DATAGRAM].from = now();
	return sendto(nic->member, message, sizeof message, 0, (struct sockaddr *)&to, sizeof to) == sizeof message;
}

static bool join_and_send(struct run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		struct nic *nic = &run->nics[i];

		nic->missing = 1u << REPORT | 1u << DATAGRAM;
		nic->member = joined(nic, GROUP, PORT, &nic->moments[REPORT]);
		if (nic->member >= 0 && run->querier) {
			nic->missing |= 1u << SCRATCH_REPORT | 1u << QUERY;
			nic->scratch = joined(nic, run->scratch_group, 0, &nic->moments[SCRATCH_REPORT]);
		}
		if (nic->member < 0 || (run->querier && nic->scratch < 0) || !send_one(nic)) {
			fprintf(stderr, "floor: %s: %s\n", nic->name, strerror(errno));
			return false;
		}
	}
	run->pending = run->count;
	return true;
}

static void leave_all(struct run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		run->nics[i].missing = 1u << LEAVE;
		leave(&run->nics[i].member, &run->nics[i].moments[LEAVE]);
	}
	run->pending = run->count;
}

/* Wait until nothing is missing on any interface. */
static bool all_seen(struct run *run)
{
	int64_t deadline = now() + LIMIT_MS * MS, rest;
	struct epoll_event events[64];

	while (run->pending > 0 && (rest = deadline - now()) > 0) {
		int n = epoll_wait(run->epoll, events, 64, (int)(rest / MS) + 1);

		for (int i = 0; i < n; i++) {
			struct nic *nic = events[i].data.ptr;
			bool before = nic->missing != 0;

			if (pcap_dispatch(nic->capture, -1, on_frame, (void *)nic) < 0) {
				fprintf(stderr, "floor: %s: %s\n", nic->name, pcap_geterr(nic->capture));
				return false;
			}
			if (nic->scratch >= 0 && nic->moments[SCRATCH_REPORT].seen)
				leave(&nic->scratch, &nic->moments[QUERY]);
			run->pending -= before && nic->missing == 0;
		}
	}
	if (run->pending > 0)
		fprintf(stderr, "floor: %zu of %zu interfaces did not see everything\n", run->pending, run->count);
	return run->pending == 0;
}

/* Times */

static int ascending(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* One line: least, median and greatest over the interfaces, in ms. */
static void spread(const struct run *run, const char *name, enum mark m, bool seen)
{
	int64_t *took = calloc(run->count, sizeof *took);

	if (!took)
		return;
	for (size_t i = 0; i < run->count; i++) {
		const struct moment *at = &run->nics[i].moments[m];

		took[i] = (seen ? at->seen : at->stamp) - at->from;
	}
	qsort(took, run->count, sizeof *took, ascending);
	printf("%s %.3f %.3f %.3f\n", name, (double)took[0] / 1e6, (double)took[run->count / 2] / 1e6, (double)took[run->count - 1] / 1e6);
	free(took);
}

static void print_times(const struct run *run)
{
	printf("nics %zu\n", run->count);
	spread(run, "join_to_report_on_wire_ms", REPORT, false);
	spread(run, "join_to_report_seen_ms", REPORT, true);
	spread(run, "send_to_on_wire_ms", DATAGRAM, false);
	spread(run, "send_to_seen_ms", DATAGRAM, true);
	if (run->querier)
		spread(run, "leave_to_query_seen_ms", QUERY, true);
	if (run->leave)
		spread(run, "leave_to_seen_ms", LEAVE, true);
	printf("open_ms %.3f\n", (double)(run->opened - run->began) / 1e6);
	printf("calls_ms %.3f\n", (double)(run->called - run->opened) / 1e6);
	printf("wait_ms %.3f\n", (double)(run->done - run->called) / 1e6);
	printf("leave_ms %.3f\n", (double)(run->left - run->done) / 1e6);
	printf("close_ms %.3f\n", (double)(run->closed - run->left) / 1e6);
	printf("total_ms %.3f\n", (double)(run->closed - run->began) / 1e6);
}

static unsigned dropped(const struct run *run)
{
	unsigned sum = 0;

	for (size_t i = 0; i < run->count; i++) {
		struct pcap_stat stat;

		if (pcap_stats(run->nics[i].capture, &stat) == 0)
			sum += stat.ps_drop;
	}
	return sum;
}

/* Program */

static bool number(const char *text, long least, long most, long *out)
{
	char *end;

	errno = 0;
	*out = strtol(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && *out >= least && *out <= most;
}

static bool parse(int argc, char **argv, struct run *run)
{
	static const struct option options[] = {
		{ "times", no_argument, NULL, 't' },	    { "querier", no_argument, NULL, 'q' },	 { "leave", no_argument, NULL, 'l' },
		{ "buffer", required_argument, NULL, 'b' }, { "threads", required_argument, NULL, 'n' }, { NULL, 0, NULL, 0 },
	};
	long value;
	int c;

	run->buffer = BUFFER;
	run->threads = THREADS;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 't')
			run->times = true;
		else if (c == 'q')
			run->querier = true;
		else if (c == 'l')
			run->leave = true;
		else if (c == 'b' && number(optarg, 4096, 1 << 30, &value))
			run->buffer = (int)value;
		else if (c == 'n' && number(optarg, 1, THREADS, &value))
			run->threads = (size_t)value;
		else
			return false;
	}
	return optind == argc;
}

static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static bool observe(struct run *run)
{
	bool ok = join_and_send(run);

	run->called = now();
	ok = ok && all_seen(run);
	run->done = now();
	if (!ok)
		return false;
	leave_all(run);
	if (run->leave)
		ok = all_seen(run);
	run->left = now();
	return ok;
}

int main(int argc, char **argv)
{
	struct run run = { .began = now(), .epoll = epoll_create1(EPOLL_CLOEXEC) };
	unsigned lost = 0;
	bool ok;

	if (!parse(argc, argv, &run)) {
		fprintf(stderr, "usage: floor [--times] [--querier] [--leave] [--buffer BYTES] [--threads 1..%d]\n", THREADS);
		return 3;
	}
	/* another group in each run: the querier repeats its question for the last one's leave a second later */
	run.scratch_group = SCRATCH | (uint32_t)(1 + getpid() % 254);
	raise_descriptor_limit();
	if (run.epoll < 0 || !find_nics(&run)) {
		fprintf(stderr, "floor: no interface that is up, multicast and has an IPv4 address\n");
		free(run.nics);
		return 3;
	}
	ok = open_captures(&run);
	run.opened = now();
	ok = ok && observe(&run);
	if (run.times && ok)
		lost = dropped(&run);
	in_parallel(&run, close_capture);
	run.closed = now();
	if (run.times && ok) {
		print_times(&run);
		printf("dropped %u\n", lost);
	}
	pcap_freecode(&run.filter);
	free(run.nics);
	return ok && fflush(stdout) == 0 ? 0 : 1;
}
