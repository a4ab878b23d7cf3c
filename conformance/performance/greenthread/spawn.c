/*
 * The cost of a thread's beginning and end: returned, in a crowd, killed, and watched by
 * a link.
 */
#include "rows.h"

#include <greenthread.h>
#include <stdlib.h>

static size_t begun, cleaned, linked;

static void *answer(void *arg)
{
    begun++;
    return arg;
}

/* One at a time */

static void spawn_and_join_all(size_t operations)
{
    for (size_t i = 0; i < operations; i++) {
        gt_thread *thread = gt_spawn(answer, &begun);
        bench_check(gt_wait(thread) == &begun);
        gt_unref(thread);
    }
}

void spawn_and_join(bench_size size)
{
    spawn_and_join_all(1 + size.operations / 5);
    begun = 0;
    int64_t start = bench_now();
    spawn_and_join_all(size.operations);
    bench_put_time(NULL, bench_now() - start, size.operations);
    bench_check(begun == size.operations);
}

/* With a link, minus the same without: in turns, so that both see the same machine */

static void note_link(gt_thread *thread, void *arg)
{
    (void)thread;
    (void)arg;
    linked++;
}

static void link_and_join_all(size_t operations)
{
    for (size_t i = 0; i < operations; i++) {
        gt_thread *thread = gt_spawn(answer, &begun);
        bench_check(gt_link(thread, note_link, NULL) == 0);
        bench_check(gt_wait(thread) == &begun);
        gt_unref(thread);
    }
}

void link_and_join(bench_size size)
{
    enum { TURN = 1000 };
    size_t turns = 1 + size.operations / TURN;
    int64_t with = 0, without = 0;
    for (size_t i = 0; i < 1 + turns / 5; i++)
        link_and_join_all(TURN);
    linked = 0;
    for (size_t i = 0; i < turns; i++) {
        int64_t start = bench_now();
        spawn_and_join_all(TURN);
        int64_t middle = bench_now();
        link_and_join_all(TURN);
        with += bench_now() - middle;
        without += middle - start;
    }
    bench_check(linked == turns * TURN);
    bench_put_time(NULL, with - without, turns * TURN);
}

/* n at once, then all run: the first time in a process, and another time */

static int64_t run_batch(size_t n)
{
    begun = 0;
    int64_t start = bench_now();
    for (size_t i = 0; i < n; i++)
        bench_check(gt_spawn_n(answer, NULL) != NULL);
    gt_run();
    int64_t end = bench_now();
    bench_check(begun == n);
    return end - start;
}

void batch(bench_size size)
{
    size_t times = size.operations / size.n, n = size.n * times;
    int64_t warm = 0;
    bench_put_time("cold", run_batch(size.n), size.n);
    run_batch(size.n);
    for (size_t i = 0; i < times; i++)
        warm += run_batch(size.n);
    bench_put_time("warm", warm, n);
}

/* Killed where it is blocked: its cleanup runs, and the killer waits for its end */

static void note_cleanup(void *arg)
{
    (void)arg;
    cleaned++;
}

static void *victim(void *arg)
{
    GT_DEFER(note_cleanup, NULL);
    gt_sleep(GT_FOREVER);
    return arg;
}

static int64_t kill_all(gt_thread **victims, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        victims[i] = gt_spawn(victim, NULL);
        bench_check(victims[i] != NULL);
    }
    gt_yield();
    size_t raised = 0;
    int64_t start = bench_now();
    for (size_t i = 0; i < n; i++) {
        gt_kill(victims[i], NULL);
        raised += !gt_join(victims[i], NULL, NULL);
    }
    int64_t end = bench_now();
    bench_check(raised == n);
    for (size_t i = 0; i < n; i++)
        gt_unref(victims[i]);
    return end - start;
}

void kill_and_join(bench_size size)
{
    gt_thread **victims = bench_array(size.n, sizeof *victims);
    size_t times = 1 + size.operations / size.n;
    int64_t elapsed = 0;
    for (size_t i = 0; i < 1 + times / 5; i++)
        kill_all(victims, size.n);
    cleaned = 0;
    for (size_t i = 0; i < times; i++)
        elapsed += kill_all(victims, size.n);
    bench_check(cleaned == times * size.n);
    bench_put_time(NULL, elapsed, times * size.n);
    free(victims);
}
