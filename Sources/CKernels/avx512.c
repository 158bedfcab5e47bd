// AVX-512 with byte permutation and byte compression (VBMI, VBMI2) beside: Intel since Ice Lake, AMD since Zen 4.

#if defined(__x86_64__)
#include <immintrin.h>

#include "generic/base.h"

#pragma clang attribute push( \
    __attribute__((target("avx2,bmi,bmi2,popcnt,pclmul,avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2"))), \
    apply_to = function)

#define TABLE trawl_kernels_avx512
#define TABLE_NAME "avx512"

#include "generic/avx512.h"

INLINE void write_positions(uint32_t *out, uint64_t bits, uint32_t base) {
    const vector numbers = _mm512_set_epi8(
        63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34,
        33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2,
        1, 0);
    // Compressed in a register: the form that stores takes a hundred cycles and more on Zen 4.
    vector packed = _mm512_maskz_compress_epi8(bits, numbers);
    const vector bases = _mm512_set1_epi32((int)base);
    _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed)), bases));
    size_t count = (size_t)_mm_popcnt_u64(bits);
    if (__builtin_expect(count > 16, 0)) {
        _mm512_storeu_si512(out + 16, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(packed, 1)), bases));
        _mm512_storeu_si512(out + 32, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(packed, 2)), bases));
        _mm512_storeu_si512(out + 48, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(packed, 3)), bases));
    }
}

#define HAS_COMPRESSION
INLINE vector compress(vector v, uint64_t kept) { return _mm512_maskz_compress_epi8(kept, v); }

/// The bytes that stand for others behind a backslash, as these where they are escaped. The table is looked into by the lower
/// six bits: only letters are meant.
INLINE vector unescape_letters(vector v, uint64_t escaped) {
    const vector table = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)trawl_letter_escapes));
    vector meant = _mm512_permutexvar_epi8(v, table);
    uint64_t letters = at_most(subtract(v, splat(0x60)), 0x1f) & _mm512_test_epi8_mask(meant, meant);
    return _mm512_mask_mov_epi8(v, escaped & letters, meant);
}

#include "generic/all.h"

#pragma clang attribute pop
#endif
