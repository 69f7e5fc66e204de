/* SPDX-License-Identifier: ISC */
/* Private to net/: what the bodies for Windows share. Text is UTF-8, which the program's manifest makes the code page of the functions ...A(). */
#ifndef MCD_NET_WIN32_H
#define MCD_NET_WIN32_H

#include "base/addr.h"
#include "net/inet.h"

#include <iphlpapi.h>
#include <stdbool.h>
#include <stddef.h>
#include <windows.h>

/* The errno value for a code of GetLastError() or WSAGetLastError(); EIO where there is none. */
int mcd_win32_errno(DWORD code);

/* WIDE as UTF-8, cut to ROOM at the end of a character. */
void mcd_win32_text(const wchar_t *wide, char *out, size_t room);

/* A function that not every Windows has, to be cast; NULL where it is not there. DLL is one of the system's. */
void (*mcd_win32_function(const wchar_t *dll, const char *name))(void);

/* The interfaces of the host with all that FLAGS (GAA_FLAG_...) do not leave out, to free(); NULL and the code in *WHY. */
IP_ADAPTER_ADDRESSES *mcd_win32_adapters(ULONG flags, DWORD *why);

/* The index by which this program knows an adapter: of IPv4, else of IPv6, which are the same where it has both. */
unsigned mcd_win32_index(const IP_ADAPTER_ADDRESSES *adapter);

/* The address in a socket address of LENGTH octets; :: of a family that is not of IP. */
struct mcd_addr mcd_win32_address(const void *from, size_t length);

/* The number in a value of the registry's HKEY_LOCAL_MACHINE; false when it is not there. */
bool mcd_win32_registry(const wchar_t *key, const wchar_t *value, DWORD *out);

#endif
