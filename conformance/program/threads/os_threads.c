/*
 * By <threads.h>, or by what compat makes of pthreads under that name.
 */
#include "os.h"
#include <stdlib.h>
#include <threads.h>
#include <time.h>

struct os_thread {
    thrd_t thread;
};

static mtx_t mutex;
static cnd_t has_called;
static bool called;

bool have_os_threads(void)
{
    return true;
}

os_thread *os_thread_start(int (*fn)(void *arg), void *arg)
{
    os_thread *thread = malloc(sizeof *thread);
    if (!thread || thrd_create(&thread->thread, fn, arg) != thrd_success)
        abort();
    return thread;
}

void os_thread_join(os_thread *thread)
{
    thrd_join(thread->thread, NULL);
    free(thread);
}

void in_an_os_thread(int (*fn)(void *arg), void *arg)
{
    os_thread_join(os_thread_start(fn, arg));
}

static void (*to_call)(void);

static int call_and_stay(void *arg)
{
    mtx_lock(&mutex);
    to_call();
    called = true;
    cnd_signal(&has_called);
    for (;;)
        cnd_wait(&has_called, &mutex);
    return arg != NULL;
}

void in_a_hub_that_stays(void (*fn)(void))
{
    mtx_init(&mutex, mtx_plain);
    cnd_init(&has_called);
    mtx_lock(&mutex);
    called = false;
    to_call = fn;
    os_thread_start(call_and_stay, NULL);
    while (!called)
        cnd_wait(&has_called, &mutex);
}

void os_thread_rest(void)
{
    thrd_sleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}
