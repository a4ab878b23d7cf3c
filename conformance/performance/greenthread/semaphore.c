/*
 * There and back between two threads, by a semaphore for each direction.
 */
#include "rows.h"

#include <greenthread.h>

static gt_semaphore ping = GT_SEMAPHORE(0), pong = GT_SEMAPHORE(0);
static size_t served;

static void *serve(void *arg)
{
    for (;;) {
        gt_semaphore_acquire(&ping);
        served++;
        gt_semaphore_release(&pong);
    }
    return arg;
}

static void play(size_t rounds)
{
    for (size_t i = 0; i < rounds; i++) {
        gt_semaphore_release(&ping);
        gt_semaphore_acquire(&pong);
        bench_check(served == i + 1);
    }
}

void ping_pong(bench_size size)
{
    gt_spawn_n(serve, NULL);
    play(1 + size.operations / 5);
    served = 0;
    int64_t start = bench_now();
    play(size.operations);
    bench_put_time(NULL, bench_now() - start, size.operations);
}
