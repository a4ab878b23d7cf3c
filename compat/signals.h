/*
 * The contract of compat: signals as descriptors, and OS threads without them.
 */
#ifndef GTI_COMPAT_SIGNALS_H
#define GTI_COMPAT_SIGNALS_H

/*
 * From now on arrivals of `signum` in the process are counted, and have no other effect.
 * A handler that was installed meanwhile is replaced. The returned descriptor is readable
 * while some arrivals are kept.
 *
 * In a child of fork, which shares the descriptors, no arrival is counted.
 *
 *   owner    the one that asks; the same owner gets the same descriptor again
 *   returns  the descriptor, or -errno: -EINVAL, -EBUSY (another owner has it),
 *            or the system has no more descriptors
 */
int gti_signal_open(int signum, const void *owner);

/*
 * Takes one arrival.
 *
 *   signum   one that gti_signal_open has opened
 *   returns  0; GTI_WOULD_BLOCK: none is kept; -EBADF: others have closed the
 *            descriptor
 */
int gti_signal_take(int signum);

/*
 * Gives all signals of `owner` their former effect back, except those to which the
 * program has given another since. The poller must have forgotten their descriptors.
 */
void gti_signal_close_all(const void *owner);

/* The signals that an OS thread blocks. Its contents are the platform's. */
typedef struct gti_signal_mask {
    _Alignas(8) unsigned char bytes[128];
} gti_signal_mask;

/*
 * Between the two calls, the calling OS thread and those that it starts block every
 * signal but those of their own faults. One OS thread may release what another has held.
 *
 *   former  what it blocked before, and what an OS thread blocks from now on
 */
void gti_signals_hold(gti_signal_mask *former);
void gti_signals_release(const gti_signal_mask *former);

#endif
