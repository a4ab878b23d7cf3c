/*
 * The contract of compat: where the calling context is.
 */
#ifndef GTI_COMPAT_BACKTRACE_H
#define GTI_COMPAT_BACKTRACE_H

#include <stddef.h>

/*
 * Fills addresses with the return addresses of the callers, innermost first. Each is an
 * address within the caller's call. Returns how many there are. In a signal handler it
 * starts at the interrupted function, if the platform can tell. A handler may call all
 * functions here once this one has been called elsewhere.
 */
size_t gti_backtrace(void **addresses, size_t max);

/*
 * Does the same for all callers, however many there are. If there are more than `max`, it
 * leaves out those in the middle; the first half are the innermost.
 */
size_t gti_backtrace_both_ends(void **addresses, size_t max);

/* Describes an address: a function and a module with an offset, or the bare address. */
void gti_backtrace_describe(const void *address, char *text, size_t size);

#endif
