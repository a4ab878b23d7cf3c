/*
 * SPAWN: from the call to the first step of the function.
 */
#include "conformance.h"
#include "os.h"
#include <errno.h>
#include <string.h>

CASE("SPAWN-1", spawning_returns_before_the_function_starts)
{
    gt_unref(gt_spawn(speaker, "spawned"));
    gt_spawn_n(speaker, "spawned by spawn_n");
    gt_unref(gt_spawn_after(-1, speaker, "spawned after nothing"));
    trace("main goes on");
    gt_run();
}

/* A, B, then the caller. */
CASE("SPAWN-2", spawned_threads_run_in_order)
{
    gt_unref(gt_spawn(speaker, "A"));
    gt_unref(gt_spawn(speaker, "B"));
    gt_yield();
    trace("caller");
}

static void *spawns_another(void *arg)
{
    trace("first, in its iteration");
    gt_unref(gt_spawn(speaker, "spawned by the first"));
    return arg;
}

/* A thread that is spawned in an iteration runs after all that was ready when it began. */
CASE("SPAWN-3", spawned_during_an_iteration_waits_for_the_next)
{
    gt_unref(gt_spawn(spawns_another, NULL));
    gt_unref(gt_spawn(speaker, "second"));
    gt_yield();
    trace("main");
    gt_run();
}

static int ends[2];

static void *reads(void *arg)
{
    char byte;
    gt_read(ends[0], &byte, 1);
    trace("R");
    return arg;
}

/* The hub has not polled the pipe when A is spawned, so A comes first. */
CASE("SPAWN-4", spawned_runs_before_io_not_yet_noticed, CASE_IO)
{
    if (os_pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(reads, NULL));
    gt_yield();
    gt_write(ends[1], "x", 1);
    gt_unref(gt_spawn(speaker, "A"));
    gt_yield();
    trace("main");
    gt_run();
    gt_close(ends[0]);
    gt_close(ends[1]);
}

CASE("SPAWN-5", spawn_n_is_ordered_like_spawn)
{
    gt_unref(gt_spawn(speaker, "spawn"));
    gt_spawn_n(speaker, "spawn_n");
    gt_unref(gt_spawn(speaker, "spawn again"));
    gt_run();
}

static void *raises_exit(void *arg)
{
    gt_exception e = {.kind = &GT_EXIT};
    gt_raise(&e);
    return arg;
}

/* The exception is reported and the hub goes on; GT_EXIT is not reported. */
CASE("SPAWN-6", an_exception_of_spawn_n_is_reported)
{
    gt_spawn_n(raiser, "boom");
    gt_spawn_n(raises_exit, NULL);
    gt_spawn_n(speaker, "the hub goes on");
    gt_run();
}

CASE("SPAWN-6", hub_exceptions_can_be_turned_off)
{
    trace("was %s", gt_set_hub_exceptions(false) ? "on" : "off");
    gt_spawn_n(raiser, "unheard");
    gt_run();
    trace("was %s", gt_set_hub_exceptions(true) ? "on" : "off");
    gt_spawn_n(raiser, "heard");
    gt_run();
}

/* Writes what kind of line comes, for lines that differ between builds. */
static void describe_line(const char *line, void *arg)
{
    (void)arg;
    if (strncmp(line, " #0 ", 4) == 0)
        trace("a stack");
    else if (strncmp(line, " raised at ", 11) == 0)
        trace("raised%s", strstr(line, " in "));
    else if (line[0] != ' ')
        trace("%s", line);
}

static void *raises_in_a_try(void *arg)
{
    gt_exception e;
    GT_TRY
    {
        raiser(arg);
    }
    GT_CATCH_ALL(e)
    {
        trace("caught; raised in %s, line %s", e.function, e.line > 0 ? "known" : "unknown");
    }
    GT_END_TRY;
    return NULL;
}

static void repeat_line(const char *line, void *arg)
{
    (void)arg;
    trace("%s", line);
}

static void kill_with_origin(const char *file, int line, const char *function)
{
    gt_exception e = {.kind = &GT_ERROR, .file = file, .line = line, .function = function};
    gt_kill(gt_spawn_n(speaker, "never"), &e);
}

/* The program says what it knows of the origin. */
CASE("SPAWN-6", half_an_origin_is_reported)
{
    gt_set_report(repeat_line, NULL);
    kill_with_origin("a file", 7, NULL);
    kill_with_origin(NULL, 0, "a function");
    kill_with_origin("a file", 7, "a function");
}

/* The origin is always known. The stack is printed if no try enclosed the raise. */
CASE("SPAWN-6", a_report_says_where_it_was_raised, CASE_STACK)
{
    gt_set_report(describe_line, NULL);
    gt_spawn_n(raiser, "boom");
    gt_spawn_n(raises_in_a_try, "caught");
    gt_run();
}

static void *lets_it_pass(void *arg)
{
    gt_exception e;
    GT_TRY
    {
        raiser(arg);
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace("not reached");
    }
    GT_END_TRY;
    return NULL;
}

/* A try enclosed the raise and did not catch it. The report has the origin and no stack. */
CASE("SPAWN-6", a_report_after_a_try_has_the_origin_only)
{
    gt_set_report(describe_line, NULL);
    gt_spawn_n(lets_it_pass, "boom");
    gt_run();
}

static void *passes_through_a_timeout(void *text)
{
    gt_with_timeout(GT_FOREVER, raiser, text, NULL);
    return NULL;
}

static void replace_by_passing_on(void *text)
{
    lets_it_pass(text);
}

static void *is_replaced(void *text)
{
    GT_DEFER(replace_by_passing_on, text);
    return raiser("replaced");
}

static void *waits_for_it(void *thread)
{
    return gt_wait(thread);
}

/* Passed on by a timeout, in place of another, or from a thread that was waited for. */
CASE("SPAWN-6", an_exception_that_is_passed_on_has_no_stack)
{
    gt_set_report(describe_line, NULL);
    gt_spawn_n(passes_through_a_timeout, "through a timeout");
    gt_spawn_n(is_replaced, "in place of another");
    gt_thread *thread = gt_spawn(raiser, "in another thread");
    gt_spawn_n(waits_for_it, thread);
    gt_run();
    gt_unref(thread);
}

static void *returns(void *arg)
{
    return arg;
}

/* It is reported when the last handle goes, unless a thread waited or joined. */
CASE("SPAWN-7", an_undelivered_exception_is_reported)
{
    gt_thread *ignored = gt_spawn(raiser, "ignored");
    gt_thread *joined = gt_spawn(raiser, "joined");
    gt_thread *kept = gt_ref(ignored);
    gt_run();
    gt_join(joined, NULL, NULL);
    trace("main lets go");
    gt_unref(joined);
    gt_unref(ignored);
    trace("one reference is left");
    gt_unref(kept);
    gt_unref(gt_spawn(returns, NULL));
    gt_run();
}

/* Without a handle that could tell it later, it is reported at the end. */
CASE("SPAWN-7", an_exception_without_a_handle_is_reported)
{
    gt_unref(gt_spawn(raiser, "no handle is left"));
    gt_unref(gt_spawn(raises_exit, NULL));
    gt_run();
    trace("main goes on");
}

/* It is told only once: to a waiter, or by a switch that turns it off. */
CASE("SPAWN-7", a_delivered_exception_is_not_reported)
{
    gt_exception e;
    gt_thread *volatile waited = gt_spawn(raiser, "waited for");
    GT_TRY
    {
        gt_wait(waited);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("main", &e);
    }
    GT_END_TRY;
    gt_unref(waited);
    gt_set_hub_exceptions(false);
    gt_unref(gt_spawn(raiser, "unheard"));
    gt_run();
    trace("nothing is reported");
}

/* By deadline, ties in spawn order, never early, also when the spawner is dead. */
static void *spawns_later_ones(void *arg)
{
    gt_unref(gt_spawn_after(20, speaker, "at 20"));
    gt_unref(gt_spawn_after(10, speaker, "at 10, first"));
    gt_unref(gt_spawn_after(10, speaker, "at 10, second"));
    trace("the spawner ends");
    return arg;
}

CASE("SPAWN-8", spawn_after_runs_by_deadline)
{
    gt_unref(gt_spawn(spawns_later_ones, NULL));
    gt_run();
    trace("now %lld", (long long)gt_now());
}

CASE("SPAWN-8", a_delay_of_nothing_is_spawn)
{
    gt_unref(gt_spawn(speaker, "spawn"));
    gt_unref(gt_spawn_after(0, speaker, "after 0"));
    gt_unref(gt_spawn_after(-5, speaker, "after -5"));
    gt_unref(gt_spawn(speaker, "spawn again"));
    gt_run();
}

static void *sleeps_ten(void *text)
{
    gt_sleep(10);
    trace("%s", (char *)text);
    return NULL;
}

/* It joins the tail, as all threads do that a timer wakes. */
CASE("SPAWN-8", a_passed_delay_overtakes_no_thread)
{
    gt_unref(gt_spawn(sleeps_ten, "a sleeper"));
    gt_yield();
    gt_unref(gt_spawn_after(10, speaker, "delayed"));
    gt_run();
}

static void *raises_without_a_message(void *arg)
{
    gt_exception e = {.kind = &GT_ERROR};
    gt_raise(&e);
    return arg;
}

/* The report leaves out what it does not have: the message, or, without memory, the stack. */
CASE("SPAWN-6", a_report_says_what_there_is, CASE_NO_SWEEP)
{
    gt_spawn_n(raises_without_a_message, NULL);
    gt_yield();
    gt_spawn_n(raiser, "no memory for its stack");
    gt_testing_fail_allocation(1);
    gt_yield();
    gt_testing_fail_allocation(0);
}

CASE("SPAWN-9", a_name_may_be_taken_back, CASE_NO_SWEEP)
{
    gt_spawn_options options = {.name = "worker"};
    gt_thread *thread = gt_spawn_with(&options, speaker, "runs");
    gt_set_name(thread, "another");
    gt_testing_fail_allocation(1);
    gt_set_name(thread, "too long for the memory that there is");
    trace("it is called \"%s\"", gt_get_name(thread));
    gt_set_name(thread, NULL);
    trace("it is called \"%s\"", gt_get_name(thread));
    gt_run();
    gt_unref(thread);
}

CASE("SPAWN-9", options_are_kept)
{
    gt_spawn_options options = {"worker", 100000, 7};
    gt_thread *thread = gt_spawn_with(&options, speaker, "runs");
    trace("%s is %s", gt_get_name(thread), gt_get_state(thread) == GT_NEW ? "new" : "started");
    gt_wait(thread);
    trace("at %lld it is %s", (long long)gt_now(),
          gt_get_state(thread) == GT_DEAD ? "dead" : "alive");
    gt_unref(thread);
    gt_unref(gt_spawn_with(NULL, speaker, "all defaults"));
    gt_run();
    options.stack_size = SIZE_MAX / 2;
    errno = 0;
    gt_thread *none = gt_spawn_with(&options, speaker, "");
    trace("absurd size: %s, %s", none ? "spawned" : "NULL",
          errno == EINVAL ? "EINVAL" : "another errno");
}

static void *counts(void *arg)
{
    gt_sleep(1);
    ++*(int *)arg;
    return NULL;
}

/* Under a tool that watches memory, each control block may be an allocation of its own. */
CASE("SPAWN-9", a_spawned_thread_has_no_stack_yet)
{
    enum { THREADS = 100, OTHERS = 10 };
    int n = 0;
    size_t before = gt_testing_live_allocations();
    for (int i = 0; i < THREADS; i++)
        gt_spawn_n(counts, &n);
    size_t spawned = gt_testing_live_allocations();
    gt_yield();
    size_t started = gt_testing_live_allocations();
    gt_run();
    trace("spawning: %s",
          spawned - before <= THREADS + OTHERS ? "at most an allocation each" : "more than that");
    trace("starting: %s", started - spawned >= THREADS ? "a stack each" : "no stack");
    trace("%d ran", n);
}

static int started, early;

static void *starts_late(void *arg)
{
    early += started < 4;
    return arg;
}

static void *spawns_while_it_starts(void *arg)
{
    started++;
    gt_spawn_n(starts_late, NULL);
    return arg;
}

/* Whatever the order, in 1,000 schedules. */
CASE("SPAWN-3", a_seed_keeps_it_for_the_next_iteration)
{
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        started = 0;
        gt_testing_schedule_seed(seed);
        for (int i = 0; i < 4; i++)
            gt_spawn_n(spawns_while_it_starts, NULL);
        gt_run();
    }
    trace("%d ran in the iteration that spawned them", early);
}
