/*
 * A sleep of the OS thread, by C11.
 */
#include "compat/clock.h"
#include <threads.h>
#include <time.h>

/* After 68 years it is too early where time_t has 32 bits. The caller checks the clock. */
void gti_clock_sleep(int64_t duration_ns)
{
    int64_t seconds = duration_ns / 1000000000;
    struct timespec time = {(time_t)(seconds < INT32_MAX ? seconds : INT32_MAX),
                            duration_ns % 1000000000};
    thrd_sleep(&time, NULL);
}
