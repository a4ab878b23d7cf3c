/*
 * How much room core begins with, how much it keeps, and where it begins to count. No rule depends
 * on these numbers. hostile/gti_limits.h has the same names with values that a program rarely
 * meets. GREENTHREAD_HOSTILE chooses at configuration which of the two the include path finds.
 */
#ifndef GTI_LIMITS_H
#define GTI_LIMITS_H

#include "compat/inline.h"
#include <greenthread/io.h>
#include <greenthread/time.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* Of the run queue: slots within the hub, a power of two; and slots for each thread. One
       slot for each thread would do, with a compaction at every turn. */
    GTI_SMALL_RING = 16,
    GTI_SLOTS_PER_THREAD = 2,

    /* How far ahead in the run queue memory is prefetched. */
    GTI_BLOCKS_AHEAD = 16,
    GTI_STACKS_AHEAD = 8,

    /* Cache lines, from where a stack was left, that its thread needs to return from the switch
       and the call around it. */
    GTI_LINES_AHEAD = 3,

    /* Switches from one poll of timers and descriptors to the next. */
    GTI_POLL_AFTER = GT_POLL_INTERVAL,

    /* I/O calls from one poll to the next; and calls from one reading of the clock to the next,
       while a thread makes them in a row. The second is a power of two. */
    GTI_CALLS_PER_POLL = 4 * GT_IO_BURST,
    GTI_CALLS_PER_CLOCK = 4,

    /* Ready descriptors taken from the poller in one call. */
    GTI_EVENTS = 64,

    /* Descriptor numbers that the first table has room for. */
    GTI_DESCRIPTORS = 64,

    /* Descriptor numbers that are watched one by one for being closed by another hub. */
    GTI_CLOSINGS = 4096,

    /* Bits of a deadline that one level of the timers tells apart; from 2 to 6. */
    GTI_TIMER_DIGIT = 6,

    /* Timers that are compared one by one to find the earliest. */
    GTI_SHORT_LIST = 16,

    /* Links that are compared one by one to find the link to remove. */
    GTI_SHORT_LINKS = 32,

    /* Lists of started timeouts within the hub, a power of two. */
    GTI_SMALL_STARTED = 8,

    /* Objects in a chunk of a slab, and the bytes to which the first is aligned. */
    GTI_CHUNK = 64,
    GTI_CHUNK_ALIGNMENT = GTI_CACHE_LINE,

    /* Sizes of stacks are multiples of a step, up to twice as many of them as the second number
       says. After that each doubling has as many sizes as it says. The third is how many sizes
       there are. */
    GTI_STACK_STEP = 4096,
    GTI_STACK_STEPS = 32,
    GTI_STACK_CLASSES = (sizeof(size_t) * CHAR_BIT - 15) * GTI_STACK_STEPS,

    /* Tops at the same offset in their pages share cache sets. So they are shifted by multiples of
       this, and by how many of them. */
    GTI_STAGGER = 64,
    GTI_STAGGER_STEPS = 16,

    /* Bytes of a line of a report, and of the description of a thread. What is longer is cut. */
    GTI_REPORT_LINE = 400,
    GTI_DESCRIPTION = 96,

    /* Bytes of a stack if its thread asks for no size; at least the smallest usable stack. With
       its guard it takes 256 KiB of address space. */
    GTI_STACK_SIZE = 240 * 1024,

    /* The most stacks that are reserved at once; 64 or less. */
    GTI_BLOCK = 64,

    /* Idle stacks of the default size, or as many bytes of other sizes, that are always kept. */
    GTI_IDLE_STACKS = 1024,

    /* Surplus stacks that are given back at once. */
    GTI_SLICE = 256
};

/*
 * How long idle stacks stay unused before they count as surplus, and the time from one slice of the
 * surplus to the next.
 */
#define GTI_WINDOW_NS GT_SECONDS(1)
#define GTI_SLICE_NS GT_MS(1)

/* The time from one poll to the next that I/O calls and switches aim at. */
#define GTI_POLL_NS GT_MS(1)

/* The largest size of a stack that a thread may ask for. */
#define GTI_LARGEST_STACK (SIZE_MAX / 4)

/* A bit for each slot of a level of the timers. */
typedef uint64_t gti_timer_slots;

#define GTI_FIRST_POSITION ((size_t)0)     /* of the run queue */
#define GTI_FIRST_TOKEN ((uint32_t)0)      /* of a thread's parks */
#define GTI_FIRST_GENERATION ((uint32_t)0) /* of a descriptor's files */

/* Called with memory whose contents are no longer valid. */
static inline void gti_spoil(void *memory, size_t size)
{
    (void)memory;
    (void)size;
}

#endif
