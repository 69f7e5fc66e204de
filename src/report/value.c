/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/value.h"

#include "report/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PRINT_ROOM = 1 << 16 };

static cJSON *put(struct mcd_json *j, cJSON *parent, const char *key, cJSON *item)
{
	bool ok = item && parent && !j->failed && (key ? cJSON_AddItemToObjectCS(parent, key, item) : cJSON_AddItemToArray(parent, item));

	if (ok)
		return item;
	cJSON_Delete(item);
	j->failed = true;
	return NULL;
}

/* A root has no parent to be put into. */
static cJSON *put_parent(struct mcd_json *j, cJSON *parent, const char *key, cJSON *item)
{
	if (!parent && !key && !j->failed) {
		j->failed = !item;
		return item;
	}
	return put(j, parent, key, item);
}

cJSON *mcd_json_object(struct mcd_json *j, cJSON *parent, const char *key)
{
	return put_parent(j, parent, key, cJSON_CreateObject());
}

cJSON *mcd_json_array(struct mcd_json *j, cJSON *parent, const char *key)
{
	return put_parent(j, parent, key, cJSON_CreateArray());
}

void mcd_json_null(struct mcd_json *j, cJSON *parent, const char *key)
{
	put(j, parent, key, cJSON_CreateNull());
}

void mcd_json_bool(struct mcd_json *j, cJSON *parent, const char *key, bool value)
{
	put(j, parent, key, cJSON_CreateBool(value));
}

void mcd_json_uint(struct mcd_json *j, cJSON *parent, const char *key, uint64_t value)
{
	char text[MCD_FIXED_TEXT];

	snprintf(text, sizeof text, "%" PRIu64, value);
	put(j, parent, key, cJSON_CreateRaw(text));
}

void mcd_json_int(struct mcd_json *j, cJSON *parent, const char *key, int64_t value)
{
	char text[MCD_FIXED_TEXT];

	snprintf(text, sizeof text, "%" PRId64, value);
	put(j, parent, key, cJSON_CreateRaw(text));
}

void mcd_json_known(struct mcd_json *j, cJSON *parent, const char *key, bool known, uint64_t value)
{
	if (known)
		mcd_json_uint(j, parent, key, value);
	else
		mcd_json_null(j, parent, key);
}

char *mcd_fixed_format(int64_t thousandths, char buf[MCD_FIXED_TEXT])
{
	uint64_t size = thousandths < 0 ? 0 - (uint64_t)thousandths : (uint64_t)thousandths;

	snprintf(buf, MCD_FIXED_TEXT, "%s%" PRIu64 ".%03" PRIu64, thousandths < 0 ? "-" : "", size / 1000, size % 1000);
	return buf;
}

void mcd_json_fixed(struct mcd_json *j, cJSON *parent, const char *key, int64_t thousandths)
{
	char text[MCD_FIXED_TEXT];

	put(j, parent, key, cJSON_CreateRaw(mcd_fixed_format(thousandths, text)));
}

void mcd_json_text(struct mcd_json *j, cJSON *parent, const char *key, const char *text)
{
	char *clean, *to;
	uint32_t code;

	if (!text) {
		mcd_json_null(j, parent, key);
		return;
	}
	clean = to = malloc(strlen(text) * 3 + 1); /* one bad byte becomes three */
	if (!clean) {
		j->failed = true;
		return;
	}
	while (*text) {
		text += mcd_utf8_next(text, &code);
		to += mcd_utf8_put(to, code);
	}
	*to = '\0';
	put(j, parent, key, cJSON_CreateString(clean));
	free(clean);
}

void mcd_json_word(struct mcd_json *j, cJSON *parent, const char *key, const char *text)
{
	mcd_json_text(j, parent, key, *text ? text : NULL);
}

void mcd_json_address(struct mcd_json *j, cJSON *parent, const char *key, struct mcd_addr address)
{
	char text[MCD_ADDR_TEXT];

	mcd_json_text(j, parent, key, mcd_addr_format(address, text));
}

void mcd_json_mac(struct mcd_json *j, cJSON *parent, const char *key, const uint8_t mac[6])
{
	char text[MCD_MAC_TEXT];

	mcd_json_text(j, parent, key, mcd_mac_format(mac, text));
}

void mcd_json_family(struct mcd_json *j, cJSON *parent, const char *key, struct mcd_addr address)
{
	mcd_json_int(j, parent, key, mcd_addr_family(address));
}

void mcd_json_vlan(struct mcd_json *j, cJSON *parent, const char *key, bool tagged, uint16_t vlan)
{
	mcd_json_known(j, parent, key, tagged, vlan);
}

void mcd_json_addresses(struct mcd_json *j, cJSON *parent, const char *key, const struct mcd_addr *at, size_t count)
{
	cJSON *list = mcd_json_array(j, parent, key);

	for (size_t i = 0; i < count; i++)
		mcd_json_address(j, list, NULL, at[i]);
}

/* Days since 1970-01-01 to a date of the Gregorian calendar, without the C library's idea of time zones. */
static void civil(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t shifted = days + 719468; /* since 0000-03-01 */
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	unsigned of_era = (unsigned)(shifted - era * 146097);
	unsigned year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	unsigned of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned march = (5 * of_year + 2) / 153;

	*day = of_year - (153 * march + 2) / 5 + 1;
	*month = march < 10 ? march + 3 : march - 9;
	*year = (int64_t)year_of_era + era * 400 + (*month <= 2);
}

char *mcd_time_format(int64_t when_ns, char buf[MCD_TIME_TEXT])
{
	int64_t seconds = when_ns / 1000000000, nanos = when_ns % 1000000000, days, second, year;
	unsigned month, day;

	if (nanos < 0) {
		nanos += 1000000000;
		seconds--;
	}
	days = seconds / 86400;
	second = seconds % 86400;
	if (second < 0) {
		second += 86400;
		days--;
	}
	civil(days, &year, &month, &day);
	snprintf(buf, MCD_TIME_TEXT, "%04d-%02u-%02uT%02d:%02d:%02d.%09dZ", (int)year, month, day, (int)(second / 3600), (int)(second / 60 % 60),
		 (int)(second % 60), (int)nanos);
	return buf;
}

void mcd_json_time(struct mcd_json *j, cJSON *parent, const char *key, int64_t when_ns)
{
	char text[MCD_TIME_TEXT];

	mcd_json_text(j, parent, key, when_ns ? mcd_time_format(when_ns, text) : NULL);
}

int64_t mcd_ns_to_us(int64_t ns)
{
	int64_t rest = ns % 1000;

	return ns / 1000 + (rest >= 500) - (rest <= -500);
}

void mcd_json_when(struct mcd_json *j, cJSON *parent, const char *key, int64_t when_ns)
{
	if (when_ns)
		mcd_json_fixed(j, parent, key, mcd_ns_to_us(when_ns - j->origin_ns));
	else
		mcd_json_null(j, parent, key);
}

bool mcd_json_finish(struct mcd_json *j, cJSON *root, FILE *out, bool indented, struct mcd_err *err)
{
	char *text = j->failed ? NULL : cJSON_PrintBuffered(root, PRINT_ROOM, indented);
	bool ok;

	cJSON_Delete(root);
	if (!text) {
		mcd_err_set(err, "cannot write the report: out of memory");
		return false;
	}
	errno = 0;
	ok = fputs(text, out) != EOF && fputc('\n', out) != EOF && fflush(out) == 0 && !ferror(out);
	if (!ok)
		mcd_err_os(err, errno ? errno : EIO, "cannot write the report");
	cJSON_free(text);
	return ok;
}
