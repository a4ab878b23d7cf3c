/*
 * SPAWN-9: what is given back is used again, and no more is kept than is of use.
 */
#define _XOPEN_SOURCE 700
#include "../conformance.h"
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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

/* More often than the pool has room, so that counting wrong shows. */
static void a_stack_is_used_again(void)
{
    start_without_memory("at first");
    for (int i = 0; i < 1500; i++) {
        gt_thread *thread = gt_spawn(yields_once, NULL);
        gt_wait(thread);
        gt_unref(thread);
    }
    start_without_memory("after 1500");
}

/* There were more of them than are worth keeping. */
static void idle_stacks_go_back(void)
{
    size_t before = gt_testing_live_allocations();
    for (int i = 0; i < 1124; i++)
        gt_spawn_n(yields_once, NULL);
    gt_yield();
    size_t most = gt_testing_live_allocations() - before;
    gt_run();
    size_t kept = gt_testing_live_allocations() - before;
    trace("some were given back: %d", kept + 100 < most);
}

static void run_one(size_t stack_size)
{
    gt_spawn_options options = {.stack_size = stack_size};
    gt_thread *thread = gt_spawn_with(&options, yields_once, NULL);
    gt_wait(thread);
    gt_unref(thread);
}

/* It goes when the next one is given back: until then it may be stood on. */
static void a_stack_of_another_size_is_not_kept(void)
{
    run_one(0);
    size_t before = gt_testing_live_allocations();
    for (int i = 0; i < 10; i++)
        run_one(100000 + 10000 * (size_t)i);
    run_one(0);
    trace("%d more allocations", (int)(gt_testing_live_allocations() - before));
}

static void does_nothing(gt_thread *thread, void *arg)
{
    (void)thread;
    (void)arg;
}

/* Control blocks, links that have run, links that were taken back. */
static void what_ends_makes_room(void)
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

/* Rounded up to pages, and not in them exactly: tops are staggered. */
enum { SIZE = 200000, SLACK = 12288 };

static char *top;

static void tell_where_it_faulted(int signum, siginfo_t *info, void *context)
{
    size_t depth = (size_t)(top - (char *)info->si_addr);
    bool system_stacks = strcmp(gt_testing_backend(), "threads") == 0;
    (void)signum;
    (void)context;
    trace("%s",
          depth < SIZE + SLACK || system_stacks ? "a fault right below the stack" : "too late");
    _exit(0);
}

static int descend(int depth)
{
    volatile char frame[64];
    memset((void *)frame, depth, sizeof frame);
    return depth == 0 ? 0 : 1 + descend(depth - 1) + frame[0];
}

static void *goes_too_deep(void *arg)
{
    static char elsewhere[65536];
    char here;
    stack_t stack = {.ss_sp = elsewhere, .ss_size = sizeof elsewhere};
    struct sigaction action = {.sa_sigaction = tell_where_it_faulted,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaltstack(&stack, NULL);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    top = &here;
    trace("%d deep", descend(1 << 30));
    return arg;
}

/* The first thing that is touched beyond a stack is its guard, not what lies there. */
static void the_guard_is_next_to_the_stack(void)
{
    gt_spawn_options options = {.stack_size = SIZE};
    gt_unref(gt_spawn_with(&options, goes_too_deep, NULL));
    gt_run();
    trace("not reached");
}

static void allow_descriptors(rlim_t n)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = n;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* What kind of guard there can be may not be found out then: there is one all the same. */
static void a_guard_needs_no_descriptor(void)
{
    allow_descriptors(0);
    the_guard_is_next_to_the_stack();
}

static void a_stack_needs_no_descriptor(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    allow_descriptors(0);
    gt_unref(gt_spawn(speaker, "it runs"));
    gt_run();
    allow_descriptors(limit.rlim_cur);
}

const conformance_case pool_cases[] = {
    {"SPAWN-9", "a_stack_is_used_again", a_stack_is_used_again, 0},
    {"SPAWN-9", "idle_stacks_go_back", idle_stacks_go_back, 0},
    {"SPAWN-9", "a_stack_of_another_size_is_not_kept", a_stack_of_another_size_is_not_kept, 0},
    {"SPAWN-9", "the_guard_is_next_to_the_stack", the_guard_is_next_to_the_stack,
     CASE_ENDS | CASE_GUARD | CASE_TOOL},
    {"SPAWN-9", "a_stack_needs_no_descriptor", a_stack_needs_no_descriptor, 0},
    {"SPAWN-9", "a_guard_needs_no_descriptor", a_guard_needs_no_descriptor,
     CASE_ENDS | CASE_GUARD | CASE_TOOL},
    {"SPAWN-9", "what_ends_makes_room", what_ends_makes_room, 0},
    {0},
};
