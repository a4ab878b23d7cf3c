/*
 * The wait queues of descriptors.
 *
 * Each direction of a descriptor has a queue. A waiter stays queued from its first park until its
 * call ends: it has what it waits for, or it raises. An event wakes only the first waiter, and a
 * newcomer cannot take what that waiter was woken for (SCHED-6).
 */
#ifndef GTI_DESCRIPTORS_H
#define GTI_DESCRIPTORS_H

#include "core/hub/hub.h"

typedef struct gti_descriptor {
    gti_waiters readers, writers;
    uint32_t generation; /* of the file that the number refers to */
    uint8_t set; /* what the poller watches; it keeps watching without waiters until an event finds
                    no waiter */
    bool is_stream;    /* it is a stream of bytes; valid while something is set */
    bool is_drained;   /* see below; false unless reading is set */
    bool is_muted;     /* waiters were woken without success; the poller reports only what is new */
    unsigned closings; /* closings of the number by other hubs that this hub has seen */
} gti_descriptor;

/*
 * The scheduler and the end of a hub call these by pointers, so a program that waits for no
 * descriptor does not link them.
 */
struct gti_io {
    size_t (*poll)(gti_hub *hub, int64_t timeout_ns);
    void (*wake)(gti_hub *hub, size_t n);
    void (*fini)(gti_hub *hub);
    gti_poller *poller;    /* NULL: the platform has none */
    gti_descriptor *table; /* indexed by number */
    size_t size;
    size_t waiting;    /* threads in the queues */
    unsigned closings; /* closings by other hubs, of all numbers, that this hub has seen */
    bool is_stale;     /* the poller reported what is not set, so it must be made again */
};

/* A thread's place in the queues of a descriptor; in its frame. */
typedef struct gti_fd_wait {
    gti_waiter reader, writer; /* each is queued if the thread waits for that direction */
    int fd, events;
    unsigned parks; /* so far; each but the first follows a wake without success */
} gti_fd_wait;

static inline bool gti_descriptors_waited_for(const gti_hub *hub)
{
    return hub->io && hub->io->waiting;
}

/*
 * The first finds ready descriptors, puts them into hub->events and returns how many. The second
 * wakes their first waiters.
 */
size_t gti_descriptors_poll(gti_hub *hub, int64_t timeout_ns);
void gti_descriptors_wake(gti_hub *hub, size_t n);

/* True if a thread is queued for `events`. */
bool gti_descriptor_has_waiters(const gti_hub *hub, int fd, int events);

/* Notes that a read got less than it asked for. */
void gti_descriptor_set_drained(const gti_hub *hub, int fd);

/* True if the last read took all that the stream had, and the poller has reported no more since. */
bool gti_descriptor_is_drained(const gti_hub *hub, int fd);

/*
 * Enqueues the current thread.
 *
 *   returns  true; false: the descriptor cannot be polled, it is always ready
 *   raises   GT_OS_ERROR, GT_NO_MEMORY
 */
bool gti_descriptor_enter(gti_hub *hub, gti_fd_wait *wait, int fd, int events, const char *call);

void gti_descriptor_leave(gti_hub *hub, gti_fd_wait *wait);

/* Mutes a descriptor that is ready again and again without being of use to the first waiter. */
void gti_descriptor_mute(gti_hub *hub, int fd);

/* The errno that the queue of a waiter failed with; 0: it did not fail. */
static inline int gti_fd_wait_error(const gti_fd_wait *wait)
{
    return wait->reader.error ? wait->reader.error : wait->writer.error;
}

/*
 * A number that tells a file from later files with the same descriptor.
 *
 *   raises   GT_OS_ERROR, GT_NO_MEMORY
 */
uint32_t gti_descriptor_generation(gti_hub *hub, int fd, const char *call);

/* Forgets what is known of a number. Its waiters raise EBADF. */
void gti_descriptors_forget(gti_hub *hub, int fd);

/*
 * Tells other hubs that a number was closed or forgotten, because they may know the number as well.
 * `hub` did it and knows; NULL: an OS thread without a hub did it.
 */
void gti_descriptors_tell_others(const gti_hub *hub, int fd);

/* Makes sure that the poller watches the file that the number refers to now. */
void gti_descriptor_verify(gti_hub *hub, int fd);

/* The number is new. If something is set, it concerns a file that others have closed; forget it. */
static inline void gti_descriptor_begin(gti_hub *hub, int fd)
{
    if (hub->io && (size_t)fd < hub->io->size && hub->io->table[fd].set)
        gti_descriptors_forget(hub, fd);
}

void gti_descriptors_fini(gti_hub *hub);

#endif
