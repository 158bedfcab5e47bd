// Operations on vectors of 64 bytes with masks, for all that have AVX-512 with bytes and words.
#pragma once

#define LANES 64
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

INLINE vector and_vectors(vector a, vector b) { return _mm512_and_si512(a, b); }
INLINE vector subtract_saturating(vector a, vector b) { return _mm512_subs_epu8(a, b); }
INLINE vector wide_table(const uint8_t *entry) {
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)entry));
}
INLINE vector look_up_wide(vector v, vector table) { return _mm512_shuffle_epi8(table, v); }
INLINE vector look_up(vector v, table16 table) { return look_up_wide(v, wide_table(table.entry)); }
INLINE vector upper_halves(vector v) { return _mm512_and_si512(_mm512_srli_epi16(v, 4), splat(0x0f)); }
INLINE hits common_bits(vector a, vector b) { return _mm512_test_epi8_mask(a, b); }
