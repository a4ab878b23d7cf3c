/*
 * Links are added and removed here; sched/links.c runs them.
 */
#include "compat/process.h"
#include "core/base/list.h"
#include "core/base/misuse.h"
#include "core/hub/link_tree.h"
#include "core/raise/handle.h"
#include "core/sched/links.h"

static void append(gt_thread *thread, gti_link *link)
{
    gti_link *first = thread->last_link ? thread->last_link->next : link;
    GTI_RING_APPEND(first, link);
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

/*
 * A thread may have many links, and the user may remove them in any order. So long lists are
 * sorted.
 */
static gti_link *find_link(gti_hub *hub, gt_thread *thread, gt_link_function *fn, void *arg)
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
    gti_link *link = thread->last_link ? find_link(hub, thread, fn, arg) : NULL;
    if (link)
        gti_link_free(hub, thread, link);
    return link;
}
