/*
 * Objects and stacks from the C library, which may commit all memory at once. Each stack
 * is a block of its own. There are no guard pages.
 */
#include "compat/memory.h"
#include "aligned.h"
#include "canary.h"
#include <stdlib.h>

void *gti_memory_new(size_t size)
{
    return calloc(1, size);
}

void gti_memory_free(void *memory)
{
    free(memory);
}

int gti_stack_block_map(gti_stack_block *block, size_t size, unsigned n)
{
    (void)n;
    size_t pitch = size + (0 - size) % GTI_STACK_ALIGNMENT + GTI_CANARY_SIZE;
    char *memory = gti_aligned_new(pitch);
    if (!memory)
        return -1;
    *block = (gti_stack_block){.memory = memory, .pitch = pitch, .n = 1, .has_canaries = true};
    return 0;
}

void gti_stack_block_unmap(gti_stack_block *block)
{
    gti_aligned_free(block->memory);
}

gti_stack_memory gti_stack_block_get(const gti_stack_block *block, unsigned i)
{
    (void)i;
    char *low = block->memory + GTI_CANARY_SIZE;
    size_t size = block->pitch - GTI_CANARY_SIZE;
    return (gti_stack_memory){low, size, low, size};
}

/* ISO C has no way to do this. */
void gti_stack_block_forget(const gti_stack_block *block, unsigned first, unsigned n)
{
    (void)block;
    (void)first;
    (void)n;
}

bool gti_stack_guards_exist(void)
{
    return false;
}

size_t gti_stack_memory_smallest(void)
{
    return (size_t)16 * 1024;
}
