/*
 * The time of the day, by C11.
 */
#include "compat/generic/wall_clock.h"
#include <time.h>

int64_t gti_wall_clock(void)
{
    struct timespec time;
    timespec_get(&time, TIME_UTC);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}
