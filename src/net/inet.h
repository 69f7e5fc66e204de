/* SPDX-License-Identifier: ISC */
/* Private to net/: the sockets of this system, under the names that POSIX and Winsock have in common. */
#ifndef MCD_NET_INET_H
#define MCD_NET_INET_H

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>

typedef SOCKET mcd_inet_handle;
#else
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

typedef int mcd_inet_handle;
#endif

/* Why the last call of a socket failed, as an errno value. */
int mcd_inet_errno(void);

#endif
