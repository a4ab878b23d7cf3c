/*
 * The hostile twin of ../gti_limits.h: everything is as small, as short-lived
 * and as near to its overflow as the rules allow, so that what happens once in
 * a year elsewhere happens in every run of the suite here. What a name means
 * stands there; here stands why the value hurts.
 *
 * Traces are the same. GT_IO_BURST and GT_SHUTDOWN_ROUNDS are no limits but
 * promises to programs, which traces count, so they have no twin.
 */
#ifndef GTI_LIMITS_H
#define GTI_LIMITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    /* Grows with the first spawn, and has no slot to spare: a thread that
       was taken out of turn costs a compaction soon after. */
    GTI_SMALL_RING = 1,
    GTI_SLOTS_PER_THREAD = 1,
    GTI_BLOCKS_AHEAD = 1,
    GTI_STACKS_AHEAD = 0,
    GTI_LINES_AHEAD = 1,

    /* Every switch looks, where the clock is the system's. */
    GTI_POLL_AFTER = 1,
    GTI_CALLS_PER_POLL = 1,
    GTI_CALLS_PER_CLOCK = 1,

    /* What is ready besides is found in a later look. */
    GTI_EVENTS = 1,

    /* Grows at every other descriptor; what points into it is stale then. */
    GTI_DESCRIPTORS = 1,

    /* Whatever another hub closes, each wait asks the poller. */
    GTI_CLOSINGS = 1,

    /* The earliest timer is never known exactly: waits end too early. */
    GTI_SHORT_LIST = 0,

    /* They are sorted when it is not the first. */
    GTI_SHORT_LINKS = 0,

    /* Grows at the third timeout. */
    GTI_SMALL_STARTED = 1,

    /* Each object is an allocation, so each may fail, and each has an end. */
    GTI_CHUNK = 1,

    /* The smallest usable one. */
    GTI_STACK_SIZE = 0,

    /* Some blocks are used in part, and most are not alone of their pool. */
    GTI_BLOCK = 2,

    /* The second stack that is idle goes back. */
    GTI_IDLE_STACKS = 1,

    /* Slice by slice. */
    GTI_SLICE = 1
};

/* Whatever was idle at a look and still is at the next. */
#define GTI_WINDOW_NS INT64_C(0)
#define GTI_SLICE_NS INT64_C(0)

/* Every I/O call on the real clock takes too long. */
#define GTI_POLL_NS INT64_C(0)

/* A few steps before the overflow. */
#define GTI_FIRST_POSITION (SIZE_MAX - 5)
#define GTI_FIRST_TOKEN UINT32_MAX
#define GTI_FIRST_GENERATION UINT32_MAX

/* No pointer that is valid, and no number that is likely. */
static inline void gti_spoil(void *memory, size_t size)
{
    memset(memory, 0xdb, size);
}

#endif
