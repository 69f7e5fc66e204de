/* SPDX-License-Identifier: ISC */
/* Private to net/: the functions of libpcap as a table. A program of Windows finds them when it runs: Npcap may not be there, or be older or newer than what
 * this was built with. */
#ifndef MCD_NET_PCAP_API_H
#define MCD_NET_PCAP_API_H

#include "base/err.h"
#include "net/capture.h"
#include "net/inet.h"

#include <pcap/pcap.h>

/* X(name, what it returns, its arguments): pcap_NAME(3). Those that are in every library. */
#define MCD_PCAP_NEEDED(X)                                                                          \
	X(lib_version, const char *, (void))                                                        \
	X(create, pcap_t *, (const char *device, char *error))                                      \
	X(set_snaplen, int, (pcap_t * pcap, int bytes))                                             \
	X(set_buffer_size, int, (pcap_t * pcap, int bytes))                                         \
	X(set_promisc, int, (pcap_t * pcap, int on))                                                \
	X(set_timeout, int, (pcap_t * pcap, int ms))                                                \
	X(activate, int, (pcap_t * pcap))                                                           \
	X(setnonblock, int, (pcap_t * pcap, int on, char *error))                                   \
	X(datalink, int, (pcap_t * pcap))                                                           \
	X(compile, int, (pcap_t * pcap, struct bpf_program *out, const char *text, int optimize, bpf_u_int32 netmask)) \
	X(setfilter, int, (pcap_t * pcap, struct bpf_program *program))                             \
	X(freecode, void, (struct bpf_program *program))                                            \
	X(dispatch, int, (pcap_t * pcap, int most, pcap_handler on_packet, u_char *user))           \
	X(stats, int, (pcap_t * pcap, struct pcap_stat *out))                                       \
	X(geterr, char *, (pcap_t * pcap))                                                          \
	X(statustostr, const char *, (int status))                                                  \
	X(close, void, (pcap_t * pcap))

/* Those that are not: NULL where the library has none. */
#define MCD_PCAP_WANTED(X)                                       \
	X(set_immediate_mode, int, (pcap_t * pcap, int on))      \
	X(set_tstamp_precision, int, (pcap_t * pcap, int which)) \
	X(set_tstamp_type, int, (pcap_t * pcap, int which))      \
	X(get_tstamp_precision, int, (pcap_t * pcap))            \
	X(get_selectable_fd, int, (pcap_t * pcap))

struct mcd_pcap_api {
#define MCD_PCAP_MEMBER(name, type, arguments) type(*name) arguments;
	MCD_PCAP_NEEDED(MCD_PCAP_MEMBER) MCD_PCAP_WANTED(MCD_PCAP_MEMBER)
#undef MCD_PCAP_MEMBER
};

/* The library's functions; NULL, and what the user can do about it in ERR, where there is none. Always the same. */
const struct mcd_pcap_api *mcd_pcap_api(struct mcd_err *err);

/* Why a capture could not be opened, better than the library tells: SLOT has what it says. */
void mcd_pcap_tell(struct mcd_capture_slot *slot);

#endif
