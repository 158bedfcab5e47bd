// Line feeds, candidate positions and suspect line ends in one pass.
//
// Most strides have nothing in them, since lines are long and pairs are chosen rare; so a stride is asked as a whole, with
// nothing moved out of vector registers. Of each byte the least difference from what is searched is kept, which is 0 where
// anything matches; where a stride has something, these differences tell the places, too. Looking at its blocks again, pair by
// pair, took more time than the first look, and half as much again in all where pairs of keys are found in every third stride.
// Comparing into masks and combining these took twice as long on AVX-512 (the masks have one or two execution ports, bytes all
// four; folding and difference are one instruction there). Asking for memory 8 KiB ahead brought 26 to 36 GB/s with one pair
// from memory, 2 KiB only half of that, 16 KiB less again.
//
// Sets of words take as long however many words there are: 0.069 ns a byte of telemetry on AVX-512 and 0.080 on AVX2, where
// eight pairs, each two bytes of such a word, took 0.156 and 0.181, with four times as many candidates.

#pragma once

typedef struct {
    vector first, first_fold, second, second_fold;
    size_t distance;
} wide_pair;

/// What a scan looks for: pairs, or sets of words.
typedef struct {
    wide_pair pair[TRAWL_SCAN_PAIRS];
    size_t pair_count;
    const trawl_word_sets *sets;
#ifdef HAS_LOOK_UP
    vector lower[TRAWL_WORD_LENGTH], upper[TRAWL_WORD_LENGTH];
#endif
    /// Bytes behind a place that decide whether it is one.
    size_t reach;
} wanted;

#ifdef HAS_LOOK_UP
/// 0 where a set of words matches, else 1.
///
/// SAFETY: reads [p, p + LANES + TRAWL_WORD_LENGTH - 1).
INLINE vector words_missing(const uint8_t *p, const wanted *w) {
    vector common = splat(0xff);
#pragma clang loop unroll(full)
    for (int i = 0; i < TRAWL_WORD_LENGTH; i++) {
        vector v = load_vector(p + i);
        common = and_vectors(common, and_vectors(look_up_wide(v, w->lower[i]), look_up_wide(upper_halves(v), w->upper[i])));
    }
    return subtract_saturating(splat(1), common);
}
#endif

/// Blocks of a stride: no more than there are registers for, one for each vector of differences.
#define STRIDE_BLOCKS (LANES >= 32 ? 4 : 2)
#define STRIDE (STRIDE_BLOCKS * BLOCK)
#define PREFETCH_DISTANCE 8192

/// For each byte of a stride the least difference, 0 where a line feed is or a pair or word begins.
typedef struct {
    vector part[STRIDE / LANES];
} differences;

/// SAFETY: reads [p, p + STRIDE + the reach of what is wanted).
INLINE differences differences_of_stride(const uint8_t *p, vector newline, const wanted *w, bool by_words) {
    // SAFETY: a prefetch may name any address; it never faults. As an integer it is not a pointer past the buffer's end either.
    for (size_t i = 0; i < STRIDE; i += 64) __builtin_prefetch((const void *)((uintptr_t)p + PREFETCH_DISTANCE + i));
    differences least;
#pragma clang loop unroll(full)
    for (int i = 0; i < STRIDE / LANES; i++) least.part[i] = xor_vectors(load_vector(p + i * LANES), newline);
#ifdef HAS_LOOK_UP
    if (by_words) {
#pragma clang loop unroll(full)
        for (int i = 0; i < STRIDE / LANES; i++) {
            least.part[i] = lesser_bytes(least.part[i], words_missing(p + i * LANES, w));
        }
        return least;
    }
#endif
    for (size_t k = 0; k < w->pair_count; k++) {
        const wide_pair pair = w->pair[k];
#pragma clang loop unroll(full)
        for (int i = 0; i < STRIDE / LANES; i++) {
            const uint8_t *q = p + i * LANES;
            vector first = xor_vectors(or_vectors(load_vector(q), pair.first_fold), pair.first);
            vector second = xor_vectors(or_vectors(load_vector(q + pair.distance), pair.second_fold), pair.second);
            least.part[i] = lesser_bytes(least.part[i], or_vectors(first, second));
        }
    }
    return least;
}

INLINE bool holds_zero(differences d) {
    vector least = d.part[0];
#pragma clang loop unroll(full)
    for (int i = 1; i < STRIDE / LANES; i++) least = lesser_bytes(least, d.part[i]);
    return has_zero(least);
}

/// The places of zeros in a block of a stride.
INLINE uint64_t zero_bits(differences d, int index) {
    block b;
    for (int i = 0; i < VECTORS; i++) b.part[i] = d.part[index * VECTORS + i];
    return equal_bits(b, splat(0));
}

/// The block at an offset below the length, with zeros for what lies beyond the length.
INLINE block load_block_within(const uint8_t *base, size_t length, size_t offset) {
    size_t rest = length - offset;
    return rest >= BLOCK ? load_block(base + offset) : load_padded(base + offset, rest, 0);
}

/// The positions in a block near the end at which something matches with all bytes below the length. A zero beyond it must
/// not match.
INLINE uint64_t candidate_bits_within(const uint8_t *base, size_t length, size_t offset, block b, const wanted *w) {
    uint64_t found = 0;
    if (w->sets != NULL) {
        for (size_t i = 0; i < BLOCK && length - offset >= i + TRAWL_WORD_LENGTH; i++) {
            if (trawl_holds_word(base + offset + i, w->sets)) found |= 1ull << i;
        }
        return found;
    }
    for (size_t k = 0; k < w->pair_count; k++) {
        const wide_pair pair = w->pair[k];
        size_t second_offset = offset + pair.distance;
        if (second_offset >= length) continue;
        block second = load_block_within(base, length, second_offset);
        uint64_t bits = equal_bits(fold_block(b, pair.first_fold), pair.first)
            & equal_bits(fold_block(second, pair.second_fold), pair.second);
        found |= bits & low_bits(length - second_offset);
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

/// Where results go, and how many there are so far.
typedef struct {
    uint32_t *candidates, *suspects;
    size_t candidate_capacity, suspect_capacity, candidate_count, suspect_count;
    uint64_t newlines;
} scan_output;

/// Takes note of what a block holds; `false` where there is no room for it.
INLINE bool take_block(scan_output *out, const uint8_t *base, size_t length, size_t p, block b, uint64_t found,
                       uint64_t newline_bits) {
    if (found != 0) {
        if (out->candidate_capacity - out->candidate_count < BLOCK) return false;
        // Counted only below: suspects of the same block may yet not fit.
        write_positions(out->candidates + out->candidate_count, found, (uint32_t)p);
    }
    if (newline_bits != 0) {
        uint64_t suspected = suspect_bits(base, length, p, b, newline_bits);
        if (suspected != 0) {
            if (out->suspect_capacity - out->suspect_count < BLOCK) return false;
            write_positions(out->suspects + out->suspect_count, suspected, (uint32_t)p);
            out->suspect_count += (size_t)__builtin_popcountll(suspected);
        }
        out->newlines += (uint64_t)__builtin_popcountll(newline_bits);
    }
    out->candidate_count += (size_t)__builtin_popcountll(found);
    return true;
}

/// Called with a constant number of pairs, so that there is a loop for each, and with constantly words or none.
INLINE void scan_text(const uint8_t *base, size_t length, size_t start, const wanted *w, bool by_words, uint32_t *candidates,
                      size_t candidate_capacity, uint32_t *suspects, size_t suspect_capacity, trawl_scan_result *result) {
    const vector newline = splat('\n');
    scan_output out = {candidates, suspects, candidate_capacity, suspect_capacity, 0, 0, 0};
    size_t p = start;
    // SAFETY: a stride is read whole only where it and what decides of its last byte lie below the length.
    while (p < length && length - p >= STRIDE + w->reach) {
        differences least = differences_of_stride(base + p, newline, w, by_words);
        if (holds_zero(least)) {
#pragma clang loop unroll(full)
            for (int i = 0; i < STRIDE_BLOCKS; i++) {
                uint64_t found = zero_bits(least, i);
                size_t place = p + (size_t)i * BLOCK;
                if (found == 0) continue;
                block b = load_block(base + place);
                // Nothing wanted begins with a line feed, as the caller vouches.
                uint64_t newline_bits = equal_bits(b, newline);
                if (!take_block(&out, base, length, place, b, found & ~newline_bits, newline_bits)) {
                    p = place;
                    goto full;
                }
            }
        }
        p += STRIDE;
    }
    while (p < length) {
        block b = load_block_within(base, length, p);
        uint64_t found = candidate_bits_within(base, length, p, b, w);
        if (!take_block(&out, base, length, p, b, found, equal_bits(b, newline))) break;
        p = length - p < BLOCK ? length : p + BLOCK;
    }
full:
    *result = (trawl_scan_result){out.newlines, p, out.candidate_count, out.suspect_count};
}

static void scan(const uint8_t *base, size_t length, size_t start, const trawl_pair *pairs, size_t pair_count,
                 uint32_t *candidates, size_t candidate_capacity, uint32_t *suspects, size_t suspect_capacity,
                 trawl_scan_result *out) {
    if (start > length) start = length;
    if (pair_count > TRAWL_SCAN_PAIRS) pair_count = TRAWL_SCAN_PAIRS;
    wanted w = {.pair_count = pair_count};
    for (size_t k = 0; k < pair_count; k++) {
        w.pair[k] = (wide_pair){splat(pairs[k].first), splat(pairs[k].first_fold), splat(pairs[k].second),
                                splat(pairs[k].second_fold), pairs[k].distance};
        if (w.reach < pairs[k].distance) w.reach = pairs[k].distance;
    }
#define SCAN(COUNT)                                                                                                \
    w.pair_count = COUNT;                                                                                          \
    scan_text(base, length, start, &w, false, candidates, candidate_capacity, suspects, suspect_capacity, out)
    switch (pair_count) {
    case 0: SCAN(0); break;
    case 1: SCAN(1); break;
    case 2: SCAN(2); break;
    case 3: SCAN(3); break;
    default: SCAN(pair_count);
    }
#undef SCAN
}

#ifdef HAS_LOOK_UP
static void scan_words(const uint8_t *base, size_t length, size_t start, const trawl_word_sets *sets, uint32_t *candidates,
                       size_t candidate_capacity, uint32_t *suspects, size_t suspect_capacity, trawl_scan_result *out) {
    if (start > length) start = length;
    wanted w = {.sets = sets, .reach = TRAWL_WORD_LENGTH - 1};
    for (int i = 0; i < TRAWL_WORD_LENGTH; i++) {
        w.lower[i] = wide_table(sets->lower[i]);
        w.upper[i] = wide_table(sets->upper[i]);
    }
    scan_text(base, length, start, &w, true, candidates, candidate_capacity, suspects, suspect_capacity, out);
}
#define SCAN_WORDS scan_words
#else
#define SCAN_WORDS NULL
#endif

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
