#pragma once
#include "CKernels.h"

// One table per instruction set; each is defined by the file of that name.
extern const trawl_kernels trawl_kernels_scalar;
