/* SPDX-License-Identifier: ISC */
/* The contract's words. */
#include <config.h>

#include "diagnose/diagnose.h"

/* The word at INDEX of an array of words; "?" for a number that is none. */
#define WORD(words, index) ((size_t)(index) < sizeof(words) / sizeof((words)[0]) ? (words)[index] : "?")

const char *mcd_check_name(enum mcd_check_id check)
{
	static const char *const words[] = { "join", "source_filter", "querier", "send", "ttl", "stream", "delivery", "leave" };

	return WORD(words, check);
}

const char *mcd_status_name(enum mcd_status status)
{
	static const char *const words[] = { "skipped", "pass", "inconclusive", "warn", "fail" };

	return WORD(words, status);
}

const char *mcd_severity_name(enum mcd_severity severity)
{
	static const char *const words[] = { "fault", "warning", "note" };

	return WORD(words, severity);
}

const char *mcd_confidence_name(enum mcd_confidence confidence)
{
	static const char *const words[] = { "certain", "likely", "possible" };

	return WORD(words, confidence);
}

const char *mcd_verdict_name(enum mcd_verdict verdict)
{
	static const char *const words[] = { "pass", "warn", "fail", "inconclusive" };

	return WORD(words, verdict);
}

const char *mcd_lack_name(enum mcd_lack lack)
{
	static const char *const names[MCD_LACKS] = { [MCD_LACKS_RIGHT] = "right", [MCD_LACKS_LIBRARY] = "library", [MCD_LACKS_DRIVER] = "driver" };

	return names[lack];
}

const char *mcd_unusable_name(enum mcd_unusable unusable)
{
	static const char *const words[] = { "usable",	       "down", "no carrier", "port of another device", "loopback", "no MULTICAST flag",
					     "no IPv4 address", "no IPv6 address", "asked about on another interface", "IPv6 is disabled" };

	return WORD(words, unusable);
}
