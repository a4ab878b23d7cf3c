/*
 * Times are int64_t nanoseconds. A deadline that would not fit is GT_FOREVER.
 */
#include "core/hub/clock.h"
#include "compat/clock.h"

int64_t gti_hub_now(const gti_hub *hub)
{
    return hub->virtual_clock ? hub->virtual_now : gti_clock_now();
}

int64_t gti_deadline(const gti_hub *hub, int64_t duration_ns)
{
    int64_t now = gti_hub_now(hub);
    return duration_ns > INT64_MAX - now ? GT_FOREVER : now + duration_ns;
}
