/*
 * The clock of ISO C, which a user may set. If its time lies before the last answer of
 * any OS thread, this clock gives the last answer again.
 */
#include "compat/clock.h"
#include "compat/generic/wall_clock.h"
#include <stdatomic.h>

static _Atomic int64_t latest;

int64_t gti_clock_now(void)
{
    int64_t now = gti_wall_clock();
    int64_t known = atomic_load(&latest);
    while (known < now && !atomic_compare_exchange_weak(&latest, &known, now))
        continue;
    return known < now ? now : known;
}
