/*
 * Exhaustion: every allocation of the library, of memory, stacks and OS threads
 * alike, is made to fail in its turn. What is traced is the verdict, because
 * how many there are is each backend's own.
 */
#include "../conformance.h"
#include <errno.h>
#include <string.h>
#include <threads.h>
#include <unistd.h>

static int faults, surprises; /* documented failures; anything else */

static void expect(bool failed, bool documented)
{
    faults += failed;
    surprises += failed && !documented;
}

static void *returns(void *arg)
{
    return arg;
}

static void note(gt_thread *thread, void *arg)
{
    (void)thread;
    ++*(int *)arg;
}

static void wait_for_it(gt_thread *thread)
{
    gt_exception e = {0};
    bool raised = thread && !gt_join(thread, NULL, &e);
    expect(raised, raised && e.kind == &GT_NO_MEMORY);
    if (thread)
        gt_unref(thread);
}

static void spawned(const gt_thread *thread, int code)
{
    expect(!thread, code == ENOMEM);
}

/* Everything that allocates, once. */
static void scenario(void *arg)
{
    int links = 0, linked = 0;
    gt_spawn_options options = {"a name", 100000, 0};
    (void)arg;
    errno = 0;
    gt_thread *a = (gt_spawn)(returns, NULL);
    spawned(a, errno);
    if (a) {
        errno = 0;
        bool done = gt_link(a, note, &links) == 0;
        int code = errno;
        linked += done;
        expect(!done, code == ENOMEM);
        gt_set_name(a, "another name");
    }
    errno = 0;
    gt_thread *b = (gt_spawn_with)(&options, returns, NULL);
    spawned(b, errno);
    errno = 0;
    gt_thread *c = (gt_spawn_n)(returns, NULL);
    spawned(c, errno);
    errno = 0;
    gt_thread *d = (gt_spawn_after)(5, returns, NULL);
    spawned(d, errno);
    wait_for_it(a);
    wait_for_it(b);
    wait_for_it(d);
    gt_run();
    surprises += links != linked;
}

/* Runs `fn` with the nth allocation failing, for every n until none is left to fail. */
static void fail_each(void (*fn)(void *), void *arg)
{
    faults = surprises = 0;
    fn(arg);
    if (faults)
        trace("it fails by itself");
    for (size_t nth = 1;; nth++) {
        int before = faults;
        gt_testing_fail_allocation(nth);
        gt_exception e;
        if (!gt_try(fn, arg, &e))
            expect(true, e.kind == &GT_NO_MEMORY);
        bool was_used = faults > before;
        surprises += was_used && !gt_testing_allocation_failed();
        gt_testing_fail_allocation(0);
        if (!was_used && nth > 40)
            break;
    }
    trace("%s failures, %d of them surprising", faults ? "there were" : "no", surprises);
}

static void every_allocation_may_fail(void)
{
    fail_each(scenario, NULL);
    gt_thread *after = gt_spawn(speaker, "the hub goes on");
    gt_wait(after);
    gt_unref(after);
}

/* The same in a hub of its own each time, the making of the hub included. */
static int in_a_new_hub(void *arg)
{
    size_t *nth = arg;
    gt_testing_fail_allocation(*nth);
    scenario(NULL);
    gt_testing_fail_allocation(0);
    gt_shutdown();
    return 0;
}

static void a_hub_may_not_be_made(void)
{
    faults = surprises = 0;
    size_t before = gt_testing_live_allocations();
    for (size_t nth = 1; nth <= 3; nth++) {
        errno = 0;
        thrd_t thread;
        thrd_create(&thread, in_a_new_hub, &nth);
        thrd_join(thread, NULL);
    }
    trace("%d surprising; %d allocations are left", surprises,
          (int)(gt_testing_live_allocations() - before));
}

static void use_descriptors(void *arg)
{
    int *ends = arg;
    char byte;
    gt_timeout timeout;
    gt_exception e;
    GT_TRY
    {
        gt_timeout_start(&timeout, 10);
        gt_read(ends[0], &byte, 1);
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
    }
    GT_END_TRY;
}

static void descriptors_may_find_no_memory(void)
{
    int ends[2];
    faults = surprises = 0;
    if (pipe(ends) != 0)
        return;
    for (size_t nth = 1; nth <= 4; nth++) {
        gt_exception e;
        gt_testing_fail_allocation(nth);
        if (!gt_try(use_descriptors, ends, &e))
            expect(true, e.kind == &GT_NO_MEMORY);
        gt_testing_fail_allocation(0);
    }
    trace("%s failures, %d of them surprising", faults ? "there were" : "no", surprises);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void blocks(gt_thread *thread, void *text)
{
    (void)thread;
    trace("link %s begins", (char *)text);
    gt_sleep(10);
    trace("link %s ends", (char *)text);
}

static gt_thread *spawn_without_stack(gt_link_function *link, char *text)
{
    gt_spawn_options options = {.stack_size = 123456}; /* no pool has it */
    gt_thread *thread = gt_spawn_with(&options, speaker, "never");
    gt_link(thread, link, text);
    gt_testing_fail_allocation(1);
    gt_yield();
    gt_testing_fail_allocation(0);
    return thread;
}

/*
 * The links of threads for which there is no stack run in turn on the one in
 * reserve; who waits for such a thread does not wait for that.
 */
static void links_run_on_the_reserve(void)
{
    gt_exception e;
    gt_thread *first = spawn_without_stack(blocks, "of the first");
    gt_thread *second = spawn_without_stack(announce, "of the second");
    trace("main resumes");
    if (!gt_join(second, NULL, &e))
        trace_exception("second", &e);
    gt_join(first, NULL, NULL);
    gt_run();
    gt_unref(first);
    gt_unref(second);
}

const conformance_case fault_cases[] = {
    {"SPAWN-9", "every_allocation_may_fail", every_allocation_may_fail, CASE_NO_SWEEP},
    {"SPAWN-9", "a_hub_may_not_be_made", a_hub_may_not_be_made, CASE_NO_SWEEP},
    {"SPAWN-9", "descriptors_may_find_no_memory", descriptors_may_find_no_memory,
     CASE_IO | CASE_NO_SWEEP},
    {"KILL-4", "links_run_on_the_reserve", links_run_on_the_reserve, CASE_NO_SWEEP},
    {0},
};
