/*
 * CANCEL: a kill for threads that have not started.
 */
#include "conformance.h"

/* Its function never runs, but its links do. The caller yields. */
CASE("CANCEL-1", an_unstarted_thread_never_runs)
{
    gt_thread *thread = gt_spawn(speaker, "never");
    gt_link(thread, announce, "of the cancelled");
    gt_unref(gt_spawn(speaker, "bystander"));
    trace("main cancels");
    gt_cancel(thread, NULL);
    trace("main resumes");
    gt_unref(thread);
}

/* No effect and no yield for a thread that has started or finished. */
CASE("CANCEL-2", a_started_thread_is_left_alone)
{
    gt_thread *blocked = gt_spawn(sleeper, "blocked"), *done = gt_spawn(speaker, "done");
    gt_yield();
    gt_unref(gt_spawn(speaker, "bystander"));
    gt_cancel(blocked, NULL);
    gt_cancel(done, NULL);
    trace("main has not yielded");
    gt_run();
    trace("%s, %s", (char *)gt_wait(blocked), (char *)gt_wait(done));
    gt_unref(blocked);
    gt_unref(done);
}

static void join_twice(gt_thread *thread)
{
    gt_exception e;
    for (int i = 0; i < 2; i++)
        if (!gt_join(thread, NULL, &e))
            trace_exception("join", &e);
}

CASE("CANCEL-3", custom_exception_reaches_waiters)
{
    gt_exception custom = {.kind = &GT_ERROR, .code = 5, .message = "not wanted any more"};
    gt_thread *first = gt_spawn(speaker, "never");
    gt_cancel(first, &custom);
    trace("nothing is raised in main");
    gt_thread *second = gt_spawn(speaker, "never");
    gt_cancel(second, NULL);
    join_twice(first);
    join_twice(second);
    gt_unref(first);
    gt_unref(second);
}

/* Its timer is gone, so the run ends at once, at time 0. */
CASE("CANCEL-4", a_cancelled_delay_is_gone)
{
    gt_thread *thread = gt_spawn_after(GT_SECONDS(1), speaker, "never");
    gt_cancel(thread, NULL);
    gt_run();
    trace("main at %lld", (long long)gt_now());
    gt_unref(thread);
}
