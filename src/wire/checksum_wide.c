/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/checksum_wide.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

/* SUMS and the words of a block, by pairs. The multiplication that adds pairs is of signed words: each is taken 32768 lower, which is given
 * back in the end. */
__attribute__((target("avx2"))) static inline __m256i add_block(__m256i sums, const uint8_t *data)
{
	const __m256i words = _mm256_xor_si256(_mm256_loadu_si256((const __m256i_u *)data), _mm256_set1_epi16((short)0x8000));

	return _mm256_add_epi32(sums, _mm256_madd_epi16(words, _mm256_set1_epi16(1)));
}

__attribute__((target("avx2"))) static inline __m256i add_four(__m256i sums, const uint8_t *data)
{
	sums = add_block(add_block(sums, data), data + MCD_CHECKSUM_BLOCK);
	return add_block(add_block(sums, data + 2 * MCD_CHECKSUM_BLOCK), data + 3 * MCD_CHECKSUM_BLOCK);
}

__attribute__((target("avx2"))) static inline uint64_t add_lanes(__m256i sums)
{
	const __m256i wide = _mm256_add_epi64(_mm256_cvtepi32_epi64(_mm256_castsi256_si128(sums)), _mm256_cvtepi32_epi64(_mm256_extracti128_si256(sums, 1)));
	const __m128i two = _mm_add_epi64(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));

	return (uint64_t)_mm_cvtsi128_si64(_mm_add_epi64(two, _mm_unpackhi_epi64(two, two)));
}

__attribute__((target("avx2"))) uint64_t mcd_checksum_wide(const uint8_t *data, size_t blocks)
{
	__m256i sums = _mm256_setzero_si256(), other = sums;

	for (size_t few = blocks % 8; few > 0; few--, data += MCD_CHECKSUM_BLOCK)
		sums = add_block(sums, data);
	for (size_t eights = blocks / 8; eights > 0; eights--, data += 8 * MCD_CHECKSUM_BLOCK) {
		sums = add_four(sums, data);
		other = add_four(other, data + 4 * MCD_CHECKSUM_BLOCK);
	}
	return add_lanes(_mm256_add_epi32(sums, other)) + blocks * 16 * 32768;
}

bool mcd_checksum_has_wide(void)
{
	return __builtin_cpu_supports("avx2");
}

#else

uint64_t mcd_checksum_wide(const uint8_t *data, size_t blocks)
{
	(void)data;
	(void)blocks;
	return 0;
}

bool mcd_checksum_has_wide(void)
{
	return false;
}

#endif
