#define _GNU_SOURCE
#include "CSignals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

// A fixed table, so that the handler needs neither a lock nor memory. `state` is written last when a slot is taken and
// first when it is freed; the handler looks at ranges of slots that are in use only.
enum { slot_count = 256 };
enum { slot_free, slot_reserved, slot_used };

struct slot {
    _Atomic int state;
    _Atomic uintptr_t base;
    _Atomic size_t length;
    _Atomic size_t fault;
};

static struct slot slots[slot_count];
static struct sigaction previous;
static uintptr_t page_mask;
static pthread_once_t installed = PTHREAD_ONCE_INIT;

// SAFETY: runs in signal context: it touches atomics that are lock-free and calls mmap and sigaction, which are plain
// system calls in glibc. The fault is synchronous (a load from a guarded mapping), so no lock of libc is held by it.
static void bus_error(int signal_number, siginfo_t *info, void *context) {
    int saved_errno = errno;
    uintptr_t address = (uintptr_t)info->si_addr;
    for (int index = 0; index < slot_count; index++) {
        struct slot *slot = &slots[index];
        if (atomic_load(&slot->state) != slot_used) continue;
        uintptr_t base = atomic_load(&slot->base);
        size_t length = atomic_load(&slot->length);
        if (address < base || address - base >= length) continue;
        uintptr_t page = address & page_mask;
        // All that follows the fault at once: one signal for a range instead of one for each page.
        void *mapped = mmap((void *)page, base + length - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        if (mapped == MAP_FAILED) break;
        size_t fault = page - base;
        size_t lowest = atomic_load(&slot->fault);
        while (fault < lowest && !atomic_compare_exchange_weak(&slot->fault, &lowest, fault)) {
        }
        errno = saved_errno;
        return;
    }
    // Not ours: put back what was there, and let the instruction fault once more.
    sigaction(signal_number, &previous, NULL);
    errno = saved_errno;
    (void)context;
}

static void install(void) {
    page_mask = ~((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
    struct sigaction action = {0};
    action.sa_sigaction = bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &previous);
}

int trawl_guard_mapping(const void *base, size_t length) {
    pthread_once(&installed, install);
    for (int index = 0; index < slot_count; index++) {
        struct slot *slot = &slots[index];
        int expected = slot_free;
        if (!atomic_compare_exchange_strong(&slot->state, &expected, slot_reserved)) continue;
        atomic_store(&slot->base, (uintptr_t)base);
        atomic_store(&slot->length, length);
        atomic_store(&slot->fault, SIZE_MAX);
        atomic_store(&slot->state, slot_used);
        return index;
    }
    return -1;
}

size_t trawl_guard_fault(int slot) {
    return slot < 0 || slot >= slot_count ? SIZE_MAX : atomic_load(&slots[slot].fault);
}

void trawl_guard_release(int slot) {
    if (slot >= 0 && slot < slot_count) atomic_store(&slots[slot].state, slot_free);
}
