/*
 * The clock of ISO C, which a user may set, for a program without OS threads. If its time lies
 * before the last answer, this clock gives the last answer again.
 */
#include "compat/clock.h"
#include "compat/generic/wall_clock.h"

int64_t gti_clock_now(void)
{
    static int64_t latest;
    int64_t now = gti_wall_clock();
    if (latest < now)
        latest = now;
    return latest;
}
