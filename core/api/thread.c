/*
 * Spawning, waiting, and queries. Until a thread first runs it costs only a control block; then it
 * gets a stack (sched/lifecycle.c).
 */
#include "compat/process.h"
#include "core/api/kill.h"
#include "core/base/allocate.h"
#include "core/base/list.h"
#include "core/base/misuse.h"
#include "core/hub/clock.h"
#include "core/hub/report.h"
#include "core/raise/exception.h"
#include "core/raise/handle.h"
#include "core/sched/block.h"
#include <string.h>

/* Spawning */

/* Sets field by field: gcc clears a whole block by a loop that costs as much as a switch. */
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
    thread->next_to_run = NULL;
    thread->name = NULL;
    return thread;
}

/* From here on the thread exists. */
static inline void add_to_hub(gti_hub *hub, gt_thread *thread)
{
    GTI_LIST_APPEND(&hub->threads, thread);
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
    add_to_hub(hub, thread);
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

static void on_delay_timeout(gti_timer *timer)
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
    add_to_hub(hub, thread);
    int64_t deadline = gti_deadline(hub, options->delay_ns);
    if (deadline != GT_FOREVER) {
        thread->flags |= GTI_DELAYED;
        thread->delay = (gti_timer){.deadline_ns = deadline, .fire = on_delay_timeout};
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

/* Waiting */

/*
 * Blocks until `thread` has reached the state `enough`. Holds an extra reference while blocked,
 * because the caller's handle may be given back meanwhile. If this raises, it releases the
 * reference; else the caller does.
 */
GTI_INLINE void wait_for(gti_hub *hub, gt_thread *thread, gt_state enough, const char *call)
{
    gt_thread *self = hub->current;
    if (thread == self)
        gti_raise_kind(hub, &GT_DEADLOCK, "a thread waits for itself", thread, call);
    gti_waiter waiter = {.thread = self, .token = self->token, .awaited = enough};
    gti_wait why = {call, thread};
    thread->references++;
    gti_waiters_append(&thread->waiters, &waiter);
    gti_park(hub, &why);
    gti_waiters_remove(&thread->waiters, &waiter);
    if (self->flags & GTI_INTERRUPTED) {
        gti_handle_give_back(hub, thread);
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
    gti_release(hub, thread);
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
        gti_release(hub, thread);
    }
    gt_cleanup_pop(&hold, true);
}

/* Queries */

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
