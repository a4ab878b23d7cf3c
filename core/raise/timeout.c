/*
 * A timeout is a timer and a cleanup record in the user's frame. A timeout that has fired is on its
 * thread's list until the thread blocks or leaves its shield. It becomes an exception only then,
 * because it may be stopped until then.
 */
#include "core/raise/timeout.h"
#include "core/base/list.h"
#include "core/base/misuse.h"
#include "core/hub/clock.h"
#include "core/hub/wake.h"
#include "core/raise/exception.h"
#include <limits.h>

/* IDLE: not started; otherwise the cleanup record is on its thread's chain. */
enum { IDLE, RUNNING, FIRED, RAISED };

static gt_timeout *timeout_of(gti_timer *timer)
{
    return (gt_timeout *)((char *)timer - offsetof(gt_timeout, timer));
}

/* Timeouts that have fired are linked by their timers, in a circle. */
static void append_fired(gt_thread *thread, gt_timeout *timeout)
{
    gti_timer *timer = &timeout->timer;
    if (!thread->fired)
        thread->fired = timeout;
    gti_timer *first = &thread->fired->timer;
    GTI_RING_APPEND(first, timer);
}

static void remove_fired(gt_thread *thread, gt_timeout *timeout)
{
    gti_timer *timer = &timeout->timer;
    GTI_RING_REMOVE(timer);
    if (thread->fired == timeout)
        thread->fired = timer->next == timer ? NULL : timeout_of(timer->next);
}

/* If the call that the thread is blocked in was woken already, that wake wins (EXC-6). */
static void fire(gti_timer *timer)
{
    gt_timeout *timeout = timeout_of(timer);
    gt_thread *thread = timeout->thread;
    timeout->state = FIRED;
    append_fired(thread, timeout);
    if (thread->waits_for && !thread->shields) {
        gti_interrupt(thread);
        gti_make_ready(thread->hub, thread);
    }
}

/*
 * The exception may outlive its timeout, in the outcome of a thread. Another timeout may be at the
 * same address by then, so the address alone does not identify the timeout. The exception also
 * carries the timeout's number, in `line`. GT_TIMEOUT has no file, so its `line` is free. A field
 * for the number was rejected: gti_outcome has no room for it, so each gt_thread would grow from
 * 192 to 200 bytes, and gt_exception would grow where pointers have 32 bits.
 */
void gti_timeout_raise(gti_hub *hub, gt_timeout *timeout)
{
    remove_fired(hub->current, timeout);
    timeout->state = RAISED;
    gti_raise(hub, &(gt_exception){.kind = &GT_TIMEOUT,
                                   .message = "timed out",
                                   .value = timeout,
                                   .function = "gt_timeout_start",
                                   .line = timeout->number});
}

/* Keeps a timeout from firing. */
static void disarm(gt_timeout *timeout)
{
    if (timeout->state == RUNNING && timeout->timer.deadline_ns != GT_FOREVER)
        gti_timers_remove(&timeout->thread->hub->timers, &timeout->timer);
    else if (timeout->state == FIRED)
        remove_fired(timeout->thread, timeout);
}

/* Ends a timeout. Its cleanup record is off the chain, or the caller removes it. */
static void stop(void *argument)
{
    gt_timeout *timeout = argument;
    disarm(timeout);
    timeout->state = IDLE;
    gti_started_remove(&timeout->thread->hub->started, timeout);
}

static void arm(gti_hub *hub, gt_timeout *timeout, int64_t duration_ns)
{
    timeout->number = (int)(++hub->last_timeout & INT_MAX);
    if (duration_ns <= 0) {
        timeout->state = FIRED;
        append_fired(hub->current, timeout);
        return;
    }
    timeout->state = RUNNING;
    timeout->timer.deadline_ns = gti_deadline(hub, duration_ns);
    if (timeout->timer.deadline_ns != GT_FOREVER)
        gti_timers_add(&hub->timers, &timeout->timer);
}

void gt_timeout_start(gt_timeout *timeout, int64_t duration_ns)
{
    if (!timeout)
        gti_misuse("gt_timeout_start", "the timeout is NULL");
    gti_hub *hub = gti_hub_get("gt_timeout_start");
    if (!gti_started_has(&hub->started, timeout)) {
        *timeout = (gt_timeout){.thread = hub->current, .timer.fire = fire};
        gt_cleanup_push(&timeout->cleanup, stop, timeout);
        gti_started_add(&hub->started, timeout);
    } else if (timeout->thread == hub->current) {
        disarm(timeout);
    } else {
        gti_misuse("gt_timeout_start", "the timeout belongs to another thread");
    }
    arm(hub, timeout, duration_ns);
}

void gti_timeouts_stop(gt_thread *thread)
{
    gt_cleanup *previous;
    for (gt_cleanup *record = thread->chain; record; record = previous) {
        previous = record->previous;
        if (record->fn != stop)
            continue;
        stop(record->arg);
        gti_chain_remove(thread, record);
    }
}

/* Timeouts may be stopped in any order, so the record may not be the newest. */
void gt_timeout_stop(gt_timeout *timeout)
{
    if (!timeout)
        gti_misuse("gt_timeout_stop", "the timeout is NULL");
    if (timeout->state == IDLE)
        return;
    gt_thread *self = gti_hub_get("gt_timeout_stop")->current;
    if (timeout->thread != self)
        gti_misuse("gt_timeout_stop", "the timeout belongs to another thread");
    stop(timeout);
    gti_chain_remove(self, &timeout->cleanup);
}

/*
 * A caller that sets the timeout inside a try may hold an old copy of it in registers. The value in
 * memory is right, so it is read as volatile.
 */
bool gt_timeout_is(const gt_timeout *timeout, const gt_exception *exception)
{
    if (!timeout)
        gti_misuse("gt_timeout_is", "the timeout is NULL");
    return gt_exception_is(exception, &GT_TIMEOUT) && exception->value == timeout &&
           exception->line == *(const volatile int *)&timeout->number;
}

typedef struct timed_call {
    gt_timeout timeout;
    int64_t duration_ns;
    gt_function *fn;
    void *arg, *result;
} timed_call;

/* Called when the stack is unwound past a timed call; the frame of the timeout goes next. */
static void stop_unwound(timed_call **place)
{
    gt_timeout *timeout = &(*place)->timeout;
    if (timeout->state == IDLE)
        return;
    stop(timeout);
    if (timeout->thread->chain == &timeout->cleanup)
        timeout->thread->chain = timeout->cleanup.previous;
}

static void call_in_time(void *argument)
{
    timed_call *call GTI_LEAVING(stop_unwound) = argument;
    gt_timeout_start(&call->timeout, call->duration_ns);
    call->result = call->fn(call->arg);
    gt_timeout_stop(&call->timeout);
}

bool gt_with_timeout(int64_t duration_ns, gt_function *fn, void *arg, void **result)
{
    if (!fn)
        gti_misuse("gt_with_timeout", "the function is NULL");
    timed_call call = {.duration_ns = duration_ns, .fn = fn, .arg = arg};
    gt_exception e;
    if (gt_try(call_in_time, &call, &e)) {
        if (result)
            *result = call.result;
        return true;
    }
    if (!gt_timeout_is(&call.timeout, &e))
        gti_raise_again(gti_hub_get("gt_with_timeout"), &e);
    return false;
}
