/*
 * The contract of compat: signals as descriptors, and OS threads without them.
 */
#ifndef GTI_COMPAT_SIGNALS_H
#define GTI_COMPAT_SIGNALS_H

/*
 * From now on each arrival of `signum` in the process can be read as one byte
 * from the descriptor that is returned, and has no other effect.
 *
 * In a child of fork, which shares the descriptors, no arrival is written to them.
 *
 *   owner    who asks; the same owner gets the same descriptor again
 *   returns  the descriptor, or -errno: -EINVAL, -EBUSY (another owner has it),
 *            -ENOMEM, or the system has no more descriptors
 */
int gti_signal_open(int signum, const void *owner);

/* Gives all signals of `owner` back their former effect. The poller must have
   forgotten their descriptors. */
void gti_signal_close_all(const void *owner);

/* Between the two, OS threads that the caller starts block every signal but those
   of their own faults. */
void gti_signals_hold(void);
void gti_signals_release(void);

#endif
