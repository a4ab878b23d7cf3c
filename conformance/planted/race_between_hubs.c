/*
 * Planted: green threads of two hubs, each on its own OS thread, count in one variable
 * without a lock.
 */
#include <greenthread.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int before, after;
static int counter;

/* Makes both be there at the same time. Relaxed, so that it orders nothing. */
static void meet_the_other(atomic_int *arrived)
{
    atomic_fetch_add_explicit(arrived, 1, memory_order_relaxed);
    while (atomic_load_explicit(arrived, memory_order_relaxed) < 2)
        gt_yield();
}

static void count_without_a_lock(void)
{
    for (int i = 0; i < 100; i++)
        counter++;
}

static void *work(void *arg)
{
    gt_yield();
    count_without_a_lock();
    gt_yield();
    return arg;
}

static void *hub(void *arg)
{
    meet_the_other(&before);
    for (int i = 0; i < 2; i++)
        gt_spawn_n(work, NULL);
    gt_run();
    meet_the_other(&after);
    gt_shutdown();
    return arg;
}

int main(void)
{
    pthread_t first, second;
    pthread_create(&first, NULL, hub, NULL);
    pthread_create(&second, NULL, hub, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}
