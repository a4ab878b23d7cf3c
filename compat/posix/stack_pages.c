/*
 * Objects from the C library, and stacks from mmap: reserved at once, committed when
 * touched.
 *
 * A block is one mapping, but each guard that mprotect makes splits it in two. At the
 * system's limit of mappings there are canaries instead. Rejected: a mapping for each
 * stack. It would meet that limit with any kind of guard.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE, MADV_DONTNEED */
#include "compat/posix/stack_pages.h"
#include "compat/generic/canary.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif
#ifndef MAP_STACK
#define MAP_STACK 0
#endif

void *gti_memory_new(size_t size)
{
    return calloc(1, size);
}

void gti_memory_free(void *memory)
{
    free(memory);
}

/*
 * An odd number of pages. At a power of two, the tops of all stacks and their entries in
 * the page table would share a few sets of the processor's translation caches.
 */
static size_t pitch_for(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t pages = (GTI_GUARD_SIZE + size + page - 1) / page;
    return (pages | 1) * page;
}

int gti_stack_block_map(gti_stack_block *block, size_t size, unsigned n)
{
    size_t pitch = pitch_for(size);
    void *memory = MAP_FAILED;
    for (n = n ? n : 1; n; n /= 2) {
        memory = mmap(NULL, n * pitch, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
        if (memory != MAP_FAILED)
            break;
    }
    if (memory == MAP_FAILED)
        return -1;
    *block = (gti_stack_block){.memory = memory, .pitch = pitch, .n = n};
    block->has_canaries = !gti_stack_pages_guard(block);
    return 0;
}

void gti_stack_block_unmap(gti_stack_block *block)
{
    munmap(block->memory, block->n * block->pitch);
}

/*
 * It takes back what was made inaccessible before the limit was met. Each such guard has
 * cost two mappings, which the program may need.
 */
bool gti_stack_pages_protect(const gti_stack_block *block)
{
    for (unsigned i = 0; i < block->n; i++) {
        if (mprotect(block->memory + i * block->pitch, GTI_GUARD_SIZE, PROT_NONE) != 0) {
            mprotect(block->memory, i * block->pitch, PROT_READ | PROT_WRITE);
            return false;
        }
    }
    return true;
}

/*
 * Without a guard, its room below the canary is left free: code that reports an overflow
 * runs on the stack that has overflowed.
 */
gti_stack_memory gti_stack_block_get(const gti_stack_block *block, unsigned i)
{
    char *place = block->memory + i * block->pitch;
    char *low = place + GTI_GUARD_SIZE;
    size_t size = block->pitch - GTI_GUARD_SIZE;
    if (block->has_canaries)
        return (gti_stack_memory){low, size, low, size};
    return (gti_stack_memory){low, size, place, block->pitch};
}

void gti_stack_block_forget(const gti_stack_block *block, unsigned first, unsigned n)
{
    madvise(block->memory + first * block->pitch, n * block->pitch, MADV_DONTNEED);
}

bool gti_stack_guards_exist(void)
{
    return true;
}

/*
 * A report of a mistake in a report function takes 12 KiB without optimization. A
 * signal's frame, which holds all vector registers, takes up to 11 KiB on some machines.
 */
size_t gti_stack_memory_smallest(void)
{
    return (size_t)24 * 1024;
}
