/*
 * A handle is a pointer to a control block. The block stays until its last reference is given back,
 * and then it stays in the slab. So the library notices a handle that is used too long while the
 * block is free there.
 */
#include "core/raise/handle.h"
#include "core/base/allocate.h"
#include "core/base/list.h"
#include "core/base/misuse.h"
#include "core/hub/current.h"
#include "core/hub/report.h"

/* While handlers of fork run, all handles come here. */
static gti_hub *check_owner(const gt_thread *thread, const char *call)
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

gti_hub *gti_check_handle_slowly(const gt_thread *thread, const char *call)
{
    gti_hub *hub = check_owner(thread, call);
    if (thread->flags & GTI_RELEASED)
        gti_misuse(call, "the handle was released, though its thread still lives");
    return hub;
}

gti_hub *gti_check_waitable_slowly(const gt_thread *thread, const char *call)
{
    gti_hub *hub = gti_check_handle_slowly(thread, call);
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

void gti_handle_free(gti_hub *hub, gt_thread *thread)
{
    if (thread->flags & GTI_RAISED)
        free_outcome(hub, thread);
    GTI_LIST_REMOVE(&hub->threads, thread);
    if (thread->name)
        gti_free(thread->name);
    thread->hub = NULL;
    gti_slab_give(&hub->thread_slab, thread);
}

/*
 * When the user gives back the last reference to a living thread, no good handle is left (REF-2).
 */
void gti_handle_give_back(gti_hub *hub, gt_thread *thread)
{
    if (--thread->references > 1)
        return;
    if (thread->references == 0)
        gti_handle_free(hub, thread);
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
        hub = check_owner(thread, "gt_unref");
    if (thread->references == 1 && thread->state != GT_DEAD)
        gti_misuse("gt_unref", "no reference is left to give back");
    gti_handle_give_back(hub, thread);
}
