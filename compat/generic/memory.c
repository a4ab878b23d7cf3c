/*
 * Objects and stacks from the C library. There are no guard pages: a pattern
 * below the low end of a stack tells afterwards that it overflowed.
 */
#include "compat/memory.h"
#include <stdlib.h>
#include <string.h>

enum { CANARY = 64, ALIGNMENT = 16 };

void *gti_memory_new(size_t size)
{
    return calloc(1, size);
}

void gti_memory_free(void *memory)
{
    free(memory);
}

int gti_stack_memory_map(gti_stack_memory *memory, size_t size)
{
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + CANARY;
    char *canary = aligned_alloc(ALIGNMENT, size);
    if (!canary)
        return -1;
    memset(canary, 0xa5, CANARY);
    *memory = (gti_stack_memory){canary + CANARY, size - CANARY, canary, size};
    return 0;
}

void gti_stack_memory_unmap(gti_stack_memory *memory)
{
    free(memory->mapping);
}

bool gti_stack_memory_has_canary(void)
{
    return true;
}

bool gti_stack_memory_is_intact(const gti_stack_memory *memory)
{
    const unsigned char *canary = memory->mapping;
    for (int i = 0; i < CANARY; i++)
        if (canary[i] != 0xa5)
            return false;
    return true;
}

size_t gti_stack_memory_smallest(void)
{
    return (size_t)16 * 1024;
}
