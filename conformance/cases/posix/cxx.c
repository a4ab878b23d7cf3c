/*
 * What a C++ runtime keeps of the exceptions of an OS thread. The runtime here consists
 * of its record only, so no C++ compiler is needed to see where the record goes.
 * compat/generic asks for no runtime, so the cases are not applicable there.
 */
#include "conformance.h"
#include <stdint.h>

/* The exceptions that are being handled, and how many are on their way; more on 32-bit Arm. */
static _Thread_local struct record {
    void *handled;
    uintptr_t on_their_way[2];
} record;

void *__cxa_get_globals(void);
void __cxa_end_catch(void);

void *__cxa_get_globals(void)
{
    return &record;
}

typedef struct handled {
    struct handled *outer;
    const char *name;
} handled;

void __cxa_end_catch(void)
{
    handled *ended = record.handled;
    trace("the handler of %s ends", ended->name);
    record.handled = ended->outer;
}

static void tell(const char *who)
{
    handled *innermost = record.handled;
    trace("%s: %s is handled, %d on their way", who, innermost ? innermost->name : "nothing",
          (int)record.on_their_way[0]);
}

static void *handles(void *name)
{
    handled exception = {record.handled, name};
    tell(name);
    record.handled = &exception;
    gt_yield();
    tell(name);
    record.handled = exception.outer;
    record.on_their_way[0] = 1;
    gt_sleep(GT_MS(1));
    tell(name);
    record.on_their_way[0] = 0;
    return name;
}

CASE("EXC-7", each_thread_handles_its_own, CASE_IO)
{
    gt_unref(gt_spawn(handles, "first"));
    gt_unref(gt_spawn(handles, "second"));
    handles("main");
    gt_run();
    tell("main");
}

static void raise_in_two_handlers(void *arg)
{
    handled outer = {record.handled, "the outer"}, inner = {&outer, "the inner"};
    (void)arg;
    record.handled = &inner;
    record.on_their_way[0] = 2;
    raiser("out of both");
}

static void *is_killed_in_a_handler(void *name)
{
    handled exception = {record.handled, name};
    record.handled = &exception;
    return sleeper(name);
}

/* In a try, the handlers are those in which it began. At the bottom of a stack there are none. */
CASE("EXC-7", a_raise_ends_handlers, CASE_IO)
{
    gt_exception e;
    handled own = {NULL, "main's"};
    record.handled = &own;
    if (!gt_try(raise_in_two_handlers, NULL, &e))
        trace_exception("caught", &e);
    tell("main");
    gt_thread *victim = gt_spawn(is_killed_in_a_handler, "the victim's");
    gt_yield();
    gt_kill_wait(victim, NULL);
    gt_unref(victim);
    tell("main");
    record.handled = NULL;
    gt_unref(gt_spawn(handles, "the next on its stack"));
    gt_run();
}
