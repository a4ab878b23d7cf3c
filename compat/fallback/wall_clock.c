/*
 * The time of the day without timespec_get, which a C library of before C11 lacks. ISO C promises
 * nothing finer than time(3) has, usually a second.
 */
#include "compat/generic/wall_clock.h"
#include <time.h>

int64_t gti_wall_clock(void)
{
    return (int64_t)time(NULL) * 1000000000;
}
