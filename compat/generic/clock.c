/*
 * The clock of ISO C, which somebody may set: a time that lies before the last
 * one is answered with the last one. Each OS thread keeps its own.
 */
#include "compat/clock.h"
#include <threads.h>
#include <time.h>

static _Thread_local int64_t latest;

int64_t gti_clock_now(void)
{
    struct timespec time;
    timespec_get(&time, TIME_UTC);
    int64_t now = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    if (now > latest)
        latest = now;
    return latest;
}

void gti_clock_sleep(int64_t duration_ns)
{
    struct timespec time = {(time_t)(duration_ns / 1000000000), duration_ns % 1000000000};
    thrd_sleep(&time, NULL);
}
