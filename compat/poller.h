/*
 * The contract of compat: which descriptors are ready. Level-triggered.
 *
 * Error returns are negative errno values. On platforms without descriptors
 * gti_poller_new returns NULL with success, and no other function is called.
 */
#ifndef GTI_COMPAT_POLLER_H
#define GTI_COMPAT_POLLER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Events; the values of GT_READ and GT_WRITE. */
enum { GTI_POLL_READ = 1, GTI_POLL_WRITE = 2 };

typedef struct gti_poller gti_poller;

/* A descriptor that was found ready. An error or a hang-up sets both events. */
typedef struct gti_poll_event {
    int fd;
    uint32_t generation; /* as given to gti_poller_set */
    int events;
} gti_poll_event;

/*
 * Makes a poller, in memory from `allocate`. That may fail, and `release` gives it back.
 *
 *   returns  0, or -errno with *poller as it was
 */
int gti_poller_new(gti_poller **poller, void *(*allocate)(size_t), void (*release)(void *));

/*
 * Frees it. The descriptors that were set are untouched. In a child of fork it only
 * closes what it inherited.
 */
void gti_poller_free(gti_poller *poller);

/* What gti_poller_set and gti_poller_wait return besides -errno. No errno is as large. */
enum {
    GTI_POLLER_LOST = -INT_MAX,    /* others have closed the number, and may use it again */
    GTI_POLLER_GONE = -INT_MAX + 1 /* others have closed the poller: gti_poller_renew */
};

/*
 * Sets which events the poller watches on a descriptor.
 *
 *   fd          a descriptor
 *   former      what was set, with the same generation; 0: nothing
 *   events      0: forget the descriptor
 *   generation  handed back with its events; a new one for each file that the
 *               number has meant
 *   returns     0; -EPERM: it cannot be polled and is always ready;
 *               GTI_POLLER_LOST, only if something was set: nothing is set now,
 *               but the file that the number meant may live on in a copy, and
 *               then has events of that generation;
 *               GTI_POLLER_GONE; another -errno: nothing was set
 */
int gti_poller_set(gti_poller *poller, int fd, int former, int events, uint32_t generation);

/*
 * Stops telling what is set on a descriptor while it is ready as it is now. The poller
 * tells it again when something happens to the descriptor or, where the system cannot
 * tell that, after a pause. gti_poller_set ends this.
 *
 *   returns  as gti_poller_set
 */
int gti_poller_mute(gti_poller *poller, int fd, int events, uint32_t generation);

/*
 * A muted descriptor was told after all, again without use: starts another pause, where
 * there are any.
 */
void gti_poller_mute_again(gti_poller *poller, int fd);

/*
 * Forgets all that was set, also for files that no number means any more. -errno: the
 * poller is unusable until a later call succeeds.
 */
int gti_poller_renew(gti_poller *poller);

/*
 * Finds what is ready, in the order of the system. Waits for the first.
 *
 *   timeout_ns  0: does not wait; INT64_MAX: no limit
 *   events      room for `max`
 *   returns     how many were found; 0 when the time is up or, if it waits, a signal
 *               came. A call that does not wait misses nothing that is ready.
 *               GTI_POLLER_GONE
 */
int gti_poller_wait(gti_poller *poller, int64_t timeout_ns, gti_poll_event *events, size_t max);

/*
 * Which of `events` are ready on one descriptor now.
 *
 *   returns  the ready ones, 0 for none, or -errno (-EBADF: it is closed)
 */
int gti_poll_now(int fd, int events);

#endif
