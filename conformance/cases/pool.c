/*
 * SPAWN-9: what is given back is used again, and no more is kept than is of use.
 */
#include "conformance.h"
#include "refusal.h"
#include <string.h>

static void *yields_once(void *arg)
{
    gt_yield();
    return arg;
}

/* Whether a thread gets a stack when there is no memory for one. */
static void start_without_memory(const char *when)
{
    gt_exception e;
    gt_thread *thread = gt_spawn(yields_once, NULL);
    gt_testing_fail_allocation(1);
    gt_yield();
    gt_testing_fail_allocation(0);
    if (gt_join(thread, NULL, &e))
        trace("%s: it has a stack", when);
    else
        trace_exception(when, &e);
    gt_unref(thread);
}

/* Long enough for unused stacks to count as unused, and to go. */
static void let_time_pass(void)
{
    for (int i = 0; i < 200; i++)
        gt_sleep(GT_MS(20));
}

/* More often than the pool has room, so that a wrong count shows. */
CASE("SPAWN-9", a_stack_is_used_again)
{
    start_without_memory("at first");
    for (int i = 0; i < 1500; i++) {
        gt_spawn_n(yields_once, NULL);
        gt_spawn_n(yields_once, NULL);
        gt_run();
    }
    let_time_pass();
    start_without_memory("after 3000");
}

/* There were more of them than are worth keeping. */
CASE("SPAWN-9", idle_stacks_go_back)
{
    size_t before = gt_testing_live_allocations();
    for (int i = 0; i < 1400; i++)
        gt_spawn_n(yields_once, NULL);
    gt_yield();
    size_t most = gt_testing_live_allocations() - before;
    gt_run();
    let_time_pass();
    size_t kept = gt_testing_live_allocations() - before;
    trace("some were given back: %d", kept + 300 < most);
}

static int intact;

static void *stays(void *gate)
{
    volatile int marks[50];
    for (int i = 0; i < 50; i++)
        marks[i] = i;
    gt_join(gate, NULL, NULL);
    for (int i = 0; i < 50; i++)
        intact += marks[i] == i;
    return NULL;
}

/* Those that stay have neighbours everywhere that go. Their stacks are left alone. */
CASE("SPAWN-9", stacks_between_others_go_back, CASE_NO_SWEEP | CASE_ROOM)
{
    enum { ALL = 1600, STAY = ALL / 4 };
    intact = 0;
    gt_thread *gate = gt_spawn_after(GT_SECONDS(3600), yields_once, NULL);
    for (int round = 1; round <= 2; round++) {
        for (int i = 0; i < ALL; i++)
            gt_spawn_n(i % 4 ? yields_once : stays, gate);
        gt_yield();
        size_t most = gt_testing_live_allocations();
        gt_yield();
        let_time_pass();
        trace("round %d: some were given back: %d", round,
              gt_testing_live_allocations() + 100 < most);
    }
    gt_cancel(gate, NULL);
    gt_unref(gate);
    gt_run();
    trace("what stayed is %s", intact == 2 * STAY * 50 ? "intact" : "lost");
}

static gt_thread *spawn_of_size(size_t stack_size)
{
    gt_spawn_options options = {.stack_size = stack_size};
    return gt_spawn_with(&options, yields_once, NULL);
}

static void run_one(size_t stack_size)
{
    gt_thread *thread = spawn_of_size(stack_size);
    gt_wait(thread);
    gt_unref(thread);
}

/* Each is more than all that is kept. */
CASE("SPAWN-9", a_stack_of_another_size_is_not_kept, CASE_ROOM)
{
    run_one(0);
    size_t before = gt_testing_live_allocations();
    for (size_t i = 0; i < 3; i++)
        run_one(((size_t)300 << 20) + 100000 * i);
    run_one(0);
    let_time_pass();
    trace("%d more allocations", (int)(gt_testing_live_allocations() - before));
}

/* Each size has a pool of its own. */
CASE("SPAWN-9", stacks_of_other_sizes_are_used_again)
{
    size_t before = 0;
    for (int round = 0; round < 100; round++) {
        if (round == 10)
            before = gt_testing_live_allocations();
        for (int i = 0; i < 4; i++)
            gt_unref(spawn_of_size(i % 2 ? 200000 : 100000));
        gt_run();
    }
    trace("it takes %s", gt_testing_live_allocations() > before + 10 ? "more and more" : "no more");
}

static int reports, ran, ended;

static void count_reports(const char *line, void *arg)
{
    (void)line;
    (void)arg;
    reports++;
}

static void *is_counted(void *gate)
{
    ran++;
    gt_join(gate, NULL, NULL);
    ended++;
    return NULL;
}

static void fill_with_small_stacks(int n, gt_thread *gate)
{
    gt_spawn_options options = {.stack_size = 1};
    for (int i = 0; i < n; i++)
        gt_unref(gt_spawn_with(&options, is_counted, gate));
    gt_yield();
}

/* The system gives some guards and then no more, whatever kind they are. */
CASE("SPAWN-9", guards_may_run_out, CASE_GUARD | CASE_POOL | CASE_REFUSAL | CASE_NO_SWEEP)
{
    reports = ran = ended = 0;
    gt_set_report(count_reports, NULL);
    gt_thread *gate = gt_spawn_after(GT_SECONDS(3600), yields_once, NULL);
    fill_with_small_stacks(200, gate);
    trace("reports: %d", reports);
    refuse(REFUSE_GUARDS);
    fill_with_small_stacks(200, gate);
    fill_with_small_stacks(200, gate);
    refuse(0);
    trace("all run: %d, reports: %d", ran == 600, reports);
    gt_cancel(gate, NULL);
    gt_unref(gate);
    gt_run();
    trace("all have ended: %d", ended == 600);
}

/*
 * More stacks than a system has mappings for guards, where a guard takes a mapping. The
 * library reports once what guards the stacks then.
 */
CASE("SPAWN-9", more_stacks_than_guards, CASE_TOOL | CASE_POOL | CASE_NO_SWEEP | CASE_ROOM)
{
    enum { MOST = 34000 };
    reports = ran = ended = 0;
    gt_set_report(count_reports, NULL);
    gt_thread *gate = gt_spawn_after(GT_SECONDS(3600), yields_once, NULL);
    fill_with_small_stacks(MOST, gate);
    trace("all run: %d", ran == MOST);
    trace("reports: %s", reports > 1 ? "too many" : "one, or none");
    gt_cancel(gate, NULL);
    gt_unref(gate);
    gt_run();
}

static void does_nothing(gt_thread *thread, void *arg)
{
    (void)thread;
    (void)arg;
}

/* Control blocks, links that have run, links that were taken back. */
CASE("SPAWN-9", what_ends_makes_room)
{
    size_t before = 0;
    for (int i = 0; i < 1000; i++) {
        gt_thread *thread = gt_spawn(yields_once, NULL);
        if (i == 10)
            before = gt_testing_live_allocations();
        for (int link = 0; link < 5; link++)
            gt_link(thread, does_nothing, NULL);
        gt_unlink(thread, does_nothing, NULL);
        gt_wait(thread);
        gt_unref(thread);
    }
    trace("it takes %s", gt_testing_live_allocations() > before + 10 ? "more and more" : "no more");
}
