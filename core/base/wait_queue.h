/*
 * A queue of threads that wait for one thing: first come, first woken (SCHED-6). A waiter is a
 * record in the frame of the waiting thread. Only that thread adds it. When its park has ended, for
 * whatever reason, that thread removes it, unless the waker has done so.
 */
#ifndef GTI_WAIT_QUEUE_H
#define GTI_WAIT_QUEUE_H

#include "compat/inline.h"
#include "core/base/list.h"
#include <greenthread/thread.h>

/* Whether the waiter of a semaphore was handed a permit. */
typedef enum gti_permit { GTI_PERMIT_AWAITED, GTI_PERMIT_HANDED } gti_permit;

typedef struct gti_waiter {
    struct gti_waiter *next, *previous; /* valid while it is in a queue */
    bool listed;
    gt_thread *thread;
    uint32_t token; /* of the park that it may end */
    union {
        gt_state awaited;  /* in a thread's queue: GT_FINISHED or GT_DEAD */
        gti_permit permit; /* in a semaphore's queue */
        int error;         /* in a descriptor's queue: the errno that the queue failed with, or 0 */
    };
} gti_waiter;

/*
 * gcc 13 and later see that the queue keeps the address of a variable past the end of its function,
 * and warn of a dangling pointer. They do not see that the thread removes the waiter before. So the
 * compiler must not know which variable the pointer refers to.
 */
static inline void gti_waiters_append(gti_waiters *list, gti_waiter *waiter)
{
    GTI_HIDE(waiter);
    GTI_LIST_APPEND(list, waiter);
    waiter->listed = true;
}

/* Removes and returns the first waiter. The queue is not empty. */
static inline gti_waiter *gti_waiters_take_first(gti_waiters *list)
{
    gti_waiter *first = list->first;
    GTI_LIST_REMOVE_FIRST(list);
    first->listed = false;
    return first;
}

/* Removes a waiter. Does nothing if it was removed before. */
static inline void gti_waiters_remove(gti_waiters *list, gti_waiter *waiter)
{
    if (!waiter->listed)
        return;
    waiter->listed = false;
    GTI_LIST_REMOVE(list, waiter);
}

#endif
