/*
 * What the reference shows on the pages of time.h and timeout.h. A part between
 * two marks is the example of the names in its first mark; main runs all of them
 * on a virtual clock.
 */
#include <greenthread.h>
#include <greenthread/testing.h>
#include <inttypes.h>
#include <stdio.h>

/* Example: gt_sleep gt_now */
static void measure_a_sleep(void)
{
    int64_t begin_ns = gt_now();
    gt_sleep(GT_MS(20));
    int64_t passed_ns = gt_now() - begin_ns;
    printf("at least 20 ms have passed: %s\n", passed_ns >= GT_MS(20) ? "yes" : "no");
}
/* End */

/* Example: GT_SECONDS GT_MS GT_US GT_FOREVER */
static void make_durations(void)
{
    static const int64_t pause_ns = GT_SECONDS(1.5); /* a constant expression */
    printf("%" PRId64 " ns, %" PRId64 " ns\n", pause_ns, GT_US(2) + GT_MS(3));
    printf("too long to end: %s\n", GT_SECONDS(1e30) == GT_FOREVER ? "yes" : "no");
}
/* End */

/* Example: gt_with_timeout */
static void *answer_slowly(void *arg)
{
    gt_sleep(GT_SECONDS(60));
    return arg;
}

static void call_with_a_limit(void)
{
    void *answer;
    if (gt_with_timeout(GT_SECONDS(5), answer_slowly, "yes", &answer))
        printf("the answer is %s\n", (const char *)answer);
    else
        printf("no answer in five seconds\n");
}
/* End */

/* Example: gt_timeout_start gt_timeout_stop gt_timeout_is gt_timeout */
static void limit_a_scope(void)
{
    gt_timeout timeout;
    gt_exception e;
    gt_timeout_start(&timeout, GT_SECONDS(5));
    GT_TRY
    {
        gt_sleep(GT_SECONDS(60));
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        if (!gt_timeout_is(&timeout, &e))
            gt_raise(&e); /* a caller's timeout, which is shorter */
        printf("the time is over\n");
    }
    GT_END_TRY;
    gt_timeout_stop(&timeout);
}
/* End */

int main(void)
{
    gt_testing_virtual_clock();
    measure_a_sleep();
    make_durations();
    call_with_a_limit();
    limit_a_scope();
    gt_shutdown();
}
