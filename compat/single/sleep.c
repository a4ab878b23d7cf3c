/*
 * ISO C without threads cannot sleep. The caller checks the clock, and calls again.
 */
#include "compat/clock.h"

void gti_clock_sleep(int64_t duration_ns)
{
    (void)duration_ns;
}
