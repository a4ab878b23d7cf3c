/*
 * REF-2, SHUT-3, SHUT-4: how long a handle is valid, and how a process ends that has not
 * called gt_shutdown, or has called it where it ends nothing.
 */
#include "conformance.h"
#include <stdlib.h>
#include <string.h>

/* Handles */

static void *waits_for(void *thread)
{
    return gt_wait(thread);
}

static void *lends_itself(void *arg)
{
    gt_thread *waiter = gt_spawn(waits_for, gt_self());
    gt_unref(waiter);
    gt_sleep(10);
    return arg;
}

static gt_thread *kept;

static void keeps_its_handle(gt_thread *thread, void *arg)
{
    (void)arg;
    trace("the handle in a link: %s",
          gt_get_state(thread) == GT_FINISHED ? "GT_FINISHED" : "another state");
    kept = thread;
    gt_sleep(GT_FOREVER);
}

static void *returns(void *arg)
{
    return arg;
}

static void *counts(void *count)
{
    gt_sleep(10);
    ++*(int *)count;
    return NULL;
}

/* The spawner has given its own reference back each time. */
CASE("REF-2", borrowed_handles_need_no_reference, CASE_NO_SWEEP)
{
    int waited = 0;
    gt_thread *lender = gt_spawn(lends_itself, NULL);
    gt_unref(lender);
    gt_sleep(20);
    trace("its own handle, in another thread: 1");

    gt_thread *early = gt_spawn(lends_itself, NULL);
    gt_yield();
    gt_unref(early);
    gt_sleep(20);
    trace("lent before the last reference went: 1");

    gt_thread *linked = gt_spawn(returns, NULL);
    gt_link(linked, keeps_its_handle, NULL);
    gt_unref(linked);
    gt_sleep(1);
    gt_kill(kept, NULL);
    trace("kept from the link: GT_EXIT");

    gt_thread *quick = gt_spawn_n(counts, &waited);
    gt_unref(gt_ref(quick));
    bool lives = gt_get_state(quick) != GT_DEAD;
    gt_cancel(quick, NULL);
    trace("the handle of spawn_n: %d", lives);
}

static gt_thread *lent;

static void *lends_itself_to_main(void *text)
{
    lent = gt_self();
    gt_sleep(10);
    return text;
}

CASE("REF-2", a_reference_makes_it_good_again, CASE_NO_SWEEP)
{
    gt_unref(gt_spawn(lends_itself_to_main, "result"));
    gt_yield();
    gt_ref(lent);
    trace("it asks for itself, and main takes a reference");
    trace("%s", (char *)gt_wait(lent));
    gt_unref(lent);
}

static void wait_for(void *thread)
{
    gt_wait(thread);
}

static void *waits_and_tells(void *thread)
{
    gt_exception e;
    if (gt_try(wait_for, thread, &e))
        return gt_wait(thread);
    trace_exception("a killed waiter", &e);
    return NULL;
}

/* Two waiters that share one reference of main's. */
CASE("REF-2", a_holder_of_one_may_go_on)
{
    gt_thread *target = gt_spawn_after(10, returns, "result");
    gt_thread *first = gt_spawn(waits_and_tells, target);
    gt_thread *second = gt_spawn(waits_and_tells, target);
    gt_yield();
    gt_kill(first, NULL);
    gt_unref(first);
    const char *result = gt_wait(second);
    trace("the other has the result: %d", result && strcmp(result, "result") == 0);
    gt_unref(second);
    gt_unref(target);
}

CASE("REF-2", a_wait_that_was_killed_leaves_no_handle, CASE_ENDS)
{
    gt_exception e;
    gt_thread *target = gt_spawn_after(10, returns, NULL), *waiter = gt_spawn(waits_for, target);
    gt_yield();
    gt_unref(target);
    gt_kill(waiter, NULL);
    gt_join(waiter, NULL, &e);
    trace_exception("the waiter", &e);
    gt_wait(target);
}

CASE("REF-2", given_back_while_another_waits, CASE_ENDS)
{
    gt_thread *target = gt_spawn_after(10, returns, NULL);
    gt_unref(gt_spawn(waits_for, target));
    gt_yield();
    gt_unref(target);
    gt_unref(target);
    gt_run();
}

/* gt_shutdown where it ends nothing */

static void *shuts_down(void *text)
{
    gt_shutdown();
    trace("%s", (char *)text);
    return NULL;
}

CASE("SHUT-3", shutdown_in_a_thread, CASE_ENDS)
{
    gt_unref(gt_spawn(sleeper, "the other"));
    gt_unref(gt_spawn(shuts_down, "the thread goes on"));
    gt_yield();
    gt_shutdown();
}

static void shuts_down_in_a_report(const char *line, void *arg)
{
    if (line[0] != ' ')
        shuts_down(arg);
}

CASE("SHUT-3", shutdown_in_a_report, CASE_ENDS)
{
    gt_set_report(shuts_down_in_a_report, "the report function goes on");
    gt_spawn_n(raiser, "boom");
    gt_yield();
    trace("main goes on");
}

static void *exits(void *text)
{
    trace("%s", (char *)text);
    exit(3);
}

CASE("SHUT-3", exit_in_main, CASE_ENDS)
{
    atexit(gt_shutdown);
    gt_unref(gt_spawn(sleeper, "the other"));
    gt_yield();
    exit(3);
}

/* The cleanup of the other one does not run. */
CASE("SHUT-3", exit_in_a_thread, CASE_ENDS)
{
    atexit(gt_shutdown);
    gt_unref(gt_spawn(sleeper, "the other"));
    gt_unref(gt_spawn(exits, "a thread exits"));
    gt_sleep(GT_FOREVER);
}

static void exits_in_a_link(gt_thread *thread, void *text)
{
    (void)thread;
    exits(text);
}

CASE("SHUT-3", exit_in_a_link, CASE_ENDS)
{
    atexit(gt_shutdown);
    gt_thread *thread = gt_spawn(returns, NULL);
    gt_link(thread, exits_in_a_link, "the link exits");
    gt_wait(thread);
    gt_run();
}

static void exits_in_a_report(const char *line, void *text)
{
    (void)line;
    exits(text);
}

CASE("SHUT-3", exit_in_a_report, CASE_ENDS)
{
    atexit(gt_shutdown);
    gt_set_report(exits_in_a_report, "the report function exits");
    gt_spawn_n(raiser, "boom");
    gt_run();
}

static void exits_with_four(void *text)
{
    trace("%s", (char *)text);
    exit(4);
}

static void *exits_in_its_cleanup(void *text)
{
    GT_DEFER(exits_with_four, text);
    gt_sleep(GT_FOREVER);
    return NULL;
}

CASE("SHUT-3", exit_in_a_cleanup_of_shutdown, CASE_ENDS)
{
    atexit(gt_shutdown);
    gt_unref(gt_spawn(exits_in_its_cleanup, "the cleanup exits"));
    gt_yield();
    gt_shutdown();
}

/* What no thread was told of */

static gt_thread *spawn_and_finish(void *text)
{
    gt_thread *thread = gt_spawn(raiser, text);
    gt_yield();
    return thread;
}

CASE("SHUT-4", untold_exceptions_are_reported_at_the_end, CASE_ENDS)
{
    gt_exception silent = {.kind = &GT_EXIT};
    spawn_and_finish("kept");
    gt_thread *heard = spawn_and_finish("heard");
    gt_join(heard, NULL, NULL);
    gt_kill(gt_spawn(sleeper, "silent"), &silent);
    spawn_and_finish("a message");
    trace("main ends");
    exit(3);
}

CASE("SHUT-4", a_thread_may_exit, CASE_ENDS)
{
    spawn_and_finish("kept");
    gt_unref(gt_spawn(exits, "a thread exits"));
    gt_run();
}

/* Whether gt_shutdown reports it, or the end of the process. */
CASE("SHUT-4", it_is_said_once, CASE_ENDS)
{
    atexit(gt_shutdown);
    spawn_and_finish("kept");
    exit(3);
}

static void tells_and_exits(const char *line, void *arg)
{
    if (line[0] == ' ')
        return;
    trace("report: %s", line);
    exits(arg);
}

CASE("SHUT-4", the_report_function_may_exit, CASE_ENDS)
{
    gt_set_report(tells_and_exits, "the report function exits");
    spawn_and_finish("kept");
    spawn_and_finish("not reached");
    exit(0);
}

/* A report function that is ending the process is not told what others have raised. */
CASE("SHUT-4", the_report_function_exits_once, CASE_ENDS)
{
    gt_set_report(tells_and_exits, "the report function exits");
    spawn_and_finish("kept");
    gt_spawn_n(raiser, "boom");
    gt_run();
}
