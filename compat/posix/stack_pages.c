/*
 * Objects from the C library, stacks from mmap: reserved at once, committed
 * when touched.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "compat/posix/stack_pages.h"
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

int gti_stack_pages_map(gti_stack_memory *memory, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size = (size + page - 1) / page * page;
    size_t all = GTI_GUARD_SIZE + size;
    char *mapping = mmap(NULL, all, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (mapping == MAP_FAILED)
        return -1;
    *memory = (gti_stack_memory){mapping + GTI_GUARD_SIZE, size, mapping, all};
    return 0;
}

void gti_stack_memory_unmap(gti_stack_memory *memory)
{
    munmap(memory->mapping, memory->mapped);
}

bool gti_stack_memory_has_canary(void)
{
    return false;
}

bool gti_stack_memory_is_intact(const gti_stack_memory *memory)
{
    (void)memory;
    return true;
}

/*
 * A report of what a report function did wrong takes 12 KiB without
 * optimization, and a signal's frame, which holds all vector registers, up to
 * 11 KiB on some machines.
 */
size_t gti_stack_memory_smallest(void)
{
    return (size_t)24 * 1024;
}
