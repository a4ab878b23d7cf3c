/*
 * Planted: a thread adds past the largest int.
 */
#include <greenthread.h>
#include <limits.h>

static int add_too_much(volatile int *a)
{
    return *a + 1;
}

static void *work(void *arg)
{
    gt_yield();
    return add_too_much(arg) ? arg : NULL;
}

int main(void)
{
    int largest = INT_MAX;
    gt_thread *thread = gt_spawn(work, &largest);
    gt_wait(thread);
    gt_unref(thread);
    gt_shutdown();
}
