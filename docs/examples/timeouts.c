/*
 * timeouts: deadlines for code that has none.
 *
 * gt_with_timeout limits one call. gt_timeout_start limits what follows it, and nests:
 * the exception that arrives says which of the timeouts it was.
 */
#include <greenthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *quick(void *arg)
{
    gt_sleep(GT_MS(1));
    return arg;
}

static void *slow(void *arg)
{
    gt_sleep(GT_SECONDS(1000));
    return arg;
}

static void try_call(const char *name, gt_function *fn, int64_t duration_ns)
{
    void *result = NULL;
    int answer = 42;
    if (gt_with_timeout(duration_ns, fn, &answer, &result)) {
        printf("%s: in time, the answer is %d\n", name, *(int *)result);
    } else {
        printf("%s: timed out\n", name);
    }
}

static void two_deadlines(const char *name, int64_t outer_ns, int64_t inner_ns)
{
    gt_timeout outer, inner;
    gt_exception e;
    gt_timeout_start(&outer, outer_ns);
    GT_TRY
    {
        gt_timeout_start(&inner, inner_ns);
        gt_sleep(GT_SECONDS(1000));
        gt_timeout_stop(&inner);
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        printf("%s: the %s one passed\n", name, gt_timeout_is(&outer, &e) ? "outer" : "inner");
    }
    GT_END_TRY;
    gt_timeout_stop(&outer);
}

int main(void)
{
    try_call("quick", quick, GT_SECONDS(100));
    try_call("slow", slow, GT_MS(5));
    two_deadlines("the outer is short", GT_MS(5), GT_SECONDS(100));
    two_deadlines("the inner is short", GT_SECONDS(100), GT_MS(5));
    gt_shutdown();
    return EXIT_SUCCESS;
}
