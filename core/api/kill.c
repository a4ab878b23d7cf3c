/*
 * Kill and cancel: the victims run first, then the killer goes on (KILL-1). raise/pending.c has
 * what a kill does to its victim.
 */
#include "core/api/kill.h"
#include "core/base/misuse.h"
#include "core/raise/exception.h"
#include "core/raise/handle.h"
#include "core/sched/block.h"

/* The exception to throw: GT_EXIT for NULL. Without an origin, the public call is its origin. */
static gt_exception checked(const gt_exception *exception, const char *call)
{
    gt_exception e = {.kind = &GT_EXIT};
    if (exception)
        e = *exception;
    if (!e.kind)
        gti_misuse(call, "the exception has no kind");
    if (!e.file && !e.function)
        e.function = call;
    return e;
}

/*
 * The caller goes round the ring once. Its victims are on the run-next list, but past the limit of
 * SCHED-11 they are in the ring. There a seeded schedule may draw the caller before a victim of the
 * same iteration, so the caller goes round twice.
 */
static void await_victims(gti_hub *hub, gt_thread *self, const char *call)
{
    int rounds = hub->random && gti_victims_must_queue(hub) ? 2 : 1;
    self->flags |= GTI_IN_KILL;
    do {
        gti_make_ready(hub, self);
        gti_switch_away(hub, self, call);
    } while (--rounds && !(self->flags & GTI_INTERRUPTED));
    self->flags &= (uint16_t)~GTI_IN_KILL;
}

/*
 * The caller joins the tail of the run queue. Its victims go before the victims of other killers.
 * If the caller itself had a kill or a timeout to raise, it raises it here, after the victims have
 * run.
 */
static void kill_all(gti_hub *hub, gt_thread *const threads[], size_t n,
                     const gt_exception *exception, const char *call)
{
    gt_thread *self = hub->current;
    bool was_pending = gti_must_raise(self);
    gti_mark_killed(hub, threads, n, exception);
    await_victims(hub, self, call);
    if (was_pending)
        self->flags |= GTI_INTERRUPTED;
    gti_deliver(hub, self);
}

void gti_kill(gti_hub *hub, gt_thread *thread, const gt_exception *exception, const char *call)
{
    gt_exception e = checked(exception, call);
    if (thread->state == GT_DEAD)
        return;
    if (thread != hub->current)
        kill_all(hub, &thread, 1, &e, call);
    else if (thread->shields)
        gti_make_pending(hub, thread, &e);
    else
        gti_raise(hub, &e);
}

void gt_kill(gt_thread *thread, const gt_exception *exception)
{
    gti_kill(gti_check_handle(thread, "gt_kill"), thread, exception, "gt_kill");
}

void gt_kill_all(gt_thread *const threads[], size_t n, const gt_exception *exception)
{
    if (n && !threads)
        gti_misuse("gt_kill_all", "the array is NULL");
    gt_exception e = checked(exception, "gt_kill_all");
    bool any_lives = false;
    for (size_t i = 0; i < n; i++) {
        gti_check_handle(threads[i], "gt_kill_all");
        any_lives = any_lives || threads[i]->state != GT_DEAD;
    }
    if (any_lives)
        kill_all(gti_hub_get("gt_kill_all"), threads, n, &e, "gt_kill_all");
}

void gt_cancel(gt_thread *thread, const gt_exception *exception)
{
    gti_hub *hub = gti_check_handle(thread, "gt_cancel");
    if (thread->state == GT_NEW)
        gti_kill(hub, thread, exception, "gt_cancel");
}
