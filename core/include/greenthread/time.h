/*
 * Time: monotonic, in nanoseconds, as int64_t. Durations saturate: the
 * longest one never wraps into the past (SLEEP-3).
 */
#ifndef GREENTHREAD_TIME_H
#define GREENTHREAD_TIME_H

#include <greenthread/base.h>

GTI_BEGIN_C

/* Durations from a number, which may have a fraction. */
#define GT_SECONDS(x) ((int64_t)((x)*INT64_C(1000000000)))
#define GT_MS(x) ((int64_t)((x)*INT64_C(1000000)))
#define GT_US(x) ((int64_t)((x)*INT64_C(1000)))

/* A duration that does not end; so is any that reaches past INT64_MAX. */
#define GT_FOREVER INT64_MAX

/*
 * While threads are ready, the hub looks at timers and I/O at least once in
 * this many switches (SCHED-3, SCHED-4).
 */
#define GT_POLL_INTERVAL 64

/* Nanoseconds since some moment; the virtual clock's when that is on. */
GTI_PUBLIC int64_t gt_now(void);

/*
 * Blocks until at least `duration_ns` has passed.
 *
 *   duration_ns  nanoseconds; 0 or less: gt_yield; GT_FOREVER: until a kill
 *                or a timeout ends it, and no timer counts against GT_DEADLOCK
 *   raises       what is thrown into the caller; in main GT_DEADLOCK
 *   rules        SLEEP-1 SLEEP-2 SLEEP-3 SCHED-5
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_sleep(int64_t duration_ns);

GTI_END_C

#endif
