// Substring search in short values: positions at which the needle's first and last byte fit, then the rest of it there.

#pragma once

INLINE uint64_t load_word(const uint8_t *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

INLINE bool matches_folded(const uint8_t *p, const uint8_t *needle, const uint8_t *fold, size_t length) {
    size_t i = 0;
    if (length >= 8) {
        for (; length - i > 8; i += 8) {
            if ((load_word(p + i) | load_word(fold + i)) != load_word(needle + i)) return false;
        }
        // The last word overlaps the one before it.
        i = length - 8;
        return (load_word(p + i) | load_word(fold + i)) == load_word(needle + i);
    }
    for (; i < length; i++) {
        if ((p[i] | fold[i]) != needle[i]) return false;
    }
    return true;
}

typedef struct {
    const uint8_t *base;
    vector byte, fold;
} probe;

/// The places from p on, up to 64 of them, at which a probe's byte stands.
INLINE uint64_t probe_bits(const probe *probe, size_t p, size_t places, const bool caseless) {
    const uint8_t *q = probe->base + p;
    size_t count = places - p;
    block b;
    if (count >= BLOCK) {
        b = load_block(q);
    } else if (count >= LANES) {
        b = load_overlapping(q, count);
    } else {
        b = load_padded(q, count, 0);
    }
    uint64_t bits = equal_bits(caseless ? fold_block(b, probe->fold) : b, probe->byte);
    if (count >= BLOCK) return bits;
    return count >= LANES ? spread_overlapping(bits, count) : bits & low_bits(count);
}

/// `caseless` is a constant at each call; without it `fold` is not looked at.
INLINE size_t find_needle(const uint8_t *haystack, size_t haystack_length, const uint8_t *needle, const uint8_t *fold,
                          size_t length, const bool caseless) {
    if (length == 0) return 0;
    if (length > haystack_length) return SIZE_MAX;
    const size_t last = length - 1;
    const size_t places = haystack_length - last;
    const probe probes[2] = {
        {haystack, splat(needle[0]), splat(caseless ? fold[0] : 0)},
        {haystack + last, splat(needle[last]), splat(caseless ? fold[last] : 0)},
    };
    for (size_t p = 0; p < places; p += BLOCK) {
        uint64_t found = probe_bits(&probes[0], p, places, caseless) & probe_bits(&probes[1], p, places, caseless);
        for (; found != 0; found &= found - 1) {
            size_t place = p + (size_t)__builtin_ctzll(found);
            bool matches = caseless ? matches_folded(haystack + place, needle, fold, length)
                                    : memcmp(haystack + place, needle, length) == 0;
            if (matches) return place;
        }
    }
    return SIZE_MAX;
}

static size_t find(const uint8_t *haystack, size_t haystack_length, const uint8_t *needle, size_t needle_length) {
    return find_needle(haystack, haystack_length, needle, NULL, needle_length, false);
}

static size_t find_caseless(const uint8_t *haystack, size_t haystack_length, const uint8_t *folded_needle,
                            const uint8_t *fold, size_t needle_length) {
    return find_needle(haystack, haystack_length, folded_needle, fold, needle_length, true);
}
