/*
 * A handler that unwinds at each instruction of switches, starts and ends of threads, as
 * a sampling profiler's may. It must get to an outermost frame, or to main, and must
 * never read outside a stack. Boost's assembly has no unwind tables. There it stops, at
 * an address of no function.
 *
 * The processor's trap flag sends a signal after each instruction. The handler runs on
 * its own stack.
 */
#define _GNU_SOURCE
#include <greenthread.h>
#include <greenthread/testing.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

enum { TRAP_FLAG = 0x100, MOST = 64, STACK = 256 * 1024 };

static volatile long steps, deepest, lost;
static void *volatile where; /* the instruction */

/* An address that is in no function was never a return address. */
static _Unwind_Reason_Code count(struct _Unwind_Context *context, void *n)
{
    int before = 0;
    uintptr_t address = _Unwind_GetIPInfo(context, &before);
    bool is_known = !address || _Unwind_FindEnclosingFunction((void *)(address + !!before));
    if (++*(int *)n < MOST && is_known)
        return _URC_NO_REASON;
    lost++;
    return _URC_END_OF_STACK;
}

static void steps_on(int signum, siginfo_t *info, void *context)
{
    int n = 0;
    (void)signum;
    (void)info;
    where = (void *)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
    long before = lost;
    _Unwind_Backtrace(count, &n);
    if (lost > before && lost < 5)
        fprintf(stderr, "lost at %p, %d frames\n", where, n);
    steps++;
    if (n > deepest)
        deepest = n;
}

static void crashes(int signum)
{
    char text[100];
    int length = snprintf(text, sizeof text, "signal %d: unwinding at %p, step %ld\n", signum, where,
                          steps);
    _exit(write(STDERR_FILENO, text, (size_t)length) == length ? 1 : 2);
}

static void trace_on(void)
{
    __asm__ volatile("leaq -128(%%rsp), %%rsp\n\tpushfq\n\torq %0, (%%rsp)\n\tpopfq\n\t"
                     "leaq 128(%%rsp), %%rsp"
                     :
                     : "i"(TRAP_FLAG)
                     : "memory", "cc");
}

static void trace_off(void)
{
    __asm__ volatile("leaq -128(%%rsp), %%rsp\n\tpushfq\n\tandq %0, (%%rsp)\n\tpopfq\n\t"
                     "leaq 128(%%rsp), %%rsp"
                     :
                     : "i"(~TRAP_FLAG)
                     : "memory", "cc");
}

static void *yields(void *arg)
{
    for (int i = 0; i < 3; i++)
        gt_yield();
    return arg;
}

static void *raises(void *arg)
{
    gt_exception e = {.kind = &GT_EXIT};
    gt_sleep(GT_MS(1));
    gt_raise(&e);
    return arg;
}

/* Starts on new stacks, and on stacks of ended threads; ends of both kinds. */
static void run(void)
{
    gt_spawn_options large = {.stack_size = 1 << 20};
    for (int i = 0; i < 3; i++) {
        gt_unref(gt_spawn(yields, NULL));
        gt_unref(gt_spawn(raises, NULL));
        gt_unref(gt_spawn_with(&large, yields, NULL));
        gt_yield();
    }
    gt_run();
}

static void handle(int signum, void (*function)(int, siginfo_t *, void *))
{
    struct sigaction action = {.sa_sigaction = function, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(signum, &action, NULL);
}

int main(void)
{
    int n = 0;
    run(); /* what is only done the first time may call code that must not be stepped through */
    stack_t stack = {.ss_sp = malloc(STACK), .ss_size = STACK};
    sigaltstack(&stack, NULL);
    _Unwind_Backtrace(count, &n);
    signal(SIGSEGV, crashes);
    signal(SIGBUS, crashes);
    handle(SIGTRAP, steps_on);
    trace_on();
    run();
    trace_off();
    printf("%ld steps, at most %ld frames, %ld times lost\n", steps, deepest, lost);
    return steps < 1000 || (lost && strcmp(gt_testing_backend(), "inline") == 0);
}
