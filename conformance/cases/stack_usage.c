/*
 * STACK-2: how much of its stack a thread has used.
 */
#include "conformance.h"
#include <string.h>

/* What a thread uses beside what the case asks of it: calls, and the tools that watch them. */
#if defined CONFORMANCE_SANITIZED
enum { SLACK = 40000 };
#else
enum { SLACK = 16000 };
#endif

enum { STACK = 120000 };

#if defined CONFORMANCE_NO_OWN_STACK
static const bool system_tells_stacks = false;
#else
static const bool system_tells_stacks = true;
#endif

static bool is_unknown(size_t usage)
{
    return usage == 0 && !system_tells_stacks && strcmp(gt_testing_backend(), "threads") == 0;
}

static const char *verdict(size_t usage, size_t used)
{
    if (is_unknown(usage))
        return "right";
    return usage < used ? "too little" : usage > used + SLACK ? "too much" : "right";
}

/* An array of a size that is not constant is on the stack itself under every tool. */
static int use(size_t bytes)
{
    volatile char frame[bytes];
    for (size_t i = 0; i < bytes; i++)
        frame[i] = 1;
    return frame[bytes / 2];
}

static void *uses(void *bytes)
{
    use(*(size_t *)bytes);
    gt_yield();
    return NULL;
}

static void *uses_and_ends(void *bytes)
{
    use(*(size_t *)bytes);
    return NULL;
}

static gt_thread *spawn_on(size_t stack_size, gt_function *fn, size_t *bytes)
{
    gt_spawn_options options = {.stack_size = stack_size};
    return gt_spawn_with(&options, fn, bytes);
}

CASE("STACK-2", it_is_what_was_used)
{
    size_t bytes[] = {10000, 60000};
    gt_testing_measure_stacks(true);
    for (int i = 0; i < 2; i++) {
        gt_thread *thread = spawn_on(STACK, uses, &bytes[i]);
        size_t before = gt_stack_usage(thread);
        gt_yield();
        size_t usage = gt_stack_usage(thread);
        gt_wait(thread);
        trace("%zu bytes: %zu before, %s, %zu when dead", bytes[i], before,
              verdict(usage, bytes[i]), gt_stack_usage(thread));
        gt_unref(thread);
    }
    trace("main: %zu", gt_stack_usage(gt_self()));
}

/* The smallest stack has room for the second, and the first shows its traces. */
static size_t shallow = 1000, middling = 18000, deep = 70000;

static void trace_usage(const char *who, gt_thread *thread, size_t bytes)
{
    gt_yield();
    trace("%s: %s", who, verdict(gt_stack_usage(thread), bytes));
    gt_wait(thread);
    gt_unref(thread);
}

/*
 * The second starts when the one before it ends, and would take over its stack. Others
 * would get theirs from the pool.
 */
CASE("STACK-2", each_is_measured_for_itself, CASE_ROOM)
{
    gt_thread *before = gt_spawn(uses, &middling);
    gt_wait(before);
    gt_unref(before);
    gt_testing_measure_stacks(true);
    trace_usage("shallow", gt_spawn(uses, &shallow), shallow);
    gt_unref(spawn_on(STACK, uses_and_ends, &deep));
    trace_usage("shallow, handed over", spawn_on(STACK, uses, &shallow), shallow);
    trace_usage("middling", gt_spawn(uses, &middling), middling);
    trace_usage("shallow, from the pool", gt_spawn(uses, &shallow), shallow);
}

CASE("STACK-2", without_measuring_it_is_enough)
{
    size_t *bytes[] = {&deep, &shallow};
    for (int i = 0; i < 2; i++) {
        gt_thread *thread = spawn_on(STACK, uses, bytes[i]);
        gt_yield();
        size_t usage = gt_stack_usage(thread);
        trace("%s: %s", i == 0 ? "deep" : "shallow",
              usage >= *bytes[i] || is_unknown(usage) ? "enough" : "too little");
        gt_wait(thread);
        gt_unref(thread);
    }
}

static void tell_usage(gt_thread *thread, void *how)
{
    trace("%s: %s", (const char *)how, verdict(gt_stack_usage(thread), shallow));
}

static void *uses_and_raises(void *bytes)
{
    gt_exception e = {.kind = &GT_EXIT};
    use(*(size_t *)bytes);
    gt_yield();
    gt_raise(&e);
}

static void tell_of_none(gt_thread *thread, void *how)
{
    size_t usage = gt_stack_usage(thread);
    trace("%s: %d", (const char *)how, usage > SLACK);
}

/* The thread has finished then, and its stack is still its own. */
CASE("STACK-2", a_link_may_ask)
{
    gt_testing_measure_stacks(true);
    gt_thread *threads[] = {gt_spawn(uses, &shallow), gt_spawn(uses_and_raises, &shallow),
                            gt_spawn(uses, &shallow), gt_spawn(uses, &shallow)};
    gt_link(threads[0], tell_usage, "returned");
    gt_link(threads[1], tell_usage, "raised");
    gt_link(threads[2], tell_usage, "killed");
    gt_link(threads[3], tell_of_none, "killed before it started");
    gt_cancel(threads[3], NULL);
    gt_yield();
    gt_kill(threads[2], NULL);
    gt_run();
    for (int i = 0; i < 4; i++)
        gt_unref(threads[i]);
}
