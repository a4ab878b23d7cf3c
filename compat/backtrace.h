/*
 * The contract of compat: where the calling context is.
 */
#ifndef GTI_COMPAT_BACKTRACE_H
#define GTI_COMPAT_BACKTRACE_H

#include <stddef.h>

/* Fills in where the callers are, innermost first: an address within each one's call;
   how many. In a signal handler: those of the function that was interrupted, if the platform
   can tell. All calls may be made there once this has been made elsewhere. */
size_t gti_backtrace(void **addresses, size_t max);

/* The same of all callers, however many that is: if it is more than `max`, those
   in the middle are left out, and the first half are the innermost. */
size_t gti_backtrace_both_ends(void **addresses, size_t max);

/* Says what is known of an address: a function and a module with an offset,
   or the bare address. */
void gti_backtrace_describe(const void *address, char *text, size_t size);

#endif
