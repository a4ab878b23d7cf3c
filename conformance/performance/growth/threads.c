/*
 * Spawning, yielding, sleeping, links, and queries about a thread.
 */
#include "growth.h"
#include <stdio.h>

static void spawn(size_t n)
{
    gt_thread **threads = room_for(n);
    start(threads, n, nothing, NULL);
    unref(threads, n);
}

static void spawn_and_block(size_t n)
{
    start(room_for(n), n, sleeps, NULL);
}

static void spawn_n(size_t n)
{
    for (size_t i = 0; i < n; i++)
        gt_spawn_n(nothing, NULL);
    gt_run();
}

static void spawn_after(size_t n)
{
    for (size_t i = n; i > 0; i--)
        gt_unref(gt_spawn_after((int64_t)i * 1000, nothing, NULL));
    gt_run();
}

static void spawn_with_sizes(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        gt_spawn_options options = {.name = "sized", .stack_size = 50000 + i * 61 % 200000};
        gt_unref(gt_spawn_with(&options, sleeps, NULL));
    }
    gt_yield();
}

static void *yields(void *arg)
{
    for (int i = 0; i < 8; i++)
        gt_yield();
    return arg;
}

static void yield(size_t n)
{
    for (size_t i = 0; i < n; i++)
        gt_spawn_n(yields, NULL);
    gt_run();
}

static void yield_under_a_seed(size_t n)
{
    gt_testing_schedule_seed(3);
    yield(n);
}

static void *sleeps_for(void *arg)
{
    gt_sleep((int64_t)(intptr_t)arg);
    return NULL;
}

static void sleep_for(size_t number)
{
    gt_spawn_n(sleeps_for, (void *)(intptr_t)(number * 1000 + 1));
}

static void sleep_ascending(size_t n)
{
    for (size_t i = 0; i < n; i++)
        sleep_for(i);
    gt_run();
}

static void sleep_descending(size_t n)
{
    for (size_t i = n; i > 0; i--)
        sleep_for(i);
    gt_run();
}

static void sleep_at_random(size_t n)
{
    const size_t *numbers = shuffled(n);
    for (size_t i = 0; i < n; i++)
        sleep_for(numbers[i]);
    gt_run();
}

static void sleep_equally(size_t n)
{
    for (size_t i = 0; i < n; i++)
        sleep_for(7);
    gt_run();
}

static void *sleeps_often(void *arg)
{
    for (int i = 0; i < 8; i++)
        gt_sleep(1000);
    return arg;
}

static void sleep_again(size_t n)
{
    for (size_t i = 0; i < n; i++)
        gt_spawn_n(sleeps_often, NULL);
    gt_run();
}

static void know(size_t n)
{
    gt_thread **threads = room_for(n);
    size_t known = 0;
    start(threads, n, sleeps, NULL);
    for (size_t i = 0; i < n; i++) {
        gt_ref(threads[i]);
        gt_set_name(threads[i], "known");
        known += gt_get_name(threads[i])[0] == 'k' && gt_get_number(threads[i]) == i + 1 &&
                 gt_get_state(threads[i]) == GT_BLOCKED && gt_self() != threads[i];
    }
    expect(known == n, "what is known of a thread");
    unref(threads, n);
    unref(threads, n);
}

static void stack_usage(size_t n)
{
    gt_spawn_options options = {.stack_size = 1};
    gt_thread **threads = room_for(n);
    for (size_t i = 0; i < n; i++)
        threads[i] = gt_spawn_with(&options, sleeps, NULL);
    gt_yield();
    for (size_t i = 0; i < n; i++)
        expect(gt_stack_usage(threads[i]) > 0, "the usage of a stack");
    unref(threads, n);
}

/* Links */

static size_t links_run;

static void counts(gt_thread *thread, void *arg)
{
    (void)thread;
    (void)arg;
    links_run++;
}

static void link_one_each(size_t n)
{
    gt_thread **threads = room_for(n);
    links_run = 0;
    for (size_t i = 0; i < n; i++) {
        threads[i] = gt_spawn(nothing, NULL);
        gt_link(threads[i], counts, NULL);
    }
    gt_run();
    expect(links_run == n, "links");
    unref(threads, n);
}

static gt_thread *linked(size_t n)
{
    gt_thread *thread = gt_spawn(nothing, NULL);
    for (size_t i = 0; i < n; i++)
        gt_link(thread, counts, (void *)(uintptr_t)i);
    return thread;
}

static void link_many(size_t n)
{
    links_run = 0;
    gt_unref(linked(n));
    gt_run();
    expect(links_run == n, "links");
}

static void unlink_at(gt_thread *thread, size_t i)
{
    expect(gt_unlink(thread, counts, (void *)(uintptr_t)i), "a link is taken back");
}

static void unlink_oldest_first(size_t n)
{
    gt_thread *thread = linked(n);
    for (size_t i = 0; i < n; i++)
        unlink_at(thread, i);
    gt_unref(thread);
}

static void unlink_newest_first(size_t n)
{
    gt_thread *thread = linked(n);
    for (size_t i = n; i > 0; i--)
        unlink_at(thread, i - 1);
    gt_unref(thread);
}

static void unlink_at_random(size_t n)
{
    const size_t *numbers = shuffled(n);
    gt_thread *thread = linked(n);
    for (size_t i = 0; i < n; i++)
        unlink_at(thread, numbers[i]);
    gt_unref(thread);
}

/* Made and taken back in turn, over n others. */
static void unlink_over_others(size_t n)
{
    gt_thread *thread = linked(n);
    for (size_t i = 0; i < n; i++) {
        gt_link(thread, counts, (void *)(uintptr_t)(n + i));
        unlink_at(thread, n + i);
        expect(!gt_unlink(thread, counts, &links_run), "a link that there is not");
    }
    gt_unref(thread);
}

const scenario thread_scenarios[] = {
    {"spawn", spawn, 30, false},
    {"spawn_and_block", spawn_and_block, 20, false},
    {"spawn_n", spawn_n, 30, false},
    {"spawn_after", spawn_after, 30, false},
    {"spawn_with_sizes", spawn_with_sizes, 20, false},
    {"yield", yield, 20, false},
    {"yield_under_a_seed", yield_under_a_seed, 20, false},
    {"sleep_ascending", sleep_ascending, 20, false},
    {"sleep_descending", sleep_descending, 20, false},
    {"sleep_at_random", sleep_at_random, 20, false},
    {"sleep_equally", sleep_equally, 20, false},
    {"sleep_again", sleep_again, 20, false},
    {"know", know, 20, false},
    {"stack_usage", stack_usage, 5, false},
    {"link_one_each", link_one_each, 20, false},
    {"link_many", link_many, 50, false},
    {"unlink_oldest_first", unlink_oldest_first, 50, true},
    {"unlink_newest_first", unlink_newest_first, 50, true},
    {"unlink_at_random", unlink_at_random, 50, true},
    {"unlink_over_others", unlink_over_others, 50, true},
    {0},
};
