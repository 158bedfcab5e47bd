#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

// When the first signal came, in nanoseconds of the monotonic clock; 0 as long as none has.
static _Atomic long long requested;

// One request may come as two signals: timeout(1) and a shell send theirs to the process and to its group. So soon after the
// first one, a second means nothing of its own.
enum { same_request_ns = 100 * 1000 * 1000 };

// SAFETY: only lock-free atomics, clock_gettime and _exit, all allowed in a signal handler.
static void on_interrupt(int signal_number) {
    struct timespec clock = {0};
    clock_gettime(CLOCK_MONOTONIC, &clock);
    long long now = clock.tv_sec * 1000000000LL + clock.tv_nsec;
    long long first = 0;
    if (atomic_compare_exchange_strong(&requested, &first, now)) return;
    if (now - first > same_request_ns) _exit(128 + signal_number);
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
    return atomic_load(&requested) != 0;
}
