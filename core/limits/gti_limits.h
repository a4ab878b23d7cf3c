/*
 * How much room core begins with, how much it keeps, and where it begins to
 * count: numbers that no rule depends on. hostile/gti_limits.h has the same
 * names with the values that a program meets last; which of the two is found
 * by include path is chosen by GREENTHREAD_HOSTILE when configuring.
 */
#ifndef GTI_LIMITS_H
#define GTI_LIMITS_H

#include <greenthread/io.h>
#include <greenthread/time.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* Of the run queue: slots within the hub, a power of two; and slots for
       each thread, where one would do with a compaction at every turn. */
    GTI_SMALL_RING = 16,
    GTI_SLOTS_PER_THREAD = 2,

    /* How far ahead in the run queue memory is asked for. */
    GTI_BLOCKS_AHEAD = 16,
    GTI_STACKS_AHEAD = 8,

    /* Lines of the cache, from where a stack was left, that its thread needs to
       get back from the switch and the call around it. */
    GTI_LINES_AHEAD = 3,

    /* Switches from one look at timers and descriptors to the next. */
    GTI_POLL_AFTER = GT_POLL_INTERVAL,

    /* I/O calls from one look to the next, and from one reading of the clock to
       the next while a thread makes them in a row; a power of two. */
    GTI_CALLS_PER_POLL = 4 * GT_IO_BURST,
    GTI_CALLS_PER_CLOCK = 4,

    /* Ready descriptors that are taken from the poller at once. */
    GTI_EVENTS = 64,

    /* Numbers that the first table of descriptors has room for. */
    GTI_DESCRIPTORS = 64,

    /* Numbers of which is known, each by itself, whether another hub closes them. */
    GTI_CLOSINGS = 4096,

    /* Timers that are looked at one by one to find the earliest. */
    GTI_SHORT_LIST = 16,

    /* Links that are looked at one by one to find the one to take back. */
    GTI_SHORT_LINKS = 32,

    /* Lists of started timeouts within the hub, a power of two. */
    GTI_SMALL_STARTED = 8,

    /* Objects in a chunk of a slab. */
    GTI_CHUNK = 64,

    /* Bytes of a stack, if its thread asks for nothing else; the smallest
       usable stack at least. With its guard 256 KiB of address space. */
    GTI_STACK_SIZE = 240 * 1024,

    /* Stacks that are reserved at once at most; 64 or less. */
    GTI_BLOCK = 64,

    /* Idle stacks, of that size or as many bytes of others, that are kept
       however long nobody needs them. */
    GTI_IDLE_STACKS = 1024,

    /* Stacks beyond these that are given back at once. */
    GTI_SLICE = 256
};

/* For how long idle stacks go unused before they count as surplus, and from
   one slice of it to the next. */
#define GTI_WINDOW_NS GT_SECONDS(1)
#define GTI_SLICE_NS GT_MS(1)

/* Time from one look to the next that I/O calls and switches are held to. */
#define GTI_POLL_NS GT_MS(1)

#define GTI_FIRST_POSITION ((size_t)0)     /* of the run queue */
#define GTI_FIRST_TOKEN ((uint32_t)0)      /* of a thread's parks */
#define GTI_FIRST_GENERATION ((uint32_t)0) /* of a descriptor's files */

/* Called with memory whose contents mean nothing from here on. */
static inline void gti_spoil(void *memory, size_t size)
{
    (void)memory;
    (void)size;
}

#endif
