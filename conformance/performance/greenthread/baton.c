/*
 * The hand-over of the threads backend, as its users meet it: two threads that yield.
 * bare.c has the same between two OS threads by hand.
 */
#include "rows.h"

void baton(bench_size size)
{
    yield(size);
}

void baton_unpinned(bench_size size)
{
    bench_unpin();
    yield(size);
}
