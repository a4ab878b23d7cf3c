/*
 * Birth to death on one page. A thread gets its stack when it first runs (SPAWN-9). If the stack of
 * the thread that has just ended suits, it gets that one, so many threads that run to their end in
 * turn use one stack. Its function runs, its waiters are woken, its links run, it is dead, and the
 * stack goes to the next thread.
 */
#include "core/sched/lifecycle.h"
#include "compat/process.h"
#include "compat/rounding.h"
#include "core/base/misuse.h"
#include "core/hub/report.h"
#include "core/hub/switch.h"
#include "core/hub/wake.h"
#include "core/raise/exception.h"
#include "core/raise/handle.h"
#include "core/sched/links.h"
#include "core/sched/scheduler.h"
#include "core/sched/stack_usage.h"

/* The outcome */

/* Waiters for GT_DEAD stay queued. Each waiter has a reference, and so has the hub. */
static void wake_waiters(gt_thread *thread)
{
    gti_waiter *waiter, *next;
    uint32_t known = 1;
    for (waiter = thread->waiters.first; waiter; waiter = next, known++) {
        if (known == thread->references)
            gti_misuse("gt_unref",
                       "a thread that is waited for had no reference left to give back");
        next = waiter->next;
        if (waiter->awaited != GT_FINISHED)
            continue;
        gti_waiters_remove(&thread->waiters, waiter);
        gti_unpark(waiter->thread, waiter->token);
    }
}

/* The outcome is known, so its waiters go on (LINK-2, WAIT-3). */
static void publish(gt_thread *thread)
{
    thread->state = GT_FINISHED;
    thread->late = NULL;
    thread->shields = 0;
    if (thread->waiters.first)
        wake_waiters(thread);
}

static void publish_exception(gt_thread *thread, const gt_exception *exception,
                              gti_backtrace_record *backtrace)
{
    thread->exception = gti_outcome_of(exception);
    thread->backtrace = backtrace;
    thread->flags &= (uint16_t) ~(GTI_KILLED | GTI_INTERRUPTED);
    thread->flags |= GTI_RAISED;
    publish(thread);
}

static void publish_result(gt_thread *thread, void *result)
{
    thread->result = result;
    thread->flags &= (uint16_t) ~(GTI_KILLED | GTI_INTERRUPTED);
    publish(thread);
}
/*
 * Finishes a thread that has not started. Its outcome is the pending kill, or GT_NO_MEMORY for lack
 * of a stack.
 */
static void end_unstarted(gt_thread *thread)
{
    static const gt_exception no_stack = {
        .kind = &GT_NO_MEMORY, .message = "no memory for a stack", .function = "gt_spawn"};
    if (thread->state == GT_FINISHED)
        return;
    gt_exception outcome = no_stack;
    if (thread->flags & GTI_KILLED)
        outcome = gti_exception_of(&thread->exception);
    publish_exception(thread, &outcome, NULL);
}
/* Its links have run, or it has none. */
static void die(gti_hub *hub, gt_thread *thread)
{
    thread->state = GT_DEAD;
    if (thread->waiters.first)
        gti_unpark_all(&thread->waiters);
    if (--hub->live == 0 && hub->all_dead.first)
        gti_unpark_all(&hub->all_dead);
    if (thread->flags & GTI_SPAWN_N)
        gti_report_undelivered(hub, thread);
    gti_release(hub, thread);
}

/* The beginning */

/*
 * Finds a stack for a thread that has finished without one. NULL: the reserve is in use, or the
 * thread has no links and is dead now.
 */
static gti_stack *take_reserve(gti_hub *hub, gt_thread *thread)
{
    if (!thread->last_link) {
        die(hub, thread);
        return NULL;
    }
    if (hub->reserve_is_taken) {
        gti_append(&hub->stranded, thread);
        return NULL;
    }
    hub->reserve_is_taken = true;
    return hub->reserve;
}
/* The thread that ends does not need the reserve any more. */
static void give_reserve(gti_hub *hub)
{
    hub->reserve_is_taken = false;
    gt_thread *thread = gti_take_first(&hub->stranded);
    if (thread)
        gti_make_ready(hub, thread);
}

/* A stack from the pool may have a context that waits for the next thread. */
static void ready_stack(gti_hub *hub, gti_stack *stack)
{
    if (stack->is_waiting) {
        stack->is_waiting = false;
        return;
    }
    if (GTI_BACKEND_USES_MEMORY)
        gti_stack_reset(stack);
    if (GTI_BACKEND_USES_MEMORY && hub->stacks.kept_clean)
        gti_stack_clean(stack);          /* elsewhere the carrier cleans it */
    gti_cxx_state *cxx = gti_cxx_find(); /* a C++ runtime may have been loaded */
    if (GTI_BACKEND_USES_MEMORY)
        hub->cxx = cxx;
    gti_context_make(&stack->context, &stack->carrier, stack->memory.low, stack->usable,
                     gti_thread_main, hub);
}

/*
 * From now on the hub notices an overflow only when its thread blocks. Where guards exist that is
 * unusual, so it is reported.
 */
static void watch_canaries(gti_hub *hub)
{
    hub->block_flags |= GTI_CANARIES;
    if (gti_stack_guards_exist())
        gti_report(hub, "the system gives no more guard pages; from now on an overflow of a stack "
                        "is noticed when its thread blocks");
}

/*
 * Gives a thread that has not started a stack to run on. `spare` is taken if it suits, so a stack
 * goes straight from a thread that ends to the next. A thread that was killed, or that gets no
 * stack, has finished, and only its links run. False: the thread does not run now.
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
        end_unstarted(thread);
    if (!stack && !(stack = take_reserve(hub, thread)))
        return false;

    thread->stack = stack;
    thread->flags &= (uint16_t)~GTI_UNSTARTED;
    if (thread->state == GT_NEW)
        thread->state = GT_READY;
    if (stack == spare)
        return true;
    if (hub->stacks.have_canaries && !(hub->block_flags & GTI_CANARIES))
        watch_canaries(hub);
    ready_stack(hub, stack);
    thread->context = stack->context;
    return true;
}

gt_thread *gti_pick(gti_hub *hub, gti_stack *spare)
{
    for (;;) {
        gt_thread *next = gti_next_ready(hub);
        if (!(next->flags & GTI_UNSTARTED) || start(hub, next, spare))
            return next;
    }
}

/* The end */

/*
 * A thread given a stack only to run its links skips its function (SCHED-7 holds for links, too).
 */
GTI_INLINE void call_function(gti_hub *hub, gti_base_try *base)
{
    gt_thread *self = hub->current;
    gti_rounding_reset();
    *gti_errno_of(hub) = 0;
    if (self->state == GT_FINISHED)
        return;
    gti_base_enter(self, base);
    void *result = self->function(self->argument);
    gti_base_leave(self, base);
    publish_result(self, result);
}

/*
 * Releases the stack. An unstarted next thread takes it over at once; otherwise this context waits
 * in the pool. Returns when another thread gets the stack.
 *
 *   own  the running context
 */
GTI_INLINE void leave_stack(gti_hub *hub, gti_stack *stack, gti_context own)
{
    if (stack == hub->reserve)
        give_reserve(hub);
    gt_thread *next = gti_needs_slow_path(hub) ? NULL : gti_next_in_turn(hub);
    if (!next)
        next = gti_pick(hub, stack);
    hub->transfers = 0;
    if (next->stack == stack) {
        next->context = own;
        hub->current = next;
        return;
    }
    bool kept = stack != hub->reserve;
    if (kept)
        gti_stacks_give(&hub->stacks, stack);
    if (kept && !hub->thread_slab.frees_at_once && !hub->stacks.kept_clean) {
        stack->is_waiting = true;
        stack->context = own;
        gti_resume(hub, &stack->context, stack, next);
        return;
    }
    hub->current = next;
    if (GTI_BACKEND_USES_MEMORY)
        gti_fiber_terminate(&stack->fiber, &next->stack->fiber);
    gti_context_leave(&hub->terminated, &stack->carrier, &next->context);
}

GTI_INLINE void conclude(gti_hub *hub)
{
    gt_thread *self = hub->current;
    gti_stack *stack = self->stack;
    if (self->last_link)
        gti_run_links(hub, self);
    gti_context own = self->context;
    hub->current = &hub->main; /* a report function may ask while no thread runs */
    die(hub, self);
    leave_stack(hub, stack, own);
}

/* Runs one thread after the other. */
static _Noreturn void serve(gti_hub *hub, gti_base_try *base)
{
    for (;;) {
        call_function(hub, base);
        conclude(hub);
    }
}
void gti_thread_main(void *argument)
{
    gti_hub *hub = argument;
    gti_base_try base GTI_LEAVING(gti_base_unwound);
    base.frame.on_chain = false;
    if (GTI_BACKEND_USES_MEMORY) {
        gti_fiber_enter(&hub->current->stack->fiber);
    } else {
        gti_this_hub = hub;
        gti_stack_enter_carriers(hub);
    }
    if (GTI_SETJMP(base.frame.jump) != 0) {
        publish_exception(hub->current, &base.frame.exception, base.backtrace);
        conclude(hub);
    }
    serve(hub, &base);
}
