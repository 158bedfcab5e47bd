// What every 64-bit ARM processor has.

#if defined(__aarch64__)
#include <arm_neon.h>

#include "generic/base.h"

#define LANES 16
#define TABLE trawl_kernels_neon
#define TABLE_NAME "neon"

typedef uint8x16_t vector;
typedef uint8x16_t hits;

INLINE vector load_vector(const uint8_t *p) { return vld1q_u8(p); }
INLINE vector splat(uint8_t byte) { return vdupq_n_u8(byte); }
INLINE vector or_vectors(vector a, vector b) { return vorrq_u8(a, b); }
INLINE vector xor_vectors(vector a, vector b) { return veorq_u8(a, b); }
INLINE vector lesser_bytes(vector a, vector b) { return vminq_u8(a, b); }
INLINE bool has_zero(vector v) { return vminvq_u8(v) == 0; }
INLINE vector subtract(vector a, vector b) { return vsubq_u8(a, b); }
INLINE hits equal(vector a, vector b) { return vceqq_u8(a, b); }
INLINE hits at_most(vector v, uint8_t limit) { return vcleq_u8(v, splat(limit)); }
INLINE hits or_hits(hits a, hits b) { return vorrq_u8(a, b); }

/// One bit of its own per byte of eight, then three rounds of adding neighbours gather 64 bytes into eight.
INLINE uint64_t hits_to_bits(const hits *h) {
    const uint8x16_t bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t low = vpaddq_u8(vandq_u8(h[0], bit), vandq_u8(h[1], bit));
    uint8x16_t high = vpaddq_u8(vandq_u8(h[2], bit), vandq_u8(h[3], bit));
    uint8x16_t all = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

#include "generic/fallbacks.h"
#define prefix_xor prefix_xor_by_shifts
#define write_positions write_positions_by_eights

#include "generic/all.h"

#endif
