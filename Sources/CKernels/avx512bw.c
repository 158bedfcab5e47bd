// AVX-512 with bytes and words, and no more: Intel since Skylake in servers.

#if defined(__x86_64__)
#include <immintrin.h>

#include "generic/base.h"

#pragma clang attribute push( \
    __attribute__((target("avx2,bmi,bmi2,popcnt,pclmul,avx512f,avx512bw,avx512vl"))), apply_to = function)

#define TABLE trawl_kernels_avx512bw
#define TABLE_NAME "avx512bw"

#include "generic/avx512.h"
#include "generic/fallbacks.h"
#define write_positions write_positions_by_eights

#include "generic/all.h"

#pragma clang attribute pop
#endif
