/*
 * The contract of compat: where the calling context is.
 */
#ifndef GTI_COMPAT_BACKTRACE_H
#define GTI_COMPAT_BACKTRACE_H

#include <stddef.h>

/* Fills in the return addresses of the callers, innermost first; how many. */
size_t gti_backtrace(void **addresses, size_t max);

/* Says what is known of an address: a function and a module with an offset,
   or the bare address. */
void gti_backtrace_describe(const void *address, char *text, size_t size);

#endif
