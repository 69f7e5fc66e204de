/* SPDX-License-Identifier: ISC */
/* A wpcap.dll for tests, of an Npcap that does not serve. FAKE_WPCAP in the environment says how: `refused`, the driver is for administrators only;
 * `stopped`, its service does not run; else it opens and never has a packet. Built with OLD it lacks what older libraries lack. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTION __declspec(dllexport)

enum { ERROR_ANY = -1, ERROR_NO_SUCH_DEVICE = -5, ERROR_PERM_DENIED = -8, ETHERNET = 1, MICROSECONDS = 0 };

struct statistics {
	unsigned received, dropped, dropped_by_interface, captured, sent, dropped_by_network;
};

static char said[256];

static int is(const char *how)
{
	const char *wanted = getenv("FAKE_WPCAP");

	return wanted && strcmp(wanted, how) == 0;
}

FUNCTION const char *pcap_lib_version(void)
{
	return "Npcap version 0.01, based on libpcap version 1.10.4";
}

FUNCTION int pcap_findalldevs(void **devices, char *error)
{
	(void)error;
	*devices = NULL;
	return 0;
}

FUNCTION void pcap_freealldevs(void *devices)
{
	(void)devices;
}

FUNCTION void *pcap_create(const char *device, char *error)
{
	(void)device;
	error[0] = said[0] = '\0';
	return said;
}

FUNCTION int pcap_set_snaplen(void *pcap, int bytes)
{
	(void)pcap, (void)bytes;
	return 0;
}

FUNCTION int pcap_set_buffer_size(void *pcap, int bytes)
{
	(void)pcap, (void)bytes;
	return 0;
}

FUNCTION int pcap_set_promisc(void *pcap, int on)
{
	(void)pcap, (void)on;
	return 0;
}

FUNCTION int pcap_set_timeout(void *pcap, int ms)
{
	(void)pcap, (void)ms;
	return 0;
}

FUNCTION int pcap_activate(void *pcap)
{
	(void)pcap;
	if (is("refused")) {
		snprintf(said, sizeof said, "Error opening adapter: Access is denied. (5)");
		return ERROR_PERM_DENIED;
	}
	if (is("stopped")) {
		snprintf(said, sizeof said, "Error opening adapter: The system cannot find the device specified. (20)");
		return ERROR_NO_SUCH_DEVICE;
	}
	return 0;
}

FUNCTION int pcap_setnonblock(void *pcap, int on, char *error)
{
	(void)pcap, (void)on, (void)error;
	return 0;
}

FUNCTION int pcap_datalink(void *pcap)
{
	(void)pcap;
	return ETHERNET;
}

FUNCTION int pcap_compile(void *pcap, void *out, const char *text, int optimize, unsigned netmask)
{
	(void)pcap, (void)out, (void)text, (void)optimize, (void)netmask;
	return 0;
}

FUNCTION int pcap_setfilter(void *pcap, void *program)
{
	(void)pcap, (void)program;
	return 0;
}

FUNCTION void pcap_freecode(void *program)
{
	(void)program;
}

FUNCTION int pcap_dispatch(void *pcap, int most, void *on_packet, void *user)
{
	(void)pcap, (void)most, (void)on_packet, (void)user;
	return 0;
}

FUNCTION int pcap_next_ex(void *pcap, void **header, void **data)
{
	(void)pcap, (void)header, (void)data;
	return 0;
}

FUNCTION int pcap_stats(void *pcap, struct statistics *out)
{
	(void)pcap;
	memset(out, 0, offsetof(struct statistics, captured)); /* the others are of pcap_stats_ex() */
	return 0;
}

FUNCTION char *pcap_geterr(void *pcap)
{
	(void)pcap;
	return said;
}

FUNCTION const char *pcap_statustostr(int status)
{
	return status == ERROR_PERM_DENIED ? "You don't have permission to capture on that device" : "That device doesn't exist";
}

FUNCTION void pcap_close(void *pcap)
{
	(void)pcap;
}

#ifndef OLD
FUNCTION int pcap_set_immediate_mode(void *pcap, int on)
{
	(void)pcap, (void)on;
	return 0;
}

FUNCTION int pcap_set_tstamp_precision(void *pcap, int which)
{
	(void)pcap;
	return which == MICROSECONDS ? 0 : -12;
}

FUNCTION int pcap_get_tstamp_precision(void *pcap)
{
	(void)pcap;
	return MICROSECONDS;
}

FUNCTION int pcap_get_selectable_fd(void *pcap)
{
	(void)pcap;
	return -1;
}
#endif
