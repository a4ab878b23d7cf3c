/*
 * Links: what is called when a thread has finished. They run in the thread's
 * own context, one after the other, each in a try of its own, so that one that
 * raises or is killed ends nobody's turn but its own (LINK-6, LINK-7).
 */
#include "allocate.h"
#include "compat/process.h"
#include "link_tree.h"
#include "report.h"
#include "thread.h"
#include "unwind.h"

/* Takes a link off its thread and frees it. */
static void free_link(gti_hub *hub, gt_thread *thread, gti_link *link)
{
    if (thread->flags & GTI_SORTED)
        gti_link_tree_remove(hub, link);
    if (link->next == link) {
        thread->last_link = NULL;
        thread->flags &= (uint16_t)~GTI_SORTED;
    } else {
        link->previous->next = link->next;
        link->next->previous = link->previous;
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
        free_link(hub, self, first);
        call_link(hub, self, fn, arg);
    }
}

static void append(gt_thread *thread, gti_link *link)
{
    gti_link *last = thread->last_link ? thread->last_link : link;
    gti_link *first = last == link ? link : last->next;
    link->next = first;
    link->previous = last;
    last->next = link;
    first->previous = link;
    thread->last_link = link;
}

static void sort(gti_hub *hub, gt_thread *thread, gti_link *link)
{
    link->thread = thread;
    gti_link_tree_add(hub, link);
}

static void sort_all(gti_hub *hub, gt_thread *thread)
{
    gti_link *link = thread->last_link;
    do {
        link = link->next;
        sort(hub, thread, link);
    } while (link != thread->last_link);
    thread->flags |= GTI_SORTED;
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
    link->fn = fn;
    link->arg = arg;
    append(thread, link);
    if (thread->flags & GTI_SORTED)
        sort(hub, thread, link);
    return 0;
}

/* One thread may have many links, and take them back in any order: those are sorted. */
static gti_link *find(gti_hub *hub, gt_thread *thread, gt_link_function *fn, void *arg)
{
    gti_link *last = thread->last_link, *link = last->next;
    if (thread->flags & GTI_SORTED)
        return gti_link_tree_find(hub, thread, fn, arg);
    for (int n = 0; link->fn != fn || link->arg != arg; n++, link = link->next) {
        if (link == last)
            return NULL;
        if (n == GTI_SHORT_LINKS) {
            sort_all(hub, thread);
            return gti_link_tree_find(hub, thread, fn, arg);
        }
    }
    return link;
}

bool gt_unlink(gt_thread *thread, gt_link_function *fn, void *arg)
{
    gti_hub *hub = gti_check_handle(thread, "gt_unlink");
    gti_link *link = thread->last_link ? find(hub, thread, fn, arg) : NULL;
    if (link)
        free_link(hub, thread, link);
    return link;
}
