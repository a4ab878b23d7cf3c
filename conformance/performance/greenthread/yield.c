/*
 * The cost of one yield among n threads. The first thread measures, from one of its turns
 * to a later one. In between, each of the n threads has yielded as often.
 */
#include "rows.h"

#include <greenthread.h>
#include <stdlib.h>

typedef struct ring {
    size_t warm_up, rounds; /* turns of each thread */
    size_t turns;           /* of all that were taken */
    int64_t start, end;
} ring;

/* One place from which all of them yield, as threads of one kind do. */
__attribute__((noinline)) static void take_turns(ring *ring, size_t rounds)
{
    for (size_t i = 0; i < rounds; i++, ring->turns++)
        gt_yield();
}

static void *first(void *arg)
{
    ring *ring = arg;
    take_turns(ring, ring->warm_up);
    ring->start = bench_now();
    take_turns(ring, ring->rounds);
    ring->end = bench_now();
    return NULL;
}

static void *other(void *arg)
{
    ring *ring = arg;
    take_turns(ring, ring->warm_up + ring->rounds);
    return NULL;
}

void yield(bench_size size)
{
    size_t rounds = 1 + size.operations / size.n;
    ring ring = {.warm_up = 2 + rounds / 5, .rounds = rounds};
    for (size_t i = 0; i < size.n; i++)
        bench_check(gt_spawn_n(i == 0 ? first : other, &ring) != NULL);
    gt_run();
    bench_check(ring.turns == size.n * (ring.warm_up + ring.rounds));
    bench_put_time(NULL, ring.end - ring.start, size.n * rounds);
}
