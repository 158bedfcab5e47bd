// Operations for instruction sets that have nothing better.
#pragma once

/// The exclusive or of all bits up to each, by doubling the distance.
INLINE uint64_t prefix_xor_by_shifts(uint64_t bits) {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    return bits;
}

/// Eight at a time whether there are so many or not: a branch per group is predicted, a branch per position is not.
INLINE void write_positions_by_eights(uint32_t *out, uint64_t bits, uint32_t base) {
    size_t count = (size_t)__builtin_popcountll(bits);
    for (size_t written = 0; written < count; written += 8) {
        for (size_t i = 0; i < 8; i++) {
            out[written + i] = base + (uint32_t)__builtin_ctzg(bits, 64);
            bits &= bits - 1;
        }
    }
}
