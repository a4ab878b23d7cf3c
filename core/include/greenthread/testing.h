/*
 * Testing: calls for tests of programs that use greenthread, and of greenthread
 * itself. greenthread.h does not include this header.
 */
#ifndef GREENTHREAD_TESTING_H
#define GREENTHREAD_TESTING_H

#include <greenthread/base.h>

GTI_BEGIN_C

/*
 * Gives this OS thread's hub a virtual clock. It starts at 0 and moves only when
 * nothing is ready: then straight to the next deadline. Idle time costs nothing,
 * and a program's trace is the same in every run. The hub polls timers and I/O
 * after every iteration. The clock stays until gt_shutdown.
 *
 *   misuse   a thread has been spawned, or a timeout runs
 *   rules    SCHED-3
 */
GTI_PUBLIC void gt_testing_virtual_clock(void);

/*
 * Moves the virtual clock as if the caller had computed for that long. Control
 * stays with the caller, so deadlines may pass while it "computes".
 *
 *   duration_ns  nanoseconds; 0 or less: nothing happens
 *   misuse       the clock is not virtual
 *   rules        SCHED-3
 */
GTI_PUBLIC void gt_testing_compute(int64_t duration_ns);

/*
 * Lets the ready threads run in an order drawn from a seed. Each iteration has
 * another order, instead of first in, first out. That finds programs that rely
 * on the order by accident: run a test with many seeds. One that fails is
 * replayed by its seed, on any backend, as long as time is virtual and the
 * program does the same. What a program may rely on holds for every seed: a
 * thread that is spawned or woken waits for the next iteration (SPAWN-3),
 * victims of a kill run first and in their order (KILL-1, KILL-12), timers fire
 * by deadline. The seed is this OS thread's hub's, until gt_shutdown.
 *
 *   seed     any number; all orders are equally likely over many seeds. 0: first
 *            in, first out again
 *   rules    SCHED-2 SCHED-3
 */
GTI_PUBLIC void gt_testing_schedule_seed(uint64_t seed);

/*
 * Sets whether threads that start from now on find their stacks clean. Then
 * gt_stack_usage tells what each thread has used itself. Every stack is wiped
 * before its next thread, which takes some microseconds for each thread that
 * starts. The setting is this OS thread's hub's, until gt_shutdown.
 *
 *   measure  true: wipe stacks; false: leave them as they are
 *   rules    STACK-2
 */
GTI_PUBLIC void gt_testing_measure_stacks(bool measure);

/*
 * Makes one allocation of the library fail, in the whole process. Memory, stacks
 * and OS threads count alike. Later allocations succeed again.
 *
 *   nth      which allocation, counted from 1, from now on; 0: none
 *   rules    SPAWN-9
 */
GTI_PUBLIC void gt_testing_fail_allocation(size_t nth);

/*
 * Tells whether the last gt_testing_fail_allocation has made an allocation fail.
 *
 *   returns  true: one has failed
 *   rules    SPAWN-9
 */
GTI_PUBLIC bool gt_testing_allocation_failed(void);

/*
 * Throws GT_EXIT into one thread at its k-th call that blocks. It is as if
 * another thread had killed it right there: the exception is raised before any
 * thread runs except the victims of kills that are under way, or, in a shield,
 * at the shield's end. A call that may block but need not is not counted, since
 * no kill could reach the thread in it. The yields of gt_kill and gt_yield are
 * counted. What gt_shutdown does in main is not: nothing can be raised there.
 *
 * A test that raises `kth` each time, until nothing is struck any more, meets
 * every place at which a thread can be killed. In the source tree of greenthread,
 * docs/examples/kill_at.c finds a leak in this way. One kill is awaited at a time,
 * until gt_shutdown.
 *
 *   number   of a thread of this OS thread's hub, as gt_get_number tells it: 0
 *            for main, n for the n-th thread that the hub spawns. The thread need
 *            not exist yet
 *   kth      which call that blocks, counted from 1, from now on; 0: takes the
 *            last gt_testing_kill_at back
 *   rules    TEST-1 KILL-1 KILL-11
 */
GTI_PUBLIC void gt_testing_kill_at(uint64_t number, size_t kth);

/*
 * Tells whether the last gt_testing_kill_at of the process has struck. The call
 * is allowed when its hub is gone.
 *
 *   returns  true: the exception has been thrown
 *   rules    TEST-1
 */
GTI_PUBLIC bool gt_testing_kill_struck(void);

/*
 * Returns how many allocations the library holds now, in the whole process.
 *
 *   returns  the number of blocks of memory, stacks and OS threads
 *   rules    SPAWN-9
 */
GTI_PUBLIC size_t gt_testing_live_allocations(void);

/*
 * Returns the name of the backend that is linked.
 *
 *   returns  "inline", "fcontext", "ucontext", "sigaltstack" or "threads"; static
 */
GTI_PUBLIC const char *gt_testing_backend(void);

GTI_END_C

#endif
