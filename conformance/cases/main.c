/*
 * RUN, MAIN, SHUT, and EXC-5: main, and the end of everything.
 */
#include "../conformance.h"
#include <stdlib.h>
#include <threads.h>

static void run_waits_for_all(void)
{
    gt_unref(gt_spawn_after(GT_SECONDS(10), speaker, "delayed"));
    gt_spawn_n(speaker, "spawn_n");
    gt_run();
    trace("main at %lld", (long long)gt_now());
    gt_run();
    trace("nobody lives");
}

static void *kills_main(void *main_thread)
{
    gt_exception e = {.kind = &GT_ERROR, .message = "enough"};
    gt_kill(main_thread, &e);
    return NULL;
}

static void main_can_be_killed(void)
{
    gt_exception e;
    gt_unref(gt_spawn(kills_main, gt_self()));
    GT_TRY
    {
        gt_sleep(1000);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("main", &e);
    }
    GT_END_TRY;
}

static void main_that_is_killed_ends_the_process(void)
{
    gt_unref(gt_spawn(kills_main, gt_self()));
    gt_sleep(1000);
    trace("not reached");
}

static void says(void *text)
{
    trace("%s", (char *)text);
}

static void *has_a_cleanup(void *text)
{
    GT_DEFER(says, text);
    gt_sleep(1000);
    return NULL;
}

/* The process ends; nobody's cleanup runs. */
static void returning_ends_the_process(void)
{
    gt_unref(gt_spawn(has_a_cleanup, "not reached"));
    gt_yield();
    trace("main ends");
    exit(3);
}

static void what_leaves_main_is_reported(void)
{
    GT_DEFER(says, "cleanup of main");
    raiser("boom");
}

static void exit_leaves_main_silently(void)
{
    gt_exception e = {.kind = &GT_EXIT};
    gt_raise(&e);
}

static void reports_to_trace(const char *line, void *arg)
{
    (void)arg;
    if (line[0] != ' ')
        trace("report: %s", line);
}

/* In spawn order, cleanups and links included; a new hub can be made after. */
static void shutdown_kills_in_spawn_order(void)
{
    gt_thread *first = gt_spawn(has_a_cleanup, "first");
    gt_unref(gt_spawn(has_a_cleanup, "second"));
    gt_link(first, announce, "of the first");
    gt_yield();
    gt_unref(gt_spawn(speaker, "never"));
    gt_shutdown();
    trace("main goes on, with %d allocations", (int)gt_testing_live_allocations());
    gt_unref(gt_spawn(speaker, "in a new hub"));
    gt_run();
}

static void sleeps_in_cleanup(void *duration)
{
    gt_exception e;
    GT_TRY
    {
        gt_sleep(*(int64_t *)duration);
        trace("the cleanup ends at %lld", (long long)gt_now());
    }
    GT_CATCH_ALL(e)
    {
        trace("the cleanup is killed at %lld", (long long)gt_now());
        gt_raise(&e);
    }
    GT_END_TRY;
}

static void *cleans_up_slowly(void *duration)
{
    GT_DEFER(sleeps_in_cleanup, duration);
    gt_sleep(GT_FOREVER);
    return NULL;
}

/* A cleanup has the grace of a round; then it is killed in its turn. */
static void shutdown_has_patience(void)
{
    static int64_t short_time = GT_MS(10), long_time = GT_SECONDS(10);
    gt_unref(gt_spawn(cleans_up_slowly, &short_time));
    gt_unref(gt_spawn(cleans_up_slowly, &long_time));
    gt_yield();
    gt_shutdown();
    trace("main goes on");
}

static void *never_dies(void *arg)
{
    gt_exception e;
    GT_DEFER(says, "not reached");
    for (int kills = 0;;) {
        GT_TRY
        {
            gt_sleep(GT_FOREVER);
        }
        GT_CATCH(&GT_EXIT, e)
        {
            trace("kill %d", ++kills);
        }
        GT_END_TRY;
    }
    return arg;
}

static void shutdown_abandons_what_will_not_die(void)
{
    gt_spawn_options options = {.name = "undead"};
    gt_set_report(reports_to_trace, NULL);
    gt_unref(gt_spawn_with(&options, never_dies, NULL));
    gt_yield();
    gt_shutdown();
    trace("main goes on, with %d allocations", (int)gt_testing_live_allocations());
}

/* A defer of main's around it still runs. */
static void shutdown_keeps_the_defers_of_main(void)
{
    GT_DEFER(says, "deferred by main");
    gt_unref(gt_spawn(speaker, "never"));
    gt_shutdown();
    trace("after shutdown");
}

static int ends_with_live_threads(void *arg)
{
    (void)arg;
    gt_unref(gt_spawn(has_a_cleanup, "not reached"));
    gt_unref(gt_spawn(has_a_cleanup, "not reached"));
    gt_yield();
    return 0;
}

/* Reported, and none of them runs. */
static void an_os_thread_that_ends_with_live_threads_is_reported(void)
{
    thrd_t thread;
    thrd_create(&thread, ends_with_live_threads, NULL);
    thrd_join(thread, NULL);
    trace("joined");
    exit(0);
}

const conformance_case main_cases[] = {
    {"EXC-5", "what_leaves_main_is_reported", what_leaves_main_is_reported, CASE_ENDS},
    {"EXC-5", "exit_leaves_main_silently", exit_leaves_main_silently, CASE_ENDS},
    {"RUN-1", "run_waits_for_all", run_waits_for_all, 0},
    {"MAIN-1", "main_can_be_killed", main_can_be_killed, 0},
    {"MAIN-1", "main_that_is_killed_ends_the_process", main_that_is_killed_ends_the_process,
     CASE_ENDS},
    {"MAIN-2", "returning_ends_the_process", returning_ends_the_process, CASE_ENDS},
    {"SHUT-1", "shutdown_kills_in_spawn_order", shutdown_kills_in_spawn_order, 0},
    {"SHUT-1", "shutdown_has_patience", shutdown_has_patience, 0},
    {"SHUT-1", "shutdown_abandons_what_will_not_die", shutdown_abandons_what_will_not_die, 0},
    {"SHUT-1", "shutdown_keeps_the_defers_of_main", shutdown_keeps_the_defers_of_main, 0},
    {"SHUT-2", "an_os_thread_that_ends_with_live_threads_is_reported",
     an_os_thread_that_ends_with_live_threads_is_reported, CASE_ENDS},
    {0},
};
