/*
 * Exhaustion: each allocation of the library, of memory, stacks and OS threads alike, is
 * made to fail in its turn. The trace has only the verdict, because each backend makes
 * another number of them.
 */
#include "conformance.h"
#include "os.h"
#include <errno.h>
#include <string.h>

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

/* Runs `fn` with the nth allocation failing, for every n until no allocation is left to fail. */
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

CASE("SPAWN-9", every_allocation_may_fail, CASE_NO_SWEEP)
{
    fail_each(scenario, NULL);
    gt_thread *after = gt_spawn(speaker, "the hub goes on");
    gt_wait(after);
    gt_unref(after);
}

/* Does the same in a hub of its own each time, including the making of the hub. */
static int in_a_new_hub(void *arg)
{
    size_t *nth = arg;
    gt_testing_fail_allocation(*nth);
    scenario(NULL);
    gt_testing_fail_allocation(0);
    gt_shutdown();
    return 0;
}

CASE("SPAWN-9", a_hub_may_not_be_made, CASE_NO_SWEEP | CASE_OS_THREADS)
{
    faults = surprises = 0;
    size_t before = gt_testing_live_allocations();
    for (size_t nth = 1; nth <= 5; nth++) {
        errno = 0;
        in_an_os_thread(in_a_new_hub, &nth);
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

CASE("SPAWN-9", descriptors_may_find_no_memory, CASE_IO | CASE_NO_SWEEP)
{
    int ends[2];
    faults = surprises = 0;
    if (os_pipe(ends) != 0)
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

/* So many that everything has to grow. */
static void spawn_a_crowd(void)
{
    for (int i = 0; i < 200; i++) {
        errno = 0;
        gt_thread *thread = gt_spawn_n(returns, NULL);
        spawned(thread, errno);
    }
    gt_run();
}

/* In a hub of its own each time, because what has grown once does not shrink. */
CASE("SPAWN-9", a_crowd_may_find_no_room, CASE_NO_SWEEP)
{
    faults = surprises = 0;
    for (size_t nth = 1; nth <= 40; nth++) {
        gt_shutdown();
        gt_set_hub_exceptions(false);
        gt_testing_fail_allocation(nth);
        spawn_a_crowd();
        gt_testing_fail_allocation(0);
    }
    trace("%s failures, %d of them surprising", faults ? "there were" : "no", surprises);
}

/* In main, outside of every try, as any other exception. */
CASE("EXC-5", a_hub_that_cannot_be_made_ends_the_process, CASE_ENDS | CASE_NO_SWEEP)
{
    gt_shutdown();
    gt_testing_fail_allocation(1);
    gt_yield();
    trace("not reached");
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
    gt_spawn_options options = {.stack_size = 123456}; /* no pool has a stack of this size */
    gt_thread *thread = gt_spawn_with(&options, speaker, "never");
    gt_link(thread, link, text);
    gt_testing_fail_allocation(1);
    gt_yield();
    gt_testing_fail_allocation(0);
    return thread;
}

/*
 * The links of threads for which there is no stack run in turn on the reserve stack. A
 * waiter for such a thread does not wait for that stack.
 */
CASE("KILL-4", links_run_on_the_reserve, CASE_NO_SWEEP)
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

static void fails_the_next(gt_thread *thread, void *text)
{
    blocks(thread, text);
    gt_testing_fail_allocation(1);
}

/*
 * When their turn comes there is no stack for them either, so they go on waiting for the
 * reserve.
 */
CASE("KILL-4", the_stranded_are_not_stranded_for_ever, CASE_NO_SWEEP)
{
    gt_thread *first = spawn_without_stack(fails_the_next, "of the first");
    gt_thread *second = spawn_without_stack(fails_the_next, "of the second");
    gt_thread *third = spawn_without_stack(announce, "of the third");
    gt_run();
    gt_testing_fail_allocation(0);
    gt_thread *threads[] = {first, second, third};
    for (int i = 0; i < 3; i++) {
        trace("%d", gt_join(threads[i], NULL, NULL));
        gt_unref(threads[i]);
    }
}

/* It has finished already, and none of its links runs yet, so there is nothing to end. */
CASE("LINK-7", a_kill_of_the_stranded_ends_nothing, CASE_NO_SWEEP)
{
    gt_thread *first = spawn_without_stack(blocks, "of the first");
    gt_thread *second = spawn_without_stack(announce, "of the second");
    gt_kill(second, NULL);
    gt_run();
    gt_exception e;
    if (!gt_join(second, NULL, &e))
        trace_exception("second", &e);
    gt_join(first, NULL, NULL);
    gt_unref(first);
    gt_unref(second);
}

static void never_ends(gt_thread *thread, void *text)
{
    gt_exception e;
    (void)thread;
    for (;;) {
        GT_TRY
        {
            gt_sleep(GT_FOREVER);
        }
        GT_CATCH(&GT_EXIT, e)
        {
            trace("link %s is killed", (char *)text);
        }
        GT_END_TRY;
    }
}

/* The reserve stack on which it is abandoned is given back all the same, and only once. */
CASE("SHUT-1", a_link_may_be_abandoned_on_the_reserve, CASE_NO_SWEEP)
{
    gt_unref(spawn_without_stack(never_ends, "of the undead"));
    gt_shutdown();
    trace("%d allocations", (int)gt_testing_live_allocations());
}

static void *sleeps_a_while(void *text)
{
    gt_sleep(10);
    trace("%s", (char *)text);
    return NULL;
}

/* It is free again each time, and no thread starts on it. */
CASE("KILL-4", the_reserve_is_for_links_alone, CASE_NO_SWEEP)
{
    static char *const names[] = {"of the first", "of the second", "of the third"};
    gt_thread *threads[3];
    for (int i = 0; i < 3; i++) {
        gt_spawn_options options = {.stack_size = 123456};
        threads[i] = gt_spawn_with(&options, speaker, "never");
        gt_link(threads[i], announce, names[i]);
        gt_unref(gt_spawn(sleeps_a_while, "another has a stack of its own"));
        gt_testing_fail_allocation(1);
        gt_yield();
        gt_testing_fail_allocation(0);
    }
    gt_run();
    for (int i = 0; i < 3; i++) {
        gt_join(threads[i], NULL, NULL);
        gt_unref(threads[i]);
    }
}
