/*
 * The switch of a processor without an operating system: it keeps registers of both kinds, and the
 * rounding mode, of threads that use floating point and of those that do not.
 */
#include <fenv.h>
#include <greenthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 50 };

static volatile int seed = 1;

static void need(bool truth, const char *what)
{
    if (truth)
        return;
    printf("not so: %s\n", what);
    exit(1);
}

/* The values are in registers across the calls, as far as there are any. */
static void *integers(void *arg)
{
    unsigned a = (unsigned)seed + (unsigned)(uintptr_t)arg, b = a * 3, c = a * 5, d = a * 7, e = a * 11, f = a * 13, g = a * 17;
    for (unsigned i = 0; i < ROUNDS; i++) {
        a += b;
        b ^= c;
        gt_yield();
        c += d;
        d ^= e;
        gt_yield();
        e += f + i;
        f ^= g;
        g += a;
    }
    return (void *)(uintptr_t)(a ^ b ^ c ^ d ^ e ^ f ^ g);
}

static void *floats(void *arg)
{
    float a = (float)seed + (float)(uintptr_t)arg;
    float b = a * 3, c = a * 5, d = a * 7, e = a * 11, f = a * 13, g = a * 17;
    for (int i = 0; i < ROUNDS; i++) {
        a = (a + b) * 0.5f;
        b = (b + c) * 0.5f;
        gt_yield();
        c = (c + d) * 0.5f;
        d = (d + e) * 0.5f;
        gt_yield();
        e = (e + f) * 0.5f;
        f = (f + g) * 0.5f;
        g = (g + a) * 0.5f;
    }
    return (void *)(uintptr_t)(unsigned)((a + b + c + d + e + f + g) * 1e6f);
}

#if defined FE_UPWARD && defined FE_DOWNWARD && FE_UPWARD != FE_TONEAREST
static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD};
#else
static const int modes[] = {0, 0, 0};
#endif

/* A third, as the mode rounds it. Where there is no such unit, all are the same. */
static float third(void)
{
    volatile float one = 1, three = 3;
    return one / three;
}

static float thirds[3];

static void *rounds(void *arg)
{
    int i = *(int *)arg;
    gt_yield(); /* so another's mode is set before this thread uses floating point */
    need(third() == thirds[0], "a thread begins with rounding to nearest");
    if (modes[i])
        fesetround(modes[i]);
    for (int n = 0; n < ROUNDS; n++) {
        need(third() == thirds[i], "the rounding mode is the thread's own");
        gt_yield();
    }
    return NULL;
}

static void *result_alone(gt_function *fn, int i)
{
    gt_thread *thread = gt_spawn(fn, (void *)(uintptr_t)i);
    void *result = gt_wait(thread);
    gt_unref(thread);
    return result;
}

static void compare(void)
{
    static gt_function *const functions[] = {integers, floats, integers, floats};
    enum { N = 4 };
    void *alone[N];
    gt_thread *threads[N];
    for (int i = 0; i < N; i++)
        alone[i] = result_alone(functions[i], i);
    for (int i = 0; i < N; i++)
        threads[i] = gt_spawn(functions[i], (void *)(uintptr_t)i);
    for (int i = 0; i < N; i++) {
        need(gt_wait(threads[i]) == alone[i], "a thread computes the same beside others");
        gt_unref(threads[i]);
    }
}

static void round_differently(void)
{
    static int numbers[] = {1, 0, 2, 0};
    for (int i = 0; i < 3; i++) {
        if (modes[i])
            fesetround(modes[i]);
        thirds[i] = third();
    }
    fesetround(modes[0]);
    for (int round = 0; round < 2; round++) {
        gt_thread *threads[4];
        for (int i = 0; i < 4; i++)
            threads[i] = gt_spawn(rounds, &numbers[i]);
        for (int i = 0; i < 4; i++) {
            gt_wait(threads[i]);
            gt_unref(threads[i]);
        }
        need(third() == thirds[0], "main keeps its mode");
    }
}

int main(void)
{
    compare();
    round_differently();
    gt_shutdown();
    printf("all is so\n");
    return 0;
}
