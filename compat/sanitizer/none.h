/*
 * No sanitizer, so there is nothing to do for one. Under Valgrind, control blocks are
 * freed one by one.
 */
#ifndef GTI_SANITIZER_NONE_H
#define GTI_SANITIZER_NONE_H

#include "no_fibers.h"

#define GTI_UNWATCHED

static inline bool gti_tool_shows_faults(void)
{
    return RUNNING_ON_VALGRIND;
}

static inline bool gti_frees_at_once(void)
{
    return RUNNING_ON_VALGRIND;
}

#endif
