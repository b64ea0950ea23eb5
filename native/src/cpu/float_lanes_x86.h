// What the AVX2 and AVX-512 lanes share. For a file that has chosen its instruction set; everything is local to it.
#pragma once

#include <cstdint>
#include <cstring>
#include <immintrin.h>

namespace gto {
namespace {

// Four sums over 8 lanes each, in the tree of all instruction sets: lanes i and i + 4, then i and i + 2, then i and i +
// 1.
inline __m128 sum_eights(__m256 a, __m256 b, __m256 c, __m256 d) {
    const __m256 ac = _mm256_add_ps(_mm256_permute2f128_ps(a, c, 0x20), _mm256_permute2f128_ps(a, c, 0x31));
    const __m256 bd = _mm256_add_ps(_mm256_permute2f128_ps(b, d, 0x20), _mm256_permute2f128_ps(b, d, 0x31));
    const __m256 pairs = _mm256_add_ps((__m256) _mm256_unpacklo_pd((__m256d) ac, (__m256d) bd),
                                       (__m256) _mm256_unpackhi_pd((__m256d) ac, (__m256d) bd));
    const __m256 sums = _mm256_add_ps(pairs, _mm256_movehdup_ps(pairs)); // in the even lanes: a, b, c, d
    return _mm_shuffle_ps(_mm256_castps256_ps128(sums), _mm256_extractf128_ps(sums, 1), _MM_SHUFFLE(2, 0, 2, 0));
}

inline float half_value(uint16_t bits) { return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(bits))); }

} // namespace
} // namespace gto
