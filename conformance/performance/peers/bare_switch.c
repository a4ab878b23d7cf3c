/*
 * The limit: bare switches of Boost.Context's assembly around a ring of stacks, without a
 * scheduler, with or without prefetching what is needed next.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_NOHUGEPAGE */
#include "../bench.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { STACK = 64 * 1024, CONTEXTS_AHEAD = 8, TOPS_AHEAD = 4, LINE = 64 };

typedef struct transfer {
    void *suspended; /* where the caller was left */
    void *passed;    /* where that is kept */
} transfer;

extern transfer jump_fcontext(void *to, void *passed);
extern void *make_fcontext(void *top, size_t size, void (*function)(transfer));

static struct {
    void **contexts;
    void *outside;
    size_t n, current;
    size_t left; /* turns until the outside is resumed */
    size_t turns;
} ring;

static size_t ahead(size_t distance)
{
    size_t place = ring.current + distance;
    return place < ring.n ? place : place - ring.n;
}

/* gcc leaves out calls of a function that only prefetches, unless it is inlined before. */
__attribute__((always_inline)) static inline void prefetch(void)
{
    char *top = ring.contexts[ahead(TOPS_AHEAD)];
    __builtin_prefetch(&ring.contexts[ahead(CONTEXTS_AHEAD)]);
    __builtin_prefetch(top);
    __builtin_prefetch(top + LINE);
}

static transfer jump(void **from, void *to)
{
    transfer arrived = jump_fcontext(to, from);
    *(void **)arrived.passed = arrived.suspended;
    return arrived;
}

static void go_round(transfer arrived)
{
    *(void **)arrived.passed = arrived.suspended;
    for (;;) {
        void **self = &ring.contexts[ring.current];
        ring.turns++;
        ring.current = ahead(1);
        if (BENCH_PREFETCH)
            prefetch();
        jump(self, --ring.left ? ring.contexts[ring.current] : ring.outside);
    }
}

/* Tops are staggered, as in the library. Tops at one offset in their pages share cache sets. */
static void make_ring(size_t n)
{
    char *stacks = mmap(NULL, n * STACK, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    bench_check(stacks != MAP_FAILED);
    madvise(stacks, n * STACK, MADV_NOHUGEPAGE);
    ring.n = n;
    ring.contexts = bench_array(n, sizeof *ring.contexts);
    for (size_t i = 0; i < n; i++) {
        size_t size = STACK - 64 * (i % 16);
        ring.contexts[i] = make_fcontext(stacks + i * STACK + size, size, go_round);
    }
}

static void turn(size_t turns)
{
    ring.left = turns;
    jump(&ring.outside, ring.contexts[ring.current]);
}

static void yield(bench_size size)
{
    size_t rounds = 1 + size.operations / size.n;
    make_ring(size.n);
    turn(size.n * (2 + rounds / 5));
    ring.turns = 0;
    int64_t start = bench_now();
    turn(size.n * rounds);
    bench_put_time(NULL, bench_now() - start, size.n * rounds);
    bench_check(ring.turns == size.n * rounds && ring.current == 0);
}

/* The ones ahead of it have to be others. */
static const bench_scenario scenarios[] = {
    {"yield", {10, 2000000}, {10, 100}, yield},
    {"yield", {100, 2000000}, {100, 200}, yield},
    {"yield", {1000, 2000000}, {1000, 2000}, yield},
    {"yield", {10000, 2000000}, {2000, 4000}, yield},
    {"yield", {100000, 2000000}, {3000, 6000}, yield},
    {BENCH_PREFETCH ? NULL : "yield", {2, 2000000}, {2, 100}, yield},
    {0},
};

const bench_program bench_program_here = {BENCH_PREFETCH ? "bare switch, prefetch" : "bare switch",
                                          scenarios, NULL};
