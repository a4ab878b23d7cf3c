/*
 * The hub has no stack of its own. A thread that blocks picks the next thread and switches straight
 * to it. If no thread is ready, the blocking thread polls timers and descriptors on its own stack
 * until one is. A hub stack was rejected: it would cost a second switch each time.
 */
#include "core/sched/scheduler.h"
#include "compat/clock.h"
#include "core/hub/clock.h"
#include "core/sched/deadlock.h"
#include "core/sched/descriptors.h"

/* Timers and descriptors */

/* `now` is not read while no timer is set. */
static void fire_timers(gti_hub *hub, int64_t now)
{
    if (gti_timers_empty(&hub->timers))
        return;
    for (gti_timer *timer; (timer = gti_timers_due(&hub->timers, now));)
        timer->fire(timer);
}

static bool nothing_ready(const gti_hub *hub)
{
    return hub->head == hub->tail && !hub->run_next.first;
}

/*
 * True under a virtual clock or a seeded schedule, where a poll comes at the end of each iteration.
 */
static bool by_iteration(const gti_hub *hub)
{
    return hub->virtual_clock || hub->random;
}

static void set_poll_at(gti_hub *hub)
{
    size_t switches = (size_t)GTI_POLL_AFTER >> hub->hurry;
    hub->poll_at = hub->head + (by_iteration(hub) ? hub->tail - hub->head : switches);
}

/* The time, if a poll needs it; else 0. */
static int64_t time_of_poll(const gti_hub *hub)
{
    bool is_awaited = gti_descriptors_waited_for(hub) && !nothing_ready(hub);
    return is_awaited || !gti_timers_empty(&hub->timers) ? gti_hub_now(hub) : 0;
}

/*
 * Makes fewer switches between two polls if those before took long (SCHED-10). Only polls read the
 * clock: a reading in each switch would double its cost.
 */
static void set_pace(gti_hub *hub, int64_t now)
{
    int64_t took = now - hub->polled_at;
    bool is_known = now && hub->polled_at;
    hub->polled_at = now;
    hub->calls = 0;
    if (!is_known)
        return;
    if (hub->hurry && took < GTI_POLL_NS / 4)
        hub->hurry--;
    for (; took > GTI_POLL_NS && GTI_POLL_AFTER >> hub->hurry > 1; took /= 2)
        hub->hurry++;
}

/*
 * True if the I/O calls since the last poll have taken long. After many short calls it would cost
 * more to know than to poll. So it makes the next switch poll.
 */
bool gti_poll_is_late(gti_hub *hub)
{
    bool nothing_due = gti_timers_empty(&hub->timers) && !gti_descriptors_waited_for(hub);
    if (by_iteration(hub) || nothing_due)
        return false;
    if (++hub->calls >= GTI_CALLS_PER_POLL)
        hub->poll_at = hub->head;
    if (hub->transfers % GTI_CALLS_PER_CLOCK != GTI_CALLS_PER_CLOCK - 1)
        return false;
    int64_t now = gti_clock_now();
    if (!hub->polled_at)
        hub->polled_at = now;
    if (now - hub->polled_at <= GTI_POLL_NS)
        return false;
    hub->poll_at = hub->head;
    return true;
}

/* Polls at the end of an iteration, or after some switches of it. */
void gti_poll(gti_hub *hub)
{
    int64_t now = time_of_poll(hub);
    if (!by_iteration(hub))
        set_pace(hub, now);
    fire_timers(hub, now);
    if (gti_descriptors_waited_for(hub))
        hub->io->wake(hub, hub->io->poll(hub, 0));
    if (gti_stacks_abound(&hub->stacks))
        gti_stacks_trim(&hub->stacks, gti_hub_now(hub));
    set_poll_at(hub);
}

/* When a timer may be due, or a stack may become surplus. */
static int64_t next_event(gti_hub *hub, int64_t now)
{
    int64_t timer = gti_timers_empty(&hub->timers) ? GT_FOREVER : gti_timers_next(&hub->timers);
    int64_t stacks = GT_FOREVER;
    if (gti_stacks_abound(&hub->stacks))
        stacks = gti_stacks_trim(&hub->stacks, now);
    return timer < stacks ? timer : stacks;
}

/* Waits on the real clock until the next event, or until a descriptor is ready. */
static size_t wait_outside(gti_hub *hub)
{
    int64_t patience = GT_FOREVER;
    if (!gti_timers_empty(&hub->timers) || gti_stacks_abound(&hub->stacks)) {
        int64_t now = gti_hub_now(hub), next = next_event(hub, now);
        int64_t left = next - now;
        patience = next == GT_FOREVER ? GT_FOREVER : left > 0 ? left : 0;
    }
    if (gti_descriptors_waited_for(hub))
        return hub->io->poll(hub, patience);
    gti_clock_sleep(patience);
    return 0;
}

/* Under the virtual clock the hub does not wait: the time jumps to the next deadline. */
static void jump_ahead(gti_hub *hub)
{
    hub->virtual_now = gti_timers_first(&hub->timers);
    if (gti_stacks_abound(&hub->stacks))
        gti_stacks_trim(&hub->stacks, hub->virtual_now);
}

/* The timer that ends a round of gt_shutdown wakes no thread that the round waits for (SHUT-1). */
static bool nothing_can_happen(const gti_hub *hub)
{
    bool timed = !gti_timers_empty(&hub->timers) &&
                 !(hub->grace && gti_timers_only(&hub->timers, hub->grace));
    return !timed && !gti_descriptors_waited_for(hub);
}

/* No thread is ready: polls, waits, or reports a deadlock, until a thread is. */
void gti_idle(gti_hub *hub)
{
    gti_poll(hub);
    while (nothing_ready(hub)) {
        size_t found = 0;
        if (nothing_can_happen(hub))
            gti_deadlock(hub);
        else if (!gti_timers_empty(&hub->timers) && hub->virtual_clock)
            jump_ahead(hub);
        else
            found = wait_outside(hub);
        hub->polled_at = gti_timers_empty(&hub->timers) ? 0 : gti_hub_now(hub);
        fire_timers(hub, hub->polled_at);
        if (found)
            hub->io->wake(hub, found);
    }
    set_poll_at(hub);
}

/* Seeded schedules */

/*
 * The next thread of a seeded iteration is drawn from those that are left, and swapped with the
 * first of them (Fisher and Yates). xorshift64 is good enough for that, and the same on every
 * machine.
 */
static uint64_t draw(gti_hub *hub)
{
    hub->random ^= hub->random << 13;
    hub->random ^= hub->random >> 7;
    hub->random ^= hub->random << 17;
    return hub->random;
}

void gti_shuffle_head(gti_hub *hub)
{
    size_t other = hub->head + draw(hub) % (hub->poll_at - hub->head);
    gt_thread **a = &hub->ring[hub->head & hub->ring_mask];
    gt_thread **b = &hub->ring[other & hub->ring_mask];
    gt_thread *thread = *a;
    *a = *b;
    *b = thread;
    if (*b)
        (*b)->ring_index = (uint32_t)(other & hub->ring_mask);
}
