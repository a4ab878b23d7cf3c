/*
 * SCHED-10, SCHED-11, SCHED-12: every thread gets its turn, whatever the others do. A
 * case counts the calls that others may make before a thread runs that is due.
 */
#include "conformance.h"

enum { FAR_TOO_MANY = 100000 };

static bool stopped;
static int calls, calls_then; /* then: when the other ran */

static void *stops(void *arg)
{
    stopped = true;
    calls_then = calls;
    return arg;
}

static int turns;

static void *computes_between_turns(void *arg)
{
    for (int i = 0; i < GT_POLL_INTERVAL; i++) {
        spin_until(gt_now() + GT_US(100));
        gt_yield();
    }
    gt_unref(gt_spawn_after(1, stops, NULL));
    for (turns = 0; !stopped && turns < GT_POLL_INTERVAL; turns++) {
        spin_until(gt_now() + GT_US(100));
        gt_yield();
    }
    return arg;
}

/* A tenth of a millisecond each. After one interval that took long there are ten at most. */
CASE("SCHED-10", slow_turns_bring_polls_closer)
{
    gt_shutdown();
    stopped = false;
    gt_timeout far;
    gt_timeout_start(&far, GT_SECONDS(1000));
    gt_unref(gt_spawn(computes_between_turns, NULL));
    gt_run();
    gt_timeout_stop(&far);
    trace("%s", turns <= 12 ? "a poll in time" : "a late poll");
}

/* Kills that go on without an end */

static void yield_once(void *arg)
{
    (void)arg;
    gt_yield();
}

static gt_thread *players[3];
static int kills;

static void kill_next(int self, int n)
{
    gt_kill(players[(self + 1) % n], NULL);
}

static void kill_all_others(int self, int n)
{
    gt_thread *others[3];
    for (int i = 1; i < n; i++)
        others[i - 1] = players[(self + i) % n];
    gt_kill_all(others, (size_t)n - 1, NULL);
}

static void kill_next_and_wait(int self, int n)
{
    gt_kill_wait(players[(self + 1) % n], NULL);
}

static gt_thread *by_the_way;

static void kill_next_and_the_sleeper(int self, int n)
{
    gt_thread *others[] = {by_the_way, players[(self + 1) % n]};
    gt_kill_all(others, 2, NULL);
}

typedef void a_kill(int self, int n);

static struct game {
    a_kill *kill;
    int n;
} game;

static void play(void *self)
{
    while (!stopped) {
        kills++;
        game.kill((int)((gt_thread **)self - players), game.n);
    }
}

/* Catches every kill, until it has had a given number. */
static void *plays(void *self)
{
    gt_exception e;
    gt_try(yield_once, NULL, &e);
    while (!stopped && kills < FAR_TOO_MANY)
        gt_try(play, self, &e);
    return NULL;
}

static void play_until_main_runs(const char *what, a_kill *kill, int n)
{
    stopped = false;
    kills = 0;
    game = (struct game){kill, n};
    for (int i = 0; i < n; i++)
        players[i] = gt_spawn(plays, &players[i]);
    gt_yield();
    gt_yield();
    trace("%s: %s", what, kills < 5000 ? "main runs" : "main is late");
    stopped = true;
    for (int i = 0; i < n; i++)
        gt_kill_wait(players[i], NULL);
    for (int i = 0; i < n; i++)
        gt_unref(players[i]);
}

static void sleep_without_end(void *arg)
{
    (void)arg;
    gt_sleep(GT_FOREVER);
}

static void *sleeps_on_after_kills(void *arg)
{
    gt_exception e;
    while (!stopped)
        gt_try(sleep_without_end, NULL, &e);
    return arg;
}

/* It is not one of the players, and not in the run queue when it is killed. */
static void play_with_a_sleeper(void)
{
    stopped = false;
    by_the_way = gt_spawn(sleeps_on_after_kills, NULL);
    gt_yield();
    play_until_main_runs("two that kill a sleeper, too", kill_next_and_the_sleeper, 2);
    gt_kill_wait(by_the_way, NULL);
    gt_unref(by_the_way);
}

CASE("SCHED-11", threads_that_kill_each_other_starve_no_other, CASE_NO_SWEEP)
{
    play_until_main_runs("two", kill_next, 2);
    play_until_main_runs("three in a ring", kill_next, 3);
    play_until_main_runs("three that kill both others", kill_all_others, 3);
    play_until_main_runs("two that wait for the end", kill_next_and_wait, 2);
    play_with_a_sleeper();
}

static void spawns_and_kills_another(gt_thread *thread, void *arg)
{
    (void)thread;
    if (stopped || kills++ > 10000)
        return;
    gt_thread *next = gt_spawn(yielder, NULL);
    gt_link(next, spawns_and_kills_another, arg);
    gt_kill(next, NULL);
    gt_unref(next);
}

/* Each in the link of the one before. None has started. */
CASE("SCHED-11", new_victims_starve_no_other, CASE_NO_SWEEP)
{
    stopped = false;
    kills = 0;
    gt_thread *first = gt_spawn(yielder, NULL);
    gt_link(first, spawns_and_kills_another, NULL);
    gt_unref(gt_spawn(stops, NULL));
    gt_kill(first, NULL);
    trace("%s", kills < 5000 ? "others run" : "others are late");
    gt_unref(first);
    gt_run();
}

enum { CHAIN = 300 };

static gt_thread *chain[CHAIN];
static int dead_of_chain;

static void kill_the_one_behind(void *place)
{
    dead_of_chain++;
    gt_thread **next = (gt_thread **)place + 1;
    if (next < chain + CHAIN)
        gt_kill(*next, NULL);
}

static void *kills_the_one_behind(void *place)
{
    gt_cleanup cleanup;
    gt_cleanup_push(&cleanup, kill_the_one_behind, place);
    gt_sleep(GT_FOREVER);
    gt_cleanup_pop(&cleanup, true);
    return place;
}

static void *tells_of_the_chain(void *arg)
{
    trace("%d of %d", dead_of_chain, CHAIN);
    return arg;
}

/* However long, it has an end. All of it runs before anything else (KILL-1). */
CASE("SCHED-11", a_chain_of_victims_is_not_broken, CASE_NO_SWEEP)
{
    for (int i = 0; i < CHAIN; i++)
        chain[i] = gt_spawn(kills_the_one_behind, &chain[i]);
    gt_yield();
    gt_unref(gt_spawn(tells_of_the_chain, NULL));
    dead_of_chain = 0;
    gt_kill(chain[0], NULL);
    gt_run();
    for (int i = 0; i < CHAIN; i++)
        gt_unref(chain[i]);
}

static void spawn_and_kill_one(void *arg)
{
    gt_thread *helper = gt_spawn(sleeper, arg);
    gt_kill(helper, NULL);
    gt_unref(helper);
    dead_of_chain++;
}

static void *has_a_helper(void *arg)
{
    gt_cleanup cleanup;
    gt_cleanup_push(&cleanup, spawn_and_kill_one, arg);
    gt_sleep(GT_FOREVER);
    gt_cleanup_pop(&cleanup, true);
    return arg;
}

/* Each victim has a kill of its own, which is as many again (KILL-12). */
CASE("SCHED-11", victims_that_kill_are_not_held_up, CASE_NO_SWEEP)
{
    for (int i = 0; i < CHAIN; i++)
        chain[i] = gt_spawn(has_a_helper, NULL);
    gt_yield();
    dead_of_chain = 0;
    gt_kill_all(chain, CHAIN, NULL);
    int ended = 0;
    for (int i = 0; i < CHAIN; i++) {
        ended += gt_get_state(chain[i]) != GT_BLOCKED;
        gt_unref(chain[i]);
    }
    trace("%d of %d", ended, CHAIN);
    gt_run();
    trace("%d of %d", dead_of_chain, CHAIN);
}

static int heard[3], returned_early;

static void kill_and_compare(void *self)
{
    int me = (int)((gt_thread **)self - players), next = (me + 1) % 3;
    while (kills < 20000) {
        int before = heard[next];
        kills++;
        gt_kill(players[next], NULL);
        returned_early += heard[next] == before && gt_get_state(players[next]) != GT_DEAD;
    }
}

static void *hears_of_kills(void *self)
{
    gt_exception e;
    int me = (int)((gt_thread **)self - players);
    if (!gt_try(yield_once, NULL, &e))
        heard[me]++;
    while (kills < 20000) {
        gt_try(kill_and_compare, self, &e);
        heard[me]++;
        if (heard[me] % 700 == me)
            gt_yield();
    }
    return NULL;
}

/* Also where they wait for others, and in any schedule. */
CASE("SCHED-11", a_killer_goes_on_after_its_victim, CASE_NO_SWEEP)
{
    returned_early = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        gt_testing_schedule_seed(seed);
        kills = 0;
        for (int i = 0; i < 3; i++)
            players[i] = gt_spawn(hears_of_kills, &players[i]);
        while (kills < 20000)
            gt_yield();
        gt_run();
        for (int i = 0; i < 3; i++)
            gt_unref(players[i]);
    }
    trace("%d too early", returned_early);
}

typedef void a_call(void *arg);

static a_call *made;

static void block_with_something_to_raise(void *arg)
{
    gt_timeout timeout;
    (void)arg;
    gt_timeout_start(&timeout, 0);
    made(NULL);
}

static void *always_has_something_to_raise(void *arg)
{
    gt_exception e;
    for (; !stopped && calls < FAR_TOO_MANY; calls++)
        gt_try(block_with_something_to_raise, NULL, &e);
    return arg;
}

static void sleep_long(void *arg)
{
    (void)arg;
    gt_sleep(1000);
}

static void raise_until_another_runs(const char *what, a_call *call)
{
    stopped = false;
    calls = 0;
    made = call;
    gt_unref(gt_spawn(always_has_something_to_raise, NULL));
    gt_unref(gt_spawn(stops, NULL));
    gt_run();
    trace("%s: %d calls when another runs", what, calls_then);
}

/* A call that raises at once does not block. So it counts as one that need not. */
CASE("SCHED-12", a_thread_that_always_raises_starves_no_other, CASE_NO_SWEEP)
{
    raise_until_another_runs("sleep", sleep_long);
    raise_until_another_runs("yield", yield_once);
}
