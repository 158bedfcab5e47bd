#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tables.h"

#if defined(__x86_64__)
// The features of each level are those of the target attribute in its file. The built-in asks the processor, and for the wide
// registers whether the operating system saves them.
static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")
        && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("pclmul");
}

static bool has_avx512bw(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl");
}

static bool has_avx512(void) {
    return has_avx512bw() && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
}
#endif

const trawl_kernels *trawl_kernels_named(const char *name) {
    if (strcmp(name, "scalar") == 0) return &trawl_kernels_scalar;
#if defined(__x86_64__)
    if (strcmp(name, "sse2") == 0) return &trawl_kernels_sse2;
    if (strcmp(name, "avx2") == 0) return has_avx2() ? &trawl_kernels_avx2 : NULL;
    if (strcmp(name, "avx512bw") == 0) return has_avx512bw() ? &trawl_kernels_avx512bw : NULL;
    if (strcmp(name, "avx512") == 0) return has_avx512() ? &trawl_kernels_avx512 : NULL;
#elif defined(__aarch64__)
    if (strcmp(name, "neon") == 0) return &trawl_kernels_neon;
#endif
    return NULL;
}

static const trawl_kernels *choose(void) {
    const char *wanted = getenv("TRAWL_KERNELS");
    const trawl_kernels *kernels = wanted != NULL ? trawl_kernels_named(wanted) : NULL;
    static const char *const fastest_first[] = {"avx512", "avx512bw", "avx2", "sse2", "neon"};
    for (size_t i = 0; kernels == NULL && i < sizeof fastest_first / sizeof *fastest_first; i++) {
        kernels = trawl_kernels_named(fastest_first[i]);
    }
    return kernels != NULL ? kernels : &trawl_kernels_scalar;
}

// The tables are constants, so the pointer needs no ordering; two threads that choose at once choose the same.
static const trawl_kernels *_Atomic in_force;

const trawl_kernels *trawl_kernels_get(void) {
    const trawl_kernels *kernels = atomic_load_explicit(&in_force, memory_order_relaxed);
    if (kernels == NULL) {
        // A selection that came in between stays.
        const trawl_kernels *chosen = choose();
        kernels = NULL;
        if (atomic_compare_exchange_strong(&in_force, &kernels, chosen)) kernels = chosen;
    }
    return kernels;
}

bool trawl_kernels_select(const char *name) {
    const trawl_kernels *kernels = trawl_kernels_named(name);
    if (kernels == NULL) return false;
    atomic_store(&in_force, kernels);
    return true;
}
