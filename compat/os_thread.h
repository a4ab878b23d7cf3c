/*
 * The contract of compat: what C11 leaves out about its threads, for a backend that runs
 * on them: that they can be cancelled, and how they end.
 */
#ifndef GTI_COMPAT_OS_THREAD_H
#define GTI_COMPAT_OS_THREAD_H

#include <threads.h>

/*
 * From now on, until it is released, the calling OS thread cannot be cancelled.
 *
 *   returns  whether it could be cancelled before; pass it to release, also to that of
 *            another OS thread
 */
int gti_cancel_hold(void);
void gti_cancel_release(int former);

/*
 * Does as cnd_wait. But if `former` says so, the calling OS thread can be cancelled
 * meanwhile. Then it calls cancelled(arg) with the mutex held, which cancelled releases,
 * and the OS thread ends. Frames of the callers are not unwound.
 */
void gti_wait_cancellably(cnd_t *condition, mtx_t *mutex, int former, void (*cancelled)(void *),
                          void *arg);

void gti_cancel(thrd_t thread);

/*
 * Waits for `other` to end, and ends the calling OS thread with the same result. Frames
 * of the callers are not unwound.
 */
_Noreturn void gti_end_as(thrd_t other);

#endif
