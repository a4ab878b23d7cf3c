/*
 * The rows of greenthread, by the file that measures them.
 */
#ifndef ROWS_H
#define ROWS_H

#include "../bench.h"

/* yield.c */
void yield(bench_size size);

/* spawn.c */
void spawn_and_join(bench_size size);
void batch(bench_size size);
void link_and_join(bench_size size);
void kill_and_join(bench_size size);

/* semaphore.c */
void ping_pong(bench_size size);

/* exception.c */
void raise_to_a_try(bench_size size);
void empty_try(bench_size size);

/* blocked.c */
void parked_memory(bench_size size);
void blocked(bench_size size);
void blocked_on_small_stacks(bench_size size);
const char *guarded(void);

/* timers.c */
void asleep(bench_size size);
void delayed(bench_size size);
void cancelled(bench_size size);

/* baton.c */
void baton(bench_size size);
void baton_unpinned(bench_size size);

#endif
