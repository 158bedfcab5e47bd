#pragma once
#include "CKernels.h"

// One table per instruction set; each is defined by the file of that name.
extern const trawl_kernels trawl_kernels_scalar;
#if defined(__x86_64__)
extern const trawl_kernels trawl_kernels_sse2;
extern const trawl_kernels trawl_kernels_avx2;
extern const trawl_kernels trawl_kernels_avx512bw;
extern const trawl_kernels trawl_kernels_avx512;
#elif defined(__aarch64__)
extern const trawl_kernels trawl_kernels_neon;
#endif
