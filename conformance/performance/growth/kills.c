/*
 * Kills, cancels, shields, and the end of a hub.
 */
#include "growth.h"

static gt_thread **victims;
static size_t n_victims;

static void spawn_victims(size_t n, gt_function *fn)
{
    n_victims = n;
    victims = room_for(n);
    for (size_t i = 0; i < n; i++)
        victims[i] = gt_spawn(fn, (void *)(uintptr_t)i);
    gt_yield();
}

static void expect_dead(void)
{
    for (size_t i = 0; i < n_victims; i++)
        expect(gt_get_state(victims[i]) == GT_DEAD, "a victim that is dead");
    unref(victims, n_victims);
}

static void kill_each(size_t n)
{
    spawn_victims(n, sleeps);
    for (size_t i = 0; i < n; i++)
        gt_kill(victims[i], NULL);
    expect_dead();
}

static void kill_each_under_a_seed(size_t n)
{
    gt_testing_schedule_seed(3);
    kill_each(n);
}

static void kill_all(size_t n)
{
    spawn_victims(n, sleeps);
    gt_kill_all(victims, n, NULL);
    expect_dead();
}

static void kill_partner(void *arg)
{
    gt_kill(victims[n_victims - 1 - (size_t)(uintptr_t)arg], NULL);
}

static void *has_a_partner(void *arg)
{
    GT_DEFER(kill_partner, arg);
    gt_sleep(GT_FOREVER);
    return NULL;
}

static void kill_all_with_partners(size_t n)
{
    spawn_victims(n, has_a_partner);
    gt_kill_all(victims, n, NULL);
    gt_run();
    expect_dead();
}

static gt_thread **reversed;

static void kill_all_in_reverse(void *arg)
{
    (void)arg;
    gt_kill_all(reversed, n_victims, NULL);
}

static void *has_all_killed_again(void *arg)
{
    if (arg)
        gt_sleep(GT_FOREVER);
    GT_DEFER(kill_all_in_reverse, NULL);
    gt_sleep(GT_FOREVER);
    return NULL;
}

/* The first of them kills all that are about to run, in the reverse order. */
static void kill_all_again_in_reverse(size_t n)
{
    reversed = room_for(n);
    spawn_victims(n, has_all_killed_again);
    for (size_t i = 0; i < n; i++)
        reversed[n - 1 - i] = victims[i];
    gt_kill_all(victims, n, NULL);
    gt_run();
    expect_dead();
}

/* The same victims, as often. */
static void kill_all_duplicates(size_t n)
{
    gt_thread **alike = room_for(n);
    spawn_victims(n ? 1 : 0, sleeps);
    for (size_t i = 0; i < n; i++)
        alike[i] = victims[0];
    gt_kill_all(alike, n, NULL);
    expect_dead();
}

static void *yields(void *arg)
{
    for (;;)
        gt_yield();
    return arg;
}

static void kill_all_ready(size_t n)
{
    spawn_victims(n, yields);
    gt_kill_all(victims, n, NULL);
    expect_dead();
}

static void kill_all_ready_under_a_seed(size_t n)
{
    gt_testing_schedule_seed(3);
    kill_all_ready(n);
}

static void kill_all_unstarted(size_t n)
{
    n_victims = n;
    victims = room_for(n);
    for (size_t i = 0; i < n; i++)
        victims[i] = gt_spawn(nothing, NULL);
    gt_kill_all(victims, n, NULL);
    expect_dead();
}

static void kill_wait(size_t n)
{
    spawn_victims(n, sleeps);
    for (size_t i = n; i > 0; i--)
        gt_kill_wait(victims[i - 1], NULL);
    expect_dead();
}

static void cancel_delayed(size_t n)
{
    const size_t *numbers = shuffled(n);
    n_victims = n;
    victims = room_for(n);
    for (size_t i = 0; i < n; i++)
        victims[i] = gt_spawn_after((int64_t)i * 1000 + 1, nothing, NULL);
    for (size_t i = 0; i < n; i++)
        gt_cancel(victims[numbers[i]], NULL);
    expect_dead();
}

static void *is_shielded(void *arg)
{
    gt_shield_begin();
    gt_sleep(1000);
    gt_shield_end();
    return arg;
}

static void kill_the_shielded(size_t n)
{
    spawn_victims(n, is_shielded);
    gt_kill_all(victims, n, NULL);
    for (size_t i = 0; i < n; i++)
        gt_kill(victims[i], NULL);
    gt_run();
    expect_dead();
}

static void shields(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        gt_shield_begin();
        gt_shield_end();
    }
}

static void catches(void *arg)
{
    (void)arg;
    gt_sleep(GT_FOREVER);
}

/* Survives two rounds of the end. */
static void *survives_twice(void *arg)
{
    for (int i = 0; i < 3; i++)
        gt_try(catches, NULL, NULL);
    return arg;
}

static void shutdown_in_rounds(size_t n)
{
    spawn_victims(n, survives_twice);
    unref(victims, n);
}

static void shutdown_with_partners(size_t n)
{
    spawn_victims(n, has_a_partner);
    gt_shutdown();
}

/* Main goes on after each, and kills itself where it blocks. */
static void kill_where_it_blocks(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        gt_testing_kill_at(0, 1);
        gt_try(catches, NULL, NULL);
    }
    expect(!n || gt_testing_kill_struck(), "a kill that strikes");
}

const scenario kill_scenarios[] = {
    {"kill_each", kill_each, 20, false},
    {"kill_each_under_a_seed", kill_each_under_a_seed, 20, false},
    {"kill_all", kill_all, 20, false},
    {"kill_all_with_partners", kill_all_with_partners, 20, false},
    {"kill_all_again_in_reverse", kill_all_again_in_reverse, 20, false},
    {"kill_all_duplicates", kill_all_duplicates, 50, false},
    {"kill_all_ready", kill_all_ready, 20, false},
    {"kill_all_ready_under_a_seed", kill_all_ready_under_a_seed, 20, false},
    {"kill_all_unstarted", kill_all_unstarted, 30, false},
    {"kill_wait", kill_wait, 20, false},
    {"cancel_delayed", cancel_delayed, 30, false},
    {"kill_the_shielded", kill_the_shielded, 20, false},
    {"shields", shields, 500, false},
    {"shutdown_in_rounds", shutdown_in_rounds, 20, false},
    {"shutdown_with_partners", shutdown_with_partners, 20, false},
    {"kill_where_it_blocks", kill_where_it_blocks, 100, false},
    {0},
};
