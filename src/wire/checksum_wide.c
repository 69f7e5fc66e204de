/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/checksum_wide.h"

#ifdef MCD_CHECKSUM_AVX2

#include <immintrin.h>

enum { BLOCK = 32 };

/* Sums by lanes of 32 bits. The multiplication that adds pairs of words is of signed ones: each is taken 32768 lower, which is given back in the
 * end. The two constants are kept beside, or the compiler makes them anew in each loop. */
struct lanes {
	__m256i sums, lower, ones;
};

__attribute__((target("avx2"))) static inline __m256i pairs(const struct lanes *l, __m256i words)
{
	return _mm256_madd_epi16(_mm256_xor_si256(words, l->lower), l->ones);
}

__attribute__((target("avx2"))) static inline __m256i block(const struct lanes *l, const uint8_t *data)
{
	return pairs(l, _mm256_loadu_si256((const __m256i_u *)data));
}

__attribute__((target("avx2"))) static inline void add_two(struct lanes *l, const uint8_t *data)
{
	l->sums = _mm256_add_epi32(l->sums, _mm256_add_epi32(block(l, data), block(l, data + BLOCK)));
}

__attribute__((target("avx2"))) static inline void add_eight(struct lanes *l, const uint8_t *data)
{
	add_two(l, data);
	add_two(l, data + 2 * BLOCK);
	add_two(l, data + 4 * BLOCK);
	add_two(l, data + 6 * BLOCK);
}

/* The LENGTH octets before END, less than a block of them and an even number: of the block before END the others are taken for zero. */
__attribute__((target("avx2"))) static inline void add_rest(struct lanes *l, const uint8_t *end, size_t length)
{
	static const uint8_t kept[2 * BLOCK] = { [BLOCK ... 2 * BLOCK - 1] = 0xff };
	const __m256i words = _mm256_and_si256(_mm256_loadu_si256((const __m256i_u *)(end - BLOCK)), _mm256_loadu_si256((const __m256i_u *)(kept + length)));

	l->sums = _mm256_add_epi32(l->sums, pairs(l, words));
}

__attribute__((target("avx2"))) static inline uint64_t total(const struct lanes *l)
{
	const __m256i low = _mm256_cvtepi32_epi64(_mm256_castsi256_si128(l->sums)), high = _mm256_cvtepi32_epi64(_mm256_extracti128_si256(l->sums, 1));
	const __m256i wide = _mm256_add_epi64(low, high);
	const __m128i two = _mm_add_epi64(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));

	return (uint64_t)_mm_cvtsi128_si64(_mm_add_epi64(two, _mm_unpackhi_epi64(two, two)));
}

__attribute__((target("avx2"))) uint64_t mcd_checksum_wide(const uint8_t *data, size_t length)
{
	const size_t blocks = length / BLOCK;
	const uint64_t odd = length & 1 ? data[length - 1] : 0; /* this host has the first octet of a word lowest */
	const uint8_t *end = data + (length & ~(size_t)1);
	struct lanes l = { _mm256_setzero_si256(), _mm256_set1_epi16((short)0x8000), _mm256_set1_epi16(1) };

	__asm__("" : "+x"(l.lower), "+x"(l.ones));
	for (size_t eights = blocks / 8; eights > 0; eights--, data += (size_t)8 * BLOCK)
		add_eight(&l, data);
	for (size_t twos = blocks % 8 / 2; twos > 0; twos--, data += (size_t)2 * BLOCK)
		add_two(&l, data);
	if (blocks & 1)
		l.sums = _mm256_add_epi32(l.sums, block(&l, data));
	add_rest(&l, end, length % BLOCK & ~(size_t)1);
	return total(&l) + (blocks + 1) * (BLOCK / 2) * 32768 + odd;
}

#else

uint64_t mcd_checksum_wide(const uint8_t *data, size_t length)
{
	(void)data;
	(void)length;
	return 0;
}

#endif
