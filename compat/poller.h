/*
 * The contract of compat: which descriptors are ready. Level-triggered.
 *
 * Error returns are negative errno values. On platforms without descriptors
 * gti_poller_new returns NULL with success, and no other function is called.
 */
#ifndef GTI_COMPAT_POLLER_H
#define GTI_COMPAT_POLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Events; the values of GT_READ and GT_WRITE. */
enum { GTI_POLL_READ = 1, GTI_POLL_WRITE = 2 };

typedef struct gti_poller gti_poller;

/* A descriptor that was found ready; an error or a hang-up is both events. */
typedef struct gti_poll_event {
    int fd;
    uint32_t generation; /* as given to gti_poller_set */
    int events;
} gti_poll_event;

/*
 * Makes a poller, in memory from `allocate` (which may fail and is given back
 * by `release`).
 *
 *   returns  0, or -errno with *poller as it was
 */
int gti_poller_new(gti_poller **poller, void *(*allocate)(size_t), void (*release)(void *));

/* Frees it; the descriptors that were set are untouched. After a fork, in the
   child, it only closes what it inherited. */
void gti_poller_free(gti_poller *poller);

/*
 * Sets what is looked for on a descriptor.
 *
 *   fd          a descriptor
 *   events      0: it is forgotten, which cannot fail
 *   generation  handed back with its events; a new one for each file that
 *               the number has stood for
 *   returns     0; -EPERM: it cannot be polled and is always ready; another
 *               -errno: nothing was set
 */
int gti_poller_set(gti_poller *poller, int fd, int events, uint32_t generation);

/*
 * Finds what is ready, in the order of the system; waits for the first.
 *
 *   timeout_ns  0: does not wait; INT64_MAX: for ever
 *   events      room for `max`
 *   returns     how many were found, 0 when the time is up or, if it waits, a signal came:
 *               one that does not wait misses nothing that is ready
 */
size_t gti_poller_wait(gti_poller *poller, int64_t timeout_ns, gti_poll_event *events, size_t max);

/*
 * Which of `events` are ready on one descriptor now.
 *
 *   returns  the ready ones, 0 for none, or -errno (-EBADF: it is closed)
 */
int gti_poll_now(int fd, int events);

#endif
