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

/// A block of which only the first bytes, fewer than 64, are there; the others are the padding byte.
INLINE block load_padded(const uint8_t *p, size_t count, uint8_t padding) {
#ifdef HAS_MASKED_LOADS
    return (block){{load_masked(p, count, padding)}};
#else
    // SAFETY: copies exactly the bytes that are there.
    uint8_t copy[BLOCK];
    memset(copy, padding, BLOCK);
    memcpy(copy, p, count);
    return load_block(copy);
#endif
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
