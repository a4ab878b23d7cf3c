/*
 * The clock of ISO C, which a user may set. If its time lies before the last answer of
 * any OS thread, this clock gives the last answer again.
 */
#include "compat/clock.h"
#include <stdatomic.h>
#include <threads.h>
#include <time.h>

static _Atomic int64_t latest;

int64_t gti_clock_now(void)
{
    struct timespec time;
    timespec_get(&time, TIME_UTC);
    int64_t now = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    int64_t known = atomic_load(&latest);
    while (known < now && !atomic_compare_exchange_weak(&latest, &known, now))
        continue;
    return known < now ? now : known;
}

/* After 68 years it is too early where time_t has 32 bits. The caller checks the clock. */
void gti_clock_sleep(int64_t duration_ns)
{
    int64_t seconds = duration_ns / 1000000000;
    struct timespec time = {(time_t)(seconds < INT32_MAX ? seconds : INT32_MAX),
                            duration_ns % 1000000000};
    thrd_sleep(&time, NULL);
}
