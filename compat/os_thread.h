/*
 * The contract of compat: what C11 does not say of its threads, for a backend that
 * runs on them: that they can be cancelled, and how they end.
 */
#ifndef GTI_COMPAT_OS_THREAD_H
#define GTI_COMPAT_OS_THREAD_H

#include <threads.h>

/*
 * The calling OS thread cannot be cancelled from now on, until it is released.
 *
 *   returns  whether it could be, for release; of another OS thread's, too
 */
int gti_cancel_hold(void);
void gti_cancel_release(int former);

/*
 * As cnd_wait, but the calling OS thread can be cancelled meanwhile if `former` says
 * so. Then cancelled(arg) is called with the mutex held, which it lets go, and the
 * OS thread ends. Frames of the callers are not unwound.
 */
void gti_wait_cancellably(cnd_t *condition, mtx_t *mutex, int former, void (*cancelled)(void *),
                          void *arg);

void gti_cancel(thrd_t thread);

/*
 * Ends the calling OS thread with what `other` ended with, which is waited for.
 * Frames of the callers are not unwound.
 */
_Noreturn void gti_end_as(thrd_t other);

#endif
