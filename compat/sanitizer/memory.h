/*
 * MemorySanitizer follows values and not stacks, so it needs to be told of none.
 */
#ifndef GTI_SANITIZER_MEMORY_H
#define GTI_SANITIZER_MEMORY_H

#include "no_fibers.h"

#define GTI_UNWATCHED __attribute__((no_sanitize_memory))

static inline bool gti_tool_shows_faults(void)
{
    return true;
}

static inline bool gti_frees_at_once(void)
{
    return true;
}

#endif
