/*
 * Many deadlines: of threads that sleep, of threads that have not started yet, and of
 * threads that will not start. The time is the processor's, because most of the other
 * time is spent waiting.
 */
#include "rows.h"

#include <greenthread.h>
#include <stdlib.h>

/* Around a second from the spawn for a crowd, each at another time. */
static int64_t duration_of(size_t i, size_t n)
{
    int64_t around = n < 100000 ? GT_MS(20) : GT_SECONDS(1);
    return around / 4 * 3 + (int64_t)(i * 7919 % n) * (around / 2) / (int64_t)n;
}

static size_t crowd, slept;

static void *sleeper(void *arg)
{
    int64_t duration = duration_of((size_t)(uintptr_t)arg, crowd), start = gt_now();
    gt_sleep(duration);
    slept += gt_now() - start >= duration;
    return NULL;
}

static int64_t sleep_all(size_t n)
{
    crowd = n;
    slept = 0;
    int64_t start = bench_processor_time();
    for (size_t i = 0; i < n; i++)
        bench_check(gt_spawn_n(sleeper, (void *)(uintptr_t)i) != NULL);
    gt_run();
    int64_t end = bench_processor_time();
    bench_check(slept == n);
    return end - start;
}

void asleep(bench_size size)
{
    bench_put_time("cold", sleep_all(size.n), size.n);
    bench_put_time("warm", sleep_all(size.n), size.n);
}

/* Delayed spawns */

static int64_t *due;
static size_t started, too_soon;

static void *start_late(void *arg)
{
    started++;
    too_soon += gt_now() < *(int64_t *)arg;
    return NULL;
}

void delayed(bench_size size)
{
    due = bench_array(size.n, sizeof *due);
    gt_self();
    size_t before = bench_memory();
    int64_t start = bench_processor_time();
    for (size_t i = 0; i < size.n; i++) {
        int64_t delay = duration_of(i, size.n);
        due[i] = gt_now() + delay;
        gt_thread *thread = gt_spawn_after(delay, start_late, &due[i]);
        bench_check(thread != NULL);
        gt_unref(thread);
    }
    int64_t middle = bench_processor_time();
    double bytes = (double)(bench_memory() - before) / (double)size.n;
    int64_t asked = bench_processor_time() - middle;
    gt_run();
    bench_put_time(NULL, bench_processor_time() - start - asked, size.n);
    bench_put("memory", "bytes", bytes);
    bench_check(started == size.n && too_soon == 0);
    free(due);
}

/* Cancelled, in random order */

static void *never(void *arg)
{
    bench_check(false);
    return arg;
}

void cancelled(bench_size size)
{
    gt_thread **threads = bench_array(size.n, sizeof *threads);
    uint32_t *order = bench_random_order(size.n);
    for (size_t i = 0; i < size.n; i++) {
        threads[i] = gt_spawn_after(GT_SECONDS(3600) + duration_of(i, size.n), never, NULL);
        bench_check(threads[i] != NULL);
    }
    int64_t start = bench_now();
    for (size_t i = 0; i < size.n; i++)
        gt_cancel(threads[order[i]], NULL);
    bench_put_time(NULL, bench_now() - start, size.n);
    for (size_t i = 0; i < size.n; i++) {
        bench_check(gt_get_state(threads[i]) == GT_DEAD);
        gt_unref(threads[i]);
    }
    gt_run();
    free(order);
    free(threads);
}
