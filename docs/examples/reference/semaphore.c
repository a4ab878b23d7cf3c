/*
 * What the reference shows on the pages of semaphore.h. A part between two marks
 * is the example of the names in its first mark; main runs all of them on a
 * virtual clock.
 */
#include <greenthread.h>
#include <greenthread/testing.h>
#include <stdio.h>

/* Example: GT_SEMAPHORE gt_semaphore gt_semaphore_acquire gt_semaphore_release */
static gt_semaphore connections = GT_SEMAPHORE(2);
static int open_now, most;

static void release(void *arg)
{
    open_now--;
    gt_semaphore_release(arg);
}

static void *fetch(void *arg)
{
    gt_semaphore_acquire(&connections);
    if (++open_now > most)
        most = open_now;
    GT_DEFER(release, &connections);
    gt_sleep(GT_MS(10));
    return arg;
}

static void fetch_all(void)
{
    for (int i = 0; i < 5; i++)
        gt_spawn_n(fetch, NULL);
    gt_run();
    printf("%d connections at a time at most\n", most);
}
/* End */

/* Example: gt_semaphore_init gt_semaphore_fini gt_semaphore_permits */
typedef struct pool {
    gt_semaphore free;
} pool;

static void use_a_pool(void)
{
    pool p;
    gt_semaphore_init(&p.free, 3);
    gt_semaphore_acquire(&p.free);
    printf("%zu permits are free\n", gt_semaphore_permits(&p.free));
    gt_semaphore_release(&p.free);
    gt_semaphore_fini(&p.free); /* no thread may wait for it */
}
/* End */

/* Example: gt_semaphore_acquire_for gt_semaphore_try_acquire */
static void try_for_a_while(gt_semaphore *semaphore)
{
    if (gt_semaphore_try_acquire(semaphore))
        printf("there was a permit\n");
    if (!gt_semaphore_acquire_for(semaphore, GT_SECONDS(2)))
        printf("no permit in two seconds\n");
    gt_semaphore_release(semaphore);
}
/* End */

int main(void)
{
    gt_testing_virtual_clock();
    fetch_all();
    use_a_pool();
    gt_semaphore one = GT_SEMAPHORE(1);
    try_for_a_while(&one);
    gt_semaphore_fini(&one);
    gt_shutdown();
}
