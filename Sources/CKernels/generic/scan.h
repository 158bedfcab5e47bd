// Line feeds, candidate positions and suspect line ends in one pass.
//
// Strides of four blocks are first only asked whether there is anything at all in them, with nothing moved out of vector
// registers; most have nothing, since lines are long and pairs are chosen rare. Only where there is something are the blocks
// looked at one by one, again from the start: they are in the first-level cache by then.
//
// A stride takes the least byte over all differences from what is searched, which is 0 if anything matches. Comparing into masks and
// combining these took twice as long on AVX-512 (the masks have one or two execution ports, bytes all four; folding and
// difference are one instruction there). Strides of two or eight blocks were no faster. Every hit costs a wrong guess, in which
// the processor's own reading ahead stalls: asking for memory 8 KiB ahead brought 26 to 36 GB/s with one pair from memory,
// 2 KiB only half of that, 16 KiB less again.

#pragma once

typedef struct {
    vector first, first_fold, second, second_fold;
    size_t distance;
} wide_pair;

#define STRIDE (4 * BLOCK)
#define PREFETCH_DISTANCE 8192
/// After so many strides in a row with candidates the next is not asked first: pairs of keys are found in most. That took a
/// tenth off scans for keys, and nothing from those for rare literals.
#define DENSE 2

/// SAFETY: reads [p, p + STRIDE + the longest distance).
INLINE bool stride_is_empty(const uint8_t *p, vector newline, const wide_pair *pairs, size_t pair_count) {
    // SAFETY: a prefetch may name any address; it never faults. As an integer it is not a pointer past the buffer's end either.
    for (size_t i = 0; i < STRIDE; i += 64) __builtin_prefetch((const void *)((uintptr_t)p + PREFETCH_DISTANCE + i));
    vector least = splat(0xff);
#pragma clang loop unroll(full)
    for (int i = 0; i < STRIDE / LANES; i++) {
        least = lesser_bytes(least, xor_vectors(load_vector(p + i * LANES), newline));
    }
    for (size_t k = 0; k < pair_count; k++) {
        const wide_pair pair = pairs[k];
#pragma clang loop unroll(full)
        for (int i = 0; i < STRIDE / LANES; i++) {
            const uint8_t *q = p + i * LANES;
            vector first = xor_vectors(or_vectors(load_vector(q), pair.first_fold), pair.first);
            vector second = xor_vectors(or_vectors(load_vector(q + pair.distance), pair.second_fold), pair.second);
            least = lesser_bytes(least, or_vectors(first, second));
        }
    }
    return !has_zero(least);
}

/// The block at an offset below the length, with zeros for what lies beyond the length.
INLINE block load_block_within(const uint8_t *base, size_t length, size_t offset) {
    size_t rest = length - offset;
    return rest >= BLOCK ? load_block(base + offset) : load_padded(base + offset, rest, 0);
}

/// The positions in a block at which some pair matches with both bytes below the length. A zero beyond it must not match.
///
/// SAFETY: where the caller vouches that the block is `interior`, it reads 64 bytes at the offset and at each pair's distance from it.
INLINE uint64_t candidate_bits(const uint8_t *base, size_t length, size_t offset, block b, const wide_pair *pairs,
                               size_t pair_count, const bool interior) {
    uint64_t found = 0;
    for (size_t k = 0; k < pair_count; k++) {
        const wide_pair pair = pairs[k];
        size_t second_offset = offset + pair.distance;
        if (!interior && second_offset >= length) continue;
        block second = interior ? load_block(base + second_offset) : load_block_within(base, length, second_offset);
        uint64_t bits = equal_bits(fold_block(b, pair.first_fold), pair.first)
            & equal_bits(fold_block(second, pair.second_fold), pair.second);
        found |= interior ? bits : bits & low_bits(length - second_offset);
    }
    return found;
}

/// Those of a block's line feeds that do not stand between `}` and `{` or the end.
INLINE uint64_t suspect_bits(const uint8_t *base, size_t length, size_t offset, block b, uint64_t newlines) {
    uint64_t closed = equal_bits(b, splat('}')) << 1;
    if (offset > 0 && base[offset - 1] == '}') closed |= 1;
    uint64_t opens = equal_bits(b, splat('{')) >> 1;
    size_t rest = length - offset;
    if (rest <= BLOCK) {
        opens |= 1ull << (rest - 1);
    } else if (base[offset + BLOCK] == '{') {
        opens |= 1ull << (BLOCK - 1);
    }
    return newlines & ~(closed & opens);
}

/// Called with a constant number of pairs, so that there is a loop for each.
INLINE void scan_pairs(const uint8_t *base, size_t length, size_t start, const trawl_pair *pairs, size_t pair_count,
                       uint32_t *candidates, size_t candidate_capacity, uint32_t *suspects, size_t suspect_capacity,
                       trawl_scan_result *out) {
    wide_pair wide[TRAWL_SCAN_PAIRS];
    size_t longest = 0;
    for (size_t k = 0; k < pair_count; k++) {
        wide[k] = (wide_pair){splat(pairs[k].first), splat(pairs[k].first_fold), splat(pairs[k].second),
                              splat(pairs[k].second_fold), pairs[k].distance};
        if (longest < pairs[k].distance) longest = pairs[k].distance;
    }
    const vector newline = splat('\n');
    size_t p = start, candidate_count = 0, suspect_count = 0;
    uint64_t newlines = 0;
    // Strides in a row, up to now, that held something.
    unsigned full_strides = 0;
    while (p < length) {
        if (full_strides < DENSE) {
            // SAFETY: a stride is read whole only where it and its pairs' second bytes lie below the length.
            while (length - p >= STRIDE + longest && stride_is_empty(base + p, newline, wide, pair_count)) {
                p += STRIDE;
                full_strides = 0;
            }
        }
        size_t rest = length - p;
        const bool interior = rest >= STRIDE + longest;
        size_t end = rest < STRIDE ? length : p + STRIDE;
        const size_t found_before = candidate_count;
        while (p < end) {
            block b = interior ? load_block(base + p) : load_block_within(base, length, p);
            uint64_t found = interior ? candidate_bits(base, length, p, b, wide, pair_count, true)
                                      : candidate_bits(base, length, p, b, wide, pair_count, false);
            uint64_t newline_bits = equal_bits(b, newline);
            if (found != 0) {
                if (candidate_capacity - candidate_count < BLOCK) goto full;
                // Counted only below: suspects of the same block may yet not fit.
                write_positions(candidates + candidate_count, found, (uint32_t)p);
            }
            if (newline_bits != 0) {
                uint64_t suspected = suspect_bits(base, length, p, b, newline_bits);
                if (suspected != 0) {
                    if (suspect_capacity - suspect_count < BLOCK) goto full;
                    write_positions(suspects + suspect_count, suspected, (uint32_t)p);
                    suspect_count += (size_t)__builtin_popcountll(suspected);
                }
                newlines += (uint64_t)__builtin_popcountll(newline_bits);
            }
            candidate_count += (size_t)__builtin_popcountll(found);
            p = end - p < BLOCK ? end : p + BLOCK;
        }
        full_strides = candidate_count == found_before ? 0 : full_strides + 1;
    }
full:
    *out = (trawl_scan_result){newlines, p, candidate_count, suspect_count};
}

static void scan(const uint8_t *base, size_t length, size_t start, const trawl_pair *pairs, size_t pair_count,
                 uint32_t *candidates, size_t candidate_capacity, uint32_t *suspects, size_t suspect_capacity,
                 trawl_scan_result *out) {
    if (start > length) start = length;
    if (pair_count > TRAWL_SCAN_PAIRS) pair_count = TRAWL_SCAN_PAIRS;
#define SCAN(COUNT) \
    scan_pairs(base, length, start, pairs, COUNT, candidates, candidate_capacity, suspects, suspect_capacity, out)
    switch (pair_count) {
    case 0: SCAN(0); break;
    case 1: SCAN(1); break;
    case 2: SCAN(2); break;
    case 3: SCAN(3); break;
    default: SCAN(pair_count);
    }
#undef SCAN
}

static uint64_t count_newlines(const uint8_t *base, size_t length) {
    const vector newline = splat('\n');
    uint64_t count = 0;
    size_t p = 0;
    for (; length - p >= BLOCK; p += BLOCK) {
        count += (uint64_t)__builtin_popcountll(equal_bits(load_block(base + p), newline));
    }
    if (p < length) count += (uint64_t)__builtin_popcountll(equal_bits(load_padded(base + p, length - p, 0), newline));
    return count;
}
