/*
 * State Threads. A signal is one of its conditions, and a flag, because a condition does
 * not remember a signal that came before its wait.
 *
 * It has no yield. A sleep of 0 goes through its heap of timers and, when all threads do
 * that, through epoll, which takes about 190 ns with two threads. A few threads that
 * queue at one condition take their turns ten times faster. With many it checks all of
 * them each time.
 */
#include <st.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct peer_signal {
    st_cond_t condition;
    bool raised;
} peer_signal;

static st_cond_t line;

static void peer_begin(void)
{
    if (st_init() != 0)
        abort();
    line = st_cond_new();
}

static bool peer_spawn(void *(*fn)(void *), void *arg)
{
    return st_thread_create(fn, arg, 0, 0) != NULL;
}

static void *peer_join(void *(*fn)(void *), void *arg)
{
    void *result = NULL;
    st_thread_join(st_thread_create(fn, arg, 1, 0), &result);
    return result;
}

static void peer_yield(void)
{
    st_usleep(0);
}

static bool few;

static void peer_turn(void)
{
    if (!few) {
        peer_yield();
        return;
    }
    st_cond_signal(line);
    st_cond_wait(line);
}

static void peer_last_turn(void)
{
    st_cond_signal(line);
}

/* It counts from when it last read the clock. */
enum { peer_sleeps_too_short = true };

static void peer_sleep(int64_t duration_ns)
{
    st_usleep((st_utime_t)((duration_ns + 999) / 1000));
}

static void peer_wait(peer_signal *signal)
{
    if (!signal->condition)
        signal->condition = st_cond_new();
    while (!signal->raised)
        st_cond_wait(signal->condition);
    signal->raised = false;
}

static void peer_raise(peer_signal *signal)
{
    signal->raised = true;
    if (signal->condition)
        st_cond_signal(signal->condition);
}

static peer_signal *peer_signals(size_t n)
{
    return calloc(n, sizeof(peer_signal));
}

#include "rows.h"

static void yield_of_few(bench_size size)
{
    few = true;
    yield(size);
}

/* Interrupted where it is blocked, and joined: this is the nearest to a kill. */

static size_t cleaned;

static void *victim(void *arg)
{
    cleaned += st_usleep(ST_UTIME_NO_TIMEOUT) != 0;
    return arg;
}

static int64_t interrupt_all(size_t n)
{
    st_thread_t *victims = bench_array(n, sizeof *victims);
    for (size_t i = 0; i < n; i++) {
        victims[i] = st_thread_create(victim, NULL, 1, 0);
        bench_check(victims[i] != NULL);
    }
    peer_yield();
    int64_t start = bench_now();
    for (size_t i = 0; i < n; i++) {
        st_thread_interrupt(victims[i]);
        st_thread_join(victims[i], NULL);
    }
    int64_t end = bench_now();
    free(victims);
    return end - start;
}

static void kill_and_join(bench_size size)
{
    peer_begin();
    size_t times = 1 + size.operations / size.n;
    int64_t elapsed = 0;
    interrupt_all(size.n);
    cleaned = 0;
    for (size_t i = 0; i < times; i++)
        elapsed += interrupt_all(size.n);
    bench_check(cleaned == times * size.n);
    bench_put_time(NULL, elapsed, times * size.n);
}

static const bench_scenario scenarios[] = {
    {"yield", {2, 500000}, {2, 100}, yield_of_few},
    {"yield", {10, 500000}, {10, 100}, yield_of_few},
    {"yield", {100, 500000}, {100, 200}, yield},
    {"yield", {1000, 500000}, {1000, 2000}, yield},
    {"yield", {10000, 500000}, {2000, 4000}, yield},
    {"yield", {100000, 500000}, {3000, 6000}, yield},
    {"spawn and join", {1, 500000}, {1, 100}, spawn_and_join},
    {"batch", {1000, 100000}, {100, 200}, batch},
    {"batch", {10000, 100000}, {100, 200}, batch},
    {"batch", {100000, 100000}, {1000, 1000}, batch},
    {"ping-pong", {2, 500000}, {2, 100}, ping_pong},
    {"kill", {64, 50000}, {64, 100}, kill_and_join},
    {"parked", {100000, 0}, {1000, 0}, parked_memory},
    {"asleep", {100000, 0}, {1000, 0}, asleep},
    {0},
};

const bench_program bench_program_here = {"State Threads", scenarios, guarded};
