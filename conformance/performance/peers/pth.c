/*
 * GNU Pth. A signal is one of its conditions with a mutex, and a flag.
 */
#include <pth.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct peer_signal {
    pth_mutex_t mutex;
    pth_cond_t condition;
    bool made, raised;
} peer_signal;

static pth_attr_t detached;

static void peer_begin(void)
{
    if (!pth_init())
        abort();
    detached = pth_attr_new();
    pth_attr_set(detached, PTH_ATTR_JOINABLE, FALSE);
}

static bool peer_spawn(void *(*fn)(void *), void *arg)
{
    return pth_spawn(detached, fn, arg) != NULL;
}

static void *peer_join(void *(*fn)(void *), void *arg)
{
    void *result = NULL;
    pth_join(pth_spawn(PTH_ATTR_DEFAULT, fn, arg), &result);
    return result;
}

static void peer_yield(void)
{
    pth_yield(NULL);
}

static void peer_turn(void)
{
    peer_yield();
}

static void peer_last_turn(void)
{
}

enum { peer_sleeps_too_short = false };

static void peer_sleep(int64_t duration_ns)
{
    int64_t us = (duration_ns + 999) / 1000;
    pth_nap(pth_time((long)(us / 1000000), (long)(us % 1000000)));
}

static void make(peer_signal *signal)
{
    if (signal->made)
        return;
    pth_mutex_init(&signal->mutex);
    pth_cond_init(&signal->condition);
    signal->made = true;
}

static void peer_wait(peer_signal *signal)
{
    make(signal);
    pth_mutex_acquire(&signal->mutex, FALSE, NULL);
    while (!signal->raised)
        pth_cond_await(&signal->condition, &signal->mutex, NULL);
    signal->raised = false;
    pth_mutex_release(&signal->mutex);
}

static void peer_raise(peer_signal *signal)
{
    make(signal);
    pth_mutex_acquire(&signal->mutex, FALSE, NULL);
    signal->raised = true;
    pth_cond_notify(&signal->condition, FALSE);
    pth_mutex_release(&signal->mutex);
}

static peer_signal *peer_signals(size_t n)
{
    return calloc(n, sizeof(peer_signal));
}

#include "rows.h"

/* At each turn its scheduler checks every thread that waits, so crowds are small. */
static const bench_scenario scenarios[] = {
    {"yield", {1, 100000}, {1, 100}, yield},
    {"yield", {2, 100000}, {2, 100}, yield},
    {"yield", {10, 100000}, {10, 100}, yield},
    {"yield", {100, 100000}, {100, 200}, yield},
    {"yield", {1000, 100000}, {1000, 2000}, yield},
    {"spawn and join", {1, 20000}, {1, 100}, spawn_and_join},
    {"batch", {1000, 1000}, {100, 200}, batch},
    {"ping-pong", {2, 50000}, {2, 100}, ping_pong},
    {0},
};

const bench_program bench_program_here = {"GNU Pth", scenarios, guarded};
