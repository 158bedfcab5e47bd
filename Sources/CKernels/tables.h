#pragma once
#include "CKernels.h"

/// Whether some set matches here, where as many bytes as a word has can be read.
static inline bool trawl_holds_word(const uint8_t *_Nonnull p, const trawl_word_sets *_Nonnull sets) {
    uint8_t all = 0xff;
    for (int i = 0; i < TRAWL_WORD_LENGTH; i++) all &= sets->lower[i][p[i] & 0x0f] & sets->upper[i][p[i] >> 4];
    return all != 0;
}

/// What the letters from 0x60 on stand for behind a backslash; 0 for themselves.
static const uint8_t trawl_letter_escapes[32] = {
    ['b' - 0x60] = '\b', ['f' - 0x60] = '\f', ['n' - 0x60] = '\n', ['r' - 0x60] = '\r', ['t' - 0x60] = '\t'};

/// What a byte stands for behind a backslash, unless it is a `u`.
static inline uint8_t trawl_unescaped(uint8_t escape) {
    uint8_t letter = escape - 0x60;
    return letter < sizeof trawl_letter_escapes && trawl_letter_escapes[letter] != 0 ? trawl_letter_escapes[letter] : escape;
}

// One table per instruction set; each is defined by the file of that name, but for the one of AVX-512 without byte permutation:
// it is AVX2's with two loops from its own file.
extern const trawl_kernels trawl_kernels_scalar;
#if defined(__x86_64__)
extern const trawl_kernels trawl_kernels_sse2;
extern const trawl_kernels trawl_kernels_avx2;
extern const trawl_kernels trawl_kernels_avx512bw;
extern const trawl_kernels trawl_kernels_avx512;

uint64_t trawl_count_newlines_avx512bw(const uint8_t *_Nullable base, size_t length);
void trawl_scan_avx512bw(
    const uint8_t *_Nullable base, size_t length, size_t start, const trawl_pair *_Nullable pairs, size_t pair_count,
    uint32_t *_Nullable candidates, size_t candidate_capacity, uint32_t *_Nullable suspects, size_t suspect_capacity,
    trawl_scan_result *_Nonnull out);
void trawl_scan_words_avx512bw(
    const uint8_t *_Nullable base, size_t length, size_t start, const trawl_word_sets *_Nonnull sets,
    uint32_t *_Nullable candidates, size_t candidate_capacity, uint32_t *_Nullable suspects, size_t suspect_capacity,
    trawl_scan_result *_Nonnull out);
#elif defined(__aarch64__)
extern const trawl_kernels trawl_kernels_neon;
#endif
