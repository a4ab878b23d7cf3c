/*
 * What the reference shows on the pages of testing.h. A part between two marks is
 * the example of the names in its first mark; main runs all of them.
 */
#include <greenthread.h>
#include <greenthread/testing.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Example: gt_testing_virtual_clock gt_testing_compute */
static void sleep_for_a_day(void)
{
    gt_testing_virtual_clock();
    gt_sleep(GT_SECONDS(86400)); /* takes no time */
    gt_testing_compute(GT_MS(1));
    printf("the clock says %" PRId64 " ms\n", gt_now() / GT_MS(1));
    gt_shutdown(); /* the clock goes with the hub */
}
/* End */

/* Example: gt_testing_schedule_seed */
static void *add(void *arg)
{
    int *sum = arg;
    int before = *sum;
    gt_yield(); /* the mistake: others add meanwhile */
    *sum = before + 1;
    return NULL;
}

static void find_a_lost_update(void)
{
    for (uint64_t seed = 1; seed <= 100; seed++) {
        int sum = 0;
        gt_testing_virtual_clock();
        gt_testing_schedule_seed(seed); /* a failure is replayed by its seed */
        for (int i = 0; i < 3; i++)
            gt_spawn_n(add, &sum);
        gt_run();
        gt_shutdown();
        if (sum != 3) {
            printf("an update is lost\n");
            return;
        }
    }
}
/* End */

/* Example: gt_testing_kill_at gt_testing_kill_struck */
static void give_back(void *arg)
{
    --*(int *)arg;
}

static void *use_two(void *arg)
{
    int *in_use = arg;
    ++*in_use;
    GT_DEFER(give_back, in_use);
    gt_sleep(GT_MS(1));
    ++*in_use;
    GT_DEFER(give_back, in_use);
    gt_sleep(GT_MS(1));
    return NULL;
}

static void kill_at_every_place(void)
{
    size_t k = 0;
    int in_use = 0;
    do {
        gt_testing_virtual_clock();
        gt_testing_kill_at(1, ++k); /* the first thread that is spawned */
        gt_spawn_n(use_two, &in_use);
        gt_run();
        gt_shutdown();
    } while (gt_testing_kill_struck() && in_use == 0);
    printf("killed at %zu places, %d left in use\n", k - 1, in_use);
}
/* End */

/* Example: gt_testing_fail_allocation gt_testing_allocation_failed gt_testing_live_allocations */
static void *nothing(void *arg)
{
    return arg;
}

static void run_out_of_memory(void)
{
    size_t before = gt_testing_live_allocations();
    for (size_t nth = 1;; nth++) {
        gt_testing_fail_allocation(nth);
        gt_thread *thread = gt_spawn(nothing, NULL);
        if (!thread && errno == ENOMEM)
            continue;
        gt_join(thread, NULL, NULL);
        gt_unref(thread);
        gt_shutdown();
        if (!gt_testing_allocation_failed())
            break; /* every allocation has failed once */
    }
    gt_testing_fail_allocation(0);
    printf("%zu allocations are left\n", gt_testing_live_allocations() - before);
}
/* End */

/* Example: gt_testing_measure_stacks */
static void *use_little(void *arg)
{
    *(size_t *)arg = gt_stack_usage(gt_self());
    return NULL;
}

static void measure_each_thread(void)
{
    size_t used = 0;
    gt_testing_measure_stacks(true);
    gt_thread *thread = gt_spawn(use_little, &used);
    if (!thread)
        return;
    gt_wait(thread); /* no more than it has used itself */
    gt_unref(thread);
    gt_shutdown();
    printf("it has a page or two: %s\n", used < 64 * 1024 ? "yes" : "no");
}
/* End */

/* Example: gt_testing_backend */
static void run_as_many_as_are_cheap(void)
{
    bool are_os_threads = strcmp(gt_testing_backend(), "threads") == 0;
    int n = are_os_threads ? 10 : 1000;
    for (int i = 0; i < n; i++)
        gt_spawn_n(nothing, NULL);
    gt_run();
    gt_shutdown();
    printf("as many as are cheap have run\n");
}
/* End */

int main(void)
{
    sleep_for_a_day();
    find_a_lost_update();
    kill_at_every_place();
    run_out_of_memory();
    measure_each_thread();
    run_as_many_as_are_cheap();
}
