/*
 * Sleeping. A sleep of no time is a yield. A timer that is due at once would run its thread before
 * threads that were spawned earlier.
 */
#include "compat/clock.h"
#include "core/hub/clock.h"
#include "core/hub/current.h"
#include "core/sched/block.h"

void gt_sleep(int64_t duration_ns)
{
    static const gti_wait why = {"gt_sleep", NULL};
    gti_hub *hub = gti_hub_get("gt_sleep");
    if (duration_ns <= 0)
        gti_yield(hub, "gt_sleep");
    else
        gti_sleep(hub, duration_ns, &why);
}

int64_t gt_now(void)
{
    const gti_hub *hub = gti_hub_if_any();
    return hub ? gti_hub_now(hub) : gti_clock_now();
}
