/*
 * Semaphores: a number of permits that the green threads of one hub share.
 *
 *     static gt_semaphore connections = GT_SEMAPHORE(3);
 *
 *     gt_semaphore_acquire(&connections);
 *     GT_DEFER(give_back, &connections);    calls gt_semaphore_release, however this is left
 *
 * A permit belongs to no thread: any thread may release it, and a thread that
 * ends keeps what it has not released. Waiters are served in the order of
 * arrival: a permit that is released while a thread waits is handed to the
 * first in the queue, before that thread runs, and no newcomer can take it.
 */
#ifndef GREENTHREAD_SEMAPHORE_H
#define GREENTHREAD_SEMAPHORE_H

#include <greenthread/base.h>

GTI_BEGIN_C

/*
 * A semaphore, in the caller's storage. It must stay where it is, and its fields
 * are the library's. All zeros are a semaphore without permits. Until it is
 * initialized again it belongs to the OS thread whose hub uses it first: a call
 * in another is a programming error (ERR-1). So is a call after a gt_shutdown
 * that abandoned threads, because the semaphore may have been theirs.
 *
 *   usage    typedef struct gt_semaphore gt_semaphore
 *   rules    SEM-1 SEM-4
 */
typedef struct gt_semaphore {
    gti_waiters queue; /* empty while there are permits */
    size_t permits;    /* that are free */
    unsigned hub;      /* the number of the hub it belongs to; 0: none yet */
    unsigned inside;   /* threads that wait, or were handed a permit and have not run since */
} gt_semaphore;

/*
 * The initial value of a semaphore, for its definition.
 *
 *   usage    gt_semaphore s = GT_SEMAPHORE(size_t permits)
 *   permits  how many are free at first, from 0 to SIZE_MAX; a constant
 *            expression where the semaphore is static
 *   rules    SEM-1 SEM-4
 */
#define GT_SEMAPHORE(permits)                                                                      \
    {                                                                                              \
        {NULL, NULL}, (permits), 0, 0                                                              \
    }

/*
 * Makes a semaphore with a number of free permits. It allocates nothing.
 * GT_SEMAPHORE does the same where the semaphore is defined.
 *
 *   semaphore  the caller's; its former content is forgotten
 *   permits    how many are free at first, from 0 to SIZE_MAX
 *   misuse     the semaphore is NULL
 *   rules      SEM-1 SEM-4
 */
GTI_PUBLIC void gt_semaphore_init(gt_semaphore *semaphore, size_t permits);

/*
 * Ends a semaphore and notices if it is still in use. The storage is the
 * caller's again, and there is nothing to free. Every later use is a programming
 * error, except gt_semaphore_init. The call is allowed after gt_shutdown.
 *
 *   semaphore  the caller's
 *   misuse     the semaphore is NULL; a thread still waits for it, or was handed
 *              a permit and has not resumed since
 *   rules      SEM-4
 */
GTI_PUBLIC void gt_semaphore_fini(gt_semaphore *semaphore);

/*
 * Takes a permit, and waits for one if none is free. If the call raises, it has
 * taken no permit: one that had been handed to the caller goes to the next
 * thread in the queue.
 *
 *   semaphore  initialized
 *   raises     whatever is thrown into the caller while it waits; in main
 *              GT_DEADLOCK if nothing can ever wake it
 *   blocks     until a permit is released; does not yield if one is free
 *   misuse     a semaphore that is NULL, ended or of another OS thread
 *   rules      SEM-1 SEM-2 SEM-4 SCHED-6 KILL-10 WAIT-6
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_semaphore_acquire(gt_semaphore *semaphore);

/*
 * Takes a permit, and waits for a limited time if none is free. The end of the
 * time is no exception. Unlike a gt_timeout around gt_semaphore_acquire, it ends
 * the wait in a shield too.
 *
 *   semaphore    initialized
 *   duration_ns  nanoseconds; 0 or less: gt_semaphore_try_acquire. GT_FOREVER: the
 *                wait does not end without a permit
 *   returns      true: a permit was taken; false: none was free in time
 *   raises       whatever is thrown into the caller while it waits; in main
 *                GT_DEADLOCK if nothing can ever wake it
 *   blocks       until a permit is released or the time has passed; does not
 *                yield if one is free
 *   misuse       a semaphore that is NULL, ended or of another OS thread
 *   rules        SEM-2 SEM-3 SEM-4 SCHED-6 KILL-10 WAIT-6
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE bool gt_semaphore_acquire_for(gt_semaphore *semaphore,
                                                                   int64_t duration_ns);

/*
 * Takes a permit if one is free.
 *
 *   semaphore  initialized
 *   returns    true: a permit was taken; false: none is free
 *   misuse     a semaphore that is NULL, ended or of another OS thread
 *   rules      SEM-1 SEM-2 SEM-4
 */
GTI_PUBLIC bool gt_semaphore_try_acquire(gt_semaphore *semaphore);

/*
 * Gives a permit. The first thread in the queue gets it and is ready from now
 * on; without one, the permit is free.
 *
 *   semaphore  initialized
 *   misuse     a semaphore that is NULL, ended or of another OS thread; more than
 *              SIZE_MAX permits are free
 *   rules      SEM-1 SEM-2 SEM-4
 */
GTI_PUBLIC void gt_semaphore_release(gt_semaphore *semaphore);

/*
 * Returns how many permits of a semaphore are free. The call is allowed after
 * gt_shutdown.
 *
 *   semaphore  initialized
 *   returns    the number of free permits; 0 while any thread waits
 *   misuse     a semaphore that is NULL or ended
 *   rules      SEM-1 SEM-4
 */
GTI_PUBLIC size_t gt_semaphore_permits(const gt_semaphore *semaphore);

GTI_END_C

#endif
