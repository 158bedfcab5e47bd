// The buffer-less decoding functions (ZSTD_decompressContinue) decode into a ring of ours and tell where each block lies.
#define ZSTD_STATIC_LINKING_ONLY
#define ZSTD_DISABLE_DEPRECATE_WARNINGS
#include <zstd.h>
#include <zstd_errors.h>
