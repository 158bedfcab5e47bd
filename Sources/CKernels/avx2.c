// AVX2 with bit manipulation and carry-less multiplication: Intel since Haswell, AMD since Excavator.

#if defined(__x86_64__)
#include <immintrin.h>

#include "generic/base.h"

#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt,pclmul"))), apply_to = function)

#define LANES 32
#define TABLE trawl_kernels_avx2
#define TABLE_NAME "avx2"
#define HAS_LOOK_UP

typedef __m256i vector;
typedef __m256i hits;

INLINE vector load_vector(const uint8_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
INLINE vector splat(uint8_t byte) { return _mm256_set1_epi8((char)byte); }
INLINE vector or_vectors(vector a, vector b) { return _mm256_or_si256(a, b); }
INLINE vector xor_vectors(vector a, vector b) { return _mm256_xor_si256(a, b); }
INLINE vector lesser_bytes(vector a, vector b) { return _mm256_min_epu8(a, b); }
INLINE bool has_zero(vector v) { return _mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_setzero_si256())) != 0; }
INLINE vector subtract(vector a, vector b) { return _mm256_sub_epi8(a, b); }
INLINE hits equal(vector a, vector b) { return _mm256_cmpeq_epi8(a, b); }
INLINE hits at_most(vector v, uint8_t limit) { return equal(_mm256_max_epu8(v, splat(limit)), splat(limit)); }
INLINE hits or_hits(hits a, hits b) { return _mm256_or_si256(a, b); }

INLINE uint64_t hits_to_bits(const hits *h) {
    return (uint32_t)_mm256_movemask_epi8(h[0]) | (uint64_t)(uint32_t)_mm256_movemask_epi8(h[1]) << 32;
}

INLINE uint64_t prefix_xor(uint64_t bits) {
    return (uint64_t)_mm_cvtsi128_si64(
        _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits), _mm_set1_epi8(-1), 0));
}

INLINE vector and_vectors(vector a, vector b) { return _mm256_and_si256(a, b); }
INLINE vector subtract_saturating(vector a, vector b) { return _mm256_subs_epu8(a, b); }
INLINE vector wide_table(const uint8_t *entry) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)entry));
}
INLINE vector look_up_wide(vector v, vector table) { return _mm256_shuffle_epi8(table, v); }
INLINE vector look_up(vector v, table16 table) { return look_up_wide(v, wide_table(table.entry)); }
INLINE vector upper_halves(vector v) { return _mm256_and_si256(_mm256_srli_epi16(v, 4), splat(0x0f)); }
INLINE hits common_bits(vector a, vector b) { return _mm256_cmpgt_epi8(_mm256_and_si256(a, b), _mm256_setzero_si256()); }

#include "generic/fallbacks.h"
#define write_positions write_positions_by_eights

#include "generic/all.h"

#pragma clang attribute pop

const trawl_kernels trawl_kernels_avx512bw = {
    .name = "avx512bw",
    .count_newlines = trawl_count_newlines_avx512bw,
    .scan = trawl_scan_avx512bw,
    .scan_words = trawl_scan_words_avx512bw,
    .json_index = json_index,
    .json_index_line = json_index_line,
    .json_unescape = json_unescape,
    .find = find,
    .find_caseless = find_caseless,
};
#endif
