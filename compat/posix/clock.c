/*
 * The monotonic clock of POSIX. On some systems it stops while the machine is asleep. A
 * timer promises only that it is never early.
 */
#define _POSIX_C_SOURCE 200809L
#include "compat/clock.h"
#include <time.h>

int64_t gti_clock_now(void)
{
    struct timespec time = {0};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* After 68 years it is too early where time_t has 32 bits. The caller checks the clock. */
void gti_clock_sleep(int64_t duration_ns)
{
    int64_t seconds = duration_ns / 1000000000;
    struct timespec time = {(time_t)(seconds < INT32_MAX ? seconds : INT32_MAX),
                            duration_ns % 1000000000};
    nanosleep(&time, NULL);
}
