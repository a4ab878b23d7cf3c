/*
 * The contract of compat: time.
 */
#ifndef GTI_COMPAT_CLOCK_H
#define GTI_COMPAT_CLOCK_H

#include <stdint.h>

/* Returns nanoseconds since a fixed moment; the value never goes back. */
int64_t gti_clock_now(void);

/* Blocks the OS thread for about that long. It may return early. */
void gti_clock_sleep(int64_t duration_ns);

#endif
