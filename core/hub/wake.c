/*
 * A park has a token, and a waker names the token. So each park ends once, and a waker never ends a
 * later park (SCHED-5).
 */
#include "core/hub/wake.h"

void gti_unpark_all(gti_waiters *list)
{
    while (list->first) {
        gti_waiter *waiter = gti_waiters_take_first(list);
        gti_unpark(waiter->thread, waiter->token);
    }
}

void gti_interrupt(gt_thread *thread)
{
    thread->flags |= GTI_INTERRUPTED;
    thread->token++;
    thread->waits_for = NULL;
}

static void on_park_timeout(gti_timer *timer)
{
    gti_wake_timer *wake = (gti_wake_timer *)timer;
    wake->is_set = false;
    gti_unpark(wake->thread, wake->token);
}

void gti_wake_timer_set(gti_hub *hub, gti_wake_timer *timer, int64_t deadline_ns)
{
    *timer = (gti_wake_timer){.timer = {.deadline_ns = deadline_ns, .fire = on_park_timeout},
                              .thread = hub->current,
                              .token = hub->current->token,
                              .is_set = deadline_ns != GT_FOREVER};
    if (timer->is_set)
        gti_timers_add(&hub->timers, &timer->timer);
}

void gti_wake_timer_clear(gti_hub *hub, gti_wake_timer *timer)
{
    if (timer->is_set)
        gti_timers_remove(&hub->timers, &timer->timer);
}
