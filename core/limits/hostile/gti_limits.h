/*
 * The hostile twin of ../gti_limits.h. Everything is as small, as short-lived and as near to its
 * overflow as the rules allow. What rarely happens elsewhere happens in every run of the suite
 * here. The other file says what each name means; this one says why the value hurts.
 *
 * Traces are the same. GT_IO_BURST and GT_SHUTDOWN_ROUNDS are promises to programs, and traces
 * count them, so they have no twin.
 */
#ifndef GTI_LIMITS_H
#define GTI_LIMITS_H

#include "compat/inline.h"
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    /* The ring grows with the first spawn and has no slot to spare. A thread that was taken out
       of turn soon costs a compaction. */
    GTI_SMALL_RING = 1,
    GTI_SLOTS_PER_THREAD = 1,
    GTI_BLOCKS_AHEAD = 1,
    GTI_STACKS_AHEAD = 0,
    GTI_LINES_AHEAD = 1,

    /* With the system's clock, every switch polls. */
    GTI_POLL_AFTER = 1,
    GTI_CALLS_PER_POLL = 1,
    GTI_CALLS_PER_CLOCK = 1,

    /* Other ready descriptors are found in a later poll. */
    GTI_EVENTS = 1,

    /* The table grows with the first descriptors. Pointers into it are stale then. */
    GTI_DESCRIPTORS = 1,

    /* Each wait asks the poller, whatever number another hub closes. */
    GTI_CLOSINGS = 1,

    /* As elsewhere: what follows is about room, and no size of it hurts more. */
    GTI_TIMER_DIGIT = 6,
    GTI_CHUNK_ALIGNMENT = GTI_CACHE_LINE,
    GTI_STACK_STEP = 4096,
    GTI_STACK_STEPS = 32,
    GTI_STACK_CLASSES = (sizeof(size_t) * CHAR_BIT - 15) * GTI_STACK_STEPS,
    GTI_STAGGER = 64,
    GTI_STAGGER_STEPS = 16,
    GTI_REPORT_LINE = 400,
    GTI_DESCRIPTION = 96,

    /* Of two timers in a slot the earliest is not known exactly, so waits end too early. */
    GTI_SHORT_LIST = 0,

    /* Links are sorted unless the first one matches. */
    GTI_SHORT_LINKS = 0,

    /* The table grows at the second timeout. */
    GTI_SMALL_STARTED = 1,

    /* Each object is an allocation of its own, so each may fail, and tools see its bounds. */
    GTI_CHUNK = 1,

    /* The smallest usable size. */
    GTI_STACK_SIZE = 0,

    /* Some blocks are used in part, and most share their pool with other blocks. */
    GTI_BLOCK = 2,

    /* The second idle stack is given back. */
    GTI_IDLE_STACKS = 1,

    /* One stack at a time. */
    GTI_SLICE = 1
};

/* A stack is surplus if it is idle at one poll and still idle at the next. */
#define GTI_WINDOW_NS INT64_C(0)
#define GTI_SLICE_NS INT64_C(0)

#define GTI_LARGEST_STACK (SIZE_MAX / 4)
typedef uint64_t gti_timer_slots;

/* Every I/O call on the real clock takes too long. */
#define GTI_POLL_NS INT64_C(0)

/* A few steps before the overflow. */
#define GTI_FIRST_POSITION (SIZE_MAX - 5)
#define GTI_FIRST_TOKEN UINT32_MAX
#define GTI_FIRST_GENERATION UINT32_MAX

/* Not a valid pointer, and an unlikely number. */
static inline void gti_spoil(void *memory, size_t size)
{
    memset(memory, 0xdb, size);
}

#endif
