/*
 * TEST-1: a kill at the k-th blocking call.
 */
#include "conformance.h"

static void *sleeps(void *arg)
{
    gt_sleep(100);
    return arg;
}

static const char *call; /* the thread number of the victim */

static void *blocks_in_many_ways(void *other)
{
    call = "gt_yield";
    gt_yield();
    call = "gt_sleep";
    gt_sleep(10);
    call = "gt_wait";
    gt_wait(other);
    gt_wait(other); /* dead: does not block */
    gt_thread *soon_dead = gt_spawn(sleeps, NULL);
    call = "gt_kill";
    gt_kill(soon_dead, NULL);
    call = "nothing";
    return NULL;
}

/* The sweep that the function is made for: until it strikes no more. */
CASE("TEST-1", each_blocking_call_in_its_turn, CASE_NO_SWEEP)
{
    size_t k = 0;
    do {
        gt_testing_kill_at(2, ++k);
        gt_thread *other = gt_spawn(sleeps, NULL), *victim = gt_spawn(blocks_in_many_ways, other);
        bool returned = gt_join(victim, NULL, NULL);
        trace("%d: %s in %s", (int)k, returned ? "not struck" : "killed", call);
        gt_shutdown();
        gt_testing_virtual_clock();
    } while (gt_testing_kill_struck());
}

/* As a kill by another thread: right where it blocks, with no other thread in between. */
CASE("TEST-1", it_comes_before_any_other_thread, CASE_NO_SWEEP)
{
    gt_testing_kill_at(1, 1);
    gt_unref(gt_spawn(sleeper, "victim"));
    gt_unref(gt_spawn(speaker, "bystander"));
    gt_run();
}

static void yields_twice(void *arg)
{
    (void)arg;
    trace("main 1");
    gt_yield();
    trace("main 2");
    gt_yield();
    trace("main 3");
}

CASE("TEST-1", main_may_be_named, CASE_NO_SWEEP)
{
    gt_exception e;
    gt_unref(gt_spawn(yielder, "other"));
    gt_testing_kill_at(0, 2);
    if (!gt_try(yields_twice, NULL, &e))
        trace_exception("main", &e);
    trace("struck: %d", gt_testing_kill_struck());
    gt_run();
}

/* It is killed in the very call by which it kills. That call has reached its victim by then. */
CASE("TEST-1", its_victim_runs_first, CASE_NO_SWEEP)
{
    gt_exception e;
    gt_thread *victim = gt_spawn(sleeper, "victim");
    gt_unref(gt_spawn(speaker, "bystander"));
    gt_yield();
    gt_testing_kill_at(0, 1);
    GT_TRY
    {
        gt_kill(victim, NULL);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("main", &e);
    }
    GT_END_TRY;
    gt_unref(victim);
}

CASE("TEST-1", a_call_that_need_not_block_is_not_counted, CASE_NO_SWEEP)
{
    gt_exception e;
    gt_thread *dead = gt_spawn(speaker, "dead");
    gt_run();
    gt_testing_kill_at(0, 2);
    gt_wait(dead);
    gt_kill(dead, NULL);
    gt_run();
    trace("struck: %d", gt_testing_kill_struck());
    if (!gt_try(yields_twice, NULL, &e))
        trace_exception("main", &e);
    gt_unref(dead);
}

static void *is_shielded(void *name)
{
    gt_exception e;
    GT_TRY
    {
        gt_shield_begin();
        gt_sleep(10);
        trace("%s slept until %lld", (char *)name, (long long)gt_now());
        gt_shield_end();
    }
    GT_CATCH_ALL(e)
    {
        trace_exception(name, &e);
    }
    GT_END_TRY;
    gt_sleep(10);
    trace("%s slept until %lld", (char *)name, (long long)gt_now());
    return NULL;
}

/* It is thrown once. Later calls block as usual. */
CASE("TEST-1", a_shield_holds_it_back, CASE_NO_SWEEP)
{
    gt_testing_kill_at(1, 1);
    gt_unref(gt_spawn(is_shielded, "victim"));
    gt_run();
}

static void blocks(gt_thread *thread, void *name)
{
    (void)thread;
    trace("link %s begins", (char *)name);
    gt_sleep(10);
    trace("link %s ends", (char *)name);
}

CASE("TEST-1", a_link_is_ended_alone, CASE_NO_SWEEP)
{
    gt_thread *thread = gt_spawn(speaker, "the function");
    gt_link(thread, blocks, "one");
    gt_link(thread, blocks, "two");
    gt_testing_kill_at(1, 1);
    gt_run();
    trace("join: %d", gt_join(thread, NULL, NULL));
    gt_unref(thread);
}

/* It ends by k = 0, by another kill_at, by the end of the hub. It never strikes in gt_shutdown. */
CASE("TEST-1", it_is_taken_back, CASE_NO_SWEEP)
{
    gt_testing_kill_at(0, 1);
    gt_testing_kill_at(0, 0);
    gt_yield();
    gt_testing_kill_at(0, 1);
    gt_testing_kill_at(7, 1);
    gt_yield();
    gt_testing_kill_at(0, 1);
    gt_unref(gt_spawn(sleeper, "sleeper"));
    gt_shutdown();
    gt_yield();
    trace("struck: %d", gt_testing_kill_struck());
}
