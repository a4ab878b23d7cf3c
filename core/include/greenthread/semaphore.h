/*
 * Semaphores: a number of permits that the green threads of one hub share.
 *
 *     static gt_semaphore connections = GT_SEMAPHORE(3);
 *
 *     gt_semaphore_acquire(&connections);
 *     GT_DEFER(give_back, &connections);    calls gt_semaphore_release, however this is left
 *
 * A permit belongs to nobody: who releases it need not be who acquired it, and
 * a thread that ends keeps what it has not released. Who waits is served in the
 * order of arrival: a permit that is released while somebody waits is handed
 * to the first in line, before that thread runs, and no newcomer can take it.
 */
#ifndef GREENTHREAD_SEMAPHORE_H
#define GREENTHREAD_SEMAPHORE_H

#include <greenthread/base.h>

GTI_BEGIN_C

/*
 * In the caller's storage, which must stay where it is; its fields are the
 * library's. All zeros are a semaphore without permits. Until it is initialized
 * again it belongs to the OS thread whose hub uses it first: a call in another
 * is a programming error (ERR-1). So is one after a gt_shutdown that abandoned
 * threads, because the semaphore may have been theirs.
 */
typedef struct gt_semaphore {
    gti_waiters line; /* nobody while there are permits */
    size_t permits;   /* that are free */
    unsigned hub;     /* the number of the hub it belongs to; 0: none yet */
    unsigned inside;  /* threads that wait, or were handed a permit and have not run since */
} gt_semaphore;

/* The initial value of one that has `permits` free. */
#define GT_SEMAPHORE(permits)                                                                      \
    {                                                                                              \
        {NULL, NULL}, (permits), 0, 0                                                              \
    }

/*
 * Makes a semaphore; GT_SEMAPHORE does the same where it is defined. Allocates
 * nothing.
 *
 *   semaphore  the caller's; whatever it was before is forgotten
 *   permits    that are free at first, from 0 to SIZE_MAX
 *   rules      SEM-1 SEM-4
 */
GTI_PUBLIC void gt_semaphore_init(gt_semaphore *semaphore, size_t permits);

/*
 * Ends a semaphore; its storage is the caller's again. There is nothing to
 * free, but mistakes are noticed: that a thread still waits, or was handed a
 * permit and has not resumed since, is a programming error (ERR-1), and so is
 * every later use but gt_semaphore_init. May be called after gt_shutdown.
 *
 *   rules    SEM-4
 */
GTI_PUBLIC void gt_semaphore_fini(gt_semaphore *semaphore);

/*
 * Takes a permit; waits in line for one if none is free. Does not yield if one
 * is. If it raises, no permit was taken: one that had been handed to the
 * caller already goes to the next in line.
 *
 *   raises   what is thrown into the caller while it waits; in main
 *            GT_DEADLOCK
 *   rules    SEM-1 SEM-2 SCHED-6 KILL-10
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_semaphore_acquire(gt_semaphore *semaphore);

/*
 * The same for a limited time, without an exception when it is over. Unlike a
 * gt_timeout around gt_semaphore_acquire, it ends in a shield too.
 *
 *   duration_ns  nanoseconds; 0 or less: gt_semaphore_try_acquire; GT_FOREVER:
 *                it never ends without a permit
 *   returns      true: a permit was taken; false: none was in time
 *   raises       as gt_semaphore_acquire
 *   rules        SEM-3 SEM-2 SCHED-6 KILL-10
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE bool gt_semaphore_acquire_for(gt_semaphore *semaphore,
                                                                   int64_t duration_ns);

/*
 * Takes a permit if one is free.
 *
 *   returns  false: none is
 *   rules    SEM-1 SEM-2
 */
GTI_PUBLIC bool gt_semaphore_try_acquire(gt_semaphore *semaphore);

/*
 * Gives a permit: to the first in line, who is ready from now on, or else it
 * is free. More than SIZE_MAX free ones are a programming error (ERR-1).
 *
 *   rules    SEM-1 SEM-2 SEM-4
 */
GTI_PUBLIC void gt_semaphore_release(gt_semaphore *semaphore);

/*
 * How many permits are free; 0 while anybody waits. May be asked after
 * gt_shutdown, too.
 *
 *   rules    SEM-1
 */
GTI_PUBLIC size_t gt_semaphore_permits(const gt_semaphore *semaphore);

GTI_END_C

#endif
