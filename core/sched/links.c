/*
 * Links: functions that are called when a thread has finished. They run in the thread's own
 * context, one after the other. Each has a try of its own, so a link that raises or is killed ends
 * only itself (LINK-6, LINK-7).
 */
#include "core/sched/links.h"
#include "core/base/allocate.h"
#include "core/base/list.h"
#include "core/hub/link_tree.h"
#include "core/hub/report.h"
#include "core/raise/exception.h"
#include "core/raise/handle.h"

/* Removes a link from its thread and frees it. */
void gti_link_free(gti_hub *hub, gt_thread *thread, gti_link *link)
{
    if (thread->flags & GTI_SORTED)
        gti_link_tree_remove(hub, link);
    if (link->next == link) {
        thread->last_link = NULL;
        thread->flags &= (uint16_t)~GTI_SORTED;
    } else {
        GTI_RING_REMOVE(link);
        if (link == thread->last_link)
            thread->last_link = link->previous;
    }
    gti_slab_give(&hub->link_slab, link);
}

static void call_link(gti_hub *hub, gt_thread *self, gt_link_function *fn, void *arg)
{
    gti_base_try base GTI_LEAVING(gti_base_unwound);
    gti_late late;
    base.frame.on_chain = false;
    self->late = &late;
    if (GTI_SETJMP(base.frame.jump) == 0) {
        gti_base_enter(self, &base);
        fn(self, arg);
        gti_base_leave(self, &base);
    } else if (!hub->no_hub_exceptions && !gt_exception_is(&base.frame.exception, &GT_EXIT)) {
        gti_report_exception(hub, self, "a link raised", &base.frame.exception, base.backtrace);
    }
    gti_free(base.backtrace);
    self->late = NULL;
    self->flags &= (uint16_t) ~(GTI_KILLED | GTI_INTERRUPTED);
    self->shields = 0;
}

void gti_run_links(gti_hub *hub, gt_thread *self)
{
    gti_lend(self);
    while (self->last_link) {
        gti_link *first = self->last_link->next;
        gt_link_function *fn = first->fn;
        void *arg = first->arg;
        gti_link_free(hub, self, first);
        call_link(hub, self, fn, arg);
    }
}
