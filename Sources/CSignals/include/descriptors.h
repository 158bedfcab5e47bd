#pragma once
#include <stdbool.h>

/// A program that is started without one of the descriptors 0 to 2 has `/dev/null` there instead, open so that nothing can
/// be read from or written to it; else the next file that it opens would be taken for its input or output.

/// Whether standard input was missing when the program was started.
bool trawl_input_was_closed(void);
