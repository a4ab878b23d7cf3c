/*
 * WAIT: what becomes of a thread.
 */
#include "../conformance.h"

static gt_thread *target;

static void *waits(void *name)
{
    gt_exception e;
    GT_TRY
    {
        trace("%s: %s", (char *)name, (char *)gt_wait(target));
    }
    GT_CATCH_ALL(e)
    {
        trace_exception(name, &e);
    }
    GT_END_TRY;
    return NULL;
}

/* Any number of times, by any number, and after the end without a yield. */
static void wait_gives_the_result(void)
{
    target = gt_spawn_after(10, speaker, "the result");
    gt_unref(gt_spawn(waits, "a"));
    gt_unref(gt_spawn(waits, "b"));
    trace("main: %s", (char *)gt_wait(target));
    gt_unref(gt_spawn(speaker, "another thread is ready"));
    trace("main again: %s", (char *)gt_wait(target));
    gt_run();
    gt_unref(target);
}

/* Kind, code and value are the same in every waiter, every time. */
static void wait_raises_what_the_function_raised(void)
{
    target = gt_spawn(raiser, "boom");
    gt_unref(gt_spawn(waits, "a"));
    waits("main");
    gt_run();
    waits("main again");
    gt_unref(target);
}

static void *waits_silently(void *name)
{
    gt_wait(target);
    trace("%s", (char *)name);
    return NULL;
}

/* The links of a thread run before its waiters, if they do not block. */
static void waiters_resume_in_order_after_links(void)
{
    target = gt_spawn_after(10, speaker, "target");
    gt_link(target, announce, "one");
    gt_unref(gt_spawn(waits_silently, "first waiter"));
    gt_unref(gt_spawn(waits_silently, "second waiter"));
    gt_yield();
    gt_link(target, announce, "two");
    gt_run();
    gt_unref(target);
}

static void *joins(void *arg)
{
    gt_exception e;
    bool returned = gt_join(target, NULL, &e);
    trace("joiner: %s", returned ? "returned" : e.kind->name);
    return arg;
}

/* A killed waiter leaves the target alone; join tells whose exception it is. */
static void a_killed_waiter_leaves_the_target_alone(void)
{
    target = gt_spawn_after(10, speaker, "target runs");
    gt_thread *waiter = gt_spawn(waits, "waiter");
    gt_unref(gt_spawn(joins, NULL));
    gt_yield();
    gt_kill(waiter, NULL);
    gt_run();
    gt_unref(waiter);
    gt_unref(target);
}

static void a_waiter_sees_that_its_target_was_killed(void)
{
    target = gt_spawn(sleeper, "target");
    gt_unref(gt_spawn(waits, "waiter"));
    gt_unref(gt_spawn(joins, NULL));
    gt_yield();
    gt_kill(target, NULL);
    gt_run();
    gt_unref(target);
}

static void *waits_for_itself(void *arg)
{
    waits("self");
    gt_exception e;
    GT_TRY
    {
        gt_join(gt_self(), NULL, NULL);
    }
    GT_CATCH(&GT_DEADLOCK, e)
    {
        trace_exception("join", &e);
    }
    GT_END_TRY;
    return arg;
}

static void waiting_for_oneself_is_a_deadlock(void)
{
    target = gt_spawn(waits_for_itself, NULL);
    gt_run();
    gt_unref(target);
}

/* The whole report. */
static void whole_report(const char *line, void *arg)
{
    (void)arg;
    trace("%s", line);
}

static gt_thread *a, *b;

static void *waits_for(void *other)
{
    gt_wait(*(gt_thread **)other);
    return NULL;
}

static void *sleeps_for_ever(void *arg)
{
    gt_sleep(GT_FOREVER);
    return arg;
}

static void catch_deadlock(void (*call)(void *), void *arg)
{
    gt_exception e;
    if (!gt_try(call, arg, &e))
        trace_exception("main", &e);
}

static void wait_for_a(void *arg)
{
    (void)arg;
    gt_wait(a);
}

static void run_all(void *arg)
{
    (void)arg;
    gt_run();
}

/* The report names who waits for what, and the cycle. */
static void a_deadlock_is_reported_with_its_cycle(void)
{
    gt_spawn_options named_a = {.name = "a"}, named_b = {.name = "b"};
    gt_set_report(whole_report, NULL);
    a = gt_spawn_with(&named_a, waits_for, &b);
    b = gt_spawn_with(&named_b, waits_for, &a);
    gt_unref(gt_spawn(sleeps_for_ever, NULL));
    catch_deadlock(wait_for_a, NULL);
    gt_unref(a);
    gt_unref(b);
}

static void a_run_that_cannot_end_is_a_deadlock(void)
{
    gt_set_report(whole_report, NULL);
    gt_unref(gt_spawn(sleeps_for_ever, NULL));
    gt_unref(gt_spawn_after(GT_FOREVER, speaker, "never"));
    catch_deadlock(run_all, NULL);
    trace("main goes on");
}

/* Main alone, asleep for ever, and in a shield: the call's own error is not held. */
static void sleep_for_ever(void *arg)
{
    (void)arg;
    gt_shield_begin();
    gt_sleep(GT_FOREVER);
}

static void a_deadlock_is_not_held_back_by_a_shield(void)
{
    catch_deadlock(sleep_for_ever, NULL);
}

const conformance_case wait_cases[] = {
    {"WAIT-1", "wait_gives_the_result", wait_gives_the_result, 0},
    {"WAIT-2", "wait_raises_what_the_function_raised", wait_raises_what_the_function_raised, 0},
    {"WAIT-3", "waiters_resume_in_order_after_links", waiters_resume_in_order_after_links, 0},
    {"WAIT-4", "a_killed_waiter_leaves_the_target_alone", a_killed_waiter_leaves_the_target_alone,
     0},
    {"WAIT-4", "a_waiter_sees_that_its_target_was_killed", a_waiter_sees_that_its_target_was_killed,
     0},
    {"WAIT-5", "waiting_for_oneself_is_a_deadlock", waiting_for_oneself_is_a_deadlock, 0},
    {"WAIT-6", "a_deadlock_is_reported_with_its_cycle", a_deadlock_is_reported_with_its_cycle, 0},
    {"WAIT-6", "a_run_that_cannot_end_is_a_deadlock", a_run_that_cannot_end_is_a_deadlock, 0},
    {"WAIT-6", "a_deadlock_is_not_held_back_by_a_shield", a_deadlock_is_not_held_back_by_a_shield,
     0},
    {0},
};
