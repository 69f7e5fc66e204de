/* SPDX-License-Identifier: ISC */
/* wpcap.dll, which Npcap brings: looked for where it installs it, by its full path, so that no other of that name is taken. */
#include <config.h>

#include "net/pcap_api.h"

#include "net/win32.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PATH_ROOM = 320 };

/* In Npcap's own folder, or where WinPcap had it and Npcap has it in the mode compatible with that; Packet.dll is found beside it. */
static HMODULE load_from(const wchar_t *folder)
{
	wchar_t path[PATH_ROOM];
	const UINT length = GetSystemDirectoryW(path, PATH_ROOM);

	if (length == 0 || length + wcslen(folder) + wcslen(L"\\wpcap.dll") >= PATH_ROOM)
		return NULL;
	wcscat(path, folder);
	wcscat(path, L"\\wpcap.dll");
	return LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
}

struct loaded {
	struct mcd_pcap_api api;
	bool there, whole;
};

static BOOL CALLBACK load(INIT_ONCE *once, void *parameter, void **context)
{
	struct loaded *loaded = parameter;
	HMODULE library = load_from(L"\\Npcap");
	FARPROC found;

	(void)once;
	(void)context;
	if (!library)
		library = load_from(L"");
	loaded->there = loaded->whole = library != NULL;
	if (!library)
		return TRUE;
#define MCD_PCAP_FIND(name, type, arguments)                 \
	found = GetProcAddress(library, "pcap_" #name);      \
	memcpy(&loaded->api.name, &found, sizeof found);
#define MCD_PCAP_FIND_ALL(name, type, arguments)             \
	MCD_PCAP_FIND(name, type, arguments)                 \
	loaded->whole = loaded->whole && found;
	MCD_PCAP_NEEDED(MCD_PCAP_FIND_ALL)
	MCD_PCAP_WANTED(MCD_PCAP_FIND)
#undef MCD_PCAP_FIND_ALL
#undef MCD_PCAP_FIND
	loaded->api.get_selectable_fd = NULL; /* it is there, and always says -1 */
	return TRUE;
}

const struct mcd_pcap_api *mcd_pcap_api(struct mcd_err *err)
{
	static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
	static struct loaded loaded;

	InitOnceExecuteOnce(&once, load, &loaded, NULL);
	if (!loaded.there)
		mcd_err_set(err, "Npcap is not installed: get it from https://npcap.com");
	else if (!loaded.whole)
		mcd_err_set(err, "the wpcap.dll of this host is too old: get Npcap from https://npcap.com");
	return loaded.whole ? &loaded.api : NULL;
}

/* Whether Npcap's driver runs; true where that cannot be asked. */
static bool driver_runs(void)
{
	SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
	SC_HANDLE service = manager ? OpenServiceW(manager, L"npcap", SERVICE_QUERY_STATUS) : NULL;
	SERVICE_STATUS status = { .dwCurrentState = SERVICE_RUNNING };

	if (service && !QueryServiceStatus(service, &status))
		status.dwCurrentState = SERVICE_RUNNING;
	if (service)
		CloseServiceHandle(service);
	if (manager)
		CloseServiceHandle(manager);
	return status.dwCurrentState == SERVICE_RUNNING;
}

/* Whether only administrators may use it, and this is none of theirs. */
static bool is_kept_from_us(void)
{
	DWORD admin_only = 0, size = 0;
	TOKEN_ELEVATION elevation = { 0 };
	HANDLE token;

	if (!mcd_win32_registry(L"SYSTEM\\CurrentControlSet\\Services\\npcap\\Parameters", L"AdminOnly", &admin_only) || !admin_only ||
	    !OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
		return false;
	if (!GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &size))
		elevation.TokenIsElevated = 1;
	CloseHandle(token);
	return !elevation.TokenIsElevated;
}

/* What libpcap says of a device that the driver does not open for want of the right, in any language, or whose helper the user refused. */
static bool says_denied(const struct mcd_capture_slot *slot)
{
	const char *name = strstr(slot->err.text, slot->name), *detail = name ? name + strlen(slot->name) : slot->err.text;

	if (strstr(detail, "(5)") || strstr(detail, "ccess is denied"))
		return true;
	return (slot->err.os == ENODEV || strstr(detail, "opening adapter")) && is_kept_from_us();
}

void mcd_pcap_tell(struct mcd_capture_slot *slot)
{
	if (slot->failure == MCD_OPEN_DENIED || says_denied(slot)) {
		slot->failure = MCD_OPEN_DENIED;
		mcd_err_set(&slot->err, "Npcap gives the right to capture on %s to administrators only", slot->name);
		slot->err.os = EPERM;
	} else if (!driver_runs()) {
		slot->failure = MCD_OPEN_NO_DRIVER;
		mcd_err_set(&slot->err, "cannot capture on %s: Npcap's driver does not run", slot->name);
	}
}
