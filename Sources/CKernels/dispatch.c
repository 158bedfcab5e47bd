#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tables.h"

const trawl_kernels *trawl_kernels_named(const char *name) {
    if (strcmp(name, "scalar") == 0) return &trawl_kernels_scalar;
    return NULL;
}

static const trawl_kernels *choose(void) {
    const char *wanted = getenv("TRAWL_KERNELS");
    const trawl_kernels *kernels = wanted != NULL ? trawl_kernels_named(wanted) : NULL;
    static const char *const fastest_first[] = {"avx512", "avx2", "sse2", "neon"};
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
