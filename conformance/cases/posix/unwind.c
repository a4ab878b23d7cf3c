/*
 * What unwinds the stack may pass frames of the library. A C++ exception does that. Here
 * the unwinder itself does it, so no C++ compiler is needed.
 */
#define _GNU_SOURCE
#include "conformance.h"
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unwind.h>

#if defined __arm__
typedef struct _Unwind_Control_Block unwound;
#else
typedef struct _Unwind_Exception unwound;
#endif

/* Not every system links an unwinder. Without one the case is not applicable. */
#pragma weak _Unwind_ForcedUnwind
#pragma weak _Unwind_GetCFA
#pragma weak _Unwind_FindEnclosingFunction

/* Where the unwinding ends: at the frame above this address. */
typedef struct landing {
    jmp_buf jump;
    char *address;
    unwound exception;
} landing;

static landing *volatile land_at;

static _Unwind_Reason_Code stops(int version, _Unwind_Action actions, _Unwind_Exception_Class class,
                                 unwound *exception, struct _Unwind_Context *context,
                                 void *argument)
{
    landing *landing = argument;
    (void)version;
    (void)class;
    (void)exception;
    if (actions & _UA_END_OF_STACK || _Unwind_GetCFA(context) > (uintptr_t)landing->address)
        longjmp(landing->jump, 1);
    return _URC_NO_REASON;
}

static void *unwinds(void *arg)
{
    memset(&land_at->exception, 0, sizeof land_at->exception);
    _Unwind_ForcedUnwind(&land_at->exception, stops, land_at);
    trace("the unwinder has returned");
    return arg;
}

static void unwinds_in_a_shield(void *arg)
{
    gt_shield_begin();
    unwinds(arg);
}

/*
 * Calls function(NULL), which unwinds to here. It is on the stack, and not where a tool
 * keeps frames.
 */
static __attribute__((noinline, no_sanitize_address)) void land(void (*function)(void))
{
    char here;
    landing landing;
    landing.address = &here;
    land_at = &landing;
    if (setjmp(landing.jump) == 0)
        function();
    else
        trace("landed");
}

static void pass_a_try(void)
{
    gt_try(unwinds_in_a_shield, NULL, NULL);
}

static void pass_a_timeout(void)
{
    gt_with_timeout(GT_MS(5), unwinds, NULL, NULL);
}

static void *sleeps_longer(void *arg)
{
    gt_sleep(GT_MS(2));
    return arg;
}

static void pass_both(void *arg)
{
    (void)arg;
    land(pass_a_try);
    land(pass_a_timeout);
    bool is_met = !gt_with_timeout(GT_MS(1), sleeps_longer, NULL, NULL);
    trace("a timeout is met: %d", is_met);
    raiser("raised afterwards");
}

/* Nothing of either is left: a raise lands where it should, time passes, kills arrive. */
static void *is_passed(void *name)
{
    gt_exception e;
    if (!gt_try(pass_both, NULL, &e))
        trace_exception(name, &e);
    gt_sleep(GT_MS(10));
    trace("%s at %d", (char *)name, (int)(gt_now() / GT_MS(1)));
    return name;
}

static void *is_passed_and_killed(void *name)
{
    is_passed(name);
    return sleeper(name);
}

CASE("EXC-8", unwinding_takes_back_tries_and_timeouts, CASE_STACK)
{
    gt_thread *thread = gt_spawn(is_passed_and_killed, "thread");
    is_passed("main");
    gt_yield();
    gt_kill_wait(thread, NULL);
    gt_unref(thread);
}

/* Backtraces */

static __attribute__((noinline)) void *ends_in_a_raise(void *arg)
{
    static const gt_exception raised = {.kind = &GT_ERROR, .message = "without a way back"};
    (void)arg;
    gt_raise(&raised);
}

static bool is_in(uintptr_t function, uintptr_t address)
{
    return (uintptr_t)_Unwind_FindEnclosingFunction((void *)(address + 1)) == function;
}

/* As the library describes an address. */
static void describe(uintptr_t address, char *text, size_t size)
{
    Dl_info info;
    if (!dladdr((void *)address, &info))
        snprintf(text, size, "0x%jx", (uintmax_t)address);
    else if (info.dli_sname)
        snprintf(text, size, "%s+0x%jx (%s)", info.dli_sname,
                 (uintmax_t)(address - (uintptr_t)info.dli_saddr), info.dli_fname);
    else
        snprintf(text, size, "%s(+0x%jx)", info.dli_fname,
                 (uintmax_t)(address - (uintptr_t)info.dli_fbase));
}

static void looks_for_it(const char *line, void *found)
{
    const char *place = line + strcspn(line, "#");
    place += strcspn(place, " ");
    uintptr_t function;
    void *(*pointer)(void *) = ends_in_a_raise;
    memcpy(&function, &pointer, sizeof function);
    for (uintptr_t address = function; *place && is_in(function, address); address++) {
        char text[400];
        describe(address, text, sizeof text);
        *(int *)found += strcmp(place + 1, text) == 0;
    }
}

/* The call is its last instruction, so the return address is in another function. */
CASE("BACK-1", what_does_not_return_is_in_its_caller, CASE_STACK | CASE_NO_SWEEP)
{
    int found = 0;
    gt_set_report(looks_for_it, &found);
    gt_unref(gt_spawn(ends_in_a_raise, NULL));
    gt_run();
    trace("the function that raises is there: %d", found);
}

/* The end of an OS thread from outside, or by one of its green threads */

static void *sleeps_on(void *arg)
{
    for (;;)
        gt_sleep(GT_MS(1));
    return arg;
}

static void *sleeps_for_ever(void *arg)
{
    gt_sleep(GT_FOREVER);
    return arg;
}

static void *exits(void *result)
{
    gt_sleep(GT_MS(2));
    pthread_exit(result);
    return NULL;
}

static atomic_bool is_under_way;

static void run_beside_sleepers(gt_function *fn, void *arg)
{
    gt_unref(gt_spawn(sleeps_for_ever, NULL));
    gt_unref(gt_spawn(fn, arg));
    gt_sleep(GT_MS(1));
    is_under_way = true;
    gt_run();
}

static char result_of_exits;

static void *has_one_that_exits(void *arg)
{
    run_beside_sleepers(exits, &result_of_exits);
    return arg;
}

static void *has_one_that_sleeps_on(void *arg)
{
    run_beside_sleepers(sleeps_on, NULL);
    return arg;
}

static void *only_sleeps(void *arg)
{
    gt_timeout timeout;
    gt_timeout_start(&timeout, GT_SECONDS(1000));
    run_beside_sleepers(sleeps_for_ever, NULL);
    return arg;
}

static void *sleeps_itself(void *arg)
{
    gt_unref(gt_spawn(sleeps_on, NULL));
    gt_sleep(GT_MS(1));
    is_under_way = true;
    gt_sleep(GT_FOREVER);
    return arg;
}

static void end_from_outside(void *(*function)(void *), bool cancels)
{
    pthread_t thread;
    void *result = NULL;
    is_under_way = false;
    pthread_create(&thread, NULL, function, NULL);
    while (!is_under_way)
        sched_yield();
    if (cancels)
        pthread_cancel(thread);
    pthread_join(thread, &result);
    if (cancels)
        trace("joined, cancelled: %d", result == PTHREAD_CANCELED);
    else
        trace("joined, with what it exits with: %d", result == &result_of_exits);
}

/* On the OS thread of the green thread that does it. On some backends that is another one. */
CASE("SHUT-2", a_green_thread_may_exit_its_os_thread, CASE_ENDS | CASE_IO | CASE_EXITS_FIBER)
{
    end_from_outside(has_one_that_exits, false);
    exit(0);
}

CASE("SHUT-2", an_os_thread_may_be_cancelled, CASE_ENDS | CASE_IO | CASE_CANCELS)
{
    for (int i = 0; i < 3; i++) {
        end_from_outside(has_one_that_sleeps_on, true);
        end_from_outside(sleeps_itself, true);
        end_from_outside(only_sleeps, true);
    }
    exit(0);
}
