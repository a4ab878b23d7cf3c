/*
 * For files that make a clock from the time of the day.
 */
#ifndef GTI_GENERIC_WALL_CLOCK_H
#define GTI_GENERIC_WALL_CLOCK_H

#include <stdint.h>

/* Returns nanoseconds since a fixed moment. The user may set the clock back. */
int64_t gti_wall_clock(void);

#endif
