// The classes of bytes that the structure of a line is made of.
//
// With HAS_LOOK_UP there are: wide_table and look_up_wide, of which look_up is made, a vector of the entries of a table that
// the lower half of each byte selects, 0 for bytes from 0x80 on; upper_halves, the upper four bits of each byte; and
// common_bits, hits where two vectors have some bit in common (of the lower seven).
#pragma once

// Operators are { } [ ] : , and here also 0x0c and 0x1a, which look-ups do not tell from two of them for free: the caller leaves
// out the control bytes, which it has anyway. Escapable are the bytes that may follow a backslash, but for the u: " \ / b f n r t.

#ifdef HAS_LOOK_UP

/// Bit 5 leads from `[ ]` to `{ }`, and from 0x0c and 0x1a to `,` and `:`.
INLINE hits operators_of(vector v) {
    const table16 table = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0}};
    return equal(look_up(v, table), or_vectors(v, splat(0x20)));
}

/// The table's other entries differ from every byte that selects them.
INLINE hits spaces_of(vector v) {
    const table16 table = {{' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0}};
    return equal(look_up(v, table), v);
}

/// One bit per upper half-byte that a lower half-byte goes with.
INLINE hits escapable_of(vector v) {
    enum { x2 = 1, x5 = 2, x6 = 4, x7 = 8 };
    const table16 lower = {{0, 0, x2 | x6 | x7, 0, x7, 0, x6, 0, 0, 0, 0, 0, x5, 0, x6, x2}};
    const table16 upper = {{0, 0, x2, 0, 0, x5, x6, x7, 0, 0, 0, 0, 0, 0, 0, 0}};
    return common_bits(look_up(v, lower), look_up(upper_halves(v), upper));
}

#else

/// Bit 5 leads from `[ ]` to `{ }`.
INLINE hits operators_of(vector v) {
    vector folded = or_vectors(v, splat(0x20));
    return or_hits(or_hits(equal(folded, splat('{')), equal(folded, splat('}'))),
                   or_hits(equal(v, splat(':')), equal(v, splat(','))));
}

INLINE hits spaces_of(vector v) {
    return or_hits(or_hits(equal(v, splat(' ')), equal(v, splat('\t'))),
                   or_hits(equal(v, splat('\r')), equal(v, splat('\n'))));
}

/// Bit 2 leads from b to f.
INLINE hits escapable_of(vector v) {
    hits letters = or_hits(or_hits(equal(or_vectors(v, splat(0x04)), splat('f')), equal(v, splat('t'))),
                           or_hits(equal(v, splat('n')), equal(v, splat('r'))));
    return or_hits(letters, or_hits(equal(v, splat('"')), or_hits(equal(v, splat('\\')), equal(v, splat('/')))));
}

#endif

/// Below 0x20.
INLINE hits controls_of(vector v) { return at_most(v, 0x1f); }

#define CLASS_BITS(NAME)                                             \
    INLINE uint64_t NAME##_bits(block b) {                           \
        hits h[VECTORS];                                             \
        for (int i = 0; i < VECTORS; i++) h[i] = NAME##_of(b.part[i]); \
        return hits_to_bits(h);                                      \
    }

CLASS_BITS(operators)
CLASS_BITS(spaces)
CLASS_BITS(escapable)
CLASS_BITS(controls)
#undef CLASS_BITS

/// 0-9 A-F a-f.
INLINE uint64_t hexadecimal_bits(block b) {
    hits h[VECTORS];
    for (int i = 0; i < VECTORS; i++) {
        h[i] = or_hits(at_most(subtract(b.part[i], splat('0')), 9),
                       at_most(subtract(or_vectors(b.part[i], splat(0x20)), splat('a')), 5));
    }
    return hits_to_bits(h);
}
