/* SPDX-License-Identifier: ISC */
/* pcap_activate() and pcap_close() sleep for an RCU grace period each (10-40 ms, no CPU), so many handles are opened and closed by a pool of
 * threads that lives only inside the call. All reading is single-threaded. */
#include <config.h>

#include "net/capture.h"

#include "net/pcap_api.h"
#include "net/threads.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	THREADS = 128,
	STACK = 256 * 1024,
	LEAST_SLOT = 64,		  /* bytes that a queued frame takes at least in the kernel's buffer */
	DEFAULT_BUFFER = 2 * 1024 * 1024, /* libpcap's */
	HELD_BACK_MS = 10,	  /* where delivery cannot be immediate */
};

struct mcd_capture {
	const struct mcd_pcap_api *api;
	pcap_t *pcap;
	char name[MCD_IFACE_NAME];
	size_t nic;
	int link_type;
	int64_t tick_ns;       /* of a time stamp's fraction */
	int at_most;	       /* frames that the kernel's buffer can hold */
	struct pcap_stat last; /* 32-bit counts, which wrap */
	struct mcd_capture_stats total;
};

struct filter { /* compiled for one link type */
	struct filter *next;
	int datalink;
	bool usable;
	struct bpf_program program;
	struct mcd_err err;
};

struct pool {
	const struct mcd_pcap_api *api;
	void (*work)(struct pool *pool, struct mcd_capture_slot *slot);
	struct mcd_capture_slot *slots;
	size_t count;
	atomic_size_t next;
	const struct mcd_capture_how *how;
	pthread_mutex_t lock; /* of filters; older libpcap does not compile in two threads at once either */
	struct filter *filters;
};

/* DLT_ values are those of this system, LINKTYPE_ values those of files (pcap-linktype(7)); all others are equal. */
static int link_type_of(int datalink)
{
	switch (datalink) {
	case DLT_ATM_RFC1483:
		return 100;
	case DLT_RAW:
		return 101;
	case DLT_SLIP_BSDOS:
		return 102;
	case DLT_PPP_BSDOS:
		return 103;
	default:
		return datalink;
	}
}

/* The filter for PCAP's link type, compiled by the first that asks. With a live handle and not pcap_open_dead(): only so does the code for
 * "vlan" look at the tag that the kernel took out of the frame. NULL when memory is out. */
static struct filter *filter_for(struct pool *pool, pcap_t *pcap)
{
	const struct mcd_pcap_api *api = pool->api;
	int datalink = api->datalink(pcap);
	struct filter *filter;

	pthread_mutex_lock(&pool->lock);
	for (filter = pool->filters; filter && filter->datalink != datalink; filter = filter->next)
		;
	if (!filter && (filter = calloc(1, sizeof *filter))) {
		filter->datalink = datalink;
		filter->usable = api->compile(pcap, &filter->program, pool->how->filter, 1, PCAP_NETMASK_UNKNOWN) == 0 ||
				 (pool->how->plain_filter &&
				  api->compile(pcap, &filter->program, pool->how->plain_filter, 1, PCAP_NETMASK_UNKNOWN) == 0);
		if (!filter->usable)
			mcd_err_set(&filter->err, "cannot compile the capture filter: %s", api->geterr(pcap));
		filter->next = pool->filters;
		pool->filters = filter;
	}
	pthread_mutex_unlock(&pool->lock);
	return filter;
}

static void free_filters(const struct mcd_pcap_api *api, struct filter *filter)
{
	while (filter) {
		struct filter *next = filter->next;

		if (filter->usable)
			api->freecode(&filter->program);
		free(filter);
		filter = next;
	}
}

/* What pcap_activate() said, as failure and error of SLOT. OS = errno after it. */
static void tell_activate(const struct mcd_pcap_api *api, struct mcd_capture_slot *slot, pcap_t *pcap, int status, int os)
{
	const char *detail = api->geterr(pcap);

	slot->failure = MCD_OPEN_FAILED;
	if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED || (status == PCAP_ERROR && (os == EPERM || os == EACCES)))
		slot->failure = MCD_OPEN_DENIED;
	if (status != PCAP_ERROR || detail[0] == '\0')
		mcd_err_set(&slot->err, "cannot capture on %s: %s", slot->name, api->statustostr(status));
	else
		mcd_err_set(&slot->err, "cannot capture on %s: %s", slot->name, detail);
	if (slot->failure == MCD_OPEN_DENIED)
		slot->err.os = EPERM;
	else if (status == PCAP_ERROR_IFACE_NOT_UP)
		slot->err.os = ENETDOWN;
	else if (status == PCAP_ERROR_NO_SUCH_DEVICE)
		slot->err.os = ENODEV;
}

/* An active handle, not filtered yet; NULL and SLOT's error. */
static pcap_t *activate(const struct mcd_pcap_api *api, const struct mcd_capture_how *how, struct mcd_capture_slot *slot)
{
	char text[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = api->create(slot->device && *slot->device ? slot->device : slot->name, text);
	int status;

	if (!pcap) {
		mcd_err_set(&slot->err, "cannot capture on %s: %s", slot->name, text);
		return NULL;
	}
	if (how->snap_length > 0)
		api->set_snaplen(pcap, how->snap_length);
	if (how->buffer > 0)
		api->set_buffer_size(pcap, how->buffer);
	api->set_promisc(pcap, how->promiscuous);
	api->set_timeout(pcap, HELD_BACK_MS);
	if (api->set_immediate_mode)
		api->set_immediate_mode(pcap, 1);
	if (api->set_tstamp_type) { /* by the clock that our own times are of; Npcap's default goes by another, most other systems have no choice */
		if (api->set_tstamp_type(pcap, PCAP_TSTAMP_HOST_HIPREC) != 0)
			api->set_tstamp_type(pcap, PCAP_TSTAMP_HOST_LOWPREC);
	}
	if (api->set_tstamp_precision) /* where refused, what it gives instead is asked below */
		api->set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	errno = 0;
	status = api->activate(pcap);
	if (status < 0)
		tell_activate(api, slot, pcap, status, errno);
	else if (api->setnonblock(pcap, 1, text) != 0)
		mcd_err_set(&slot->err, "cannot capture on %s: %s", slot->name, text);
	else
		return pcap;
	api->close(pcap);
	return NULL;
}

static bool apply_filter(struct pool *pool, struct mcd_capture_slot *slot, pcap_t *pcap)
{
	struct filter *filter;

	if (!pool->how->filter || pool->how->filter[0] == '\0')
		return true;
	filter = filter_for(pool, pcap);
	if (!filter)
		mcd_err_os(&slot->err, ENOMEM, "cannot capture on %s", slot->name);
	else if (!filter->usable)
		slot->err = filter->err;
	else if (pool->api->setfilter(pcap, &filter->program) == 0)
		return true;
	else
		mcd_err_set(&slot->err, "cannot set the capture filter on %s: %s", slot->name, pool->api->geterr(pcap));
	return false;
}

/* Opens one slot; frames that came before its filter was set are thrown away by pcap_setfilter(). */
static void open_slot(struct pool *pool, struct mcd_capture_slot *slot)
{
	const struct mcd_pcap_api *api = pool->api;
	struct mcd_capture *capture = calloc(1, sizeof *capture);
	pcap_t *pcap = NULL;

	slot->failure = MCD_OPEN_FAILED;
	if (!capture)
		mcd_err_os(&slot->err, ENOMEM, "cannot capture on %s", slot->name);
	else
		pcap = activate(api, pool->how, slot);
	if (pcap && !apply_filter(pool, slot, pcap)) {
		api->close(pcap);
		pcap = NULL;
	}
	if (!pcap) {
		mcd_pcap_tell(slot);
		free(capture);
		return;
	}
	capture->api = api;
	capture->pcap = pcap;
	snprintf(capture->name, sizeof capture->name, "%s", slot->name);
	capture->nic = slot->nic;
	capture->link_type = link_type_of(api->datalink(pcap));
	capture->tick_ns = api->get_tstamp_precision && api->get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000;
	capture->at_most = (pool->how->buffer > 0 ? pool->how->buffer : DEFAULT_BUFFER) / LEAST_SLOT + 1;
	api->stats(pcap, &capture->last); /* drops of the time without a filter are none of ours */
	slot->capture = capture;
	slot->failure = MCD_OPEN_DONE;
}

static void close_slot(struct pool *pool, struct mcd_capture_slot *slot)
{
	(void)pool;
	if (!slot->capture)
		return;
	slot->capture->api->close(slot->capture->pcap);
	free(slot->capture);
	slot->capture = NULL;
}

static void *work_on(void *context)
{
	struct pool *pool = context;
	size_t i;

	while ((i = atomic_fetch_add(&pool->next, 1)) < pool->count)
		pool->work(pool, &pool->slots[i]);
	return NULL;
}

/* Do the work on every slot. The caller's thread takes part, so that one slot needs no other and none that cannot be started is missed. */
static void run_pool(struct pool *pool)
{
	const size_t most = pool->api->get_selectable_fd ? THREADS : 1; /* Npcap opens at once, and may ask the user each time */
	size_t wanted = pool->count < most ? pool->count : most, started = 0;
	pthread_t threads[THREADS];
	pthread_attr_t attr;

	if (wanted > 1 && pthread_attr_init(&attr) == 0) {
		pthread_attr_setstacksize(&attr, STACK);
		while (started + 1 < wanted && mcd_thread_start(&threads[started], &attr, work_on, pool))
			started++;
		pthread_attr_destroy(&attr);
	}
	work_on(pool);
	while (started > 0)
		pthread_join(threads[--started], NULL);
}

void mcd_captures_open(struct mcd_capture_slot *slots, size_t count, const struct mcd_capture_how *how)
{
	struct mcd_err err = { .os = 0 };
	struct pool pool = { .api = mcd_pcap_api(&err), .work = open_slot, .slots = slots, .count = count, .how = how, .lock = PTHREAD_MUTEX_INITIALIZER };

	for (size_t i = 0; i < count; i++) {
		slots[i].capture = NULL;
		slots[i].failure = MCD_OPEN_NO_LIBRARY;
		slots[i].err = err;
	}
	if (!pool.api)
		return;
	run_pool(&pool);
	/* While it opens, a handle takes more descriptors than it keeps: what was too much at once may fit one by one. libpcap keeps no errno of
	 * that, so whatever failed for no cause that is known is tried again. */
	for (size_t i = 0; i < count; i++)
		if (slots[i].failure == MCD_OPEN_FAILED && slots[i].err.os == 0)
			open_slot(&pool, &slots[i]);
	free_filters(pool.api, pool.filters);
}

void mcd_captures_close(struct mcd_capture_slot *slots, size_t count)
{
	struct pool pool = { .api = mcd_pcap_api(NULL), .work = close_slot, .slots = slots, .count = count, .lock = PTHREAD_MUTEX_INITIALIZER };

	if (pool.api)
		run_pool(&pool);
}

int mcd_capture_fd(const struct mcd_capture *capture)
{
	return capture->api->get_selectable_fd ? capture->api->get_selectable_fd(capture->pcap) : -1;
}

int mcd_capture_link_type(const struct mcd_capture *capture)
{
	return capture->link_type;
}

struct reading {
	const struct mcd_capture *capture;
	void (*on_frame)(void *context, const struct mcd_frame *frame);
	void *context;
};

static void on_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	const struct reading *reading = (const void *)user;
	const struct mcd_frame frame = {
		.when_ns = (int64_t)header->ts.tv_sec * 1000000000 + (int64_t)header->ts.tv_usec * reading->capture->tick_ns,
		.nic = reading->capture->nic,
		.link_type = reading->capture->link_type,
		.captured = header->caplen,
		.on_wire = header->len > header->caplen ? header->len : header->caplen,
		.data = bytes,
	};

	reading->on_frame(reading->context, &frame);
}

int mcd_capture_read(struct mcd_capture *capture, void (*on_frame)(void *context, const struct mcd_frame *frame), void *context, struct mcd_err *err)
{
	struct reading reading = { capture, on_frame, context };
	int total = 0, count;

	/* Not -1, "all": on a wire that is faster than the callback that has no end. Where it is tried for, one call may give but a part. */
	do {
		count = capture->api->dispatch(capture->pcap, capture->at_most - total, on_packet, (u_char *)&reading);
		total += count > 0 ? count : 0;
	} while (count > 0 && total < capture->at_most && !capture->api->get_selectable_fd);
	if (count >= 0)
		return total;
	mcd_err_set(err, "the capture on %s broke off: %s", capture->name, capture->api->geterr(capture->pcap));
	return -1;
}

bool mcd_capture_stats(struct mcd_capture *capture, struct mcd_capture_stats *out)
{
	struct mcd_capture_stats *total = &capture->total;
	struct pcap_stat now;

	if (capture->api->stats(capture->pcap, &now) != 0)
		return false;
	total->received += now.ps_recv - capture->last.ps_recv;
	total->dropped += now.ps_drop - capture->last.ps_drop;
	total->dropped_by_interface += now.ps_ifdrop - capture->last.ps_ifdrop;
	capture->last = now;
	*out = *total;
	return true;
}

const char *mcd_capture_library(void)
{
	const struct mcd_pcap_api *api = mcd_pcap_api(NULL);

	return api ? api->lib_version() : NULL;
}
