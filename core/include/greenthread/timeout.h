/*
 * Timeouts: GT_TIMEOUT raised in the calling thread at a deadline.
 *
 * A timeout is a record in the caller's frame. gt_with_timeout puts one around a
 * call; gt_timeout_start and gt_timeout_stop put one around any scope.
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

/*
 * A timeout, in the caller's frame; its fields are the library's.
 *
 *   usage    typedef struct gt_timeout gt_timeout
 *   rules    EXC-6 EXC-10
 */
typedef struct gt_timeout {
    gt_cleanup cleanup; /* stops it when a raise leaves it */
    gti_timer timer;    /* on the hub's list; on its thread's, once it has fired, until raised */
    gt_thread *thread;  /* whose it is */
    struct gt_timeout *next; /* of those that were started, see core/base/started.h */
    int state;
    int number; /* of the hub's timeouts; another one may have been in this place */
} gt_timeout;

/*
 * Starts a timeout for the calling thread. Unless it is stopped, GT_TIMEOUT is
 * raised at the deadline in the call that the thread is blocked in then. If that
 * call had been woken already, GT_TIMEOUT is raised in the thread's next call
 * that blocks. A timeout fires at most once. The exception's value is `timeout`.
 *
 * A timeout that is started again before it was stopped begins again, in the
 * scope in which it was started first. It has another deadline, and is another
 * timeout for gt_timeout_is. So a timeout that was started before a try may be
 * started again inside it, for example after each read, to end a connection
 * that is idle.
 *
 *   timeout      the caller's, in a frame that outlives the timeout; need not be
 *                initialized. The caller stops it before its scope is left, but
 *                a raise that leaves the scope, a try or the function in which
 *                it was started first, stops it, too
 *   duration_ns  nanoseconds from now; 0 or less: the next call that blocks
 *                raises. GT_FOREVER: the timeout never fires
 *   misuse       the timeout is NULL; another thread has started it and not
 *                stopped it
 *   rules        EXC-6 EXC-10 KILL-11
 */
GTI_PUBLIC void gt_timeout_start(gt_timeout *timeout, int64_t duration_ns);

/*
 * Stops a timeout, so that it does not fire any more. The call is harmless if
 * the timeout has fired or has been stopped.
 *
 *   timeout  the caller's; it was started once
 *   misuse   the timeout is NULL; another thread has started it and not stopped
 *            it
 *   rules    EXC-6 EXC-10
 */
GTI_PUBLIC void gt_timeout_stop(gt_timeout *timeout);

/*
 * Tells whether an exception is the one that a timeout raised.
 *
 *   timeout    the caller's; it was started once
 *   exception  borrowed; not NULL
 *   returns    true: this timeout raised the exception, and was not started
 *              again since; false: something else did
 *   misuse     the timeout or the exception is NULL
 *   rules      EXC-6 EXC-10
 */
GTI_PUBLIC bool gt_timeout_is(const gt_timeout *timeout, const gt_exception *exception);

/*
 * Calls fn(arg) under a timeout.
 *
 *   duration_ns  nanoseconds from now; 0 or less: the next call that blocks
 *                raises in `fn`. GT_FOREVER: no limit
 *   fn           not NULL
 *   arg          handed to `fn`; the library never reads it, so it may be NULL
 *   result       where what `fn` returned is put; NULL: it is dropped
 *   returns      true: `fn` returned; false: this timeout ended it, and *result
 *                is unchanged
 *   raises       everything else that `fn` raises, other timeouts included
 *   blocks       as `fn` does
 *   misuse       `fn` is NULL
 *   rules        EXC-6 EXC-8 KILL-11
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE bool gt_with_timeout(int64_t duration_ns, gt_function *fn,
                                                          void *arg, void **result);

GTI_END_C

#endif
