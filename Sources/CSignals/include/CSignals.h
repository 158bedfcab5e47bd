#pragma once
#include "descriptors.h"
#include "interrupt.h"

#include <stddef.h>
#include <stdint.h>

/// Guards of mapped files: reading a page of a mapping whose file has shrunk, or that the device cannot deliver,
/// raises SIGBUS. Inside a guarded range the signal is taken: the pages from the fault to the range's end are replaced
/// by zero pages, the place is noted, and the reader goes on. Outside of every guarded range the signal does what it
/// did before.

/// Guards `length` bytes from `base` (page-aligned). Returns a slot from 0, or -1 when all slots are taken, in which
/// case the range is not guarded. Thread-safe.
int trawl_guard_mapping(const void *base, size_t length);

/// The offset of the lowest byte within the slot's range that could not be read, or SIZE_MAX. Thread-safe.
size_t trawl_guard_fault(int slot);

/// Frees the slot; to be called before the range is unmapped, when nothing reads it any more.
void trawl_guard_release(int slot);
