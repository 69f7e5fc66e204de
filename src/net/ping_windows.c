/* SPDX-License-Identifier: ISC */
/* IcmpSendEcho2Ex(), which takes no right and leaves by the interface whose address it is given; one event and buffer each, for several may be on their way. */
#include <config.h>

#include "net/ping.h"

#include "net/clock.h"
#include "net/sock_os.h"
#include "net/win32.h"

#include <errno.h>
#include <icmpapi.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 8, REPLY = 512, ANSWER_MS = 2000 };

/* What the headers of MinGW lack: a function of Windows Vista, and what a reply of ICMPv6 begins with. */
typedef DWORD(WINAPI *send_echo)(HANDLE icmp, HANDLE event, FARPROC routine, void *context, IPAddr from, IPAddr to, void *data, WORD size,
				 const IP_OPTION_INFORMATION *options, void *reply, DWORD room, DWORD timeout_ms);
struct reply_6 {
	unsigned char address[26]; /* port, flow, address, scope: packed */
	ULONG status, took_ms;
};
_Static_assert(offsetof(struct reply_6, status) == 28, "the status is aligned behind the address");

struct request {
	HANDLE event; /* NULL = free */
	uint64_t token;
	uint16_t sequence;
	int64_t sent_ns; /* wall clock */
	_Alignas(8) unsigned char reply[REPLY];
};

struct pinger {
	HANDLE icmp;
	struct sockaddr_storage from, to;
	struct request requests[AT_ONCE];
};

static bool is_v4(const struct mcd_ping *ping)
{
	return mcd_addr_is_v4(ping->peer);
}

/* The interface's first address of the peer's family; of IPv6 first one of the peer's scope. */
static bool choose_source(const struct mcd_iface *iface, struct mcd_addr peer, struct mcd_addr *out)
{
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < iface->naddresses; i++) {
			*out = iface->addresses[i].address;
			if (mcd_addr_family(*out) == mcd_addr_family(peer) && (pass || mcd_addr_is_link_local(*out) == mcd_addr_is_link_local(peer)))
				return true;
		}
	return false;
}

bool mcd_ping_open(struct mcd_ping *out, const struct mcd_iface *iface, struct mcd_addr peer, struct mcd_err *err)
{
	struct pinger *pinger = calloc(1, sizeof *pinger);
	struct mcd_addr source;

	*out = (struct mcd_ping){ .fd = -1, .ifindex = iface->index, .peer = peer };
	if (!pinger) {
		mcd_err_os(err, ENOMEM, "cannot send echo requests on %s", iface->name);
	} else if (!choose_source(iface, peer, &source)) {
		mcd_err_os(err, EADDRNOTAVAIL, "cannot send echo requests on %s", iface->name);
	} else {
		pinger->icmp = is_v4(out) ? IcmpCreateFile() : Icmp6CreateFile();
		out->open = pinger->icmp != INVALID_HANDLE_VALUE;
		if (!out->open)
			mcd_err_os(err, mcd_win32_errno(GetLastError()), "cannot send echo requests on %s", iface->name);
	}
	if (!out->open) {
		free(pinger);
		return false;
	}
	mcd_sock_put_address(&pinger->from, source, 0, iface->index);
	mcd_sock_put_address(&pinger->to, peer, 0, iface->index);
	out->os = pinger;
	return true;
}

void mcd_ping_close(struct mcd_ping *ping)
{
	struct pinger *pinger = ping->os;

	bool pending = false;

	if (!ping->open)
		return;
	for (size_t i = 0; i < AT_ONCE; i++)
		pending = pending || (pinger->requests[i].event && WaitForSingleObject(pinger->requests[i].event, 0) != WAIT_OBJECT_0);
	ping->open = false;
	if (pending)
		return; /* the system may still write into it, and the program is about to end */
	IcmpCloseHandle(pinger->icmp);
	for (size_t i = 0; i < AT_ONCE; i++)
		if (pinger->requests[i].event)
			CloseHandle(pinger->requests[i].event);
	free(pinger);
}

/* Whether it went out, or waits for its answer. */
static bool send_one(const struct mcd_ping *ping, struct pinger *pinger, struct request *request)
{
	const struct sockaddr_in *from = (const void *)&pinger->from, *to = (const void *)&pinger->to;
	const send_echo by_source = (send_echo)mcd_win32_function(L"iphlpapi.dll", "IcmpSendEcho2Ex");
	DWORD replies = 0;

	if (is_v4(ping) && by_source)
		replies = by_source(pinger->icmp, request->event, NULL, NULL, from->sin_addr.s_addr, to->sin_addr.s_addr, &request->token,
				    sizeof request->token, NULL, request->reply, sizeof request->reply, ANSWER_MS);
	else if (is_v4(ping))
		SetLastError(ERROR_NOT_SUPPORTED);
	else
		replies = Icmp6SendEcho2(pinger->icmp, request->event, NULL, NULL, (struct sockaddr_in6 *)&pinger->from, (struct sockaddr_in6 *)&pinger->to,
					 &request->token, sizeof request->token, NULL, request->reply, sizeof request->reply, ANSWER_MS);
	return replies > 0 || GetLastError() == ERROR_IO_PENDING;
}

bool mcd_ping_send(const struct mcd_ping *ping, uint64_t token, uint16_t sequence, struct mcd_err *err)
{
	struct pinger *pinger = ping->os;
	struct request *request = NULL;
	char text[MCD_ADDR_TEXT];
	int os = EAGAIN;

	for (size_t i = 0; !request && i < AT_ONCE; i++)
		if (!pinger->requests[i].event)
			request = &pinger->requests[i];
	if (request) {
		*request = (struct request){ .event = CreateEventW(NULL, TRUE, FALSE, NULL), .token = token, .sequence = sequence, .sent_ns = mcd_clock_wall_ns() };
		memset(request->reply, 0xff, sizeof request->reply); /* no status that is a success */
		if (request->event && send_one(ping, pinger, request))
			return true;
		os = mcd_win32_errno(GetLastError());
		if (request->event)
			CloseHandle(request->event);
		request->event = NULL;
	}
	mcd_err_os(err, os, "cannot send an echo request to %s", mcd_addr_format(ping->peer, text));
	return false;
}

/* The time that an answer took, in ms; -1 = it is none of the peer. */
static int64_t took_ms(const struct mcd_ping *ping, const struct request *request)
{
	const ICMP_ECHO_REPLY *reply = (const void *)request->reply;
	const struct reply_6 *reply6 = (const void *)request->reply;

	if (is_v4(ping))
		return reply->Status == IP_SUCCESS && mcd_addr_equal(mcd_addr_v4(ntohl(reply->Address)), ping->peer) ? (int64_t)reply->RoundTripTime : -1;
	return reply6->status == IP_SUCCESS ? (int64_t)reply6->took_ms : -1;
}

bool mcd_ping_receive(const struct mcd_ping *ping, struct mcd_ping_reply *out)
{
	struct pinger *pinger = ping->os;

	for (size_t i = 0; i < AT_ONCE; i++) {
		struct request *request = &pinger->requests[i];
		int64_t ms;

		if (!request->event || WaitForSingleObject(request->event, 0) != WAIT_OBJECT_0)
			continue;
		ms = took_ms(ping, request);
		CloseHandle(request->event);
		request->event = NULL;
		if (ms < 0)
			continue;
		*out = (struct mcd_ping_reply){ request->token, request->sequence, request->sent_ns + ms * 1000000 };
		return true;
	}
	return false;
}
