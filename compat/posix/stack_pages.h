/*
 * What systems with mmap have in common; how the guard is set is their own.
 */
#ifndef GTI_POSIX_STACK_PAGES_H
#define GTI_POSIX_STACK_PAGES_H

#include "compat/memory.h"

#define GTI_GUARD_SIZE ((size_t)64 * 1024)

/* Maps a stack whose lowest GTI_GUARD_SIZE bytes are to become its guard. */
int gti_stack_pages_map(gti_stack_memory *memory, size_t size);

#endif
