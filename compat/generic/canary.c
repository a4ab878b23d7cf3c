/*
 * What is below a stack where there can be no guard: a pattern, which tells afterwards
 * that the stack overflowed.
 */
#include "canary.h"
#include <string.h>

enum { PATTERN = 0xa5 };

static bool has_canary(const gti_stack_memory *memory)
{
    return memory->mapping == memory->low;
}

void gti_stack_memory_prepare(const gti_stack_memory *memory)
{
    if (has_canary(memory))
        memset(memory->low - GTI_CANARY_SIZE, PATTERN, GTI_CANARY_SIZE);
}

bool gti_stack_memory_is_intact(const gti_stack_memory *memory)
{
    if (!has_canary(memory))
        return true;
    const unsigned char *canary = (const unsigned char *)memory->low - GTI_CANARY_SIZE;
    for (size_t i = 0; i < GTI_CANARY_SIZE; i++)
        if (canary[i] != PATTERN)
            return false;
    return true;
}
