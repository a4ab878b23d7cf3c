/*
 * SLEEP: letting time pass.
 */
#include "../conformance.h"

static void *sleeps(void *duration)
{
    gt_sleep(*(int64_t *)duration);
    trace("%lld passed", (long long)gt_now());
    return NULL;
}

static void a_sleep_lasts_as_long_as_asked(void)
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

/* A sleep of nothing goes to the tail like a yield: the two alternate. */
static void a_sleep_of_nothing_is_a_yield(void)
{
    gt_unref(gt_spawn(sleeps_for_nothing, "sleeper"));
    gt_unref(gt_spawn(yielder, "yielder"));
    gt_run();
}

/* Spawned before, so it runs before: a zero sleep is no timer that is due at once. */
static void a_sleep_of_nothing_overtakes_nobody(void)
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
static void durations_saturate(void)
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
 * On the real clock. Those beside it are killed as soon as it is awake: if it
 * had to wait for one of them, that would take long enough to be noticed.
 */
static void a_longer_sleep_holds_up_no_shorter(void)
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

/* It is no moment that could come, whatever the time is. */
static void for_ever_has_no_deadline(void)
{
    gt_exception e;
    gt_sleep(GT_SECONDS(1));
    gt_try(sleep_for_ever, NULL, &e);
    trace_exception("main", &e);
    trace("at %lld", (long long)gt_now());
}

const conformance_case sleep_cases[] = {
    {"SLEEP-1", "a_sleep_lasts_as_long_as_asked", a_sleep_lasts_as_long_as_asked, 0},
    {"SLEEP-2", "a_sleep_of_nothing_is_a_yield", a_sleep_of_nothing_is_a_yield, 0},
    {"SLEEP-2", "a_sleep_of_nothing_overtakes_nobody", a_sleep_of_nothing_overtakes_nobody, 0},
    {"SLEEP-1", "a_longer_sleep_holds_up_no_shorter", a_longer_sleep_holds_up_no_shorter, 0},
    {"SLEEP-3", "durations_saturate", durations_saturate, 0},
    {"SLEEP-3", "for_ever_has_no_deadline", for_ever_has_no_deadline, 0},
    {0},
};
