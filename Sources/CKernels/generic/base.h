// The algorithms in this folder are written once against a few operations. The file of an instruction set includes this header,
// defines the operations, names its table and includes `all.h`:
//
//     LANES, vector                   16, 32 or 64, and a register of so many bytes
//     hits                            the outcome of a comparison of two vectors, byte by byte
//     load_vector, splat              from memory (unaligned); one byte everywhere
//     or_vectors, subtract            byte by byte, wrapping
//     equal, at_most                  of two vectors; of a vector and a byte (unsigned)
//     or_hits                         of hits
//     hits_to_bits                    the hits of a whole block: bit i for byte i
//     prefix_xor                      bit i is the exclusive or of bits 0...i
//     write_positions                 base + the numbers of the set bits, ascending; may touch 64 entries
//     HAS_MASKED_LOADS, load_masked   if it can leave out bytes when it reads
//     HAS_COMPRESSION, compress, ...  if it can leave out bytes of a vector: see `unescape.h`
//     HAS_LOOK_UP, look_up, ...       if it has tables in registers: see `classes.h`
//     TABLE, TABLE_NAME               the table that results
#pragma once
#include <string.h>

#include "../tables.h"

// Forced: these run inside loops that live on staying in registers.
#define INLINE static inline __attribute__((always_inline))

#define BLOCK TRAWL_SCAN_BLOCK

/// Bits 0 ..< count.
INLINE uint64_t low_bits(size_t count) { return count >= 64 ? ~0ull : (1ull << count) - 1; }

/// One entry for each value of the lower half of a byte.
typedef struct {
    uint8_t entry[16];
} table16;
