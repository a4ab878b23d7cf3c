/*
 * gt_run and gt_shutdown: main waits for the end of all other threads.
 */
#include "core/api/hub.h"
#include "core/base/misuse.h"
#include "core/hub/clock.h"
#include "core/hub/current.h"
#include "core/hub/report.h"
#include "core/sched/block.h"

void gt_run(void)
{
    static const gti_wait why = {"gt_run", NULL};
    gti_hub *hub = gti_hub_if_any();
    if (!hub) {
        gti_hub_check_fork("gt_run");
        return;
    }
    if (hub->current != &hub->main)
        gti_misuse("gt_run", "not called from the main green thread");
    while (hub->live) {
        gti_waiter waiter = {.thread = &hub->main, .token = hub->main.token};
        gti_waiters_append(&hub->all_dead, &waiter);
        gti_park(hub, &why);
        gti_waiters_remove(&hub->all_dead, &waiter);
        gti_deliver(hub, &hub->main);
    }
}

/* Waits for the threads to end: for GT_SHUTDOWN_GRACE_NS, or until nothing can happen. */
static void wait_for_a_round(gti_hub *hub)
{
    static const gti_wait why = {"gt_shutdown", NULL};
    gt_thread *main = &hub->main;
    gti_waiter waiter = {.thread = main, .token = main->token};
    gti_wake_timer grace;
    gti_wake_timer_set(hub, &grace, gti_deadline(hub, GT_SHUTDOWN_GRACE_NS));
    hub->grace = &grace.timer;
    gti_waiters_append(&hub->all_dead, &waiter);
    gti_park(hub, &why);
    gti_waiters_remove(&hub->all_dead, &waiter);
    gti_wake_timer_clear(hub, &grace);
    hub->grace = NULL;
    main->flags &= (uint16_t)~GTI_INTERRUPTED;
}

static void report_abandoned(gti_hub *hub)
{
    char name[GTI_DESCRIPTION];
    for (gt_thread *thread = hub->threads.first; thread; thread = thread->next)
        if (thread->state != GT_DEAD)
            gti_report(hub, "shutdown: %s still lives after %d rounds and is abandoned",
                       gti_describe_thread(thread, name, sizeof name), GT_SHUTDOWN_ROUNDS);
}

void gt_shutdown(void)
{
    if (gti_hub_after_fork_child())
        return;
    gti_hub *hub = gti_hub_if_any();
    if (!hub || !gti_hub_can_end(hub))
        return;
    hub->main.shields++;
    for (int round = 0; round < GT_SHUTDOWN_ROUNDS && hub->live; round++) {
        gti_mark_all_killed(hub);
        wait_for_a_round(hub);
    }
    hub->main.shields--;
    report_abandoned(hub);
    gti_hub_empty(hub);
    if (!hub->main.chain)
        gti_hub_free(hub);
}
