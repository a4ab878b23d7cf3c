/*
 * RUN, MAIN, SHUT, and EXC-5: main, and the end of everything.
 */
#include "conformance.h"
#include "os.h"
#include <stdlib.h>

static void says(void *text)
{
    trace("%s", (char *)text);
}

CASE("RUN-1", run_waits_for_all)
{
    gt_unref(gt_spawn_after(GT_SECONDS(10), speaker, "delayed"));
    gt_spawn_n(speaker, "spawn_n");
    gt_run();
    trace("main at %lld", (long long)gt_now());
    gt_run();
    trace("no thread lives");
}

static void runs(void *arg)
{
    (void)arg;
    gt_run();
}

static void waits_for(void *thread)
{
    gt_wait(thread);
}

static void tell(const char *what, void (*fn)(void *), void *arg)
{
    gt_exception e;
    if (gt_try(fn, arg, &e))
        trace("%s: done at %lld", what, (long long)gt_now());
    else
        trace_exception(what, &e);
}

static void *spawns_more(void *arg)
{
    gt_unref(gt_spawn_after(10, speaker, "a delayed child"));
    gt_unref(gt_spawn(speaker, "a child"));
    return arg;
}

static void sleeps_in_link(gt_thread *thread, void *arg)
{
    (void)thread;
    (void)arg;
    gt_sleep(5);
    trace("the link of the last is done");
}

/* Threads that are spawned meanwhile count, too. A thread lives until its links have run. */
CASE("RUN-1", run_waits_for_children_and_links)
{
    gt_unref(gt_spawn(spawns_more, NULL));
    gt_thread *last = gt_spawn_after(20, speaker, "the last");
    gt_link(last, sleeps_in_link, NULL);
    gt_unref(last);
    gt_run();
    trace("main at %lld", (long long)gt_now());
}

static void spawns_a_speaker(const char *line, void *text)
{
    if (line[0] != ' ')
        gt_unref(gt_spawn_after(10, speaker, text));
}

/* The last of them is dead, and its report spawns one more. */
CASE("RUN-1", run_waits_for_what_a_report_spawns, CASE_NO_SWEEP)
{
    gt_set_report(spawns_a_speaker, "spawned by the report");
    gt_spawn_n(raiser, "boom");
    gt_run();
    trace("main at %lld", (long long)gt_now());
}

CASE("RUN-1", run_needs_no_hub)
{
    gt_shutdown();
    gt_run();
    trace("%d allocations", (int)gt_testing_live_allocations());
}

static void *cancels(void *thread)
{
    gt_cancel(thread, NULL);
    return NULL;
}

/* The last that lives is a delayed thread, and it is cancelled. */
CASE("RUN-1", run_ends_with_a_cancel)
{
    gt_thread *delayed = gt_spawn_after(GT_SECONDS(10), speaker, "not reached");
    gt_unref(gt_spawn(cancels, delayed));
    gt_run();
    trace("main at %lld", (long long)gt_now());
    gt_unref(delayed);
}

static void *kills_main(void *main_thread)
{
    gt_exception e = {.kind = &GT_ERROR, .code = -1, .message = "enough"};
    gt_kill(main_thread, &e);
    return NULL;
}

CASE("MAIN-1", main_can_be_killed)
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

CASE("MAIN-1", main_that_is_killed_ends_the_process, CASE_ENDS)
{
    gt_unref(gt_spawn(kills_main, gt_self()));
    gt_sleep(1000);
    trace("not reached");
}

/* In a run or a wait as in any other call. Main may go on afterwards. */
CASE("MAIN-1", a_killed_main_may_go_on)
{
    gt_thread *target = gt_spawn_after(10, speaker, "the target");
    gt_unref(gt_spawn(kills_main, gt_self()));
    tell("gt_run", runs, NULL);
    gt_unref(gt_spawn(kills_main, gt_self()));
    tell("gt_wait", waits_for, target);
    tell("gt_run again", runs, NULL);
    gt_unref(target);
}

static void kill_self(void *arg)
{
    (void)arg;
    gt_kill(gt_self(), NULL);
}

CASE("MAIN-1", main_can_kill_itself)
{
    gt_unref(gt_spawn(speaker, "bystander"));
    tell("main", kill_self, NULL);
    trace("without a yield");
    gt_run();
}

static void *asks_main_to_end(void *main_thread)
{
    gt_kill(main_thread, NULL);
    trace("not reached");
    return NULL;
}

CASE("MAIN-1", main_that_is_asked_to_end_does_so_silently, CASE_ENDS)
{
    GT_DEFER(says, "cleanup of main");
    gt_unref(gt_spawn(asks_main_to_end, gt_self()));
    gt_run();
    trace("not reached");
}

static void *has_a_cleanup(void *text)
{
    GT_DEFER(says, text);
    gt_sleep(1000);
    return NULL;
}

/* The process ends, and no cleanup runs. */
CASE("MAIN-2", returning_ends_the_process, CASE_ENDS)
{
    gt_unref(gt_spawn(has_a_cleanup, "not reached"));
    gt_yield();
    trace("main ends");
    exit(3);
}

CASE("EXC-5", what_leaves_main_is_reported, CASE_ENDS)
{
    GT_DEFER(says, "cleanup of main");
    raiser("boom");
}

/* The report tells where it was first raised. */
CASE("EXC-5", what_a_wait_passes_on_leaves_main, CASE_ENDS)
{
    gt_wait(gt_spawn(raiser, "boom"));
    trace("not reached");
}

/* The other threads end with the process, wherever they are. */
CASE("EXC-5", what_leaves_main_unwinds_no_other_thread, CASE_ENDS)
{
    gt_unref(gt_spawn(has_a_cleanup, "not reached"));
    gt_yield();
    GT_DEFER(says, "cleanup of main");
    raiser("boom");
}

static void shuts_down(void *text)
{
    gt_shutdown();
    trace("%s", (char *)text);
}

/* The exception is on its way all the same. The report function has gone with the hub. */
CASE("EXC-5", a_cleanup_may_shut_down, CASE_ENDS | CASE_NO_SWEEP)
{
    GT_DEFER(shuts_down, "the hub is gone");
    raiser("boom");
}

/* Without a function of the program's, reports go to standard error. */
CASE("EXC-5", what_leaves_main_is_printed, CASE_ENDS)
{
    gt_set_report(NULL, NULL);
    raiser("boom");
}

/* gt_set_hub_exceptions is about other threads. Why the process ended is always reported. */
CASE("EXC-5", the_switch_does_not_silence_main, CASE_ENDS)
{
    gt_timeout timeout;
    gt_set_hub_exceptions(false);
    gt_timeout_start(&timeout, 10);
    gt_sleep(20);
}

CASE("EXC-5", a_descendant_of_exit_is_silent_too, CASE_ENDS)
{
    static const gt_kind finished = {"finished", &GT_EXIT};
    gt_exception e = {.kind = &finished, .message = "that is all"};
    gt_raise(&e);
}

CASE("EXC-5", exit_leaves_main_silently, CASE_ENDS)
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

/* In spawn order, including cleanups and links. A new hub can be made afterwards. */
CASE("SHUT-1", shutdown_kills_in_spawn_order)
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

/* A cleanup has the grace of a round. Then it is killed in its turn. */
CASE("SHUT-1", shutdown_has_patience)
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

CASE("SHUT-1", shutdown_abandons_what_will_not_die)
{
    gt_spawn_options options = {.name = "undead"};
    gt_set_report(reports_to_trace, NULL);
    gt_unref(gt_spawn_with(&options, never_dies, NULL));
    gt_yield();
    gt_shutdown();
    trace("main goes on, with %d allocations", (int)gt_testing_live_allocations());
}

/* A defer of main's around it still runs. */
CASE("SHUT-1", shutdown_keeps_the_defers_of_main)
{
    GT_DEFER(says, "deferred by main");
    gt_unref(gt_spawn(speaker, "never"));
    gt_shutdown();
    trace("after shutdown");
}

/* A delayed thread and a queued one end unstarted. Their links run, in spawn order. */
CASE("SHUT-1", shutdown_ends_unstarted_threads)
{
    gt_thread *delayed = gt_spawn_after(10, speaker, "not reached");
    gt_thread *queued = gt_spawn(speaker, "not reached");
    gt_link(queued, announce, "of the queued");
    gt_link(delayed, announce, "of the delayed");
    gt_shutdown();
}

static void spawn_a_sleeper(void *arg)
{
    (void)arg;
    trace("the cleanup spawns");
    gt_unref(gt_spawn(sleeper, "the child"));
}

static void *spawns_in_its_cleanup(void *arg)
{
    GT_DEFER(spawn_a_sleeper, NULL);
    gt_sleep(GT_FOREVER);
    return arg;
}

/* A thread that is spawned in a round lives in it, and is killed in the next. */
CASE("SHUT-1", shutdown_reaches_children_in_the_next_round)
{
    gt_unref(gt_spawn(spawns_in_its_cleanup, NULL));
    gt_yield();
    gt_shutdown();
    trace("main goes on, with %d allocations", (int)gt_testing_live_allocations());
}

/* Spawned when others had gone, so it has their place in memory. */
CASE("SHUT-1", shutdown_reaches_the_newest_threads)
{
    for (int i = 0; i < 3; i++) {
        gt_unref(gt_spawn(speaker, "gone"));
        gt_run();
    }
    gt_unref(gt_spawn(sleeper, "the last"));
    gt_yield();
    gt_shutdown();
}

static void *ends_its_shield_late(void *arg)
{
    gt_shield_begin();
    gt_sleep(GT_MS(10));
    trace("in the shield until %lld", (long long)gt_now());
    gt_shield_end();
    trace("not reached");
    return arg;
}

CASE("SHUT-1", shutdown_waits_for_shields)
{
    GT_DEFER(says, "main goes on");
    gt_unref(gt_spawn(ends_its_shield_late, NULL));
    gt_yield();
    gt_shutdown();
}

static void kill_back(void *main_thread)
{
    gt_kill(main_thread, NULL);
    trace("main is killed, and does not hear of it");
}

static void *kills_back(void *main_thread)
{
    GT_DEFER(kill_back, main_thread);
    gt_sleep(GT_FOREVER);
    return NULL;
}

/* Kills of main are dropped, and its timeouts are stopped: none of them comes afterwards. */
CASE("SHUT-1", shutdown_cannot_be_interrupted)
{
    gt_timeout timeout;
    gt_unref(gt_spawn(kills_back, gt_self()));
    gt_yield();
    gt_timeout_start(&timeout, 0);
    gt_shutdown();
    gt_yield();
    trace("main goes on");
}

/* They are stopped, so to stop them again is harmless, whatever hub is there then. */
CASE("SHUT-1", timeouts_of_main_end_with_the_hub)
{
    gt_timeout timeout;
    gt_timeout_start(&timeout, 10);
    gt_shutdown();
    gt_timeout_stop(&timeout);
    trace("main goes on");
}

/*
 * It releases the last handles. Exceptions that no thread was told of are reported now
 * (SPAWN-7).
 */
CASE("SHUT-1", shutdown_reports_untold_exceptions)
{
    gt_thread *kept = gt_spawn(raiser, "unheard");
    gt_spawn_options named = {.name = "heard"};
    gt_thread *heard = gt_spawn_with(&named, raiser, "heard");
    gt_join(heard, NULL, NULL);
    trace("the other is dead: %d", gt_get_state(kept) == GT_DEAD);
    gt_shutdown();
}

/* Without a hub there is nothing to do. */
CASE("SHUT-1", shutdown_may_come_twice)
{
    gt_shutdown();
    gt_shutdown();
    trace("%d allocations", (int)gt_testing_live_allocations());
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
CASE("SHUT-2", an_os_thread_that_ends_with_live_threads_is_reported, CASE_ENDS | CASE_OS_THREADS)
{
    in_an_os_thread(ends_with_live_threads, NULL);
    trace("joined");
    exit(0);
}

static int has_a_report_function(void *arg)
{
    gt_set_report(reports_to_trace, NULL);
    return ends_with_live_threads(arg);
}

/* They go to the function that was set for that hub. What the hub had is given back. */
CASE("SHUT-2", the_report_goes_where_its_hub_says, CASE_OS_THREADS)
{
    size_t before = gt_testing_live_allocations();
    in_an_os_thread(has_a_report_function, NULL);
    trace("joined, %d allocations more", (int)(gt_testing_live_allocations() - before));
}

static int runs_to_the_end(void *arg)
{
    gt_unref(gt_spawn(speaker, "a thread of another hub"));
    gt_run();
    return arg != NULL;
}

/* A program that leaves no thread behind need not call gt_shutdown. */
CASE("SHUT-2", an_os_thread_gives_its_hub_back, CASE_OS_THREADS)
{
    size_t before = gt_testing_live_allocations();
    in_an_os_thread(runs_to_the_end, NULL);
    trace("joined, %d allocations more", (int)(gt_testing_live_allocations() - before));
}

static int exits(void *arg)
{
    ends_with_live_threads(arg);
    trace("an OS thread exits");
    exit(3);
}

/* No thread of either hub runs, and nothing is reported. */
CASE("SHUT-2", a_normal_exit_runs_nothing, CASE_ENDS | CASE_OS_THREADS)
{
    ends_with_live_threads(NULL);
    in_an_os_thread(exits, NULL);
}

static void tells_the_moment(void *text)
{
    trace("%s %lld", (const char *)text, (long long)gt_now());
}

static void sleeps_on(void *arg)
{
    GT_DEFER(tells_the_moment, arg);
    gt_sleep(GT_FOREVER);
}

static void *sleeps_on_in_its_cleanup(void *arg)
{
    GT_DEFER(sleeps_on, arg);
    gt_sleep(GT_FOREVER);
    return NULL;
}

/* A thread that sleeps without an end uses no grace. */
CASE("SHUT-1", a_round_ends_when_nothing_can_happen)
{
    gt_unref(gt_spawn(sleeps_on_in_its_cleanup, "the cleanup is killed at"));
    gt_yield();
    gt_shutdown();
    trace("main goes on");
}

static void sleeps_in_a_shield(void *arg)
{
    (void)arg;
    gt_shield_begin();
    gt_sleep(GT_FOREVER);
}

static void *raises_and_never_dies(void *arg)
{
    GT_DEFER(sleeps_in_a_shield, arg);
    return raiser("on its way");
}

/* What the raise has recorded for a report is not lost. */
CASE("SHUT-1", shutdown_abandons_in_the_middle_of_a_raise)
{
    gt_unref(gt_spawn(raises_and_never_dies, NULL));
    gt_yield();
    gt_shutdown();
    trace("main goes on, with %d allocations", (int)gt_testing_live_allocations());
}
