/*
 * The machine under a green thread: calling convention, floating point, deep
 * stacks, many threads.
 */
#include "conformance.h"
#include "refusal.h"
#include <errno.h>
#include <fenv.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* A processor with one rounding mode has no names for others, and runs no case that needs them. */
#if !defined FE_UPWARD || !defined FE_DOWNWARD
#define FE_UPWARD 1
#define FE_DOWNWARD 2
#endif

typedef struct aligned {
    _Alignas(16) double numbers[4];
} aligned;

/* Some small C libraries print none. It is asked in main, where no switch has been made. */
static bool prints_long_doubles;

static void *uses_the_convention(void *arg)
{
    char text[64];
    aligned data = {{1.5, 2.5, 3.5, 4.5}};
    volatile double sum = 0;
    for (int i = 0; i < 4; i++)
        sum += data.numbers[i];
    gt_yield();
    snprintf(text, sizeof text, prints_long_doubles ? "%.2f %d %s %.1Lf" : "%.2f %d %s 2.5", sum, 7, "text",
             (long double)2.5);
    trace("%s, aligned: %d", text, (uintptr_t)&data % 16 == 0);
    return arg;
}

/* Variadic calls with floating-point arguments want an aligned stack. */
CASE("SCHED-1", the_calling_convention_holds)
{
    char half[8];
    snprintf(half, sizeof half, "%.1Lf", (long double)2.5);
    prints_long_doubles = strcmp(half, "2.5") == 0;
    for (int i = 0; i < 2; i++)
        gt_unref(gt_spawn(uses_the_convention, NULL));
    gt_run();
}

/*
 * As many values as a processor has registers that a call must keep. They change between
 * switches, so the compiler can neither forget nor recompute them.
 */
static void *keeps_its_registers(void *start)
{
    long n = *(int *)start;
    double a = (double)n, b = a + 1.5, c = a + 2.5, d = a + 3.5, e = a + 4.5, f = a + 5.5;
    double g = a + 6.5, h = a + 7.5;
    long i = n, j = n + 1, k = n + 2, l = n + 3, m = n + 4, o = n + 5, p = n + 6, q = n + 7;
    long r = n + 8, s = n + 9, t = n + 10, u = n + 11;
    for (int turn = 0; turn < 3; turn++) {
        gt_yield();
        a += b, b += c, c += d, d += e, e += f, f += g, g += h, h += a;
        i += j, j += k, k += l, l += m, m += o, o += p, p += q, q += r, r += s, s += t, t += u;
        u += i;
    }
    trace("%g %g %g %g %g %g %g %g", a, b, c, d, e, f, g, h);
    trace("%ld %ld %ld %ld %ld %ld %ld %ld %ld %ld %ld %ld", i, j, k, l, m, o, p, q, r, s, t, u);
    return start;
}

CASE("SCHED-1", registers_survive_a_switch)
{
    int starts[2] = {10, 100};
    for (int i = 0; i < 2; i++)
        gt_unref(gt_spawn(keeps_its_registers, &starts[i]));
    gt_run();
}

static const char *mode(void)
{
    return fegetround() == FE_TONEAREST ? "nearest" : fegetround() == FE_UPWARD ? "up" : "other";
}

static void *rounds_up(void *arg)
{
    trace("a new thread rounds to %s", mode());
    fesetround(FE_UPWARD);
    gt_yield();
    trace("it still rounds %s", mode());
    return arg;
}

CASE("SCHED-7", rounding_is_the_threads_own, CASE_ROUNDING)
{
    fesetround(FE_DOWNWARD);
    gt_unref(gt_spawn(rounds_up, NULL));
    gt_yield();
    trace("main rounds %s", fegetround() == FE_DOWNWARD ? "down" : mode());
    gt_run();
    fesetround(FE_TONEAREST);
    gt_unref(gt_spawn(rounds_up, NULL));
    gt_run();
    trace("main rounds to %s", mode());
}

/*
 * It compares results, because a processor may have several units with a mode each; x86
 * has two. It uses conversions, because Valgrind rounds only those.
 */
static const char *rounds_to(void)
{
    volatile double more_than_one = 1 + 1e-12;
    volatile long double more_than_one_too = 1.25L;
    bool up = (float)more_than_one > 1, long_up = lrintl(more_than_one_too) > 1;
    return up && long_up ? "up" : up || long_up ? "up in one unit only" : "nearest";
}

static void *converts(void *arg)
{
    trace("a new thread rounds to %s", rounds_to());
    gt_yield();
    trace("it still rounds to %s", rounds_to());
    return arg;
}

CASE("SCHED-7", arithmetic_rounds_as_the_thread_says, CASE_ROUNDING)
{
    gt_unref(gt_spawn(converts, NULL));
    fesetround(FE_UPWARD);
    trace("main rounds %s", rounds_to());
    gt_yield();
    trace("main still rounds %s", rounds_to());
    gt_run();
    fesetround(FE_TONEAREST);
}

static void tells_its_state(gt_thread *thread, void *arg)
{
    (void)thread;
    (void)arg;
    trace("the link: errno %d, rounds to %s", errno, mode());
}

/* The second time, on a stack that a thread which rounded up has left. */
CASE("SCHED-7", links_of_an_unstarted_thread_start_afresh, CASE_ROUNDING)
{
    for (int i = 0; i < 2; i++) {
        gt_unref(gt_spawn(rounds_up, NULL));
        gt_thread *victim = gt_spawn(speaker, "not reached");
        gt_link(victim, tells_its_state, NULL);
        fesetround(FE_DOWNWARD);
        errno = ERANGE;
        if (i == 0)
            gt_kill(victim, NULL);
        else
            gt_cancel(victim, NULL);
        gt_unref(victim);
        gt_run();
    }
    fesetround(FE_TONEAREST);
}

/* Each frame is about 100 bytes and more; the depth stays below the size asked for. */
static int descend(int depth)
{
    volatile char frame[64];
    memset((void *)frame, depth, sizeof frame);
    return depth == 0 ? 0 : 1 + descend(depth - 1) + (frame[0] != (char)depth);
}

static void *goes_deep(void *depth)
{
    trace("%d frames deep", descend(*(int *)depth));
    return NULL;
}

CASE("SPAWN-9", a_stack_has_the_size_that_was_asked_for)
{
    int shallow = 100, deep = 5000;
    gt_spawn_options large = {.stack_size = (size_t)8 << 20}, small = {.stack_size = 1};
    gt_unref(gt_spawn_with(&large, goes_deep, &deep));
    gt_unref(gt_spawn(goes_deep, &shallow));
    gt_unref(gt_spawn_with(&small, speaker, "on the smallest stack"));
    gt_run();
}

/* The stack of an ended thread goes to the next only if it is large enough. */
CASE("SPAWN-9", a_large_stack_is_not_handed_over_by_a_small)
{
    int shallow = 10, deep = 5000;
    gt_spawn_options large = {.stack_size = (size_t)8 << 20};
    for (int i = 0; i < 3; i++) {
        gt_unref(gt_spawn(goes_deep, &shallow));
        gt_unref(gt_spawn_with(&large, goes_deep, &deep));
    }
    gt_run();
}

/* A little deeper each time, so that it is noticed before much is overwritten. */
static int creep(int depth)
{
    volatile char frame[16];
    frame[0] = 0;
    gt_yield();
    return depth == 0 ? 0 : 1 + creep(depth - 1) + frame[0];
}

static void *creeps_too_deep(void *arg)
{
    trace("%d frames deep", creep(10000));
    return arg;
}

/*
 * A report says that there are no guards only where there could be some. Each platform
 * has its sizes.
 */
static void trace_overflows(const char *line, void *arg)
{
    const char *size = strstr(line, " of ");
    (void)arg;
    if (strstr(line, "overflowed") && size)
        trace("report: %.*s", (int)(size - line), line);
}

/* Without a guard, a stack is checked whenever a thread leaves it. */
CASE("SPAWN-9", an_overflow_is_noticed_without_a_guard, CASE_ENDS | CASE_CANARY)
{
    gt_set_report(trace_overflows, NULL);
    refuse(REFUSE_GUARDS);
    gt_spawn_options options = {.name = "deep", .stack_size = 32768};
    gt_unref(gt_spawn_with(&options, creeps_too_deep, NULL));
    gt_run();
    trace("not reached");
}

static void *counts(void *n)
{
    ++*(long *)n;
    return NULL;
}

/* They run to their end in turn, on one stack where stacks are the library's. */
CASE("SPAWN-2", a_hundred_thousand_threads_run, CASE_ROOM)
{
    long n = 0;
    for (int i = 0; i < 100000; i++)
        gt_spawn_n(counts, &n);
    gt_run();
    trace("%ld", n);
}

static void *yields_often(void *n)
{
    for (int i = 0; i < 20; i++)
        gt_yield();
    ++*(long *)n;
    return NULL;
}

CASE("SCHED-2", a_thousand_threads_alternate)
{
    long n = 0;
    for (int i = 0; i < 1000; i++)
        gt_spawn_n(yields_often, &n);
    gt_run();
    trace("%ld", n);
}

static volatile sig_atomic_t handled;

static void handle(int signum)
{
    (void)signum;
    handled = 1;
}

static void *faults(void *arg)
{
    trace("the thread faults");
    raise(SIGFPE);
    trace("the handler has run: %d", (int)handled);
    return arg;
}

CASE("SCHED-9", a_fault_reaches_its_handler)
{
    void (*former)(int) = signal(SIGFPE, handle);
    handled = 0;
    gt_unref(gt_spawn(faults, NULL));
    gt_run();
    signal(SIGFPE, former);
}
