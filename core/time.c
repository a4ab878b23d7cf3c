/*
 * Sleeping. A sleep of nothing is a yield, not a timer: a timer
 * that is due at once would run before threads that were spawned earlier.
 */
#include "compat/clock.h"
#include "scheduler.h"

typedef struct sleeper {
    gti_timer timer;
    gt_thread *thread;
    uint32_t token; /* of the park that it ends */
    bool is_set;
} sleeper;

static void sleep_is_over(gti_timer *timer)
{
    sleeper *sleep = (sleeper *)timer;
    sleep->is_set = false;
    gti_unpark(sleep->thread, sleep->token);
}

void gti_sleep(gti_hub *hub, int64_t duration_ns, const gti_wait *why)
{
    gt_thread *self = hub->current;
    int64_t deadline = gti_deadline(hub, duration_ns);
    sleeper sleep = {.timer = {.deadline_ns = deadline, .fire = sleep_is_over},
                     .thread = self,
                     .token = self->token,
                     .is_set = deadline != GT_FOREVER};
    if (sleep.is_set)
        gti_timers_add(&hub->timers, &sleep.timer);
    gti_park(hub, why);
    if (sleep.is_set)
        gti_timers_remove(&hub->timers, &sleep.timer);
    gti_deliver(hub, self);
}

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
