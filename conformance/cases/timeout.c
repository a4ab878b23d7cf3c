/*
 * EXC-6: timeouts.
 */
#include "../conformance.h"

typedef struct nested {
    int64_t outer_ns, inner_ns;
} nested;

static const char *whose(const gt_timeout *outer, const gt_timeout *inner, const gt_exception *e)
{
    if (gt_timeout_is(outer, e))
        return "outer";
    return gt_timeout_is(inner, e) ? "inner" : "neither";
}

/* Which of two nested timeouts fires, and when, seen where each was started. */
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

static void nested_timeouts_tell_themselves_apart(void)
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

static void with_timeout_tells_its_own(void)
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

/* Stopped, by hand or by a raise that leaves its scope, it never fires. */
static void a_stopped_timeout_never_fires(void)
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

/* It has fired, but nothing has blocked since: it may still be stopped. */
static void stopped_between_firing_and_raising(void)
{
    gt_timeout timeout;
    gt_timeout_start(&timeout, -1);
    trace("nothing is raised here");
    gt_timeout_stop(&timeout);
    gt_sleep(10);
    trace("nor there");
}

static void a_duration_of_nothing_is_met_by_the_next_blocking_call(void)
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

/* Two sleeps end by themselves; the timeout meets the third call. */
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

/* The wait ends in time; the timeout meets the sleep behind it. */
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

static void a_timeout_ends_the_call_that_it_meets(void)
{
    int64_t ten = 10;
    gt_unref(gt_spawn(is_met_in_the_third_call, &ten));
    sleepy = gt_spawn(finishes_at_ten, "the result");
    gt_unref(gt_spawn(waits_under_a_timeout, NULL));
    gt_run();
    gt_unref(sleepy);
}

const conformance_case timeout_cases[] = {
    {"EXC-6", "nested_timeouts_tell_themselves_apart", nested_timeouts_tell_themselves_apart, 0},
    {"EXC-6", "with_timeout_tells_its_own", with_timeout_tells_its_own, 0},
    {"EXC-6", "a_stopped_timeout_never_fires", a_stopped_timeout_never_fires, 0},
    {"EXC-6", "stopped_between_firing_and_raising", stopped_between_firing_and_raising, 0},
    {"EXC-6", "a_duration_of_nothing_is_met_by_the_next_blocking_call",
     a_duration_of_nothing_is_met_by_the_next_blocking_call, 0},
    {"EXC-6", "a_timeout_ends_the_call_that_it_meets", a_timeout_ends_the_call_that_it_meets, 0},
    {0},
};
