/*
 * The same for the platform's own <threads.h>.
 */
#include "refusal.h"
#include <errno.h>
#include <stdatomic.h>
#include <threads.h>

extern atomic_long wrapped_threads;

int __real_thrd_create(thrd_t *thread, thrd_start_t function, void *argument);
int __real_thrd_join(thrd_t thread, int *result);
int __real_thrd_detach(thrd_t thread);

int __wrap_thrd_create(thrd_t *thread, thrd_start_t function, void *argument);
int __wrap_thrd_create(thrd_t *thread, thrd_start_t function, void *argument)
{
    if (is_refused(REFUSE_STACKS, EAGAIN))
        return thrd_error;
    int result = __real_thrd_create(thread, function, argument);
    atomic_fetch_add(&wrapped_threads, result == thrd_success);
    return result;
}

int __wrap_thrd_join(thrd_t thread, int *result);
int __wrap_thrd_join(thrd_t thread, int *result)
{
    int code = __real_thrd_join(thread, result);
    atomic_fetch_sub(&wrapped_threads, code == thrd_success);
    return code;
}

int __wrap_thrd_detach(thrd_t thread);
int __wrap_thrd_detach(thrd_t thread)
{
    int code = __real_thrd_detach(thread);
    atomic_fetch_sub(&wrapped_threads, code == thrd_success);
    return code;
}
