#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

static atomic_bool requested;

// SAFETY: only a lock-free atomic and _exit, both allowed in a signal handler.
static void on_interrupt(int signal_number) {
    if (atomic_exchange(&requested, true)) {
        _exit(128 + signal_number);
    }
}

void trawl_interrupt_watch(void) {
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN) {
        sigaction(SIGHUP, &action, NULL);
    }
}

bool trawl_interrupt_requested(void) {
    return atomic_load(&requested);
}
