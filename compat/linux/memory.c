/*
 * Guards that cost no mapping. MADV_GUARD_INSTALL marks pages as faulting in the page
 * table, so the number of mappings of a process does not limit the number of stacks.
 * Kernels before 6.13 refuse it. User mode emulators accept and ignore it. So the kernel
 * touches one guard, once, to find out whether it really faults. If it does not, mprotect
 * is used.
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

/* To populate a guarded page returns EFAULT, and sends no signal. */
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

/*
 * A huge page would make all memory of a stack, or of several stacks, resident at the
 * first touch.
 */
bool gti_stack_pages_guard(const gti_stack_block *block)
{
    madvise(block->memory, block->n * block->pitch, MADV_NOHUGEPAGE);
    return (find_kind() == LIGHT && guard_lightly(block)) || gti_stack_pages_protect(block);
}
