/*
 * The small twin of ../gti_limits.h, for a processor with some kilobytes of memory: what costs
 * memory is small, and what only saves time is left out. The other file says what each name means.
 *
 * A line of a report is on the stack of the thread that makes it. So it is short, unless the build
 * chooses stacks of 4 KiB or more.
 */
#ifndef GTI_LIMITS_H
#define GTI_LIMITS_H

#include <greenthread/io.h>
#include <greenthread/time.h>
#include <stddef.h>
#include <stdint.h>

/* The build may choose a size for stacks whose threads ask for none. 0: the smallest usable one. */
#if !defined GREENTHREAD_STACK_SIZE
#define GREENTHREAD_STACK_SIZE 0
#endif

enum {
    GTI_SMALL_RING = 8,
    GTI_SLOTS_PER_THREAD = 1,
    GTI_BLOCKS_AHEAD = 1,
    GTI_STACKS_AHEAD = 0,
    GTI_LINES_AHEAD = 1,
    GTI_POLL_AFTER = GT_POLL_INTERVAL,
    GTI_CALLS_PER_POLL = 4 * GT_IO_BURST,
    GTI_CALLS_PER_CLOCK = 4,
    GTI_EVENTS = 1,
    GTI_DESCRIPTORS = 4,
    GTI_CLOSINGS = 1,

    /* 32 levels of 4 slots take a fifth of what 11 levels of 64 take. */
    GTI_TIMER_DIGIT = 2,
    GTI_SHORT_LIST = 16,
    GTI_SHORT_LINKS = 32,
    GTI_SMALL_STARTED = 4,

    GTI_CHUNK = 1,
    GTI_CHUNK_ALIGNMENT = 16,

    GTI_STACK_SIZE = GREENTHREAD_STACK_SIZE,
    GTI_STACK_STEP = 64,
    GTI_STACK_STEPS = 8,
    GTI_STACK_CLASSES = 18 * GTI_STACK_STEPS,
    GTI_STAGGER = 16,
    GTI_STAGGER_STEPS = 1,
    GTI_BLOCK = 1,
    GTI_IDLE_STACKS = 1,
    GTI_SLICE = 16,

#if defined GTI_SHORT_REPORTS
    GTI_REPORT_LINE = 120,
    GTI_DESCRIPTION = 40
#else
    GTI_REPORT_LINE = 400,
    GTI_DESCRIPTION = 96
#endif
};

#define GTI_WINDOW_NS GT_SECONDS(1)
#define GTI_SLICE_NS GT_MS(1)
#define GTI_POLL_NS GT_MS(1)

#define GTI_LARGEST_STACK ((size_t)16 * 1024 * 1024)

typedef uint8_t gti_timer_slots;

#define GTI_FIRST_POSITION ((size_t)0)
#define GTI_FIRST_TOKEN ((uint32_t)0)
#define GTI_FIRST_GENERATION ((uint32_t)0)

static inline void gti_spoil(void *memory, size_t size)
{
    (void)memory;
    (void)size;
}

#endif
