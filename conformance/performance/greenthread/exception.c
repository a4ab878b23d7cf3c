/*
 * The cost of a try in which nothing is raised, and of a raise that passes three frames
 * and a cleanup on its way to the try.
 */
#include "rows.h"

#include <greenthread.h>

static const gt_kind broken = {"broken", &GT_ERROR};
static size_t cleaned;

static void note_cleanup(void *arg)
{
    (void)arg;
    cleaned++;
}

/* Frames that stay frames: the calls are real, and none is the last thing done. */
#define FRAME __attribute__((noinline))
#define STAY __asm__ volatile("" ::: "memory")

FRAME static void third(size_t i)
{
    gt_raise((&(gt_exception){.kind = &broken, .code = (int)i}));
}

FRAME static void second(size_t i)
{
    GT_DEFER(note_cleanup, NULL);
    third(i);
    STAY;
}

FRAME static void frame(size_t i)
{
    second(i);
    STAY;
}

FRAME static size_t raise_once(size_t i)
{
    gt_exception e;
    GT_TRY
    {
        frame(i);
    }
    GT_CATCH(&broken, e)
    {
        return (size_t)e.code;
    }
    GT_END_TRY;
    return 0;
}

static int64_t raise_all(size_t operations)
{
    size_t sum = 0, expected = 0;
    cleaned = 0;
    int64_t start = bench_now();
    for (size_t i = 0; i < operations; i++) {
        sum += raise_once(i & 7);
        expected += i & 7;
    }
    int64_t end = bench_now();
    bench_check(sum == expected && cleaned == operations);
    return end - start;
}

void raise_to_a_try(bench_size size)
{
    raise_all(1 + size.operations / 5);
    bench_put_time(NULL, raise_all(size.operations), size.operations);
}

static size_t caught;

FRAME static void try_once(void)
{
    gt_exception e;
    GT_TRY
    {
        STAY;
    }
    GT_CATCH_ALL(e)
    {
        caught++;
    }
    GT_END_TRY;
}

static int64_t try_all(size_t operations)
{
    caught = 0;
    int64_t start = bench_now();
    for (size_t i = 0; i < operations; i++)
        try_once();
    int64_t end = bench_now();
    bench_check(caught == 0);
    return end - start;
}

void empty_try(bench_size size)
{
    try_all(1 + size.operations / 5);
    bench_put_time(NULL, try_all(size.operations), size.operations);
}
