// AVX-512 with bytes and words, byte permutation and byte compression (VBMI, VBMI2): Intel since Ice Lake, AMD since Zen 4.

#if defined(__x86_64__)
#include <immintrin.h>

#include "generic/base.h"

#pragma clang attribute push( \
    __attribute__((target("avx2,bmi,bmi2,popcnt,pclmul,avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2"))), \
    apply_to = function)

#define LANES 64
#define TABLE trawl_kernels_avx512
#define TABLE_NAME "avx512"
#define HAS_LOOK_UP
#define HAS_MASKED_LOADS

typedef __m512i vector;
typedef __mmask64 hits;

INLINE vector load_vector(const uint8_t *p) { return _mm512_loadu_si512(p); }
INLINE vector splat(uint8_t byte) { return _mm512_set1_epi8((char)byte); }
INLINE vector or_vectors(vector a, vector b) { return _mm512_or_si512(a, b); }
INLINE vector xor_vectors(vector a, vector b) { return _mm512_xor_si512(a, b); }
INLINE vector lesser_bytes(vector a, vector b) { return _mm512_min_epu8(a, b); }
INLINE bool has_zero(vector v) { return _mm512_testn_epi8_mask(v, v) != 0; }
INLINE vector subtract(vector a, vector b) { return _mm512_sub_epi8(a, b); }
INLINE hits equal(vector a, vector b) { return _mm512_cmpeq_epi8_mask(a, b); }
INLINE hits at_most(vector v, uint8_t limit) { return _mm512_cmple_epu8_mask(v, splat(limit)); }
INLINE hits or_hits(hits a, hits b) { return a | b; }
INLINE uint64_t hits_to_bits(const hits *h) { return *h; }

/// SAFETY: the bytes that the mask leaves out are not accessed, whatever page they lie in.
INLINE vector load_masked(const uint8_t *p, size_t count, uint8_t padding) {
    return _mm512_mask_loadu_epi8(splat(padding), low_bits(count), p);
}

INLINE uint64_t prefix_xor(uint64_t bits) {
    return (uint64_t)_mm_cvtsi128_si64(
        _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits), _mm_set1_epi8(-1), 0));
}

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

INLINE vector look_up(vector v, table16 table) {
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)table.entry)), v);
}
INLINE vector upper_halves(vector v) { return _mm512_and_si512(_mm512_srli_epi16(v, 4), splat(0x0f)); }
INLINE hits common_bits(vector a, vector b) { return _mm512_test_epi8_mask(a, b); }

#include "generic/all.h"

#pragma clang attribute pop
#endif
