/*
 * WAIT: the result of a thread.
 */
#include "conformance.h"
#include "os.h"

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

/* Any number of times, by any number of threads, and after the end without a yield. */
CASE("WAIT-1", wait_gives_the_result)
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
CASE("WAIT-2", wait_raises_what_the_function_raised)
{
    target = gt_spawn(raiser, "boom");
    gt_unref(gt_spawn(waits, "a"));
    waits("main");
    gt_run();
    waits("main again");
    gt_unref(target);
}

static int the_value;

static void *raises_with_a_value(void *arg)
{
    gt_exception e = {.kind = &GT_ERROR, .code = 3, .value = &the_value};
    gt_raise(&e);
    return arg;
}

/* Not a copy that looks the same: the raiser's own value and place, in gt_join, too. */
CASE("WAIT-2", value_and_origin_are_kept)
{
    gt_exception e, joined;
    target = gt_spawn(raises_with_a_value, NULL);
    bool returned = gt_join(target, NULL, &joined);
    GT_TRY
    {
        gt_wait(target);
    }
    GT_CATCH_ALL(e)
    {
        trace("%s code %d, the value: %d, raised in %s", e.kind->name, e.code,
              e.value == &the_value, e.function);
    }
    GT_END_TRY;
    trace("join: %d, the value: %d, the same line: %d", returned, joined.value == &the_value,
          joined.line == e.line);
    gt_unref(target);
}

static void *waits_silently(void *name)
{
    gt_wait(target);
    trace("%s", (char *)name);
    return NULL;
}

/* The links of a thread run before its waiters, if they do not block. */
CASE("WAIT-3", waiters_resume_in_order_after_links)
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

/* A killed waiter leaves the target alone. join tells whose exception it is. */
CASE("WAIT-4", a_killed_waiter_leaves_the_target_alone)
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

static void *is_killed_in_join(void *arg)
{
    gt_exception e;
    GT_TRY
    {
        gt_join(target, NULL, NULL);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("raised in the joiner", &e);
    }
    GT_END_TRY;
    return arg;
}

/* What is thrown into a joiner is raised there. What its target met is returned. */
CASE("WAIT-4", join_tells_whose_exception_it_is)
{
    target = gt_spawn(sleeper, "target");
    gt_thread *killed = gt_spawn(is_killed_in_join, NULL);
    gt_unref(gt_spawn(joins, NULL));
    gt_yield();
    gt_kill(killed, NULL);
    gt_kill(target, NULL);
    gt_run();
    gt_unref(killed);
    gt_unref(target);
}

CASE("WAIT-4", a_waiter_sees_that_its_target_was_killed)
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

CASE("WAIT-5", waiting_for_oneself_is_a_deadlock)
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
    if (*(gt_thread **)other)
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

/* If main is killed early, its threads have not started yet, and check the handle. */
static void release(gt_thread **handle)
{
    gt_unref(*handle);
    *handle = NULL;
}

/* The report names which thread waits for what, and the cycle. */
CASE("WAIT-6", a_deadlock_is_reported_with_its_cycle)
{
    gt_spawn_options named_a = {.name = "a"}, named_b = {.name = "b"};
    gt_set_report(whole_report, NULL);
    a = gt_spawn_with(&named_a, waits_for, &b);
    b = gt_spawn_with(&named_b, waits_for, &a);
    gt_unref(gt_spawn(sleeps_for_ever, NULL));
    catch_deadlock(wait_for_a, NULL);
    release(&a);
    release(&b);
}

CASE("WAIT-6", a_run_that_cannot_end_is_a_deadlock)
{
    gt_set_report(whole_report, NULL);
    gt_unref(gt_spawn(sleeps_for_ever, NULL));
    gt_unref(gt_spawn_after(GT_FOREVER, speaker, "never"));
    catch_deadlock(run_all, NULL);
    trace("main goes on");
}

/* After one deadlock the hub is as before. Main may wake the waiters, or meet another deadlock. */
CASE("WAIT-6", main_may_go_on_after_a_deadlock)
{
    b = gt_spawn(sleeps_for_ever, NULL);
    catch_deadlock(run_all, NULL);
    catch_deadlock(run_all, NULL);
    gt_kill(b, NULL);
    gt_run();
    trace("no thread is left");
    gt_unref(b);
}

static int ends[2];

static int writes_from_outside(void *arg)
{
    (void)arg;
    return !os_write_byte(ends[1], 'x');
}

static void *reads(void *arg)
{
    char byte = 0;
    gt_read(ends[0], &byte, 1);
    trace("got %c", byte);
    return arg;
}

/* A thread that waits for I/O may be woken from outside, so there is no deadlock. */
CASE("WAIT-6", waiting_for_io_is_no_deadlock, CASE_IO | CASE_OS_THREADS)
{
    if (os_pipe(ends) != 0)
        return;
    target = gt_spawn(reads, NULL);
    gt_yield();
    os_thread *outside = os_thread_start(writes_from_outside, NULL);
    gt_wait(target);
    os_thread_join(outside);
    trace("main goes on");
    gt_unref(target);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

/*
 * Main alone, asleep without an end, and in a shield, which does not hold back the call's
 * own error.
 */
static void sleep_for_ever(void *arg)
{
    (void)arg;
    gt_shield_begin();
    gt_sleep(GT_FOREVER);
}

CASE("WAIT-6", a_deadlock_is_not_held_back_by_a_shield)
{
    catch_deadlock(sleep_for_ever, NULL);
}

/* Three that wait in a row, the last of them for no thread. The second time is as the first. */
CASE("WAIT-6", a_chain_is_no_cycle)
{
    static gt_thread *third;
    gt_thread *first = gt_spawn(waits_for, &b);
    b = gt_spawn(waits_for, &third);
    third = gt_spawn(sleeps_for_ever, NULL);
    gt_set_report(whole_report, NULL);
    catch_deadlock(run_all, NULL);
    catch_deadlock(run_all, NULL);
    gt_kill(third, NULL);
    gt_unref(first);
    release(&b);
    release(&third);
}

/* Nothing is left of the first when the second is searched. */
CASE("WAIT-6", a_second_deadlock_finds_its_own_cycle)
{
    gt_set_report(whole_report, NULL);
    a = gt_spawn(sleeps_for_ever, NULL);
    gt_thread *waiter = gt_spawn(waits_for, &a);
    catch_deadlock(run_all, NULL);
    b = gt_spawn(waits_for, &target);
    target = gt_spawn(waits_for, &b);
    catch_deadlock(run_all, NULL);
    gt_unref(waiter);
    release(&a);
    release(&b);
    release(&target);
}

/* They wait for nothing, whatever thread holds them. */
CASE("WAIT-6", the_dead_are_not_in_the_report)
{
    gt_set_report(whole_report, NULL);
    a = gt_spawn(speaker, "soon dead");
    b = gt_spawn_after(GT_FOREVER, speaker, "not reached");
    gt_cancel(b, NULL);
    catch_deadlock(sleep_for_ever, NULL);
    gt_unref(a);
    gt_unref(b);
}

static gt_thread *ring[8];

static void *waits_for_the_next(void *number)
{
    int next = (*(int *)number + 1) % 8;
    if (ring[next]) /* none, where an allocation was made to fail */
        gt_wait(ring[next]);
    return NULL;
}

/* A line of a report has an end, and the cycle may be longer. */
CASE("WAIT-6", a_long_cycle_is_cut)
{
    static int numbers[8];
    gt_spawn_options options = {.name = "one of those with a name that is rather long"};
    gt_set_report(whole_report, NULL);
    for (int i = 0; i < 8; i++) {
        numbers[i] = i;
        ring[i] = gt_spawn_with(&options, waits_for_the_next, &numbers[i]);
    }
    catch_deadlock(run_all, NULL);
    for (int i = 0; i < 8; i++)
        release(&ring[i]);
}

static void is_timed_out(void *arg)
{
    gt_timeout timeout;
    (void)arg;
    gt_timeout_start(&timeout, 10);
    gt_sleep(20);
}

/* What ends main's next call is what ended this one. */
CASE("WAIT-6", a_deadlock_is_raised_once)
{
    catch_deadlock(sleep_for_ever, NULL);
    catch_deadlock(is_timed_out, NULL);
}

/* A thread that waited for I/O and no longer does wakes no other. */
CASE("WAIT-6", an_empty_queue_is_no_hope, CASE_IO)
{
    if (os_pipe(ends) != 0)
        return;
    target = gt_spawn(reads, NULL);
    gt_thread *killed = gt_spawn(reads, NULL);
    gt_yield();
    gt_kill(killed, NULL);
    gt_unref(killed);
    writes_from_outside(NULL);
    gt_wait(target);
    gt_unref(target);
    catch_deadlock(sleep_for_ever, NULL);
    gt_close(ends[0]);
    gt_close(ends[1]);
}
