/*
 * What every other public header needs: the markers on prototypes, and the
 * names of the types that they pass to each other.
 */
#ifndef GREENTHREAD_BASE_H
#define GREENTHREAD_BASE_H

#include <greenthread/platform.h> /* GTI_SETJMP, ssize_t, struct sockaddr, socklen_t */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GREENTHREAD_VERSION_MAJOR 0
#define GREENTHREAD_VERSION_MINOR 1
#define GREENTHREAD_VERSION_PATCH 0

/*
 * Markers on a prototype. They expand to nothing: they are the closed
 * vocabulary of what a call can do to its caller, and a test compares them
 * with the prose above each prototype.
 *
 *   GT_MAY_BLOCK   other green threads may run before the call returns. A
 *                  call without it never gives control away (SCHED-1), and
 *                  never meets a kill or a timeout.
 *   GT_MAY_RAISE   an exception may leave the call: one that it documents,
 *                  or, where it may block too, one thrown into the caller.
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

typedef struct gt_thread gt_thread;
typedef struct gt_exception gt_exception;

typedef void *gt_function(void *arg);

/* Threads that wait for one thing, the first to come first; of what has a line. */
typedef struct gti_waiters {
    struct gti_waiter *first, *last;
} gti_waiters;

#endif
