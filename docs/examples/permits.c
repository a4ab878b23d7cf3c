/*
 * permits: ten workers share three connections.
 *
 * Each takes a permit before it fetches. A worker that finds none waits in a queue.
 * GT_DEFER gives the permit back, so a worker that is killed in the middle of a fetch
 * costs no connection. A caller that does not want to wait, or not for long, says so.
 */
#include <greenthread.h>
#include <greenthread/testing.h>
#include <stdio.h>

enum { WORKERS = 10, CONNECTIONS = 3 };

static gt_semaphore connections = GT_SEMAPHORE(CONNECTIONS);
static int busy, most, fetched;

static void hang_up(void *arg)
{
    (void)arg;
    busy--;
    gt_semaphore_release(&connections);
}

/* Nothing blocks between the first two lines, so no kill can come between them. */
static void *fetch(void *arg)
{
    gt_semaphore_acquire(&connections);
    GT_DEFER(hang_up, NULL);
    if (++busy > most)
        most = busy;
    gt_sleep(GT_MS(10));
    fetched++;
    return arg;
}

int main(void)
{
    gt_testing_virtual_clock(); /* a fetch takes 10 ms, and this machine may be slow */
    gt_thread *workers[WORKERS];
    for (int i = 0; i < WORKERS; i++)
        if (!(workers[i] = gt_spawn(fetch, NULL)))
            return 1;
    gt_yield(); /* the first three fetch now, the others wait in the queue */

    printf("a connection at once: %s\n", gt_semaphore_try_acquire(&connections) ? "yes" : "no");
    printf("a connection within a millisecond: %s\n",
           gt_semaphore_acquire_for(&connections, GT_MS(1)) ? "yes" : "no");
    /* The last one is still queued. */
    gt_kill_all((gt_thread *[]){workers[0], workers[WORKERS - 1]}, 2, NULL);
    gt_run();

    printf("%d of %d have fetched, %d at a time at most; %d connections are free\n", fetched,
           WORKERS, most, (int)gt_semaphore_permits(&connections));
    for (int i = 0; i < WORKERS; i++)
        gt_unref(workers[i]);
    gt_semaphore_fini(&connections);
    return fetched == WORKERS - 2 && most == CONNECTIONS ? 0 : 1;
}
