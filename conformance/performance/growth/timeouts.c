/*
 * Timeouts, tries and cleanups, many of one thread.
 */
#include "growth.h"

typedef struct guarded {
    gt_timeout timeout;
    gt_cleanup cleanup;
} guarded;

static guarded *all;
static size_t many;

static void drop(void *arg)
{
    (void)arg;
}

static void begin(size_t n)
{
    many = n;
    all = calloc(n + 1, sizeof *all);
    expect(all, "no memory");
}

static void start_all(size_t n)
{
    begin(n);
    for (size_t i = 0; i < n; i++)
        gt_timeout_start(&all[i].timeout, (int64_t)i * 1000 + 1000000);
}

static void start_all_among_cleanups(size_t n)
{
    begin(n);
    for (size_t i = 0; i < n; i++) {
        gt_timeout_start(&all[i].timeout, (int64_t)i * 1000 + 1000000);
        gt_cleanup_push(&all[i].cleanup, drop, NULL);
    }
}

static void stop_newest_first(size_t n)
{
    start_all(n);
    for (size_t i = n; i > 0; i--)
        gt_timeout_stop(&all[i - 1].timeout);
    free(all);
}

static void stop_oldest_first(size_t n)
{
    start_all(n);
    for (size_t i = 0; i < n; i++)
        gt_timeout_stop(&all[i].timeout);
    free(all);
}

static void stop_at_random(size_t n)
{
    const size_t *numbers = shuffled(n);
    start_all(n);
    for (size_t i = 0; i < n; i++)
        gt_timeout_stop(&all[numbers[i]].timeout);
    free(all);
}

static void pop_all(size_t n)
{
    for (size_t i = n; i > 0; i--)
        gt_cleanup_pop(&all[i - 1].cleanup, true);
    free(all);
}

static void stop_oldest_among_cleanups(size_t n)
{
    start_all_among_cleanups(n);
    for (size_t i = 0; i < n; i++)
        gt_timeout_stop(&all[i].timeout);
    pop_all(n);
}

static void stop_newest_among_cleanups(size_t n)
{
    start_all_among_cleanups(n);
    for (size_t i = n; i > 0; i--)
        gt_timeout_stop(&all[i - 1].timeout);
    pop_all(n);
}

static void start_again(size_t n)
{
    const size_t *numbers = shuffled(n);
    start_all(n);
    for (size_t i = 0; i < n; i++)
        gt_timeout_start(&all[numbers[i]].timeout, (int64_t)i * 1000 + 1);
    for (size_t i = 0; i < n; i++)
        gt_timeout_stop(&all[i].timeout);
    free(all);
}

static void fire_and_stop(size_t n)
{
    const size_t *numbers = shuffled(n);
    start_all(n);
    gt_shield_begin();
    gt_sleep(GT_SECONDS(1));
    for (size_t i = 0; i < n; i++)
        gt_timeout_stop(&all[numbers[i]].timeout);
    gt_shield_end();
    free(all);
}

static void block(void *arg)
{
    (void)arg;
    gt_sleep(GT_FOREVER);
}

static void fire_and_raise(size_t n)
{
    gt_exception e = {0};
    start_all(n);
    for (size_t i = 0; i < n; i++)
        expect(!gt_try(block, NULL, &e) && gt_timeout_is(&all[i].timeout, &e), "a timeout");
    for (size_t i = 0; i < n; i++)
        gt_timeout_stop(&all[i].timeout);
    free(all);
}

static void start_and_raise(void *arg)
{
    start_all_among_cleanups(*(size_t *)arg);
    gt_raise((&(gt_exception){.kind = &GT_ERROR}));
}

static void leave_by_a_raise(size_t n)
{
    gt_try(start_and_raise, &n, NULL);
    free(all);
}

static void left_to_shutdown(size_t n)
{
    start_all(n);
    gt_shutdown();
    free(all);
}

/* One in each of n threads. */
static void *times_out(void *arg)
{
    gt_with_timeout((int64_t)(intptr_t)arg * 1000 + 1, sleeps, NULL, NULL);
    return NULL;
}

static void with_timeout(size_t n)
{
    for (size_t i = 0; i < n; i++)
        gt_spawn_n(times_out, (void *)(intptr_t)(i * 7919 % (n + 1)));
    gt_run();
}

static void *is_nested(void *arg)
{
    size_t deeper = (size_t)(uintptr_t)arg;
    if (deeper)
        gt_with_timeout(GT_SECONDS(1), is_nested, (void *)(deeper - 1), NULL);
    return NULL;
}

static void with_timeout_nested(size_t n)
{
    is_nested((void *)n);
}

static void dive(void *arg)
{
    size_t *left = arg;
    gt_exception e = {.kind = &GT_ERROR};
    GT_DEFER(drop, NULL);
    if ((*left)-- == 0 || !gt_try(dive, left, &e))
        gt_raise(&e);
}

/* n tries and cleanups around a raise. Each of them raises it again. */
static void tries_nested(size_t n)
{
    expect(!gt_try(dive, &n, NULL), "what raises");
}

static void push_and_raise(void *arg)
{
    size_t n = *(size_t *)arg;
    begin(n);
    for (size_t i = 0; i < n; i++)
        gt_cleanup_push(&all[i].cleanup, drop, NULL);
    gt_raise((&(gt_exception){.kind = &GT_ERROR}));
}

static void cleanups(size_t n)
{
    gt_try(push_and_raise, &n, NULL);
    free(all);
}

const scenario timeout_scenarios[] = {
    {"timeouts_stop_newest_first", stop_newest_first, 50, false},
    {"timeouts_stop_oldest_first", stop_oldest_first, 50, false},
    {"timeouts_stop_at_random", stop_at_random, 50, false},
    {"timeouts_stop_oldest_among_cleanups", stop_oldest_among_cleanups, 50, false},
    {"timeouts_stop_newest_among_cleanups", stop_newest_among_cleanups, 50, false},
    {"timeouts_start_again", start_again, 50, false},
    {"timeouts_fire_and_stop", fire_and_stop, 50, false},
    {"timeouts_fire_and_raise", fire_and_raise, 20, false},
    {"timeouts_leave_by_a_raise", leave_by_a_raise, 50, false},
    {"timeouts_left_to_shutdown", left_to_shutdown, 50, false},
    {"with_timeout", with_timeout, 20, false},
    {"with_timeout_nested", with_timeout_nested, 20, false},
    {"tries_nested", tries_nested, 20, false},
    {"cleanups", cleanups, 50, false},
    {0},
};
