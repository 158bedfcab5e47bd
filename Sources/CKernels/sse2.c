// What every x86-64 processor has, and nothing else.

#if defined(__x86_64__)
#include <emmintrin.h>

#include "generic/base.h"

#define LANES 16
#define TABLE trawl_kernels_sse2
#define TABLE_NAME "sse2"

typedef __m128i vector;
typedef __m128i hits;

INLINE vector load_vector(const uint8_t *p) { return _mm_loadu_si128((const __m128i *)p); }
INLINE vector splat(uint8_t byte) { return _mm_set1_epi8((char)byte); }
INLINE vector or_vectors(vector a, vector b) { return _mm_or_si128(a, b); }
INLINE vector xor_vectors(vector a, vector b) { return _mm_xor_si128(a, b); }
INLINE vector lesser_bytes(vector a, vector b) { return _mm_min_epu8(a, b); }
INLINE bool has_zero(vector v) { return _mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_setzero_si128())) != 0; }
INLINE vector subtract(vector a, vector b) { return _mm_sub_epi8(a, b); }
INLINE hits equal(vector a, vector b) { return _mm_cmpeq_epi8(a, b); }
INLINE hits at_most(vector v, uint8_t limit) { return equal(_mm_max_epu8(v, splat(limit)), splat(limit)); }
INLINE hits or_hits(hits a, hits b) { return _mm_or_si128(a, b); }

INLINE uint64_t hits_to_bits(const hits *h) {
    uint64_t low = (uint32_t)_mm_movemask_epi8(h[0]) | (uint32_t)_mm_movemask_epi8(h[1]) << 16;
    uint64_t high = (uint32_t)_mm_movemask_epi8(h[2]) | (uint32_t)_mm_movemask_epi8(h[3]) << 16;
    return low | high << 32;
}

#include "generic/fallbacks.h"
#define prefix_xor prefix_xor_by_shifts
#define write_positions write_positions_by_eights

#include "generic/all.h"

#endif
