/*
 * Semaphores: a count of free permits, and a queue of threads.
 *
 * The law: while a permit is free, no thread is queued. A released permit goes to the first thread
 * in the queue and not through the count. So there is nothing that a newcomer could take before
 * that thread runs (SEM-2). It would be shorter to wake the thread and let it try again, but the
 * busiest thread would get all permits. A thread that was handed a permit, and is killed before it
 * runs, hands the permit on (KILL-10).
 *
 * A thread that is killed, or whose time is over, stays queued until it runs and removes itself.
 * Until then its token is stale, so a permit passes over it.
 */
#include "core/base/misuse.h"
#include "core/hub/clock.h"
#include "core/hub/current.h"
#include "core/sched/block.h"

static const gti_wait acquiring = {"gt_semaphore_acquire", NULL};
static const gti_wait acquiring_for = {"gt_semaphore_acquire_for", NULL};

/* After gt_semaphore_fini: a number that no hub has. */
#define NO_HUB (GTI_MAX_HUB_NUMBER + 1)

/* The first use decides which hub the semaphore belongs to. */
static gti_hub *enter_slowly(gt_semaphore *semaphore, const char *call)
{
    if (!semaphore)
        gti_misuse(call, "the semaphore is NULL");
    gti_hub *hub = gti_hub_get(call);
    if (semaphore->hub == NO_HUB)
        gti_misuse(call, "the semaphore has been ended");
    if (semaphore->hub && semaphore->hub != hub->number)
        gti_misuse(call, "the semaphore belongs to another hub");
    semaphore->hub = hub->number;
    return hub;
}

static inline gti_hub *enter(gt_semaphore *semaphore, const char *call)
{
    gti_hub *hub = gti_this_hub;
    bool is_known = semaphore && hub && semaphore->hub == hub->number;
    return is_known ? hub : enter_slowly(semaphore, call);
}

void gt_semaphore_init(gt_semaphore *semaphore, size_t permits)
{
    if (!semaphore)
        gti_misuse("gt_semaphore_init", "the semaphore is NULL");
    *semaphore = (gt_semaphore)GT_SEMAPHORE(permits);
}

/* Needs no hub: the hub may be gone by now. */
void gt_semaphore_fini(gt_semaphore *semaphore)
{
    if (!semaphore)
        gti_misuse("gt_semaphore_fini", "the semaphore is NULL");
    if (semaphore->inside)
        gti_misuse("gt_semaphore_fini", "a thread waits for the semaphore");
    semaphore->hub = NO_HUB;
}

/* Giving */

static void give(gt_semaphore *semaphore)
{
    while (semaphore->queue.first) {
        gti_waiter *first = gti_waiters_take_first(&semaphore->queue);
        if (first->token != first->thread->token)
            continue;
        first->permit = GTI_PERMIT_HANDED;
        gti_unpark(first->thread, first->token);
        return;
    }
    if (semaphore->permits == SIZE_MAX)
        gti_misuse("gt_semaphore_release", "there are more permits than can be counted");
    semaphore->permits++;
}

void gt_semaphore_release(gt_semaphore *semaphore)
{
    enter(semaphore, "gt_semaphore_release");
    give(semaphore);
}

/* Taking */

static bool take_permit(gt_semaphore *semaphore)
{
    if (!semaphore->permits)
        return false;
    semaphore->permits--;
    return true;
}

bool gt_semaphore_try_acquire(gt_semaphore *semaphore)
{
    enter(semaphore, "gt_semaphore_try_acquire");
    return take_permit(semaphore);
}

GTI_INLINE void enqueue_and_park(gti_hub *hub, gt_semaphore *semaphore, gti_waiter *waiter,
                                 const gti_wait *why)
{
    waiter->thread = hub->current;
    waiter->token = hub->current->token;
    waiter->permit = GTI_PERMIT_AWAITED;
    gti_waiters_append(&semaphore->queue, waiter);
    semaphore->inside++;
    gti_park(hub, why);
    semaphore->inside--;
}

/* A thread that raises keeps no permit: a permit that it was handed goes on. */
static void leave_queue(gti_hub *hub, gt_semaphore *semaphore, gti_waiter *waiter)
{
    if (waiter->permit == GTI_PERMIT_AWAITED)
        gti_waiters_remove(&semaphore->queue, waiter);
    else if (hub->current->flags & GTI_INTERRUPTED)
        give(semaphore);
    gti_deliver(hub, hub->current);
}

GTI_INLINE void wait_for_permit(gti_hub *hub, gt_semaphore *semaphore)
{
    gti_waiter waiter;
    enqueue_and_park(hub, semaphore, &waiter, &acquiring);
    if (hub->current->flags & GTI_INTERRUPTED)
        leave_queue(hub, semaphore, &waiter);
}

void gt_semaphore_acquire(gt_semaphore *semaphore)
{
    gti_hub *hub = enter(semaphore, acquiring.call);
    if (!take_permit(semaphore))
        wait_for_permit(hub, semaphore);
}

GTI_INLINE bool wait_for_time(gti_hub *hub, gt_semaphore *semaphore, int64_t duration_ns)
{
    gti_waiter waiter;
    gti_wake_timer timer;
    gti_wake_timer_set(hub, &timer, gti_deadline(hub, duration_ns));
    enqueue_and_park(hub, semaphore, &waiter, &acquiring_for);
    gti_wake_timer_clear(hub, &timer);
    leave_queue(hub, semaphore, &waiter);
    return waiter.permit == GTI_PERMIT_HANDED;
}

bool gt_semaphore_acquire_for(gt_semaphore *semaphore, int64_t duration_ns)
{
    gti_hub *hub = enter(semaphore, acquiring_for.call);
    return take_permit(semaphore) ||
           (duration_ns > 0 && wait_for_time(hub, semaphore, duration_ns));
}

size_t gt_semaphore_permits(const gt_semaphore *semaphore)
{
    if (!semaphore)
        gti_misuse("gt_semaphore_permits", "the semaphore is NULL");
    if (semaphore->hub == NO_HUB)
        gti_misuse("gt_semaphore_permits", "the semaphore has been ended");
    return semaphore->permits;
}
