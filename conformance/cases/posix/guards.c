/*
 * SPAWN-9: the guard of a stack, and a stack where no descriptor is left.
 */
#define _XOPEN_SOURCE 700
#include "conformance.h"
#include "system_stack.h"
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static bool stacks_are_the_systems(void)
{
    return strcmp(gt_testing_backend(), "threads") == 0;
}

/* Rounded up to pages, but not exactly to them, because tops are staggered. */
enum { SIZE = 200000, SLACK = 12288 };

static char *top;
static size_t room; /* below it, on the stack */

static void tell_where_it_faulted(int signum, siginfo_t *info, void *context)
{
    size_t depth = (size_t)(top - (char *)info->si_addr);
    (void)signum;
    (void)context;
    if (depth + SLACK < room)
        trace("%zu bytes below the top, within the stack", depth);
    else
        trace("%s", depth < room + SLACK ? "a fault right below the stack" : "too late");
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
    room = stacks_are_the_systems() ? room_on_system_stack(&here) : SIZE;
    trace("%d deep", descend(1 << 30));
    return arg;
}

/* The first thing beyond a stack that is touched is its guard, not what lies there. */
CASE("SPAWN-9", the_guard_is_next_to_the_stack, CASE_ENDS | CASE_GUARD | CASE_TOOL | CASE_NAMED)
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

/*
 * It may not be possible then to find out what kind of guard there can be. There is one
 * all the same.
 */
CASE("SPAWN-9", a_guard_needs_no_descriptor, CASE_ENDS | CASE_GUARD | CASE_TOOL | CASE_NAMED)
{
    allow_descriptors(0);
    the_guard_is_next_to_the_stack();
}

CASE("SPAWN-9", a_stack_needs_no_descriptor)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    allow_descriptors(0);
    gt_unref(gt_spawn(speaker, "it runs"));
    gt_run();
    allow_descriptors(limit.rlim_cur);
}
