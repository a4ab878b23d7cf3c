/*
 * Spawning, waiting, and the end of a thread. A control block is all that a
 * thread costs until it first runs; the stack comes then (SPAWN-9), so that
 * many threads that run to their end in turn use one stack, which each hands
 * straight to the next.
 */
#include "thread.h"
#include "allocate.h"
#include "compat/process.h"
#include "compat/rounding.h"
#include "kill.h"
#include "report.h"
#include "scheduler.h"
#include "stack_usage.h"
#include "unwind.h"
#include <string.h>

/* Handles */

/* While handlers of fork run, all handles come here. */
static gti_hub *look_twice_at_owner(const gt_thread *thread, const char *call)
{
    if (!thread)
        gti_misuse(call, "the handle is NULL");
    gti_hub *hub = gti_hub_if_any();
    if (!hub)
        gti_hub_check_fork(call);
    if (!hub || thread->hub != hub)
        gti_misuse(call, "the handle was released or belongs to another hub");
    return hub;
}

gti_hub *gti_look_twice(const gt_thread *thread, const char *call)
{
    gti_hub *hub = look_twice_at_owner(thread, call);
    if (thread->flags & GTI_RELEASED)
        gti_misuse(call, "the handle was released, though its thread still lives");
    return hub;
}

gti_hub *gti_look_twice_to_wait(const gt_thread *thread, const char *call)
{
    gti_hub *hub = gti_look_twice(thread, call);
    if (thread->flags & GTI_SPAWN_N)
        gti_misuse(call, "the thread was made by gt_spawn_n");
    if (thread == &hub->main)
        gti_misuse(call, "the main green thread cannot be waited for");
    return hub;
}

void gti_report_undelivered(gti_hub *hub, gt_thread *thread)
{
    if ((thread->flags & (GTI_RAISED | GTI_DELIVERED)) != GTI_RAISED)
        return;
    thread->flags |= GTI_DELIVERED;
    gt_exception exception = gti_exception_of(&thread->exception);
    if (!hub->no_hub_exceptions && !gt_exception_is(&exception, &GT_EXIT))
        gti_report_exception(hub, thread, "unhandled", &exception, thread->backtrace);
}

static void free_outcome(gti_hub *hub, gt_thread *thread)
{
    gti_report_undelivered(hub, thread);
    gti_free(thread->backtrace);
}

static inline void free_thread(gti_hub *hub, gt_thread *thread)
{
    if (thread->flags & GTI_RAISED)
        free_outcome(hub, thread);
    if (thread->previous)
        thread->previous->next = thread->next;
    else
        hub->threads = thread->next;
    if (thread->next)
        thread->next->previous = thread->previous;
    else
        hub->newest = thread->previous;
    if (thread->name)
        gti_free(thread->name);
    thread->hub = NULL;
    gti_slab_give(&hub->thread_slab, thread);
}

static inline void release(gti_hub *hub, gt_thread *thread)
{
    if (--thread->references == 0)
        free_thread(hub, thread);
}

/* The users' last reference to a thread that lives leaves no handle that is good (REF-2). */
static inline void give_back(gti_hub *hub, gt_thread *thread)
{
    if (--thread->references > 1)
        return;
    if (thread->references == 0)
        free_thread(hub, thread);
    else if (thread->state != GT_DEAD && !(thread->flags & (GTI_SPAWN_N | GTI_LENT)))
        thread->flags |= GTI_RELEASED;
}

gt_thread *gt_ref(gt_thread *thread)
{
    gti_check_handle(thread, "gt_ref");
    thread->references++;
    return thread;
}

void gt_unref(gt_thread *thread)
{
    gti_hub *hub = gti_this_hub;
    if (!thread || !hub || thread->hub != hub)
        hub = look_twice_at_owner(thread, "gt_unref");
    if (thread->references == 1 && thread->state != GT_DEAD)
        gti_misuse("gt_unref", "no reference is left to give back");
    give_back(hub, thread);
}

/* Spawning */

/* Field by field: gcc clears a whole block by a loop that costs as much as a switch. */
static inline gt_thread *new_thread(gti_hub *hub, gt_function *fn, void *arg)
{
    if (!gti_ring_reserve(hub, hub->live + 2))
        return NULL;
    gt_thread *thread = gti_slab_take(&hub->thread_slab);
    if (!thread)
        return NULL;
    thread->context = (gti_context){0};
    thread->hub = hub;
    thread->token = GTI_FIRST_TOKEN;
    thread->ring_index = GTI_NOT_IN_RING;
    thread->references = 2;
    thread->flags = GTI_UNSTARTED;
    thread->state = GT_NEW;
    thread->shields = 0;
    thread->stack_size = 0;
    thread->chain = NULL;
    thread->fired = NULL;
    thread->waits_for = NULL;
    thread->function = fn;
    thread->argument = arg;
    thread->last_link = NULL;
    thread->waiters = (gti_waiters){0};
    thread->next_urgent = NULL;
    thread->next = NULL;
    thread->previous = hub->newest;
    thread->name = NULL;
    return thread;
}

/* From here on it exists. */
static inline void enlist(gti_hub *hub, gt_thread *thread)
{
    if (hub->newest)
        hub->newest->next = thread;
    else
        hub->threads = thread;
    hub->newest = thread;
    hub->live++;
    thread->number = ++hub->last_number;
}

static inline gti_hub *hub_to_spawn_in(gt_function *fn, const char *call)
{
    if (!fn)
        gti_misuse(call, "the function is NULL");
    gti_hub *hub = gti_this_hub ? gti_this_hub : gti_hub_make(call);
    if (hub && !hub->reserve)
        hub->reserve = gti_stacks_take(&hub->stacks, 0);
    return hub && hub->reserve ? hub : NULL;
}

static gt_thread *no_memory(void)
{
    gti_errno_set(gti_errno_no_memory);
    return NULL;
}

GTI_INLINE gt_thread *spawn(gt_function *fn, void *arg, const char *call)
{
    gti_hub *hub = hub_to_spawn_in(fn, call);
    gt_thread *thread = hub ? new_thread(hub, fn, arg) : NULL;
    if (!thread)
        return no_memory();
    enlist(hub, thread);
    gti_make_ready(hub, thread);
    return thread;
}

gt_thread *gt_spawn(gt_function *fn, void *arg)
{
    return spawn(fn, arg, "gt_spawn");
}

gt_thread *gt_spawn_n(gt_function *fn, void *arg)
{
    gt_thread *thread = spawn(fn, arg, "gt_spawn_n");
    if (thread) {
        thread->flags |= GTI_SPAWN_N;
        thread->references = 1;
    }
    return thread;
}

static void delay_is_over(gti_timer *timer)
{
    gt_thread *thread = (gt_thread *)((char *)timer - offsetof(gt_thread, delay));
    thread->flags &= (uint16_t)~GTI_DELAYED;
    gti_make_ready(thread->hub, thread);
}

static gt_thread *spawn_after(const gt_spawn_options *options, gt_function *fn, void *arg,
                              const char *call)
{
    if (options->delay_ns <= 0)
        return spawn(fn, arg, call);
    gti_hub *hub = hub_to_spawn_in(fn, call);
    gt_thread *thread = hub ? new_thread(hub, fn, arg) : NULL;
    if (!thread)
        return no_memory();
    enlist(hub, thread);
    int64_t deadline = gti_deadline(hub, options->delay_ns);
    if (deadline != GT_FOREVER) {
        thread->flags |= GTI_DELAYED;
        thread->delay = (gti_timer){.deadline_ns = deadline, .fire = delay_is_over};
        gti_timers_add(&hub->timers, &thread->delay);
    }
    return thread;
}

gt_thread *gt_spawn_after(int64_t delay_ns, gt_function *fn, void *arg)
{
    return spawn_after(&(gt_spawn_options){.delay_ns = delay_ns}, fn, arg, "gt_spawn_after");
}

static char *copy_name(const char *name)
{
    size_t size = strlen(name) + 1;
    char *copy = gti_allocate(size);
    if (copy)
        memcpy(copy, name, size);
    return copy;
}

gt_thread *gt_spawn_with(const gt_spawn_options *options, gt_function *fn, void *arg)
{
    static const gt_spawn_options defaults;
    if (!options)
        options = &defaults;
    size_t size = gti_stack_size(options->stack_size);
    if (size == 0) {
        gti_errno_set(gti_errno_invalid);
        return NULL;
    }
    char *name = NULL;
    if (options->name && !(name = copy_name(options->name)))
        return no_memory();
    gt_thread *thread = spawn_after(options, fn, arg, "gt_spawn_with");
    if (!thread) {
        gti_free(name);
        return no_memory();
    }
    thread->name = name;
    thread->stack_size = size == gti_stack_size(0) ? 0 : size;
    return thread;
}

/* The end */

/* Those who wait for its death stay. Each has a reference, as the hub has. */
static void wake_waiters(gt_thread *thread)
{
    gti_waiter *waiter, *next;
    uint32_t known = 1;
    for (waiter = thread->waiters.first; waiter; waiter = next, known++) {
        if (known == thread->references)
            gti_misuse("gt_unref",
                       "a thread that is waited for had no reference left to give back");
        next = waiter->next;
        if (waiter->word != GT_FINISHED)
            continue;
        gti_waiters_remove(&thread->waiters, waiter);
        gti_unpark(waiter->thread, waiter->token);
    }
}

/* The outcome is there: who waits for it goes on (LINK-2, WAIT-3). */
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

void gti_thread_end_unstarted(gt_thread *thread)
{
    static const gt_exception no_stack = {
        .kind = &GT_NO_MEMORY, .message = "no stack could be had", .function = "gt_spawn"};
    if (thread->state == GT_FINISHED)
        return;
    gt_exception outcome = no_stack;
    if (thread->flags & GTI_KILLED)
        outcome = gti_exception_of(&thread->exception);
    publish_exception(thread, &outcome, NULL);
}

void gti_thread_die(gti_hub *hub, gt_thread *thread)
{
    thread->state = GT_DEAD;
    if (thread->waiters.first)
        gti_unpark_all(&thread->waiters);
    if (--hub->live == 0 && hub->all_dead.first)
        gti_unpark_all(&hub->all_dead);
    if (thread->flags & GTI_SPAWN_N)
        gti_report_undelivered(hub, thread);
    release(hub, thread);
}

/* The beginning */

/* One that was given a stack for its links alone has finished already (SCHED-7
   holds for them, too). */
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
 * Gives a stack up; returns when another thread is to run on it: straight away
 * if one that has not started is next, or when one takes it from the pool.
 *
 *   own  the context that runs
 */
GTI_INLINE void leave_stack(gti_hub *hub, gti_stack *stack, gti_context own)
{
    if (stack == hub->reserve)
        gti_give_reserve(hub);
    gt_thread *next = gti_needs_care(hub) ? NULL : gti_next_in_turn(hub);
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
        gti_fiber_leave_for_ever(&stack->fiber, &next->stack->fiber);
    gti_context_leave(&hub->nowhere, &stack->carrier, &next->context);
}

GTI_INLINE void conclude(gti_hub *hub)
{
    gt_thread *self = hub->current;
    gti_stack *stack = self->stack;
    if (self->last_link)
        gti_run_links(hub, self);
    gti_context own = self->context;
    hub->current = &hub->main; /* for a report function that asks while nobody runs */
    gti_thread_die(hub, self);
    leave_stack(hub, stack, own);
}

/* One thread after the other. */
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

/* Waiting */

/*
 * Blocks until `thread` has got as far as `enough`. The handle is the caller's,
 * who may lose it meanwhile: one more is taken, and given back if this raises;
 * else the caller does.
 */
GTI_INLINE void wait_for(gti_hub *hub, gt_thread *thread, gt_state enough, const char *call)
{
    gt_thread *self = hub->current;
    if (thread == self)
        gti_raise_kind(hub, &GT_DEADLOCK, "a thread waits for itself", thread, call);
    gti_waiter waiter = {.thread = self, .token = self->token, .word = enough};
    gti_wait why = {call, thread};
    thread->references++;
    gti_waiters_append(&thread->waiters, &waiter);
    gti_park(hub, &why);
    gti_waiters_remove(&thread->waiters, &waiter);
    if (self->flags & GTI_INTERRUPTED) {
        give_back(hub, thread);
        gti_deliver_pending(hub, self);
    }
}

static bool tell_outcome(gt_thread *thread, void **result, gt_exception *exception)
{
    thread->flags |= GTI_DELIVERED;
    if (thread->flags & GTI_RAISED) {
        if (exception)
            *exception = gti_exception_of(&thread->exception);
        return false;
    }
    if (result)
        *result = thread->result;
    return true;
}

GTI_INLINE bool join(gti_hub *hub, gt_thread *thread, void **result, gt_exception *exception,
                     const char *call)
{
    if (thread->state >= GT_FINISHED)
        return tell_outcome(thread, result, exception);
    wait_for(hub, thread, GT_FINISHED, call);
    bool returned = tell_outcome(thread, result, exception);
    release(hub, thread);
    return returned;
}

bool gt_join(gt_thread *thread, void **result, gt_exception *exception)
{
    return join(gti_check_waitable(thread, "gt_join"), thread, result, exception, "gt_join");
}

void *gt_wait(gt_thread *thread)
{
    gti_hub *hub = gti_check_waitable(thread, "gt_wait");
    void *result;
    gt_exception exception;
    if (!join(hub, thread, &result, &exception, "gt_wait"))
        gti_raise_again(hub, &exception);
    return result;
}

static void drop(void *thread)
{
    gt_unref(thread);
}

void gt_kill_wait(gt_thread *thread, const gt_exception *exception)
{
    gti_hub *hub = gti_check_handle(thread, "gt_kill_wait");
    if (thread == &hub->main)
        gti_misuse("gt_kill_wait", "the main green thread cannot be waited for");
    gt_cleanup hold;
    gt_cleanup_push(&hold, drop, gt_ref(thread));
    gti_kill(hub, thread, exception, "gt_kill_wait");
    if (thread->state != GT_DEAD) {
        wait_for(hub, thread, GT_DEAD, "gt_kill_wait");
        release(hub, thread);
    }
    gt_cleanup_pop(&hold, true);
}

/* What is known of a thread */

gt_thread *gt_self(void)
{
    gt_thread *self = gti_hub_get("gt_self")->current;
    gti_lend(self);
    return self;
}

gt_state gt_get_state(const gt_thread *thread)
{
    gti_check_handle(thread, "gt_get_state");
    if (thread->state != GT_READY)
        return (gt_state)thread->state;
    if (thread->waits_for)
        return GT_BLOCKED;
    return thread == thread->hub->current ? GT_RUNNING : GT_READY;
}

void gt_set_name(gt_thread *thread, const char *name)
{
    gti_check_handle(thread, "gt_set_name");
    char *copy = NULL;
    if (name && !(copy = copy_name(name)))
        return;
    gti_free(thread->name);
    thread->name = copy;
}

const char *gt_get_name(const gt_thread *thread)
{
    gti_check_handle(thread, "gt_get_name");
    return gti_name_of(thread);
}

uint64_t gt_get_number(const gt_thread *thread)
{
    gti_check_handle(thread, "gt_get_number");
    return thread->number;
}
