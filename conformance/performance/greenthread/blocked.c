/*
 * Many threads that are blocked at once: what memory they take, and how long it takes to
 * make them, to wake them all, and to end them.
 *
 * They wait for a thread that never starts. Cancelling it wakes them all.
 */
#include "rows.h"

#include <greenthread.h>

static gt_thread *gates[2];
static size_t parked, woken;

static void *waiter(void *arg)
{
    for (size_t i = 0; i < 2; i++) {
        parked++;
        gt_join(gates[i], NULL, NULL);
        woken++;
    }
    return arg;
}

static void *never(void *arg)
{
    bench_check(false);
    return arg;
}

static void make_gates(void)
{
    for (size_t i = 0; i < 2; i++) {
        gates[i] = gt_spawn_after(GT_SECONDS(3600), never, NULL);
        bench_check(gates[i] != NULL);
    }
}

/* The caller is behind all of them in the queue. So it resumes when all are parked. */
static void spawn_waiters(size_t n, size_t stack_size)
{
    gt_spawn_options options = {.stack_size = stack_size};
    for (size_t i = 0; i < n; i++) {
        gt_thread *thread = gt_spawn_with(&options, waiter, NULL);
        bench_check(thread != NULL);
        gt_unref(thread);
    }
    gt_yield();
    bench_check(parked == n && woken == 0);
}

static void open_gate(size_t i)
{
    gt_cancel(gates[i], NULL);
    gt_unref(gates[i]);
}

static double kibibytes_each(size_t before, size_t n)
{
    return (double)(bench_memory() - before) / 1024 / (double)n;
}

static void end_all(size_t n)
{
    open_gate(1);
    gt_run();
    bench_check(woken == 2 * n);
}

void parked_memory(bench_size size)
{
    make_gates();
    size_t before = bench_memory();
    spawn_waiters(size.n, 0);
    bench_put(NULL, "KiB", kibibytes_each(before, size.n));
    open_gate(0);
    end_all(size.n);
}

static double seconds(int64_t duration_ns)
{
    return (double)duration_ns / 1e9;
}

static void block_all(size_t n, size_t stack_size)
{
    make_gates();
    size_t before = bench_memory();
    int64_t start = bench_now();
    spawn_waiters(n, stack_size);
    bench_put("create", "s", seconds(bench_now() - start));
    bench_put("memory", "KiB", kibibytes_each(before, n));

    start = bench_now();
    open_gate(0);
    gt_yield();
    bench_put("wake", "s", seconds(bench_now() - start));
    bench_check(woken == n && parked == 2 * n);

    start = bench_now();
    end_all(n);
    gt_shutdown();
    bench_put("end", "s", seconds(bench_now() - start));
}

void blocked(bench_size size)
{
    block_all(size.n, 0);
}

void blocked_on_small_stacks(bench_size size)
{
    block_all(size.n, 64 * 1024 - 1024);
}

/* Guards */

enum { PROBES = 8 };

static const void *places[PROBES];

static void *show_place(void *arg)
{
    *(const void **)arg = __builtin_frame_address(0);
    gt_join(gates[0], NULL, NULL);
    return NULL;
}

const char *guarded(void)
{
    make_gates();
    for (size_t i = 0; i < PROBES; i++)
        bench_check(gt_spawn_n(show_place, &places[i]) != NULL);
    gt_yield();
    return bench_are_guarded(places, PROBES) ? "yes" : "no";
}
