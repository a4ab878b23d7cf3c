/*
 * What core knows about a stack that overflows into its guard.
 */
#ifndef GTI_OVERFLOW_H
#define GTI_OVERFLOW_H

#include <stdbool.h>
#include <stddef.h>

/* A gti_overflow_describe for the OS threads of hubs (STACK-1). */
bool gti_describe_overflow(const void *address, char *text, size_t size);

#endif
