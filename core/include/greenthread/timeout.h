/*
 * Timeouts: GT_TIMEOUT raised in one's own thread at a deadline.
 */
#ifndef GREENTHREAD_TIMEOUT_H
#define GREENTHREAD_TIMEOUT_H

#include <greenthread/base.h>
#include <greenthread/exception.h>

GTI_BEGIN_C

/* A deadline with something to do; on one list of its hub's timers while set. */
typedef struct gti_timer {
    struct gti_timer *next, *previous;
    int64_t deadline_ns; /* absolute */
    void (*fire)(struct gti_timer *timer);
} gti_timer;

/* A record in the caller's frame; its fields are the library's. */
typedef struct gt_timeout {
    gt_cleanup cleanup; /* stops it when a raise leaves it */
    gti_timer timer;    /* on the hub's list; on its thread's, once it has fired, until raised */
    gt_thread *thread;  /* whose it is */
    struct gt_timeout *next; /* of those that were started, see core/base/started.h */
    int state;
    int number; /* of the hub's timeouts; another one may have stood in this place */
} gt_timeout;

/*
 * Starts a timeout for the calling thread: unless stopped, GT_TIMEOUT is
 * raised at the deadline in the call that the thread is blocked in then, or
 * in its next call that blocks if that one had already been woken. It fires
 * at most once. The exception's value is `timeout`.
 *
 * Started again before it was stopped, it begins again, with another deadline
 * and as another timeout for gt_timeout_is, in the scope in which it was
 * started first. Another thread's is a programming error then (ERR-1).
 *
 *   timeout      the caller's, in a frame that outlives the timeout; stop it
 *                before the frame is left (a raise that leaves the frame does).
 *                Need not be initialized.
 *   duration_ns  nanoseconds; 0 or less: the next call that blocks raises;
 *                GT_FOREVER: it never fires
 *   rules        EXC-6 EXC-10 KILL-11
 */
GTI_PUBLIC void gt_timeout_start(gt_timeout *timeout, int64_t duration_ns);

/*
 * Stops it: it will not fire any more. Harmless when it has fired or been
 * stopped; of another thread's it is a programming error (ERR-1).
 *
 *   rules    EXC-6
 */
GTI_PUBLIC void gt_timeout_stop(gt_timeout *timeout);

/* True if `exception` is the one that this timeout raised. */
GTI_PUBLIC bool gt_timeout_is(const gt_timeout *timeout, const gt_exception *exception);

/*
 * Calls fn(arg) under a timeout.
 *
 *   duration_ns  as for gt_timeout_start
 *   fn, arg      `fn` not NULL
 *   result       where what it returned is put; NULL: dropped
 *   returns      true: it returned; false: this timeout ended it, *result is
 *                left as it was
 *   raises       anything else that `fn` raises, other timeouts included
 *   rules        EXC-6
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE bool gt_with_timeout(int64_t duration_ns, gt_function *fn,
                                                          void *arg, void **result);

GTI_END_C

#endif
