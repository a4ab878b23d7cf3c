/*
 * Who runs next. There is no stack of the hub's own: a thread that blocks
 * picks the next one and switches straight to it, and where none is ready it
 * looks at timers and descriptors on its own stack until one is. A hub stack
 * would cost a second switch for each.
 *
 * The path of a switch: gt_yield, yield, gti_switch_away, gti_next_in_turn, and
 * the backend's gti_context_switch, all inlined.
 */
#include "scheduler.h"
#include "compat/clock.h"
#include "compat/process.h"
#include "deadlock.h"
#include "descriptors.h"
#include "kill.h"
#include "report.h"
#include "stack_usage.h"
#include "testing.h"
#include "thread.h"

/* Time */

int64_t gti_hub_now(const gti_hub *hub)
{
    return hub->virtual_clock ? hub->virtual_now : gti_clock_now();
}

int64_t gti_deadline(const gti_hub *hub, int64_t duration_ns)
{
    int64_t now = gti_hub_now(hub);
    return duration_ns > INT64_MAX - now ? GT_FOREVER : now + duration_ns;
}

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
    return hub->head == hub->tail && !hub->urgent.first;
}

/* Every iteration has an end under a virtual clock or a seeded schedule. */
static bool by_iteration(const gti_hub *hub)
{
    return hub->virtual_clock || hub->random;
}

static void set_look_at(gti_hub *hub)
{
    size_t switches = (size_t)GTI_LOOK_AFTER >> hub->hurry;
    hub->look_at = hub->head + (by_iteration(hub) ? hub->tail - hub->head : switches);
}

/* The time, where a look needs it; else 0. */
static int64_t time_of_look(const gti_hub *hub)
{
    bool is_awaited = gti_descriptors_waited_for(hub) && !nothing_ready(hub);
    return is_awaited || !gti_timers_empty(&hub->timers) ? gti_hub_now(hub) : 0;
}

/*
 * Fewer switches between two looks if those before took long (SCHED-10). The
 * clock is read in looks alone: a reading in each switch would double its cost.
 */
static void set_pace(gti_hub *hub, int64_t now)
{
    int64_t took = now - hub->looked;
    bool is_known = now && hub->looked;
    hub->looked = now;
    hub->calls = 0;
    if (!is_known)
        return;
    if (hub->hurry && took < GTI_LOOK_NS / 4)
        hub->hurry--;
    for (; took > GTI_LOOK_NS && GTI_LOOK_AFTER >> hub->hurry > 1; took /= 2)
        hub->hurry++;
}

/*
 * True if the I/O calls since the last look have taken long. Where that costs
 * less than to know, in many calls that were short, the next switch will look.
 */
bool gti_look_is_late(gti_hub *hub)
{
    bool nothing_due = gti_timers_empty(&hub->timers) && !gti_descriptors_waited_for(hub);
    if (by_iteration(hub) || nothing_due)
        return false;
    if (++hub->calls >= GTI_CALLS_PER_LOOK)
        hub->look_at = hub->head;
    if (hub->transfers % GTI_CALLS_PER_CLOCK != GTI_CALLS_PER_CLOCK - 1)
        return false;
    int64_t now = gti_clock_now();
    if (!hub->looked)
        hub->looked = now;
    if (now - hub->looked <= GTI_LOOK_NS)
        return false;
    hub->look_at = hub->head;
    return true;
}

/* The end of an iteration, or of some switches of one. */
static void look(gti_hub *hub)
{
    int64_t now = time_of_look(hub);
    if (!by_iteration(hub))
        set_pace(hub, now);
    fire_timers(hub, now);
    if (gti_descriptors_waited_for(hub))
        gti_descriptors_wake(hub, gti_descriptors_poll(hub, 0));
    if (gti_stacks_abound(&hub->stacks))
        gti_stacks_settle(&hub->stacks, gti_hub_now(hub));
    set_look_at(hub);
}

/* When a timer may be due, or a stack of no use any more. */
static int64_t next_event(gti_hub *hub, int64_t now)
{
    int64_t timer = gti_timers_empty(&hub->timers) ? GT_FOREVER : gti_timers_next(&hub->timers);
    int64_t stacks = GT_FOREVER;
    if (gti_stacks_abound(&hub->stacks))
        stacks = gti_stacks_settle(&hub->stacks, now);
    return timer < stacks ? timer : stacks;
}

/* Waits, on the real clock, until that or until a descriptor is ready. */
static size_t wait_outside(gti_hub *hub)
{
    int64_t patience = GT_FOREVER;
    if (!gti_timers_empty(&hub->timers) || gti_stacks_abound(&hub->stacks)) {
        int64_t now = gti_hub_now(hub), next = next_event(hub, now);
        int64_t left = next - now;
        patience = next == GT_FOREVER ? GT_FOREVER : left > 0 ? left : 0;
    }
    if (gti_descriptors_waited_for(hub))
        return gti_descriptors_poll(hub, patience);
    gti_clock_sleep(patience);
    return 0;
}

/* Under the virtual clock nobody waits: the time is the next deadline. */
static void jump_ahead(gti_hub *hub)
{
    hub->virtual_now = gti_timers_first(&hub->timers);
    if (gti_stacks_abound(&hub->stacks))
        gti_stacks_settle(&hub->stacks, hub->virtual_now);
}

/* The grace of a shutdown's round wakes none of those that it waits for (SHUT-1). */
static bool nothing_can_happen(const gti_hub *hub)
{
    bool timed = !gti_timers_empty(&hub->timers) &&
                 !(hub->grace && gti_timers_only(&hub->timers, hub->grace));
    return !timed && !gti_descriptors_waited_for(hub);
}

/* Nothing is ready: does what it takes until something is. */
static void idle(gti_hub *hub)
{
    look(hub);
    while (nothing_ready(hub)) {
        size_t found = 0;
        if (nothing_can_happen(hub))
            gti_deadlock(hub);
        else if (!gti_timers_empty(&hub->timers) && hub->virtual_clock)
            jump_ahead(hub);
        else
            found = wait_outside(hub);
        hub->looked = gti_timers_empty(&hub->timers) ? 0 : gti_hub_now(hub);
        fire_timers(hub, hub->looked);
        gti_descriptors_wake(hub, found);
    }
    set_look_at(hub);
}

/* Who is next */

/*
 * The next of a seeded iteration is drawn from those that are left of it, and
 * changes places with the first of them (Fisher and Yates). xorshift64 is good
 * enough for that, and the same everywhere.
 */
static uint64_t draw(gti_hub *hub)
{
    hub->random ^= hub->random << 13;
    hub->random ^= hub->random >> 7;
    hub->random ^= hub->random << 17;
    return hub->random;
}

static void shuffle_head(gti_hub *hub)
{
    size_t other = hub->head + draw(hub) % (hub->look_at - hub->head);
    gt_thread **a = &hub->ring[hub->head & hub->ring_mask];
    gt_thread **b = &hub->ring[other & hub->ring_mask];
    gt_thread *thread = *a;
    *a = *b;
    *b = thread;
    if (*b)
        (*b)->ring_index = (uint32_t)(other & hub->ring_mask);
}

static inline gt_thread *next_ready(gti_hub *hub)
{
    for (;;) {
        gt_thread *thread;
        if (hub->urgent.first) {
            thread = gti_take_first(&hub->urgent);
            thread->flags &= (uint16_t)~GTI_URGENT;
            return thread;
        }
        if (hub->head == hub->tail) {
            idle(hub);
            continue;
        }
        if (hub->head == hub->look_at)
            look(hub);
        if (hub->random)
            shuffle_head(hub);
        thread = hub->ring[hub->head++ & hub->ring_mask];
        if (thread) {
            thread->ring_index = GTI_NOT_IN_RING;
            return thread;
        }
    }
}

/* For a thread that has finished without a stack; NULL: not now, or no need. */
static gti_stack *take_reserve(gti_hub *hub, gt_thread *thread)
{
    if (!thread->last_link) {
        gti_thread_die(hub, thread);
        return NULL;
    }
    if (hub->reserve_is_taken) {
        gti_append(&hub->stranded, thread);
        return NULL;
    }
    hub->reserve_is_taken = true;
    return hub->reserve;
}

void gti_give_reserve(gti_hub *hub)
{
    hub->reserve_is_taken = false;
    gt_thread *thread = gti_take_first(&hub->stranded);
    if (thread)
        gti_make_ready(hub, thread);
}

/* One that comes from the pool may have a context that waits for the next thread. */
static void ready_stack(gti_hub *hub, gti_stack *stack)
{
    if (stack->is_waiting) {
        stack->is_waiting = false;
        return;
    }
    if (GTI_BACKEND_USES_MEMORY)
        gti_stack_reset(stack);
    if (GTI_BACKEND_USES_MEMORY && hub->stacks.kept_clean)
        gti_stack_clean(stack); /* elsewhere its carrier does */
    gti_cxx_state *cxx = gti_cxx_find(); /* a runtime may have come meanwhile */
    if (GTI_BACKEND_USES_MEMORY)
        hub->cxx = cxx;
    gti_context_make(&stack->context, &stack->carrier, stack->memory.low, stack->usable,
                     gti_thread_main, hub);
}

/* From now on an overflow is noticed only when its thread blocks; where there
   are guards as a rule, that is news. */
static void watch_canaries(gti_hub *hub)
{
    hub->alerts |= GTI_CANARIES;
    if (gti_stack_guards_exist())
        gti_report(hub, "the system gives no more guard pages; from now on an overflow of a stack "
                        "is noticed when its thread blocks");
}

/*
 * A thread that has not started gets what it runs on: `spare`, if that suits,
 * so that a stack goes straight from a thread that ends to the next. Killed,
 * or without a stack to be had, it has finished, and only its links run.
 * False: it does not run now.
 */
static bool start(gti_hub *hub, gt_thread *thread, gti_stack *spare)
{
    size_t size = thread->stack_size;
    gti_stack *stack = NULL;
    if (!(thread->flags & GTI_KILLED) || thread->last_link) {
        bool handed_over = spare && spare != hub->reserve && !hub->stacks.kept_clean &&
                           gti_stack_suits(spare, size);
        stack = handed_over ? spare : gti_stacks_take(&hub->stacks, size);
    }
    if (!stack || thread->flags & GTI_KILLED)
        gti_thread_end_unstarted(thread);
    if (!stack && !(stack = take_reserve(hub, thread)))
        return false;

    thread->stack = stack;
    thread->flags &= (uint16_t)~GTI_UNSTARTED;
    if (thread->state == GT_NEW)
        thread->state = GT_READY;
    if (stack == spare)
        return true;
    if (hub->stacks.have_canaries && !(hub->alerts & GTI_CANARIES))
        watch_canaries(hub);
    ready_stack(hub, stack);
    thread->context = stack->context;
    return true;
}

gt_thread *gti_pick(gti_hub *hub, gti_stack *spare)
{
    for (;;) {
        gt_thread *next = next_ready(hub);
        if (!(next->flags & GTI_UNSTARTED) || start(hub, next, spare))
            return next;
    }
}

/* Switching */

static void check_canary(gti_hub *hub, const gt_thread *self)
{
    char who[GTI_DESCRIPTION];
    if (self == &hub->main || gti_stack_memory_is_intact(&self->stack->memory))
        return;
    gti_report(hub, "%s overflowed its stack of %zu bytes",
               gti_describe_thread(self, who, sizeof who), self->stack->usable);
    gti_process_abort();
}

void gti_heed(gti_hub *hub, const char *call)
{
    if (hub->alerts & GTI_REPORTING)
        gti_misuse(call, "blocking is not allowed here");
    if (hub->alerts & GTI_CANARIES)
        check_canary(hub, hub->current);
    if (hub->alerts & GTI_KILL_AT)
        gti_testing_block(hub);
}

bool gti_has_more_to_do(const gti_hub *hub)
{
    return hub->alerts || gti_in_cxx(hub);
}

gt_thread *gti_switch_away_with_care(gti_hub *hub, gt_thread *self, const char *call)
{
    if (hub->alerts)
        gti_heed(hub, call);
    gti_cxx_state own = {0};
    bool takes_it_along = gti_in_cxx(hub);
    if (takes_it_along) {
        own = *hub->cxx;
        *hub->cxx = (gti_cxx_state){0};
    }
    gt_thread *next = gti_pick(hub, NULL);
    if (next != self)
        gti_resume(hub, &self->context, self->stack, next);
    if (takes_it_along)
        *hub->cxx = own;
    return self;
}

GTI_INLINE void yield(gti_hub *hub, const char *call)
{
    gt_thread *self = hub->current;
    if (gti_is_pending(self)) {
        gti_pass_over(hub, call);
        gti_deliver_pending(hub, self);
        return;
    }
    gti_make_ready(hub, self);
    gti_switch_away(hub, self, call);
    gti_deliver(hub, self);
}

/*
 * A thread that always has something to raise would never block (SCHED-4). Its
 * token is used up here, so whatever would have ended its wait comes too late.
 */
void gti_pass_over(gti_hub *hub, const char *call)
{
    gt_thread *self = hub->current;
    gti_interrupt(self);
    if (hub->transfers++ < GT_IO_BURST)
        return;
    gti_make_ready(hub, self);
    gti_switch_away(hub, self, call);
    self->flags |= GTI_INTERRUPTED;
}

void gti_yield(gti_hub *hub, const char *call)
{
    yield(hub, call);
}

void gt_yield(void)
{
    yield(gti_hub_get("gt_yield"), "gt_yield");
}

/* Blocking and waking */

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
