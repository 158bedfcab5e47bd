#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static bool input_was_closed;

// Before anything else of the program runs: whatever opens a descriptor takes the lowest free number. What stands in for a
// missing one is opened the wrong way round, so that reading or writing it fails at once instead of finding nothing.
__attribute__((constructor(101))) static void fill_missing(void) {
    for (int descriptor = 0; descriptor < 3; descriptor++) {
        if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
        if (descriptor == STDIN_FILENO) input_was_closed = true;
        (void)open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

bool trawl_input_was_closed(void) {
    return input_was_closed;
}
