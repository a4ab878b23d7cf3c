/*
 * For platforms where <threads.h> and pthreads are the same threads. This file is
 * compiled without unwind tables. So an OS thread that ends here unwinds no frame above.
 * Those frames would be of a green thread that is given up.
 */
#include "compat/os_thread.h"
#include <pthread.h>

int gti_cancel_hold(void)
{
    int former = PTHREAD_CANCEL_ENABLE;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &former);
    return former;
}

void gti_cancel_release(int former)
{
    int held;
    pthread_setcancelstate(former, &held);
}

void gti_wait_cancellably(cnd_t *condition, mtx_t *mutex, int former, void (*cancelled)(void *),
                          void *arg)
{
    pthread_cleanup_push(cancelled, arg);
    gti_cancel_release(former);
    cnd_wait(condition, mutex);
    gti_cancel_hold();
    pthread_cleanup_pop(0);
}

void gti_cancel(thrd_t thread)
{
    pthread_cancel((pthread_t)thread);
}

void gti_end_as(thrd_t other)
{
    void *result = NULL;
    pthread_join((pthread_t)other, &result);
    pthread_exit(result);
}
