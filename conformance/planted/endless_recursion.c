/*
 * Planted: a thread recurses until its stack is full.
 */
#include <greenthread.h>

static int recurse_endlessly(volatile int *depth)
{
    volatile int here = ++*depth;
    return recurse_endlessly(&here) + here;
}

static void *work(void *arg)
{
    gt_yield();
    recurse_endlessly(arg);
    return arg;
}

int main(void)
{
    int depth = 0;
    gt_thread *thread = gt_spawn(work, &depth);
    gt_wait(thread);
    gt_unref(thread);
    gt_shutdown();
}
