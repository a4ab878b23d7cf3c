/*
 * MemorySanitizer follows values, not stacks: it need not be told of them.
 */
#ifndef GTI_SANITIZER_MEMORY_H
#define GTI_SANITIZER_MEMORY_H

#include "no_fibers.h"

static inline bool gti_frees_at_once(void)
{
    return true;
}

#endif
