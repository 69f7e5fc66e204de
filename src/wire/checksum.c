/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/checksum.h"
#include "wire/checksum_wide.h"
#include "wire/cursor.h"

#include <string.h>

/* A sum of 64-bit words with the carries out of it: two instructions a word. */
struct sum {
	uint64_t low, carries;
};

static inline void add(struct sum *sum, uint64_t word)
{
	sum->low += word;
	sum->carries += sum->low < word;
}

/* In the byte order of this host, in which words may be added as well as in any other (RFC 1071, 2, B). */
static inline uint64_t word_at(const uint8_t *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

static inline const uint8_t *add_16(struct sum *sum, const uint8_t *p)
{
	add(sum, word_at(p));
	add(sum, word_at(p + 8));
	return p + 16;
}

static inline const uint8_t *add_32(struct sum *sum, const uint8_t *p)
{
	return add_16(sum, add_16(sum, p));
}

/* The LENGTH octets before END, 1 to 7 of them, in a word that is zero elsewhere: of the 8 before END, which are all there, the first ones
 * are shifted out. */
static inline uint64_t last_word(const uint8_t *end, size_t length)
{
	const uint8_t order[8] = { 1 };
	const unsigned others = (unsigned)(8 - length) * 8;

	return word_at(order) == 1 ? word_at(end - 8) >> others : word_at(end - 8) << others;
}

/* Fewer octets than a word. */
static uint64_t sum_few(const uint8_t *data, size_t length)
{
	uint8_t word[8] = { 0 };
	uint64_t sum;

	for (size_t i = 0; i < length; i++)
		word[i] = data[i];
	sum = word_at(word);
	return (sum & UINT32_MAX) + (sum >> 32);
}

/* LENGTH octets, of which or before which 8 are held. 2^16 is 1 modulo 2^16 - 1: 64-bit words add up to the same sum (RFC 1071, 2, C). */
static inline __attribute__((always_inline)) uint64_t sum_words(const uint8_t *data, size_t length)
{
	struct sum sum = { 0, 0 };

	for (size_t blocks = length / 64; blocks > 0; blocks--)
		data = add_32(&sum, add_32(&sum, data));
	if (length & 32)
		data = add_32(&sum, data);
	if (length & 16)
		data = add_16(&sum, data);
	if (length & 8) {
		add(&sum, word_at(data));
		data += 8;
	}
	if (length & 7)
		add(&sum, last_word(data + (length & 7), length & 7));
	return (sum.low & UINT32_MAX) + (sum.low >> 32) + sum.carries;
}

/* Out of line, so that the sum of few words saves no registers for it. */
__attribute__((noinline)) static uint64_t sum_many(const uint8_t *data, size_t length)
{
	if (!mcd_checksum_has_wide())
		return sum_words(data, length);
	if (length <= MCD_CHECKSUM_WIDE_MOST)
		return mcd_checksum_wide(data, length);
	return mcd_checksum_wide(data, MCD_CHECKSUM_WIDE_MOST) + mcd_checksum_sum(data + MCD_CHECKSUM_WIDE_MOST, length - MCD_CHECKSUM_WIDE_MOST);
}

uint64_t mcd_checksum_sum(const uint8_t *data, size_t length)
{
	enum { MANY = 256 };

	if (length >= MANY)
		return sum_many(data, length);
	return length < sizeof(uint64_t) ? sum_few(data, length) : sum_words(data, length);
}

/* 16 bits in network order, whose value is that of the octets in memory. */
uint32_t mcd_checksum_add(uint32_t sum, const uint8_t *data, size_t length)
{
	const uint16_t folded = mcd_checksum_fold(mcd_checksum_sum(data, length));
	uint64_t total;
	uint8_t octets[2];

	memcpy(octets, &folded, sizeof octets);
	total = (uint64_t)sum + mcd_load16(octets);
	return (uint32_t)((total & UINT32_MAX) + (total >> 32));
}
