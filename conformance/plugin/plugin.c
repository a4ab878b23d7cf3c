/*
 * A plugin with a copy of the library in it, for programs that know nothing of green
 * threads.
 */
#define _POSIX_C_SOURCE 200809L
#include <greenthread.h>
#include <signal.h>

__attribute__((visibility("default"))) int plugin_use(void);
__attribute__((visibility("default"))) int plugin_leave(void);

static void *waits_for_usr1(void *arg)
{
    gt_wait_signal(SIGUSR1);
    return arg;
}

/* Uses each part of the library that leaves something in the process. 0 if all succeeds. */
int plugin_use(void)
{
    gt_thread *thread = gt_spawn(waits_for_usr1, &thread);
    if (!thread)
        return 1;
    gt_yield();
    raise(SIGUSR1);
    int result = gt_wait(thread) == &thread ? 0 : 2;
    gt_unref(thread);
    gt_shutdown();
    return result;
}

/* Leaves a hub behind, with a thread that waits for a signal. */
int plugin_leave(void)
{
    gt_thread *thread = gt_spawn(waits_for_usr1, NULL);
    if (!thread)
        return 1;
    gt_unref(thread);
    gt_yield();
    return 0;
}
