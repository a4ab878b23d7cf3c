/*
 * Links: what is called when a thread has finished. They run in the thread's
 * own context, one after the other, each in a try of its own, so that one that
 * raises or is killed ends nobody's turn but its own (LINK-6, LINK-7).
 */
#include "allocate.h"
#include "compat/process.h"
#include "report.h"
#include "thread.h"
#include "unwind.h"

static gti_link take_first(gti_hub *hub, gt_thread *thread)
{
    gti_link *last = thread->last_link, *first = last->next, link = *first;
    last->next = link.next;
    if (first == last)
        thread->last_link = NULL;
    gti_slab_give(&hub->link_slab, first);
    return link;
}

static void call_link(gti_hub *hub, gt_thread *self, gti_link link)
{
    gti_base_try base;
    gti_late late;
    self->late = &late;
    if (GTI_SETJMP(base.frame.jump) == 0) {
        gti_base_enter(self, &base);
        link.fn(self, link.arg);
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
    while (self->last_link)
        call_link(hub, self, take_first(hub, self));
}

int gt_link(gt_thread *thread, gt_link_function *fn, void *arg)
{
    gti_hub *hub = gti_check_waitable(thread, "gt_link");
    if (!fn)
        gti_misuse("gt_link", "the function is NULL");
    if (thread->state == GT_DEAD) {
        fn(thread, arg);
        return 0;
    }
    gti_link *link = gti_slab_take(&hub->link_slab);
    if (!link) {
        gti_errno_set(gti_errno_no_memory);
        return -1;
    }
    gti_link *last = thread->last_link ? thread->last_link : link;
    *link = (gti_link){NULL, fn, arg};
    link->next = last->next ? last->next : link;
    last->next = link;
    thread->last_link = link;
    return 0;
}

bool gt_unlink(gt_thread *thread, gt_link_function *fn, void *arg)
{
    gti_hub *hub = gti_check_handle(thread, "gt_unlink");
    gti_link *last = thread->last_link, *before = last, *link;
    if (!last)
        return false;
    while (link = before->next, link->fn != fn || link->arg != arg) {
        if (link == last)
            return false;
        before = link;
    }
    before->next = link->next;
    if (link == last)
        thread->last_link = before == last ? NULL : before;
    gti_slab_give(&hub->link_slab, link);
    return true;
}
