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

/// `caseless` is a constant at each call; without it `fold` is not looked at.
INLINE size_t find_needle(const uint8_t *haystack, size_t haystack_length, const uint8_t *needle, const uint8_t *fold,
                          size_t length, const bool caseless) {
    if (length == 0) return 0;
    if (length > haystack_length) return SIZE_MAX;
    const size_t last = length - 1;
    const size_t places = haystack_length - last;
    const vector first_byte = splat(needle[0]), last_byte = splat(needle[last]);
    const vector first_fold = splat(caseless ? fold[0] : 0), last_fold = splat(caseless ? fold[last] : 0);
    for (size_t p = 0; p < places; p += BLOCK) {
        size_t rest = places - p;
        block firsts = rest >= BLOCK ? load_block(haystack + p) : load_padded(haystack + p, rest, 0);
        block lasts = rest >= BLOCK ? load_block(haystack + p + last) : load_padded(haystack + p + last, rest, 0);
        if (caseless) {
            firsts = fold_block(firsts, first_fold);
            lasts = fold_block(lasts, last_fold);
        }
        uint64_t found = equal_bits(firsts, first_byte) & equal_bits(lasts, last_byte) & low_bits(rest);
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
