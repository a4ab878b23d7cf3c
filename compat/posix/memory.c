/*
 * Stacks by mmap, with a guard of inaccessible pages below. The guard is wider
 * than a page, so that a large frame does not jump over it. Each guard splits
 * a mapping in two, which is what the system's limit of mappings is spent on.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "compat/posix/stack_pages.h"
#include <sys/mman.h>

int gti_stack_memory_map(gti_stack_memory *memory, size_t size)
{
    if (gti_stack_pages_map(memory, size) != 0)
        return -1;
    if (mprotect(memory->mapping, GTI_GUARD_SIZE, PROT_NONE) == 0)
        return 0;
    gti_stack_memory_unmap(memory);
    return -1;
}
