/*
 * For tests of programs that use greenthread, and of greenthread itself. Not
 * part of greenthread.h.
 */
#ifndef GREENTHREAD_TESTING_H
#define GREENTHREAD_TESTING_H

#include <greenthread/base.h>

GTI_BEGIN_C

/*
 * Gives this OS thread's hub a clock that starts at 0 and moves only when
 * nothing is ready: then straight to the next deadline. Idle time costs
 * nothing and a program's trace is the same in every run. The hub looks at
 * timers and I/O after every iteration (SCHED-3). Before the first spawn
 * (ERR-1); until gt_shutdown.
 */
GTI_PUBLIC void gt_testing_virtual_clock(void);

/*
 * Moves the virtual clock on as if the caller had computed for that long:
 * without giving control away, so that deadlines pass while it runs. Without a
 * virtual clock it is a programming error (ERR-1).
 *
 *   duration_ns  nanoseconds; 0 or less: nothing happens
 */
GTI_PUBLIC void gt_testing_compute(int64_t duration_ns);

/*
 * Lets the ready threads run in an order drawn from `seed`, in each iteration
 * another, instead of first in, first out. Finds programs that lean on the
 * order by accident: run a test with many seeds; one that fails is replayed by
 * its seed, on any backend, as long as time is virtual and the program does
 * the same. What a program may rely on holds for every seed: a thread that is
 * spawned or woken waits for the next iteration (SPAWN-3), victims of a kill
 * run first and in their order (KILL-1, KILL-12), timers fire by deadline.
 * For this OS thread's hub, until gt_shutdown.
 *
 *   seed   all orders are as likely as each other, over many seeds; 0: FIFO
 *          again
 *   rules  SCHED-2
 */
GTI_PUBLIC void gt_testing_schedule_seed(uint64_t seed);

/*
 * Whether threads that start from now on find their stacks clean, so that
 * gt_stack_usage tells what each has used itself. Every stack is wiped before
 * its next thread, which takes some microseconds for each that starts. For this
 * OS thread's hub, until gt_shutdown.
 *
 *   rules  STACK-2
 */
GTI_PUBLIC void gt_testing_measure_stacks(bool measure);

/*
 * Makes one allocation of the library fail, in the whole process: the `nth`
 * from now, counted from 1, of memory, stacks and OS threads alike; then no
 * more. 0: none.
 */
GTI_PUBLIC void gt_testing_fail_allocation(size_t nth);

/* True if the last gt_testing_fail_allocation has made one fail. */
GTI_PUBLIC bool gt_testing_allocation_failed(void);

/*
 * Throws GT_EXIT into one thread of this OS thread's hub at its `kth` call that
 * blocks, as if another thread had killed it right there: it raises before any
 * other runs but the victims of kills under way, or, in a shield, at the
 * shield's end. A call that may block but
 * need not is not counted, since no kill could reach the thread in it; the
 * yields of gt_kill and gt_yield are. What gt_shutdown does in main is not:
 * nothing can be raised there.
 *
 * With a larger k each time, until it strikes no more, a test meets every
 * place at which a thread can be killed; docs/examples/kill_at.c finds a leak
 * so. One kill is awaited at a time, until gt_shutdown.
 *
 *   number  as gt_get_number will tell it: 0 for main, n for the n-th thread
 *           that the hub spawns, which need not exist yet
 *   kth     counted from 1, from now on; 0: takes the last one back
 *   rules   TEST-1
 */
GTI_PUBLIC void gt_testing_kill_at(uint64_t number, size_t kth);

/* True if the last gt_testing_kill_at of the process has struck; also when its
   hub is gone. */
GTI_PUBLIC bool gt_testing_kill_struck(void);

/* How many allocations, of all these kinds, the library holds now, in the whole process. */
GTI_PUBLIC size_t gt_testing_live_allocations(void);

/* The name of the backend that is linked: "inline", "threads", ... */
GTI_PUBLIC const char *gt_testing_backend(void);

GTI_END_C

#endif
