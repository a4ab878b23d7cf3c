/*
 * Who waits for which descriptor.
 *
 * Waiters stand in line for each direction, and stay in it from their first
 * park until they have what they came for, so that only the one at the head is
 * ever woken and a late comer does not take what it was woken for (SCHED-6).
 */
#ifndef GTI_DESCRIPTORS_H
#define GTI_DESCRIPTORS_H

#include "core/hub/hub.h"

typedef struct gti_descriptor {
    gti_waiters readers, writers;
    uint32_t generation; /* of the file that the number stands for */
    uint8_t set;         /* what the poller looks for; kept when nobody waits,
                            until it is found to be ready in vain */
    bool is_stream;      /* of bytes: valid while something is set */
    bool is_drained;     /* see below; false unless reading is set */
    bool is_muted;       /* it was ready to no avail, and the poller tells only what is new */
    unsigned closings;   /* of the number by other hubs that are accounted for */
} gti_descriptor;

struct gti_io {
    gti_poller *poller;    /* NULL: the platform has none */
    gti_descriptor *table; /* by number */
    size_t size;
    size_t waiting;    /* threads in line */
    unsigned closings; /* by other hubs, of all numbers, that are accounted for */
    bool is_stale;     /* the poller has told of what is not set: it is to be renewed */
};

/* A thread's place in line, in its frame. */
typedef struct gti_fd_wait {
    gti_waiter reader, writer; /* each listed if it wants that direction */
    int fd, events;
    unsigned parks; /* so far; all but the first after a wake-up to no avail */
} gti_fd_wait;

static inline bool gti_descriptors_waited_for(const gti_hub *hub)
{
    return hub->io && hub->io->waiting;
}

/* Finds ready descriptors, into hub->events; how many. Then wakes their first waiters. */
size_t gti_descriptors_poll(gti_hub *hub, int64_t timeout_ns);
void gti_descriptors_wake(gti_hub *hub, size_t n);

/* True if somebody stands in line for `events`. */
bool gti_descriptor_has_waiters(const gti_hub *hub, int fd, int events);

/* A read has got less than it asked for. */
void gti_descriptor_set_drained(const gti_hub *hub, int fd);

/*
 * True if the last read has taken all that there was of a stream, and the
 * poller has told of no more since.
 */
bool gti_descriptor_is_drained(const gti_hub *hub, int fd);

/*
 * Has the current thread stand in line.
 *
 *   returns  true; false: the descriptor cannot be polled, it is always ready
 *   raises   GT_OS_ERROR, GT_NO_MEMORY
 */
bool gti_descriptor_enter(gti_hub *hub, gti_fd_wait *wait, int fd, int events, const char *call);

void gti_descriptor_leave(gti_hub *hub, gti_fd_wait *wait);

/* It was ready again and again, and is of no use to the first in line. */
void gti_descriptor_mute(gti_hub *hub, int fd);

/* Why the line of a waiter was closed, an errno; 0: it was not. */
static inline int gti_fd_wait_code(const gti_fd_wait *wait)
{
    return wait->reader.error ? wait->reader.error : wait->writer.error;
}

/*
 * Tells the file that a number stands for from those that it stands for later.
 *
 *   raises   GT_OS_ERROR, GT_NO_MEMORY
 */
uint32_t gti_descriptor_generation(gti_hub *hub, int fd, const char *call);

/* Forgets what is known of a number; those in line raise EBADF. */
void gti_descriptors_forget(gti_hub *hub, int fd);

/* A number has been closed or forgotten, by `hub` (NULL: by an OS thread without one), which
   knows; other hubs may know the number as well. */
void gti_descriptors_tell_others(const gti_hub *hub, int fd);

/* Makes sure that what is set is so for the file that the number stands for. */
void gti_descriptor_verify(gti_hub *hub, int fd);

/* The number is new: what is known of it is of a file that others have closed. */
static inline void gti_descriptor_begin(gti_hub *hub, int fd)
{
    if (hub->io && (size_t)fd < hub->io->size && hub->io->table[fd].set)
        gti_descriptors_forget(hub, fd);
}

void gti_descriptors_fini(gti_hub *hub);

#endif
