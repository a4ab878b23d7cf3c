/*
 * Planted: a thread writes one element too many to an array on its stack,
 * before and after it was suspended.
 */
#include <greenthread.h>

static void fill_one_too_many(int n)
{
    int array[10];
    volatile int *place = array; /* by which the compiler cannot tell its size */
    for (int i = 0; i < n; i++) {
        if (i == 5)
            gt_yield();
        place[i] = i;
    }
}

static void *work(void *arg)
{
    fill_one_too_many(*(int *)arg);
    return NULL;
}

int main(void)
{
    int n = 11;
    gt_thread *thread = gt_spawn(work, &n);
    gt_wait(thread);
    gt_unref(thread);
    gt_shutdown();
}
