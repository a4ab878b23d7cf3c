/*
 * Aligned memory, by C11.
 */
#include "compat/generic/aligned.h"
#include <stdlib.h>

void *gti_aligned_new(size_t size)
{
    return aligned_alloc(GTI_STACK_ALIGNMENT, size);
}

void gti_aligned_free(void *memory)
{
    free(memory);
}
