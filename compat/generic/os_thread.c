/*
 * ISO C cancels nothing.
 */
#include "compat/os_thread.h"

int gti_cancel_hold(void)
{
    return 0;
}

void gti_cancel_release(int former)
{
    (void)former;
}

void gti_wait_cancellably(cnd_t *condition, mtx_t *mutex, int former, void (*cancelled)(void *),
                          void *arg)
{
    (void)former;
    (void)cancelled;
    (void)arg;
    cnd_wait(condition, mutex);
}

void gti_cancel(thrd_t thread)
{
    (void)thread;
}

void gti_end_as(thrd_t other)
{
    int result = 0;
    thrd_join(other, &result);
    thrd_exit(result);
}
