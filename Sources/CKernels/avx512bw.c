// AVX-512 with bytes and words, and no more: Intel since Skylake in servers. Only for what goes through whole chunks.
//
// These processors clock down while registers of 64 bytes are used. Scanning took a tenth less time all the same; finding the
// structure of lines, with what Swift does between them, took a seventh more than with AVX2, which is why that stays.

#if defined(__x86_64__)
#include <immintrin.h>

#include "generic/base.h"

#pragma clang attribute push( \
    __attribute__((target("avx2,bmi,bmi2,popcnt,pclmul,avx512f,avx512bw,avx512vl"))), apply_to = function)

#include "generic/avx512.h"
#include "generic/fallbacks.h"
#define write_positions write_positions_by_eights

#include "generic/blocks.h"
#include "generic/classes.h"
#include "generic/scan.h"

uint64_t trawl_count_newlines_avx512bw(const uint8_t *base, size_t length) { return count_newlines(base, length); }

void trawl_scan_avx512bw(
    const uint8_t *base, size_t length, size_t start, const trawl_pair *pairs, size_t pair_count, uint32_t *candidates,
    size_t candidate_capacity, uint32_t *suspects, size_t suspect_capacity, trawl_scan_result *out) {
    scan(base, length, start, pairs, pair_count, candidates, candidate_capacity, suspects, suspect_capacity, out);
}

void trawl_scan_words_avx512bw(
    const uint8_t *base, size_t length, size_t start, const trawl_word_sets *sets, uint32_t *candidates,
    size_t candidate_capacity, uint32_t *suspects, size_t suspect_capacity, trawl_scan_result *out) {
    scan_words(base, length, start, sets, candidates, candidate_capacity, suspects, suspect_capacity, out);
}

#pragma clang attribute pop
#endif
