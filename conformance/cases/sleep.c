/*
 * SLEEP: letting time pass.
 */
#include "conformance.h"
#include <math.h>

static void *sleeps(void *duration)
{
    gt_sleep(*(int64_t *)duration);
    trace("%lld passed", (long long)gt_now());
    return NULL;
}

CASE("SLEEP-1", a_sleep_lasts_as_long_as_asked)
{
    static int64_t durations[] = {GT_MS(1.5), 1, GT_SECONDS(3600)};
    for (int i = 0; i < 3; i++)
        gt_unref(gt_spawn(sleeps, &durations[i]));
    gt_run();
}

static void *sleeps_for_nothing(void *text)
{
    trace("%s 1", (char *)text);
    gt_sleep(0);
    trace("%s 2", (char *)text);
    gt_sleep(INT64_MIN);
    trace("%s 3", (char *)text);
    return NULL;
}

/* A sleep of 0 goes to the tail like a yield, so the two alternate. */
CASE("SLEEP-2", a_sleep_of_nothing_is_a_yield)
{
    gt_unref(gt_spawn(sleeps_for_nothing, "sleeper"));
    gt_unref(gt_spawn(yielder, "yielder"));
    gt_run();
}

/* Spawned before, so it runs before. A sleep of 0 is not a timer that is due at once. */
CASE("SLEEP-2", a_sleep_of_nothing_overtakes_no_thread)
{
    gt_unref(gt_spawn(speaker, "spawned"));
    gt_sleep(0);
    trace("main");
}

static void *sleeps_long(void *duration)
{
    gt_exception e;
    GT_TRY
    {
        gt_sleep(*(int64_t *)duration);
        trace("a long sleep ended");
    }
    GT_CATCH(&GT_EXIT, e)
    {
        trace("still asleep when killed");
    }
    GT_END_TRY;
    return NULL;
}

/* The longest durations do not wrap into the past. */
CASE("SLEEP-3", durations_saturate)
{
    static int64_t longest[] = {GT_FOREVER, GT_FOREVER - 1};
    gt_thread *threads[2];
    gt_sleep(GT_SECONDS(1));
    for (int i = 0; i < 2; i++)
        threads[i] = gt_spawn(sleeps_long, &longest[i]);
    gt_thread *never = gt_spawn_after(GT_FOREVER, speaker, "never");
    gt_sleep(GT_SECONDS(1000000));
    trace("a million seconds later");
    for (int i = 0; i < 2; i++) {
        gt_kill(threads[i], NULL);
        gt_unref(threads[i]);
    }
    gt_cancel(never, NULL);
    gt_unref(never);
}

static void *sleeps_long_enough(void *duration)
{
    gt_sleep(*(int64_t *)duration);
    return NULL;
}

/*
 * On the real clock. The others are killed as soon as it is awake. If it had to wait for
 * one of them, that would take long enough to be noticed.
 */
CASE("SLEEP-1", a_longer_sleep_holds_up_no_shorter)
{
    static int64_t longer[] = {GT_SECONDS(120), GT_SECONDS(60), GT_SECONDS(30), GT_SECONDS(15),
                               GT_SECONDS(8)};
    enum { N = sizeof longer / sizeof longer[0] };
    gt_thread *threads[N];
    gt_shutdown();
    for (int i = 0; i < N; i++)
        threads[i] = gt_spawn(sleeps_long_enough, &longer[i]);
    gt_yield();
    int64_t before = gt_now();
    gt_sleep(GT_MS(1));
    trace("long enough: %d", gt_now() - before >= GT_MS(1));
    gt_kill_all(threads, N, NULL);
    for (int i = 0; i < N; i++)
        gt_unref(threads[i]);
}

static void sleep_for_ever(void *arg)
{
    (void)arg;
    gt_sleep(GT_FOREVER);
}

/* It is not a moment that can come, whatever the time is. */
CASE("SLEEP-3", for_ever_has_no_deadline)
{
    gt_exception e;
    gt_sleep(GT_SECONDS(1));
    gt_try(sleep_for_ever, NULL, &e);
    trace_exception("main", &e);
    trace("at %lld", (long long)gt_now());
}

static void trace_duration(const char *what, int64_t duration)
{
    if (duration == GT_FOREVER)
        trace("%s: never over", what);
    else if (duration == INT64_MIN)
        trace("%s: long ago", what);
    else
        trace("%s: %lld", what, (long long)duration);
}

enum { CONSTANT = GT_US(1) };

/* Volatile, so that no compiler knows their values. Others are in checks/durations.c. */
CASE("TIME-1", numbers_become_durations)
{
    volatile double many = 1e10, half = 0.5, infinite = HUGE_VAL, none = NAN;
    volatile int64_t most = INT64_MAX, seconds = 9223372036;
    volatile uint64_t beyond = UINT64_MAX;
    volatile int minus = -2;
    trace_duration("half a second", GT_SECONDS(half));
    trace_duration("minus two milliseconds", GT_MS(minus));
    trace_duration("many seconds", GT_SECONDS(many));
    trace_duration("minus many seconds", GT_SECONDS(-many));
    trace_duration("infinity", GT_US(infinite));
    trace_duration("no number", GT_SECONDS(none));
    trace_duration("half of the most", GT_MS(most / 2));
    trace_duration("minus half of the most", GT_MS(-most / 2));
    trace_duration("what an int64_t cannot hold", GT_US(beyond));
    trace_duration("the most seconds", GT_SECONDS(seconds));
    trace_duration("one more", GT_SECONDS(seconds + 1));
    trace("a constant: %d", CONSTANT);
}

static gt_semaphore empty;

static void *sleeps_for(void *duration)
{
    gt_sleep(*(int64_t *)duration);
    return duration;
}

static void *acquires_for(void *duration)
{
    gt_semaphore_acquire_for(&empty, *(int64_t *)duration);
    return duration;
}

static void *sleeps_for_ever(void *arg)
{
    gt_sleep(GT_FOREVER);
    return arg;
}

static void *times_out(void *duration)
{
    gt_with_timeout(*(int64_t *)duration, sleeps_for_ever, NULL, NULL);
    return duration;
}

static void *returns(void *arg)
{
    return arg;
}

static gt_thread *delayed(void *duration)
{
    return gt_spawn_after(*(int64_t *)duration, returns, duration);
}

static gt_thread *delayed_by_an_option(void *duration)
{
    return gt_spawn_with(&(gt_spawn_options){.delay_ns = *(int64_t *)duration}, returns, duration);
}

/* With the clock a microsecond from its end. The longest duration but one reaches it exactly. */
static void try_all(const char *what, gt_function *fn, gt_thread *(*spawn)(void *))
{
    static int64_t durations[] = {INT64_MIN, -1, 0, 1, 998, 999, 1000, INT64_MAX};
    enum { N = sizeof durations / sizeof durations[0] };
    gt_thread *threads[N];
    int over = 0;
    gt_shutdown();
    gt_testing_virtual_clock();
    gt_testing_compute(INT64_MAX - 1000);
    gt_semaphore_init(&empty, 0);
    for (int i = 0; i < N; i++)
        threads[i] = fn ? gt_spawn(fn, &durations[i]) : spawn(&durations[i]);
    gt_yield();
    gt_sleep(999);
    for (int i = 0; i < N; i++)
        over += gt_get_state(threads[i]) == GT_DEAD;
    trace("%s: %d are over, %d never end", what, over, N - over);
    gt_kill_all(threads, N, NULL);
    for (int i = 0; i < N; i++)
        gt_unref(threads[i]);
}

CASE("TIME-1", no_call_reaches_past_the_end_of_time, CASE_NO_SWEEP)
{
    try_all("gt_sleep", sleeps_for, NULL);
    try_all("gt_semaphore_acquire_for", acquires_for, NULL);
    try_all("gt_with_timeout", times_out, NULL);
    try_all("gt_spawn_after", NULL, delayed);
    try_all("gt_spawn_with", NULL, delayed_by_an_option);
    gt_testing_compute(INT64_MIN);
    gt_testing_compute(INT64_MAX);
    gt_testing_compute(INT64_MAX);
    trace("the end of time: %d", gt_now() == INT64_MAX);
    gt_unref(gt_spawn(sleeper, "asleep at the end"));
    gt_yield();
}
