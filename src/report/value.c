/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/value.h"

#include "report/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The digits of VALUE, at least LEAST of them, up to END; returns where they begin. */
static char *digits(uint64_t value, int least, char *end)
{
	do {
		*--end = (char)('0' + value % 10);
		value /= 10;
		least--;
	} while (value > 0 || least > 0);
	return end;
}

void mcd_json_null(struct mcd_json *j, const char *key)
{
	mcd_json_raw(j, key, "null", 4);
}

void mcd_json_bool(struct mcd_json *j, const char *key, bool value)
{
	mcd_json_raw(j, key, value ? "true" : "false", value ? 4 : 5);
}

void mcd_json_uint(struct mcd_json *j, const char *key, uint64_t value)
{
	char text[MCD_FIXED_TEXT], *end = text + sizeof text, *at = digits(value, 1, end);

	mcd_json_raw(j, key, at, (size_t)(end - at));
}

/* The size of a number that may be the least there is. */
static uint64_t size_of(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

void mcd_json_int(struct mcd_json *j, const char *key, int64_t value)
{
	char text[MCD_FIXED_TEXT], *end = text + sizeof text, *at = digits(size_of(value), 1, end);

	if (value < 0)
		*--at = '-';
	mcd_json_raw(j, key, at, (size_t)(end - at));
}

void mcd_json_known(struct mcd_json *j, const char *key, bool known, uint64_t value)
{
	if (known)
		mcd_json_uint(j, key, value);
	else
		mcd_json_null(j, key);
}

char *mcd_fixed_format(int64_t thousandths, char buf[MCD_FIXED_TEXT])
{
	char text[MCD_FIXED_TEXT] = "", *end = text + sizeof text, *at;
	const uint64_t size = size_of(thousandths);

	*--end = '\0';
	at = digits(size % 1000, 3, end);
	*--at = '.';
	at = digits(size / 1000, 1, at);
	if (thousandths < 0)
		*--at = '-';
	memcpy(buf, at, (size_t)(end - at) + 1);
	return buf;
}

void mcd_json_fixed(struct mcd_json *j, const char *key, int64_t thousandths)
{
	char text[MCD_FIXED_TEXT];

	mcd_fixed_format(thousandths, text);
	mcd_json_raw(j, key, text, strlen(text));
}

/* Whether TEXT stands in JSON as it is. */
static bool is_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text > '~' || *text == '"' || *text == '\\')
			return false;
	return true;
}

/* What is not UTF-8 is replaced; cJSON knows the escapes. */
static void put_any(struct mcd_json *j, const char *key, const char *text)
{
	char *clean, *to;
	uint32_t code;

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
	mcd_json_value(j, key, &(cJSON){ .type = cJSON_String, .valuestring = clean });
	free(clean);
}

void mcd_json_text(struct mcd_json *j, const char *key, const char *text)
{
	if (!text)
		mcd_json_null(j, key);
	else if (is_plain(text))
		mcd_json_plain(j, key, text);
	else
		put_any(j, key, text);
}

void mcd_json_word(struct mcd_json *j, const char *key, const char *text)
{
	mcd_json_text(j, key, *text ? text : NULL);
}

void mcd_json_address(struct mcd_json *j, const char *key, struct mcd_addr address)
{
	char text[MCD_ADDR_TEXT];

	mcd_json_plain(j, key, mcd_addr_format(address, text));
}

void mcd_json_mac(struct mcd_json *j, const char *key, const uint8_t mac[6])
{
	char text[MCD_MAC_TEXT];

	mcd_json_plain(j, key, mcd_mac_format(mac, text));
}

void mcd_json_family(struct mcd_json *j, const char *key, struct mcd_addr address)
{
	mcd_json_int(j, key, mcd_addr_family(address));
}

void mcd_json_bits(struct mcd_json *j, const char *key, const uint64_t *bits, unsigned count)
{
	mcd_json_array(j, key);
	for (unsigned first = 0; first < count; first += 64) {
		unsigned bit = first;

		for (uint64_t left = bits[first / 64]; left; left >>= 1, bit++)
			if (left & 1)
				mcd_json_uint(j, NULL, bit);
	}
	mcd_json_end(j);
}

void mcd_json_vlan(struct mcd_json *j, uint16_t vlan, uint16_t inner_vlan)
{
	mcd_json_known(j, "vlan", vlan != 0, vlan);
	mcd_json_known(j, "inner_vlan", inner_vlan != 0, inner_vlan);
}

void mcd_json_addresses(struct mcd_json *j, const char *key, const struct mcd_addr *at, size_t count)
{
	mcd_json_array(j, key);
	for (size_t i = 0; i < count; i++)
		mcd_json_address(j, NULL, at[i]);
	mcd_json_end(j);
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

void mcd_json_time(struct mcd_json *j, const char *key, int64_t when_ns)
{
	char text[MCD_TIME_TEXT];

	if (when_ns)
		mcd_json_plain(j, key, mcd_time_format(when_ns, text));
	else
		mcd_json_null(j, key);
}

int64_t mcd_ns_to_us(int64_t ns)
{
	int64_t rest = ns % 1000;

	return ns / 1000 + (rest >= 500) - (rest <= -500);
}

void mcd_json_when(struct mcd_json *j, const char *key, int64_t when_ns)
{
	if (when_ns)
		mcd_json_fixed(j, key, mcd_ns_to_us(when_ns - j->origin_ns));
	else
		mcd_json_null(j, key);
}
