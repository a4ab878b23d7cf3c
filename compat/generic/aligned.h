/*
 * For files that take stacks from the C library.
 */
#ifndef GTI_GENERIC_ALIGNED_H
#define GTI_GENERIC_ALIGNED_H

#include <stddef.h>

enum { GTI_STACK_ALIGNMENT = 16 };

/* Memory that is aligned for a stack; `size` is a multiple of the alignment. NULL: there is none. */
void *gti_aligned_new(size_t size);
void gti_aligned_free(void *memory);

#endif
