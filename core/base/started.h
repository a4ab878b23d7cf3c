/*
 * The timeouts of a hub that are started and not stopped, found by address. A timeout is the user's
 * storage and need not be initialized, so the timeout itself cannot tell whether it is started.
 */
#ifndef GTI_STARTED_H
#define GTI_STARTED_H

#include <greenthread/timeout.h>
#include <gti_limits.h>

typedef struct gti_started {
    gt_timeout **lists; /* a power of two of them, each linked by `next` */
    size_t mask, n;
    gt_timeout *small[GTI_SMALL_STARTED];
} gti_started;

void gti_started_init(gti_started *started);
void gti_started_fini(gti_started *started);

bool gti_started_has(const gti_started *started, const gt_timeout *timeout);

/* Adds a timeout that is not in the set. Cannot fail: without memory the lists get longer. */
void gti_started_add(gti_started *started, gt_timeout *timeout);

/* Removes a timeout that is in the set. */
void gti_started_remove(gti_started *started, gt_timeout *timeout);

#endif
