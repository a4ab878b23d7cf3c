/*
 * The rows that C and C++ peers share. Before it includes this, a peer defines what its
 * users would write:
 *
 *   peer_begin()          makes the process's runtime, whose main thread calls
 *   peer_spawn(fn, arg)   a thread that is never joined; false: there is none
 *   peer_join(fn, arg)    spawns one and joins it: its result
 *   peer_yield()
 *   peer_turn()           a yield among threads that all take turns
 *   peer_last_turn()      before one of them ends
 *   peer_sleep(ns), peer_sleeps_too_short
 *   peer_signal           one thread waits for it at most
 *   peer_wait(s), peer_raise(s)   blocks; wakes, and stays ahead
 *
 * They are inlined, because a call by pointer costs as much as some of what is measured.
 * A peer need not have all rows.
 */
#ifndef PEER_ROWS_H
#define PEER_ROWS_H

#include "../bench.h"

#include <stdlib.h>

/* n threads that yield. The first measures, and the last to end wakes main. */

static struct ring {
    size_t n, warm_up, rounds, turns, ended;
    int64_t start, end;
    peer_signal done;
} ring;

__attribute__((noinline)) static void take_turns(size_t rounds)
{
    for (size_t i = 0; i < rounds; i++, ring.turns++)
        peer_turn();
}

static void end_in_ring(void)
{
    peer_last_turn();
    if (++ring.ended == ring.n)
        peer_raise(&ring.done);
}

static void *first_of_ring(void *arg)
{
    take_turns(ring.warm_up);
    ring.start = bench_now();
    take_turns(ring.rounds);
    ring.end = bench_now();
    end_in_ring();
    return arg;
}

static void *other_of_ring(void *arg)
{
    take_turns(ring.warm_up + ring.rounds);
    end_in_ring();
    return arg;
}

static inline void yield(bench_size size)
{
    peer_begin();
    ring.n = size.n;
    ring.rounds = 1 + size.operations / size.n;
    ring.warm_up = 2 + ring.rounds / 5;
    for (size_t i = 0; i < size.n; i++)
        bench_check(peer_spawn(i == 0 ? first_of_ring : other_of_ring, NULL));
    peer_wait(&ring.done);
    bench_check(ring.turns == size.n * (ring.warm_up + ring.rounds));
    bench_put_time(NULL, ring.end - ring.start, size.n * ring.rounds);
}

/* Beginnings and ends */

static size_t begun, expected;
static peer_signal all_ended;

static void *answer(void *arg)
{
    begun++;
    return arg;
}

static void join_all(size_t operations)
{
    for (size_t i = 0; i < operations; i++)
        bench_check(peer_join(answer, &begun) == &begun);
}

static inline void spawn_and_join(bench_size size)
{
    peer_begin();
    join_all(1 + size.operations / 5);
    begun = 0;
    int64_t start = bench_now();
    join_all(size.operations);
    bench_put_time(NULL, bench_now() - start, size.operations);
    bench_check(begun == size.operations);
}

static void *end_in_batch(void *arg)
{
    if (++begun == expected)
        peer_raise(&all_ended);
    return arg;
}

static int64_t run_batch(size_t n)
{
    begun = 0;
    expected = n;
    int64_t start = bench_now();
    for (size_t i = 0; i < n; i++)
        bench_check(peer_spawn(end_in_batch, NULL));
    peer_wait(&all_ended);
    int64_t end = bench_now();
    bench_check(begun == n);
    return end - start;
}

static inline void batch(bench_size size)
{
    peer_begin();
    size_t times = size.operations / size.n;
    int64_t warm = 0;
    bench_put_time("cold", run_batch(size.n), size.n);
    run_batch(size.n);
    for (size_t i = 0; i < times; i++)
        warm += run_batch(size.n);
    bench_put_time("warm", warm, size.n * times);
}

/* There and back */

static peer_signal ping, pong;
static size_t served;

static inline void *serve(void *arg)
{
    for (;;) {
        peer_wait(&ping);
        served++;
        peer_raise(&pong);
    }
    return arg;
}

static inline void play(size_t rounds)
{
    for (size_t i = 0; i < rounds; i++) {
        peer_raise(&ping);
        peer_wait(&pong);
        bench_check(served == i + 1);
    }
}

static inline void ping_pong(bench_size size)
{
    peer_begin();
    bench_check(peer_spawn(serve, NULL));
    peer_yield();
    play(1 + size.operations / 5);
    served = 0;
    int64_t start = bench_now();
    play(size.operations);
    bench_put_time(NULL, bench_now() - start, size.operations);
}

/* Blocked, each by a signal of its own */

static peer_signal *gates;
static size_t parked;
static const void *places[8];

static inline void *wait_at_gate(void *arg)
{
    size_t i = (size_t)((peer_signal *)arg - gates);
    if (i < sizeof places / sizeof *places)
        places[i] = __builtin_frame_address(0);
    parked++;
    peer_wait((peer_signal *)arg);
    return arg;
}

static inline void park_all(size_t n)
{
    for (size_t i = 0; i < n; i++)
        bench_check(peer_spawn(wait_at_gate, &gates[i]));
    while (parked < n)
        peer_yield();
}

static inline void parked_memory(bench_size size)
{
    peer_begin();
    gates = peer_signals(size.n);
    size_t before = bench_memory();
    park_all(size.n);
    bench_put(NULL, "KiB", (double)(bench_memory() - before) / 1024 / (double)size.n);
}

static inline const char *guarded(void)
{
    size_t n = sizeof places / sizeof *places;
    peer_begin();
    gates = peer_signals(n);
    park_all(n);
    return bench_are_guarded(places, n) ? "yes" : "no";
}

/* Asleep until deadlines around a second away, for a crowd */

static size_t in_time;

static inline void *sleeper(void *arg)
{
    int64_t i = (int64_t)(uintptr_t)arg, n = (int64_t)expected;
    int64_t around = n < 100000 ? 20000000 : 1000000000;
    int64_t duration = around / 4 * 3 + i * 7919 % n * (around / 2) / n;
    int64_t start = bench_now();
    peer_sleep(duration);
    in_time += bench_now() - start >= duration;
    return end_in_batch(arg);
}

static inline void asleep(bench_size size)
{
    peer_begin();
    expected = size.n;
    int64_t start = bench_processor_time();
    for (size_t i = 0; i < size.n; i++)
        bench_check(peer_spawn(sleeper, (void *)(uintptr_t)i));
    peer_wait(&all_ended);
    bench_put_time("cold", bench_processor_time() - start, size.n);
    bench_check(begun == size.n && (in_time == size.n || peer_sleeps_too_short));
}

#endif
