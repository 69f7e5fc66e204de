/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/win32.h"

#include "net/sock_os.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int mcd_win32_errno(DWORD code)
{
	static const struct {
		DWORD code;
		int os;
	} map[] = {
		{ ERROR_FILE_NOT_FOUND, ENOENT }, { ERROR_PATH_NOT_FOUND, ENOENT }, { ERROR_ACCESS_DENIED, EACCES }, { ERROR_NOT_ENOUGH_MEMORY, ENOMEM },
		{ ERROR_OUTOFMEMORY, ENOMEM }, { ERROR_SHARING_VIOLATION, EACCES }, { ERROR_FILE_EXISTS, EEXIST }, { ERROR_ALREADY_EXISTS, EEXIST },
		{ ERROR_DISK_FULL, ENOSPC }, { ERROR_INVALID_PARAMETER, EINVAL }, { ERROR_DIRECTORY, ENOTDIR }, { ERROR_NOT_SUPPORTED, EOPNOTSUPP }, { ERROR_CALL_NOT_IMPLEMENTED, ENOSYS },
		{ WSAEINTR, EINTR }, { WSAEACCES, EACCES }, { WSAEFAULT, EFAULT }, { WSAEINVAL, EINVAL }, { WSAEMFILE, EMFILE },
		{ WSAEWOULDBLOCK, EAGAIN }, { WSAENOTSOCK, EBADF }, { WSAEMSGSIZE, EMSGSIZE }, { WSAENOPROTOOPT, ENOPROTOOPT },
		{ WSAEPROTONOSUPPORT, EPROTONOSUPPORT }, { WSAESOCKTNOSUPPORT, EPROTONOSUPPORT }, { WSAEOPNOTSUPP, EOPNOTSUPP },
		{ WSAEAFNOSUPPORT, EAFNOSUPPORT }, { WSAEADDRINUSE, EADDRINUSE }, { WSAEADDRNOTAVAIL, EADDRNOTAVAIL }, { WSAENETDOWN, ENETDOWN },
		{ WSAENETUNREACH, ENETUNREACH }, { WSAENETRESET, ENETRESET }, { WSAECONNRESET, ECONNRESET }, { WSAENOBUFS, ENOBUFS },
		{ WSAETIMEDOUT, ETIMEDOUT }, { WSAECONNREFUSED, ECONNREFUSED }, { WSAEHOSTUNREACH, EHOSTUNREACH },
	};

	for (size_t i = 0; i < sizeof map / sizeof map[0]; i++)
		if (map[i].code == code)
			return map[i].os;
	return EIO;
}

void mcd_win32_text(const wchar_t *wide, char *out, size_t room)
{
	size_t length = wcslen(wide);

	while (length > 0 && WideCharToMultiByte(CP_UTF8, 0, wide, (int)length, NULL, 0, NULL, NULL) >= (int)room)
		length -= length > 1 && wide[length - 1] >= 0xdc00 && wide[length - 1] <= 0xdfff ? 2 : 1; /* the second half of a character */
	out[length > 0 ? WideCharToMultiByte(CP_UTF8, 0, wide, (int)length, out, (int)room, NULL, NULL) : 0] = '\0';
}

void (*mcd_win32_function(const wchar_t *dll, const char *name))(void)
{
	HMODULE module = GetModuleHandleW(dll);

	return module ? (void (*)(void))GetProcAddress(module, name) : NULL;
}

IP_ADAPTER_ADDRESSES *mcd_win32_adapters(ULONG flags, DWORD *why)
{
	ULONG room = 32 * 1024;
	void *list = NULL;

	do {
		free(list);
		list = malloc(room);
		*why = list ? GetAdaptersAddresses(AF_UNSPEC, flags, NULL, list, &room) : ERROR_NOT_ENOUGH_MEMORY;
	} while (list && *why == ERROR_BUFFER_OVERFLOW);
	if (*why == ERROR_SUCCESS)
		return list;
	free(list);
	return NULL;
}

unsigned mcd_win32_index(const IP_ADAPTER_ADDRESSES *adapter)
{
	return adapter->IfIndex ? adapter->IfIndex : adapter->Ipv6IfIndex;
}

struct mcd_addr mcd_win32_address(const void *from, size_t length)
{
	struct sockaddr_storage address;
	uint16_t port;

	memset(&address, 0, sizeof address);
	memcpy(&address, from, length < sizeof address ? length : sizeof address);
	return mcd_sock_get_address(&address, &port);
}

bool mcd_win32_registry(const wchar_t *key, const wchar_t *value, DWORD *out)
{
	DWORD size = sizeof *out;

	return RegGetValueW(HKEY_LOCAL_MACHINE, key, value, RRF_RT_REG_DWORD, NULL, out, &size) == ERROR_SUCCESS;
}
