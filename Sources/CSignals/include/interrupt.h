#pragma once
#include <stdbool.h>

/// Makes the first interrupt (SIGINT, SIGTERM, and SIGHUP unless it is ignored, as nohup has it) a request that
/// `trawl_interrupt_requested` tells of; a second one ends the process at once.
void trawl_interrupt_watch(void);

/// Whether an interrupt came since the watch began.
bool trawl_interrupt_requested(void);
