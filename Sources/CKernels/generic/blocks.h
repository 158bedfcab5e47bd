// Blocks of 64 bytes as vectors, and one bit per byte of a block.
#pragma once

#define VECTORS (BLOCK / LANES)

typedef struct {
    vector part[VECTORS];
} block;

/// SAFETY: the caller vouches for 64 readable bytes.
INLINE block load_block(const uint8_t *p) {
    block b;
    for (int i = 0; i < VECTORS; i++) b.part[i] = load_vector(p + i * LANES);
    return b;
}

/// Copies fewer than 64 bytes, from both ends so that sizes are constants. A call of memcpy costs short values and lines dearly.
///
/// SAFETY: reads exactly the bytes that are there.
INLINE void copy_few(uint8_t *to, const uint8_t *from, size_t count) {
#define COPY_FROM_BOTH_ENDS(SIZE)                              \
    if (count >= SIZE) {                                       \
        memcpy(to, from, SIZE);                                \
        memcpy(to + count - SIZE, from + count - SIZE, SIZE);  \
        return;                                                \
    }
    COPY_FROM_BOTH_ENDS(32)
    COPY_FROM_BOTH_ENDS(16)
    COPY_FROM_BOTH_ENDS(8)
    COPY_FROM_BOTH_ENDS(4)
    COPY_FROM_BOTH_ENDS(2)
    if (count == 1) *to = *from;
#undef COPY_FROM_BOTH_ENDS
}

/// A block of which only the first bytes, fewer than 64, are there; the others are the padding byte.
INLINE block load_padded(const uint8_t *p, size_t count, uint8_t padding) {
#ifdef HAS_MASKED_LOADS
    return (block){{load_masked(p, count, padding)}};
#else
    uint8_t copy[BLOCK];
    memset(copy, padding, BLOCK);
    copy_few(copy, p, count);
    return load_block(copy);
#endif
}

/// Where a vector of a block of `count` bytes is read, at least a vector's: the last ones overlap so that none reads beyond.
INLINE size_t overlapping_offset(int i, size_t count) {
    size_t offset = (size_t)i * LANES;
    return offset < count - LANES ? offset : count - LANES;
}

/// Cheaper than padding, where the block is wanted for one comparison only.
///
/// SAFETY: reads exactly `count` bytes, LANES to 63 of them.
INLINE block load_overlapping(const uint8_t *p, size_t count) {
    block b;
    for (int i = 0; i < VECTORS; i++) b.part[i] = load_vector(p + overlapping_offset(i, count));
    return b;
}

/// Puts the bits of a block that was loaded so where its bytes belong.
INLINE uint64_t spread_overlapping(uint64_t bits, size_t count) {
    uint64_t spread = 0;
    for (int i = 0; i < VECTORS; i++) spread |= (bits >> i * LANES & low_bits(LANES)) << overlapping_offset(i, count);
    return spread;
}

INLINE block fold_block(block b, vector fold) {
    for (int i = 0; i < VECTORS; i++) b.part[i] = or_vectors(b.part[i], fold);
    return b;
}

INLINE uint64_t equal_bits(block b, vector byte) {
    hits h[VECTORS];
    for (int i = 0; i < VECTORS; i++) h[i] = equal(b.part[i], byte);
    return hits_to_bits(h);
}
