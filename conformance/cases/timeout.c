/*
 * EXC-6: timeouts.
 */
#include "conformance.h"

typedef struct nested {
    int64_t outer_ns, inner_ns;
} nested;

static const char *whose(const gt_timeout *outer, const gt_timeout *inner, const gt_exception *e)
{
    if (gt_timeout_is(outer, e))
        return "outer";
    return gt_timeout_is(inner, e) ? "inner" : "neither";
}

/* Which of two nested timeouts fires, and when, as seen where each was started. */
static void nest(const nested *times)
{
    gt_exception e;
    gt_timeout outer, inner;
    int64_t begin = gt_now();
    GT_TRY
    {
        gt_timeout_start(&outer, times->outer_ns);
        GT_TRY
        {
            gt_timeout_start(&inner, times->inner_ns);
            gt_sleep(1000);
        }
        GT_CATCH_ALL(e)
        {
            trace("in: the %s one at %lld", whose(&outer, &inner, &e),
                  (long long)(gt_now() - begin));
        }
        GT_END_TRY;
        gt_sleep(1000);
        trace("out: none at %lld", (long long)(gt_now() - begin));
        gt_timeout_stop(&outer);
    }
    GT_CATCH_ALL(e)
    {
        trace("out: the %s one at %lld", whose(&outer, &inner, &e), (long long)(gt_now() - begin));
    }
    GT_END_TRY;
}

CASE("EXC-6", nested_timeouts_tell_themselves_apart)
{
    nest(&(nested){.outer_ns = 100, .inner_ns = 50});
    nest(&(nested){.outer_ns = 50, .inner_ns = 100});
    nest(&(nested){.outer_ns = 50, .inner_ns = 50});
}

static void *slow(void *arg)
{
    gt_sleep(100);
    return arg;
}

static void *nothing(void *arg)
{
    return arg;
}

static void *own_timeout(void *arg)
{
    trace("inner: %d", gt_with_timeout(200, slow, arg, NULL));
    gt_sleep(1000);
    return arg;
}

CASE("EXC-6", with_timeout_tells_its_own)
{
    gt_exception e;
    void *result = "untouched";
    bool in_time = gt_with_timeout(50, slow, "late", &result);
    trace("%d %s at %lld", in_time, (char *)result, (long long)gt_now());
    in_time = gt_with_timeout(150, slow, "in time", &result);
    trace("%d %s at %lld", in_time, (char *)result, (long long)gt_now());
    trace("%d", gt_with_timeout(0, nothing, NULL, NULL));
    trace("outer: %d", gt_with_timeout(300, own_timeout, NULL, NULL));
    GT_TRY
    {
        gt_with_timeout(50, raiser, "something else", NULL);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("main", &e);
    }
    GT_END_TRY;
}

/* A timeout that is stopped, by hand or by a raise that leaves its scope, never fires. */
CASE("EXC-6", a_stopped_timeout_never_fires)
{
    gt_exception e;
    gt_timeout first, second;
    gt_timeout_start(&first, 10);
    gt_timeout_start(&second, 10);
    gt_timeout_stop(&first);
    gt_timeout_stop(&second);
    gt_timeout_stop(&second);
    GT_TRY
    {
        gt_timeout_start(&first, 10);
        raiser("left by a raise");
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("main", &e);
    }
    GT_END_TRY;
    gt_sleep(100);
    trace("main slept until %lld", (long long)gt_now());
}

/* It has fired, but no call has blocked since, so it may still be stopped. */
CASE("EXC-6", stopped_between_firing_and_raising)
{
    gt_timeout timeout;
    gt_timeout_start(&timeout, -1);
    trace("nothing is raised here");
    gt_timeout_stop(&timeout);
    gt_sleep(10);
    trace("nor there");
}

CASE("EXC-6", a_duration_of_nothing_is_met_by_the_next_blocking_call)
{
    gt_exception e;
    gt_timeout timeout;
    GT_TRY
    {
        gt_timeout_start(&timeout, 0);
        trace("not yet");
        gt_yield();
        trace("not reached");
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace_exception("main", &e);
    }
    GT_END_TRY;
}

/* Two sleeps end by themselves. The timeout meets the third call. */
static void *is_met_in_the_third_call(void *arg)
{
    gt_exception e;
    gt_timeout timeout;
    GT_TRY
    {
        gt_sleep(*(int64_t *)arg);
        trace("woken");
        gt_timeout_start(&timeout, 100);
        gt_sleep(40);
        gt_sleep(60);
        trace("not reached");
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace("timed out at %lld", (long long)gt_now());
    }
    GT_END_TRY;
    return NULL;
}

static gt_thread *sleepy;

static void *finishes_at_ten(void *arg)
{
    gt_sleep(10);
    return arg;
}

/* The wait ends in time. The timeout meets the sleep after it. */
static void *waits_under_a_timeout(void *arg)
{
    gt_exception e;
    gt_timeout timeout;
    GT_TRY
    {
        gt_timeout_start(&timeout, 11);
        trace("%s", (char *)gt_wait(sleepy));
        gt_sleep(5);
        trace("not reached");
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace("timed out at %lld", (long long)gt_now());
    }
    GT_END_TRY;
    return arg;
}

CASE("EXC-6", a_timeout_ends_the_call_that_it_meets)
{
    int64_t ten = 10;
    gt_unref(gt_spawn(is_met_in_the_third_call, &ten));
    sleepy = gt_spawn(finishes_at_ten, "the result");
    gt_unref(gt_spawn(waits_under_a_timeout, NULL));
    gt_run();
    gt_unref(sleepy);
}

static void sleep_hundred(void *arg)
{
    (void)arg;
    gt_sleep(100);
}

/* Calls fn(arg) in a try, and traces how it ended, and when. */
static void tell(const char *what, void (*fn)(void *), void *arg)
{
    gt_exception e;
    if (gt_try(fn, arg, &e))
        trace("%s: until %lld", what, (long long)gt_now());
    else
        trace("%s: %s at %lld", what, e.kind->name, (long long)gt_now());
}

/* The timeout was set first, so it fires first. The wake-up of the sleep is dropped. */
CASE("EXC-6", a_timeout_and_a_sleep_with_one_deadline)
{
    gt_timeout timeout;
    gt_timeout_start(&timeout, 100);
    tell("sleep", sleep_hundred, NULL);
    gt_timeout_stop(&timeout);
    tell("the next sleep", sleep_hundred, NULL);
}

/* It fires once, also if it is caught within its own scope. */
CASE("EXC-6", a_timeout_fires_once)
{
    gt_timeout timeout;
    gt_timeout_start(&timeout, 10);
    tell("sleep", sleep_hundred, NULL);
    tell("the next sleep", sleep_hundred, NULL);
    gt_timeout_stop(&timeout);
    gt_timeout_stop(&timeout);
    tell("the last sleep", sleep_hundred, NULL);
}

static void nothing_to_do(void *arg)
{
    (void)arg;
}

/* The oldest first, or the newest, or among cleanups. The others stay. */
CASE("EXC-6", timeouts_stop_in_any_order)
{
    gt_timeout first, second, third;
    gt_timeout_start(&first, 10);
    gt_timeout_start(&second, 20);
    GT_DEFER(nothing_to_do, NULL);
    gt_timeout_start(&third, 30);
    gt_timeout_stop(&first);
    gt_timeout_stop(&third);
    tell("with the second", sleep_hundred, NULL);
    gt_timeout_stop(&second);
    tell("without any", sleep_hundred, NULL);
}

static gt_thread *stubborn;

static void sleep_on(void *arg)
{
    (void)arg;
    gt_sleep(50);
}

static void *cleans_up_for_fifty(void *arg)
{
    GT_DEFER(sleep_on, NULL);
    gt_sleep(GT_FOREVER);
    return arg;
}

static void call_yield(void *arg)
{
    (void)arg;
    gt_yield();
}

static void call_wait(void *arg)
{
    (void)arg;
    gt_wait(stubborn);
}

static void call_join(void *arg)
{
    (void)arg;
    gt_join(stubborn, NULL, NULL);
}

static void call_run(void *arg)
{
    (void)arg;
    gt_run();
}

static void call_kill_wait(void *arg)
{
    (void)arg;
    gt_kill_wait(stubborn, NULL);
}

static void under_a_timeout(const char *what, void (*fn)(void *), int64_t duration_ns)
{
    gt_timeout timeout;
    gt_timeout_start(&timeout, duration_ns);
    tell(what, fn, NULL);
    gt_timeout_stop(&timeout);
}

/* A timeout can end every call that blocks. What the call waited for goes on. */
CASE("EXC-6", every_blocking_call_times_out)
{
    stubborn = gt_spawn(cleans_up_for_fifty, NULL);
    under_a_timeout("gt_sleep", sleep_hundred, 10);
    under_a_timeout("gt_yield", call_yield, 0);
    under_a_timeout("gt_wait", call_wait, 10);
    under_a_timeout("gt_join", call_join, 10);
    under_a_timeout("gt_run", call_run, 10);
    under_a_timeout("gt_kill_wait", call_kill_wait, 10);
    tell("gt_wait again", call_wait, NULL);
    gt_unref(stubborn);
}

typedef struct busy {
    const char *name;
    bool stops; /* the timeout, before it blocks again */
} busy;

static void *is_woken_before_its_timeout(void *arg)
{
    const busy *how = arg;
    gt_timeout timeout;
    gt_exception e;
    GT_TRY
    {
        gt_timeout_start(&timeout, 10);
        gt_sleep(5);
        trace("%s: the sleep ended by itself", how->name);
        if (how->stops)
            gt_timeout_stop(&timeout);
        gt_yield();
        trace("%s: nothing is raised", how->name);
        gt_timeout_stop(&timeout);
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace("%s: the next call raises", how->name);
    }
    GT_END_TRY;
    return NULL;
}

static void *computes(void *duration)
{
    gt_testing_compute(*(int64_t *)duration);
    return NULL;
}

/* Both deadlines have passed when the hub polls, and the wake-up comes first. */
CASE("EXC-6", a_wake_wins_over_a_later_timeout)
{
    int64_t duration = 20;
    busy goes_on = {"one", false}, stops = {"another", true};
    gt_unref(gt_spawn(is_woken_before_its_timeout, &goes_on));
    gt_unref(gt_spawn(is_woken_before_its_timeout, &stops));
    gt_unref(gt_spawn(computes, &duration));
    gt_run();
}

/* On the real clock: only the passing of time ends the loop. */
CASE("EXC-6", a_loop_of_empty_sleeps_meets_its_timeout)
{
    gt_exception e;
    gt_timeout timeout;
    gt_shutdown();
    GT_TRY
    {
        gt_timeout_start(&timeout, GT_MS(1));
        for (;;)
            gt_sleep(0);
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace_exception("main", &e);
    }
    GT_END_TRY;
}

static void sleep_in_a_shield(void *stopped)
{
    gt_shield_begin();
    gt_sleep(100);
    trace("in the shield: until %lld", (long long)gt_now());
    gt_timeout_stop(stopped);
    gt_shield_end();
}

/* What fired inside comes after it, one by one, the first to fire first. */
CASE("EXC-6", a_shield_holds_timeouts_back)
{
    gt_timeout late, early, stopped;
    gt_timeout_start(&late, 20);
    gt_timeout_start(&early, 10);
    gt_timeout_start(&stopped, 5);
    tell("end of the shield", sleep_in_a_shield, &stopped);
    tell("the next call", sleep_hundred, NULL);
    tell("the call behind it", sleep_hundred, NULL);
    gt_timeout_stop(&early);
    gt_timeout_stop(&late);
}

static void *is_left_from_outside(void *arg)
{
    bool in_time = gt_with_timeout(200, slow, arg, NULL);
    trace("not reached: %d", in_time);
    return arg;
}

static void *raises_a_timeout_by_hand(void *arg)
{
    gt_exception e = {.kind = &GT_TIMEOUT, .message = "by hand"};
    gt_raise(&e);
    return arg;
}

static void *catches_it_itself(void *arg)
{
    gt_exception e;
    GT_TRY
    {
        gt_sleep(1000);
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace_exception("inside", &e);
    }
    GT_END_TRY;
    return arg;
}

static void *is_under_a_long_timeout(void *arg)
{
    gt_with_timeout(1000, slow, arg, NULL);
    return arg;
}

/* Only its own timeout makes it false. Another's, a kill and an error pass through. */
CASE("EXC-6", with_timeout_lets_others_pass)
{
    gt_exception e;
    void *result = "untouched";
    bool in_time = gt_with_timeout(50, is_left_from_outside, NULL, NULL);
    trace("outer: %d at %lld", in_time, (long long)gt_now());
    GT_TRY
    {
        gt_with_timeout(50, raises_a_timeout_by_hand, NULL, NULL);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("main", &e);
    }
    GT_END_TRY;
    gt_thread *thread = gt_spawn(is_under_a_long_timeout, NULL);
    gt_yield();
    gt_kill(thread, NULL);
    if (!gt_join(thread, NULL, &e))
        trace_exception("killed", &e);
    gt_unref(thread);
    in_time = gt_with_timeout(50, catches_it_itself, "result", &result);
    trace("%d %s", in_time, (char *)result);
}

static void sleep_for_ever(void *arg)
{
    (void)arg;
    gt_sleep(GT_FOREVER);
}

/* A kill ends its timeouts. A timeout that never fires is no way out. */
CASE("EXC-6", a_stopped_timeout_keeps_no_hub_awake)
{
    gt_timeout never;
    gt_thread *thread = gt_spawn(is_under_a_long_timeout, NULL);
    gt_yield();
    gt_kill(thread, NULL);
    gt_unref(thread);
    gt_timeout_start(&never, GT_FOREVER);
    tell("main", sleep_for_ever, NULL);
    gt_timeout_stop(&never);
}

/* A kill is a call that blocks. It takes place, and then the timeout that was due is raised. */
CASE("EXC-6", a_due_timeout_is_met_by_a_kill)
{
    gt_exception e;
    gt_timeout timeout;
    gt_thread *victim = gt_spawn(sleeper, "victim");
    gt_yield();
    GT_TRY
    {
        gt_timeout_start(&timeout, 0);
        gt_kill(victim, NULL);
        trace("not reached");
        gt_timeout_stop(&timeout);
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace_exception("killer", &e);
    }
    GT_END_TRY;
    gt_unref(victim);
}

static void *waits_and_times_out(void *other)
{
    gt_exception e;
    gt_timeout timeout;
    gt_timeout_start(&timeout, 10);
    GT_TRY
    {
        if (other)
            gt_wait(other);
        gt_sleep(GT_FOREVER);
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace("%s, its own: %d", e.kind->name, gt_timeout_is(&timeout, &e));
        gt_raise(&e);
    }
    GT_END_TRY;
    gt_timeout_stop(&timeout);
    return other;
}

/* The second runs on the first one's stack, so its timeout is where the other was. */
CASE("EXC-6", anothers_timeout_is_not_ones_own)
{
    gt_thread *first = gt_spawn(waits_and_times_out, NULL);
    gt_join(first, NULL, NULL);
    gt_thread *second = gt_spawn(waits_and_times_out, first);
    gt_join(second, NULL, NULL);
    trace("at %lld", (long long)gt_now());
    gt_unref(first);
    gt_unref(second);
}

/* All have fired, and are held back. Each can be stopped, in any order. */
CASE("EXC-6", those_that_fired_may_be_stopped)
{
    gt_timeout timeouts[3];
    gt_exception e;
    GT_TRY
    {
        gt_shield_begin();
        for (int i = 0; i < 3; i++)
            gt_timeout_start(&timeouts[i], 10 + i);
        gt_sleep(20);
        gt_timeout_stop(&timeouts[1]);
        gt_timeout_stop(&timeouts[0]);
        gt_shield_end();
        trace("not reached");
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace("the last one: %d", gt_timeout_is(&timeouts[2], &e));
    }
    GT_END_TRY;
}

static void says_that_it_is_left(void *arg)
{
    (void)arg;
    trace("left at %lld", (long long)gt_now());
}

/* Each time later. What was recorded since then is left as it was. */
CASE("EXC-10", starting_again_moves_the_deadline)
{
    gt_exception e;
    gt_timeout timeout;
    GT_TRY
    {
        gt_timeout_start(&timeout, 100);
        GT_DEFER(says_that_it_is_left, NULL);
        for (int i = 0; i < 5; i++) {
            gt_sleep(80);
            gt_timeout_start(&timeout, i < 4 ? 100 : 10);
        }
        gt_sleep(1000);
        trace("not reached");
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace("its own: %d, at %lld", gt_timeout_is(&timeout, &e), (long long)gt_now());
    }
    GT_END_TRY;
    gt_sleep(1000);
    trace("once");
}

/* It stays where it was first started. A raise that leaves the inner try leaves it alone. */
CASE("EXC-10", started_again_it_keeps_its_scope)
{
    gt_exception e;
    gt_timeout outer, inner;
    GT_TRY
    {
        gt_timeout_start(&outer, 100);
        GT_TRY
        {
            gt_timeout_start(&inner, 10);
            gt_timeout_start(&outer, 50);
            gt_sleep(1000);
        }
        GT_CATCH_ALL(e)
        {
            trace("the inner one: %d", gt_timeout_is(&inner, &e));
        }
        GT_END_TRY;
        gt_sleep(1000);
    }
    GT_CATCH_ALL(e)
    {
        trace("the outer one: %d, at %lld", gt_timeout_is(&outer, &e), (long long)gt_now());
    }
    GT_END_TRY;
}

static void sleep_until_it_raises(const gt_timeout *timeout)
{
    gt_exception e;
    GT_TRY
    {
        gt_sleep(1000);
    }
    GT_CATCH_ALL(e)
    {
        trace("its own: %d, at %lld", gt_timeout_is(timeout, &e), (long long)gt_now());
    }
    GT_END_TRY;
}

/* After it has raised, after it has fired in a shield, without an end, and without a duration. */
CASE("EXC-10", it_may_be_started_again_at_any_time)
{
    gt_timeout timeout;
    for (int i = 0; i < 3; i++) {
        gt_timeout_start(&timeout, i < 2 ? 10 : 0);
        sleep_until_it_raises(&timeout);
    }
    gt_shield_begin();
    gt_timeout_start(&timeout, 0);
    gt_timeout_start(&timeout, 10);
    gt_sleep(20);
    gt_timeout_start(&timeout, GT_FOREVER);
    gt_timeout_start(&timeout, GT_FOREVER);
    gt_shield_end();
    gt_sleep(20);
    trace("not at %lld", (long long)gt_now());
    gt_timeout_stop(&timeout);
    gt_timeout_start(&timeout, 10);
    gt_timeout_stop(&timeout);
    gt_sleep(20);
    trace("nor at %lld", (long long)gt_now());
}

enum { MANY_TIMEOUTS = 300 };

typedef struct guarded {
    gt_timeout timeout;
    gt_cleanup cleanup;
} guarded;

static int cleaned;

static void cleans(void *arg)
{
    (void)arg;
    cleaned++;
}

/* Stops two of three, in an irregular order, among cleanups. What is left fires in turn. */
static void stop_most(guarded all[], int step)
{
    cleaned = 0;
    gt_testing_fail_allocation(1); /* starting cannot fail: it needs no memory */
    for (int i = 0; i < MANY_TIMEOUTS; i++) {
        gt_timeout_start(&all[i].timeout, 10 + i);
        gt_cleanup_push(&all[i].cleanup, cleans, NULL);
    }
    gt_testing_fail_allocation(0);
    for (int i = 0, at = 0; i < MANY_TIMEOUTS; i++, at = (at + step) % MANY_TIMEOUTS)
        if (at % 3)
            gt_timeout_stop(&all[at].timeout);
    gt_shield_begin();
    gt_sleep(10 + MANY_TIMEOUTS / 2);
    for (int i = 0, at = 0; i < MANY_TIMEOUTS; i++, at = (at + step) % MANY_TIMEOUTS)
        if (at % 2 == 0)
            gt_timeout_stop(&all[at].timeout);
    gt_shield_end();
    trace("not reached");
}

static void stop_most_of_many(int step)
{
    static guarded all[MANY_TIMEOUTS];
    gt_exception e;
    GT_TRY
    {
        stop_most(all, step);
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        int which = 0;
        while (!gt_timeout_is(&all[which].timeout, &e))
            which++;
        trace("number %d has fired, %d cleanups", which, cleaned);
    }
    GT_END_TRY;
    gt_sleep(1000);
}

CASE("EXC-6", among_many_each_can_be_stopped)
{
    stop_most_of_many(1);
    stop_most_of_many(MANY_TIMEOUTS - 1);
    stop_most_of_many(7);
}
