/*
 * Base: what every other public header needs. It has the markers on
 * prototypes, and the names of the types that the headers pass to each other.
 */
#ifndef GREENTHREAD_BASE_H
#define GREENTHREAD_BASE_H

#include <greenthread/platform.h> /* GTI_SETJMP, ssize_t, struct sockaddr, socklen_t */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The version of the headers, as three numbers.
 */
#define GREENTHREAD_VERSION_MAJOR 0
#define GREENTHREAD_VERSION_MINOR 1
#define GREENTHREAD_VERSION_PATCH 0

/*
 * Markers on a prototype that say what a call can do to its caller. They expand
 * to nothing. A test compares them with the prose above each prototype.
 *
 *   GT_MAY_BLOCK  other green threads may run before the call returns. A call
 *                 without it never gives control away (SCHED-1), and never
 *                 meets a kill or a timeout, but for gt_shield_end, which raises
 *                 one that was held back
 *   GT_MAY_RAISE  an exception may leave the call: one that it documents, or,
 *                 if it may block too, one thrown into the caller
 *   rules         SCHED-1
 */
#define GT_MAY_BLOCK
#define GT_MAY_RAISE

#ifdef __cplusplus
#define GTI_NORETURN [[noreturn]]
#define GTI_BEGIN_C extern "C" {
#define GTI_END_C }
#else
#define GTI_NORETURN _Noreturn
#define GTI_BEGIN_C
#define GTI_END_C
#endif

#if defined __GNUC__
#define GTI_PUBLIC __attribute__((visibility("default")))
#else
#define GTI_PUBLIC
#endif

/*
 * A green thread; programs have pointers to it only. gt_spawn makes one, and
 * greenthread-thread(7) says how long a handle is good.
 *
 *   rules    REF-1 REF-2
 */
typedef struct gt_thread gt_thread;
typedef struct gt_exception gt_exception;

/*
 * A function that a thread runs. What it returns is the thread's result.
 *
 *   arg      as given to the call that spawns the thread or runs the function
 *   returns  the result, owned as the function documents; may be NULL
 */
typedef void *gt_function(void *arg);

/* Threads that wait for one thing, in the order in which they came. */
typedef struct gti_waiters {
    struct gti_waiter *first, *last;
} gti_waiters;

#endif
