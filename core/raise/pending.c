/*
 * A kill makes an exception pending in its victim, and makes the victim run before anything else.
 * The victim raises the exception itself, from the call that it is blocked in, after that call has
 * taken back what it registered. Peers raise on the killer's stack for threads that have not
 * started. That was rejected: links would run in the wrong context, and what they raise would hit
 * the killer.
 */
#include "core/raise/pending.h"
#include "core/base/misuse.h"
#include "core/hub/current.h"
#include "core/raise/exception.h"
#include "core/raise/timeout.h"

/* Where a kill is stored until it is raised; NULL: nothing is left to end. */
static gti_outcome *pending_slot(gt_thread *thread)
{
    if (thread->state == GT_FINISHED)
        return thread->late ? &thread->late->exception : NULL;
    return &thread->exception;
}

/* The first of several kills stays (KILL-11). */
void gti_make_pending(gti_hub *hub, gt_thread *victim, const gt_exception *exception)
{
    gti_outcome *slot = pending_slot(victim);
    if (!slot || victim->flags & GTI_KILLED)
        return;
    if (victim->flags & GTI_DELAYED) {
        victim->flags &= (uint16_t)~GTI_DELAYED;
        gti_timers_remove(&hub->timers, &victim->delay);
    }
    *slot = gti_outcome_of(exception);
    victim->flags |= GTI_KILLED;
}

/*
 * Counts the kills that could go on without an end, so that threads that kill each other do not
 * starve the others (SCHED-11). Only two kinds can: a kill of a thread that waits in gt_kill
 * itself, and a kill by a thread that was spawned after the first counted kill. Every other chain
 * of kills ends, because each thread in it kills once. The count begins again when the ring has
 * moved.
 */
static void note_relay(gti_hub *hub, gt_thread *const victims[], size_t n)
{
    gti_relay *relay = &hub->relay;
    if (hub->head != relay->head) {
        relay->head = hub->head;
        relay->newest = hub->last_number;
        relay->handed = 0;
        return;
    }
    bool goes_on = hub->current->number > relay->newest;
    for (size_t i = 0; i < n && !goes_on; i++)
        goes_on = victims[i]->flags & GTI_IN_KILL;
    relay->handed += goes_on;
}

bool gti_victims_must_queue(const gti_hub *hub)
{
    return hub->relay.handed >= 16 * GT_POLL_INTERVAL && hub->relay.head == hub->head;
}

/*
 * Makes a victim run next. If other threads are due, it runs in its turn in the ring instead, and
 * its killer goes behind it.
 */
static void schedule_victim(gti_hub *hub, gt_thread *victim, gt_thread **last_placed)
{
    if (!gti_victims_must_queue(hub) || victim->flags & GTI_RUN_NEXT)
        gti_run_next(hub, victim, last_placed);
    else if (victim->ring_index == GTI_NOT_IN_RING)
        gti_make_ready(hub, victim);
}

/*
 * Stores the kill. Unless a shield holds it back, this also ends the park of the victim, and makes
 * it run right behind *last_placed.
 */
static void mark_killed(gti_hub *hub, gt_thread *victim, const gt_exception *exception,
                        gt_thread **last_placed)
{
    if (victim->state == GT_DEAD)
        return;
    gti_make_pending(hub, victim, exception);
    if (!(victim->flags & GTI_KILLED) || victim->shields)
        return; /* the first is so for a thread that has finished, outside of its links */
    if (victim->flags & GTI_UNSTARTED) {
        schedule_victim(hub, victim, last_placed);
        return;
    }
    gti_interrupt(victim);
    if (victim != hub->current)
        schedule_victim(hub, victim, last_placed);
}

void gti_mark_killed(gti_hub *hub, gt_thread *const threads[], size_t n,
                     const gt_exception *exception)
{
    gt_thread *last_placed = NULL;
    note_relay(hub, threads, n);
    for (size_t i = 0; i < n; i++)
        mark_killed(hub, threads[i], exception, &last_placed);
    gti_run_next_done(last_placed);
}

void gti_mark_all_killed(gti_hub *hub)
{
    const gt_exception exit = {.kind = &GT_EXIT, .function = "gt_shutdown"};
    gt_thread *last_placed = NULL;
    for (gt_thread *thread = hub->threads.first; thread; thread = thread->next)
        mark_killed(hub, thread, &exit, &last_placed);
    gti_run_next_done(last_placed);
}

void gti_kill_where_it_blocks(gti_hub *hub, gt_thread *self, const char *call)
{
    const gt_exception exit = {.kind = &GT_EXIT, .function = call};
    gt_thread *last_placed = hub->run_next.last; /* its own victims run before it */
    mark_killed(hub, self, &exit, &last_placed);
    if (self->flags & GTI_INTERRUPTED)
        gti_run_next(hub, self, &last_placed);
    gti_run_next_done(last_placed);
}

/* Delivery */

void gti_deliver_pending(gti_hub *hub, gt_thread *self)
{
    self->flags &= (uint16_t)~GTI_INTERRUPTED;
    if (self->flags & GTI_DEADLOCKED) {
        self->flags &= (uint16_t)~GTI_DEADLOCKED;
        gti_raise_kind(hub, &GT_DEADLOCK, "nothing can wake the main green thread", NULL,
                       hub->deadlocked_call);
    }
    if (self->flags & GTI_KILLED) {
        self->flags &= (uint16_t)~GTI_KILLED;
        gt_exception exception = gti_exception_of(pending_slot(self));
        gti_raise(hub, &exception);
    }
    if (self->fired)
        gti_timeout_raise(hub, self->fired);
}

void gt_shield_begin(void)
{
    gt_thread *self = gti_hub_get("gt_shield_begin")->current;
    if (++self->shields == UINT8_MAX) /* the last is for gt_shutdown */
        gti_misuse("gt_shield_begin", "shields are nested too deep");
}

void gt_shield_end(void)
{
    gti_hub *hub = gti_hub_get("gt_shield_end");
    gt_thread *self = hub->current;
    if (!self->shields)
        gti_misuse("gt_shield_end", "no shield to end");
    if (--self->shields == 0 && gti_must_raise(self)) {
        self->flags |= GTI_INTERRUPTED;
        gti_deliver(hub, self);
    }
}
