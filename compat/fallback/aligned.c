/*
 * Aligned memory without aligned_alloc, which a C library of before C11 lacks: cut from a larger
 * piece. The word below it says where the piece begins.
 */
#include "compat/generic/aligned.h"
#include <stdint.h>
#include <stdlib.h>

void *gti_aligned_new(size_t size)
{
    char *piece = malloc(size + sizeof(char *) + GTI_STACK_ALIGNMENT);
    if (!piece)
        return NULL;
    char *memory = piece + sizeof piece;
    memory += GTI_STACK_ALIGNMENT - (uintptr_t)memory % GTI_STACK_ALIGNMENT;
    ((char **)(void *)memory)[-1] = piece;
    return memory;
}

void gti_aligned_free(void *memory)
{
    free(((char **)memory)[-1]);
}
