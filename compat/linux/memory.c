/*
 * Guards that cost no mapping: MADV_GUARD_INSTALL marks pages as faulting in
 * the page table, so the number of stacks is not bounded by the number of
 * mappings that a process may have. Kernels before 6.13 refuse it, and user
 * mode emulators accept and ignore it: whether a guard really faults is found
 * out once, by having the kernel read from one. Where it does not, mprotect.
 */
#define _GNU_SOURCE /* MADV_NOHUGEPAGE */
#include "compat/posix/stack_pages.h"
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#define GUARD_INSTALL 102 /* MADV_GUARD_INSTALL, which older headers lack */

enum { UNKNOWN, LIGHT, HEAVY };

static atomic_int kind;

/* Writing from a guarded page to a pipe says EFAULT, and faults nobody. */
static bool really_faults(const void *guarded)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    ssize_t n = write(ends[1], guarded, 1);
    bool faults = n < 0 && errno == EFAULT;
    close(ends[0]);
    close(ends[1]);
    return faults;
}

static int find_kind(void)
{
    int known = atomic_load_explicit(&kind, memory_order_relaxed);
    if (known != UNKNOWN)
        return known;
    known = HEAVY;
    size_t size = GTI_GUARD_SIZE;
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return HEAVY; /* for now: memory is short */
    if (madvise(page, size, GUARD_INSTALL) == 0 && really_faults(page))
        known = LIGHT;
    munmap(page, size);
    atomic_store_explicit(&kind, known, memory_order_relaxed);
    return known;
}

static int set_guard(gti_stack_memory *memory)
{
    if (find_kind() == LIGHT && madvise(memory->mapping, GTI_GUARD_SIZE, GUARD_INSTALL) == 0)
        return 0;
    return mprotect(memory->mapping, GTI_GUARD_SIZE, PROT_NONE);
}

int gti_stack_memory_map(gti_stack_memory *memory, size_t size)
{
    if (gti_stack_pages_map(memory, size) != 0)
        return -1;
    madvise(memory->mapping, memory->mapped, MADV_NOHUGEPAGE);
    if (set_guard(memory) == 0)
        return 0;
    gti_stack_memory_unmap(memory);
    return -1;
}
