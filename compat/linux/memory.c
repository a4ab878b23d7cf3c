/*
 * Guards that cost no mapping: MADV_GUARD_INSTALL marks pages as faulting in
 * the page table, so the number of stacks is not bounded by the number of
 * mappings that a process may have. Kernels before 6.13 refuse it, and user
 * mode emulators accept and ignore it: whether a guard really faults is found
 * out once, by having the kernel touch one. Where it does not, mprotect.
 */
#define _GNU_SOURCE /* MADV_NOHUGEPAGE */
#include "compat/posix/stack_pages.h"
#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>

/* MADV_GUARD_INSTALL and MADV_POPULATE_READ, which older headers lack. */
enum { GUARD_INSTALL = 102, POPULATE_READ = 22 };

enum { UNKNOWN, LIGHT, HEAVY };

static atomic_int kind;

/* Populating a guarded page says EFAULT, and faults nobody. */
static bool really_faults(void *guarded)
{
    return madvise(guarded, GTI_GUARD_SIZE, POPULATE_READ) != 0 && errno == EFAULT;
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

static bool guard_lightly(const gti_stack_block *block)
{
    for (unsigned i = 0; i < block->n; i++)
        if (madvise(block->memory + i * block->pitch, GTI_GUARD_SIZE, GUARD_INSTALL) != 0)
            return false;
    return true;
}

/* A huge page would be all of a stack's memory at its first touch, or several stacks'. */
bool gti_stack_pages_guard(const gti_stack_block *block)
{
    madvise(block->memory, block->n * block->pitch, MADV_NOHUGEPAGE);
    return (find_kind() == LIGHT && guard_lightly(block)) || gti_stack_pages_protect(block);
}
