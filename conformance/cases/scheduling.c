/*
 * SCHED: which thread runs when.
 */
#include "conformance.h"
#include "os.h"
#include "refusal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A thread that does not block runs to its end, whatever others are ready. */
static void *spawns_and_goes_on(void *arg)
{
    gt_unref(gt_spawn(speaker, "the other"));
    trace("still the first");
    trace("the first ends");
    return arg;
}

CASE("SCHED-1", control_leaves_at_blocking_calls_only)
{
    gt_unref(gt_spawn(spawns_and_goes_on, NULL));
    gt_run();
}

/* Calls that may block keep control where they need not block: what they ask for is there. */
CASE("SCHED-1", what_need_not_block_keeps_control)
{
    gt_thread *dead = gt_spawn(speaker, "soon dead");
    gt_wait(dead);
    gt_unref(gt_spawn(speaker, "the other"));
    gt_wait(dead);
    gt_join(dead, NULL, NULL);
    gt_kill(dead, NULL);
    gt_cancel(dead, NULL);
    gt_link(dead, announce, "called at once");
    trace("still main");
    gt_run();
    gt_unref(dead);
}

/* Three that only yield take turns, and stay in the order they came in. */
CASE("SCHED-2", ready_threads_run_first_in_first_out)
{
    static char *const names[] = {"a", "b", "c"};
    for (int i = 0; i < 3; i++)
        gt_unref(gt_spawn(yielder, names[i]));
    gt_run();
}

static void *sleeps_until(void *deadline)
{
    gt_sleep(*(int64_t *)deadline - gt_now());
    trace("woken at %lld", (long long)gt_now());
    return NULL;
}

/* Timers fire by deadline, whatever the order in which they were set. */
CASE("SCHED-3", timers_fire_by_deadline)
{
    static int64_t deadlines[] = {300, 100, 4000000, 200, 65};
    for (int i = 0; i < 5; i++)
        gt_unref(gt_spawn(sleeps_until, &deadlines[i]));
    gt_run();
}

static void *sleeps_ten(void *text)
{
    gt_sleep(10);
    trace("%s", (char *)text);
    return NULL;
}

/* Equal deadlines fire in the order in which they were set. */
CASE("SCHED-3", equal_deadlines_fire_as_set)
{
    static char *const names[] = {"first", "second", "third"};
    for (int i = 0; i < 3; i++)
        gt_unref(gt_spawn(sleeps_ten, names[i]));
    gt_run();
}

/* A thread that a timer wakes joins the tail. It does not overtake ready threads. */
static void *wakes_and_spawns(void *arg)
{
    gt_sleep(10);
    gt_unref(gt_spawn(speaker, "spawned by the first sleeper"));
    trace("first sleeper");
    return arg;
}

CASE("SCHED-3", what_is_woken_joins_the_tail)
{
    gt_unref(gt_spawn(wakes_and_spawns, NULL));
    gt_unref(gt_spawn(sleeps_ten, "second sleeper"));
    gt_run();
}

static int ends[2];

static void *reads_one(void *name)
{
    char byte;
    gt_read(ends[0], &byte, 1);
    trace("%s got %c", (char *)name, byte);
    return NULL;
}

/* The hub notices what is ready before the virtual clock jumps to the next deadline. */
CASE("SCHED-3", io_is_noticed_before_time_moves, CASE_IO)
{
    if (os_pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(reads_one, "reader"));
    gt_unref(gt_spawn_after(5, speaker, "timer"));
    gt_yield();
    trace("main writes");
    gt_write(ends[1], "x", 1);
    gt_run();
    gt_close(ends[0]);
    gt_close(ends[1]);
}

/*
 * Gives the case a hub with the real clock, for cases in which time has to pass while
 * threads are ready.
 */
static void use_the_real_clock(void)
{
    gt_shutdown();
}

/* Both are due at the same poll. The timer is first, whatever became ready first. */
CASE("SCHED-3", timers_come_before_io, CASE_IO)
{
    use_the_real_clock();
    if (os_pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(reads_one, "reader"));
    gt_yield();
    gt_write(ends[1], "x", 1);
    int64_t now = gt_now();
    gt_unref(gt_spawn_after(1, speaker, "timer"));
    spin_until(now + GT_US(10));
    trace("main yields");
    gt_run();
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static bool stop_spinning;

static void *spins(void *arg)
{
    long turns = 0;
    while (!stop_spinning && turns < 100L * GT_POLL_INTERVAL) {
        gt_yield();
        turns++;
    }
    trace("the spinner stops");
    return arg;
}

static void *reads_and_stops(void *arg)
{
    char byte;
    gt_read(ends[0], &byte, 1);
    trace("the reader has its byte");
    stop_spinning = true;
    return arg;
}

/* A thread that only yields does not keep ready I/O from being noticed. */
CASE("SCHED-4", yielding_starves_no_io, CASE_IO)
{
    if (os_pipe(ends) != 0)
        return;
    stop_spinning = false;
    gt_unref(gt_spawn(spins, NULL));
    gt_unref(gt_spawn(reads_and_stops, NULL));
    gt_yield();
    gt_write(ends[1], "x", 1);
    gt_run();
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static int turns_until_stopped;

static void *spins_and_counts(void *arg)
{
    for (turns_until_stopped = 0; !stop_spinning && turns_until_stopped < 100 * GT_POLL_INTERVAL;
         turns_until_stopped++)
        gt_yield();
    return arg;
}

static void *stops(void *arg)
{
    trace("due");
    stop_spinning = true;
    return arg;
}

/*
 * Two turns are not the hub's delay: the turn of the thread that began, and that of the
 * thread that was ready before.
 */
static void trace_turns(void)
{
    bool in_time = turns_until_stopped <= GT_POLL_INTERVAL + 2;
    trace("%s", in_time ? "within the interval" : "late");
}

/* The hub has polled its timers when this begins, and now one more is due. */
static void have_a_timer_due(void)
{
    int64_t now = gt_now();
    gt_unref(gt_spawn_after(1, stops, NULL));
    spin_until(now + GT_US(10));
}

static void *has_a_timer_and_spins(void *arg)
{
    have_a_timer_due();
    return spins_and_counts(arg);
}

/* However many turns a thread could take, a due timer fires within the interval. */
CASE("SCHED-4", a_due_timer_waits_for_the_interval_at_most)
{
    use_the_real_clock();
    stop_spinning = false;
    gt_unref(gt_spawn(has_a_timer_and_spins, NULL));
    gt_run();
    trace_turns();
}

CASE("SCHED-4", ready_io_waits_for_the_interval_at_most, CASE_IO)
{
    use_the_real_clock();
    if (os_pipe(ends) != 0)
        return;
    stop_spinning = false;
    gt_unref(gt_spawn(reads_and_stops, NULL));
    gt_yield();
    gt_write(ends[1], "x", 1);
    gt_unref(gt_spawn(spins_and_counts, NULL));
    gt_run();
    trace_turns();
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void *spawns_the_next(void *arg)
{
    turns_until_stopped++;
    if (!stop_spinning)
        gt_spawn_n(spawns_the_next, arg);
    return arg;
}

static void *has_a_timer_and_spawns(void *arg)
{
    have_a_timer_due();
    return spawns_the_next(arg);
}

/* Threads that do nothing but spawn the next one cannot delay it either. */
CASE("SCHED-4", spawning_starves_no_timer)
{
    use_the_real_clock();
    stop_spinning = false;
    turns_until_stopped = 0;
    gt_spawn_n(has_a_timer_and_spawns, NULL);
    gt_run();
    trace_turns();
}

static void *swallows_a_kill_and_sleeps(void *arg)
{
    gt_exception e;
    GT_TRY
    {
        gt_sleep(100);
    }
    GT_CATCH(&GT_EXIT, e)
    {
        trace("killed at %lld", (long long)gt_now());
    }
    GT_END_TRY;
    gt_sleep(500);
    trace("slept until %lld", (long long)gt_now());
    return arg;
}

static void *kills_in_the_same_instant(void *victim)
{
    gt_sleep(100);
    gt_kill(*(gt_thread **)victim, NULL);
    return NULL;
}

/* The sleep that was due when the kill came does not end the next one. */
CASE("SCHED-5", a_stale_wake_is_dropped)
{
    gt_thread *victim;
    gt_thread *killer = gt_spawn(kills_in_the_same_instant, &victim);
    victim = gt_spawn(swallows_a_kill_and_sleeps, NULL);
    gt_run();
    gt_unref(victim);
    gt_unref(killer);
}

static void swallow_own_kill(void)
{
    gt_exception e;
    GT_TRY
    {
        gt_kill(gt_self(), NULL);
    }
    GT_CATCH(&GT_EXIT, e)
    {
        trace_exception("self", &e);
    }
    GT_END_TRY;
}

static void *kills_itself_and_sleeps(void *arg)
{
    swallow_own_kill();
    gt_sleep(100);
    trace("the sleep ended after %lld", (long long)gt_now());
    return arg;
}

/* A thread that kills itself does not yield, so no wake-up is under way for a yield. */
CASE("SCHED-5", a_kill_of_oneself_leaves_no_wake_up)
{
    gt_unref(gt_spawn(kills_itself_and_sleeps, NULL));
    gt_run();
}

static gt_thread *target;

static void *swallows_a_kill_in_wait(void *arg)
{
    gt_exception e;
    GT_TRY
    {
        gt_wait(target);
    }
    GT_CATCH(&GT_EXIT, e)
    {
        trace("killed at %lld", (long long)gt_now());
    }
    GT_END_TRY;
    gt_sleep(500);
    trace("slept until %lld", (long long)gt_now());
    return arg;
}

/* The target ends first, so the waiter is ready when the kill comes. It wakes once. */
CASE("SCHED-5", a_wait_that_was_killed_leaves_no_wake_up)
{
    gt_thread *victim;
    target = gt_spawn_after(100, speaker, "target");
    gt_thread *killer = gt_spawn(kills_in_the_same_instant, &victim);
    victim = gt_spawn(swallows_a_kill_in_wait, NULL);
    gt_run();
    gt_unref(victim);
    gt_unref(killer);
    gt_unref(target);
}

static void *sleeps_under_a_timeout(void *arg)
{
    gt_exception e;
    gt_timeout timeout;
    GT_TRY
    {
        gt_timeout_start(&timeout, 50);
        gt_sleep(50);
        gt_timeout_stop(&timeout);
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace("timed out at %lld", (long long)gt_now());
    }
    GT_END_TRY;
    gt_sleep(1000);
    trace("the next sleep ends at %lld", (long long)gt_now());
    return arg;
}

/* Two causes in one instant: the first ends the call, the second is dropped. */
CASE("SCHED-5", one_park_is_woken_once)
{
    gt_unref(gt_spawn(sleeps_under_a_timeout, NULL));
    gt_run();
}

static void *waits(void *name)
{
    gt_wait(target);
    trace("%s", (char *)name);
    return NULL;
}

/* Waiters of one thread are woken in the order in which they came. */
CASE("SCHED-6", waiters_are_woken_first_in_first_out)
{
    static char *const names[] = {"first", "second", "third"};
    target = gt_spawn_after(10, speaker, "target");
    for (int i = 0; i < 3; i++)
        gt_unref(gt_spawn(waits, names[i]));
    gt_run();
    gt_unref(target);
}

/* Readers of one descriptor are woken in the order in which they came. */
CASE("SCHED-6", readers_are_woken_first_in_first_out, CASE_IO)
{
    static char *const names[] = {"first", "second", "third"};
    if (os_pipe(ends) != 0)
        return;
    for (int i = 0; i < 3; i++)
        gt_unref(gt_spawn(reads_one, names[i]));
    gt_yield();
    gt_write(ends[1], "abc", 3);
    gt_run();
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void *changes_errno(void *arg)
{
    errno = EDOM;
    gt_yield();
    trace("changer: %s", errno == EDOM ? "EDOM" : "changed");
    return arg;
}

/* Each thread has an errno of its own, 0 at its start. */
CASE("SCHED-7", errno_is_the_threads_own)
{
    gt_unref(gt_spawn(changes_errno, NULL));
    errno = ERANGE;
    gt_yield();
    trace("main: %s", errno == ERANGE ? "ERANGE" : "changed");
    gt_yield();
    trace("main: %s", errno == ERANGE ? "ERANGE" : "changed");
    gt_run();
}

static void *tells_errno(void *arg)
{
    trace("it begins with %s", errno == 0 ? "none" : "another's");
    errno = EDOM;
    return arg;
}

/* They run one after the other, the next where the last one ended. */
CASE("SCHED-7", a_thread_begins_without_errno)
{
    for (int i = 0; i < 3; i++)
        gt_unref(gt_spawn(tells_errno, NULL));
    errno = ERANGE;
    gt_run();
    trace("main: %s", errno == ERANGE ? "ERANGE" : "changed");
}

static void *returns(void *arg)
{
    return arg;
}

/* Whether it fails or not. No pool has a stack of the size, and the system gives none. */
CASE("SCHED-7", starting_another_leaves_errno_alone, CASE_REFUSAL | CASE_NO_SWEEP)
{
    gt_exception e = {.kind = NULL};
    gt_spawn_options options = {.stack_size = 123456};
    gt_unref(gt_spawn_with(&options, speaker, "it starts"));
    errno = ERANGE;
    gt_yield();
    trace("main: %s", errno == ERANGE ? "ERANGE" : "changed");
    options.stack_size = 234567;
    gt_thread *thread = gt_spawn_with(&options, returns, NULL);
    refuse(REFUSE_STACKS);
    errno = ERANGE;
    gt_yield();
    trace("main: %s", errno == ERANGE ? "ERANGE" : "changed");
    refuse(0);
    if (!gt_join(thread, NULL, &e))
        trace_exception("join", &e);
    gt_unref(thread);
}

static void changes_errno_too(const char *line, void *arg)
{
    (void)line;
    (void)arg;
    errno = EDOM;
}

static void sleep_for_ever(void *arg)
{
    (void)arg;
    errno = ERANGE;
    gt_sleep(GT_FOREVER);
}

/* The code that runs on a blocked thread's time may be a function of the program's. */
CASE("SCHED-7", a_report_leaves_errno_alone)
{
    gt_set_report(changes_errno_too, NULL);
    gt_try(sleep_for_ever, NULL, NULL);
    trace("main: %s", errno == ERANGE ? "ERANGE" : "changed");
}

/* A byte there and back again. Neither call ever needs to block. */
static void *goes_round_until_timed_out(void *arg)
{
    gt_exception e;
    gt_timeout timeout;
    char byte = 'x';
    GT_TRY
    {
        gt_timeout_start(&timeout, GT_US(100));
        for (;;) {
            gt_write(ends[1], &byte, 1);
            gt_read(ends[0], &byte, 1);
        }
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace("the timeout is met");
    }
    GT_END_TRY;
    return arg;
}

/* A peer that is always ready does not keep a thread from its own timeout. */
CASE("SCHED-8", a_fast_peer_outruns_no_timeout, CASE_IO)
{
    use_the_real_clock();
    if (os_pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(goes_round_until_timed_out, NULL));
    gt_run();
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static int runs_a_hub_of_its_own(void *arg)
{
    (void)arg;
    gt_unref(gt_spawn(yielder, "there"));
    gt_run();
    trace("the other hub is done");
    gt_shutdown();
    return 0;
}

/* Each OS thread has a hub, which runs the threads that were spawned in it and no others. */
CASE("SCHED-9", hubs_run_their_own_threads_only, CASE_OS_THREADS)
{
    gt_unref(gt_spawn(yielder, "here"));
    gt_yield();
    in_an_os_thread(runs_a_hub_of_its_own, NULL);
    gt_run();
}

enum { APART = 1000000000 };

typedef struct home {
    int64_t begins; /* each hub has its own time, by which the case tells them apart */
    int turns, at_home;
} home;

static void *looks_where_it_is(void *home_of_self)
{
    home *home = home_of_self;
    gt_thread *self = gt_self();
    for (int i = 0; i < 50; i++) {
        if (i % 2)
            gt_yield();
        else
            gt_sleep(1);
        gt_thread *child = (gt_spawn)(returns, self);
        bool is_ours = child && gt_wait(child) == self && gt_self() == self;
        if (child)
            gt_unref(child);
        home->turns++;
        home->at_home += is_ours && gt_now() >= home->begins && gt_now() < home->begins + APART;
    }
    return NULL;
}

static int lives_at_home(void *home_of_hub)
{
    home *home = home_of_hub;
    gt_testing_virtual_clock();
    gt_testing_compute(home->begins);
    for (int i = 0; i < 2; i++)
        gt_unref((gt_spawn)(looks_where_it_is, home));
    gt_run();
    gt_shutdown();
    return 0;
}

/* Whatever it does, a green thread stays with the hub that has spawned it, also beside others. */
CASE("SCHED-9", a_thread_keeps_its_hub, CASE_NO_SWEEP | CASE_OS_THREADS)
{
    os_thread *others[2];
    home homes[3] = {{.begins = 0}, {.begins = APART}, {.begins = (int64_t)2 * APART}};
    for (int i = 0; i < 2; i++)
        others[i] = os_thread_start(lives_at_home, &homes[i + 1]);
    for (int i = 0; i < 2; i++)
        gt_unref(gt_spawn(looks_where_it_is, &homes[0]));
    gt_run();
    for (int i = 0; i < 2; i++)
        os_thread_join(others[i]);
    for (int i = 0; i < 3; i++)
        trace("at home in %d turns of %d", homes[i].at_home, homes[i].turns);
}

static void *counts_turns(void *arg)
{
    int *turns = arg;
    for (int i = 0; i < 1000; i++) {
        gt_yield();
        ++*turns;
    }
    return NULL;
}

/* A thread that only yields still meets its timeout. */
static void *is_timed_out_while_yielding(void *arg)
{
    gt_exception e;
    gt_timeout timeout;
    GT_TRY
    {
        gt_timeout_start(&timeout, -1);
        for (;;)
            gt_yield();
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace("the timeout is met");
    }
    GT_END_TRY;
    return arg;
}

CASE("SCHED-4", yielding_starves_no_timeout)
{
    int turns = 0;
    gt_unref(gt_spawn(counts_turns, &turns));
    gt_unref(gt_spawn(is_timed_out_while_yielding, NULL));
    gt_run();
    trace("%d turns", turns);
}

static char order[8];

static void *adds_its_letter(void *letter)
{
    strcat(order, letter);
    return NULL;
}

/* Without one of them, if `killed` is not negative. */
static const char *order_of(uint64_t seed, int n, int killed)
{
    static char *const letters[] = {"a", "b", "c", "d", "e"};
    gt_thread *threads[5];
    order[0] = '\0';
    gt_testing_schedule_seed(seed);
    for (int i = 0; i < n; i++)
        threads[i] = gt_spawn(adds_its_letter, letters[i]);
    if (killed >= 0)
        gt_kill(threads[killed], NULL);
    gt_run();
    for (int i = 0; i < n; i++)
        gt_unref(threads[i]);
    return order;
}

/* The same on every backend. 0 is first in, first out again. */
CASE("SCHED-2", a_seed_gives_an_order_of_its_own)
{
    trace("0: %s", order_of(0, 5, -1));
    for (int seed = 1; seed <= 4; seed++)
        trace("%d: %s", seed, order_of((uint64_t)seed, 5, -1));
    trace("1: %s", order_of(1, 5, -1));
    trace("0: %s", order_of(0, 5, -1));
    trace("1, the third is killed: %s", order_of(1, 5, 2));
}

CASE("SCHED-2", a_seed_gives_every_order_as_often)
{
    static const char *const orders[] = {"abc", "acb", "bac", "bca", "cab", "cba"};
    int count[6] = {0};
    for (uint64_t seed = 1; seed <= 6000; seed++) {
        order_of(seed, 3, -1);
        for (int i = 0; i < 6; i++)
            count[i] += strcmp(order, orders[i]) == 0;
    }
    for (int i = 0; i < 6; i++)
        trace("%s: %s", orders[i], count[i] > 900 && count[i] < 1100 ? "a sixth" : "not a sixth");
}
