/*
 * The contract of compat: what is said of a stack that overflows into its guard, before
 * the process dies of it.
 */
#ifndef GTI_COMPAT_OVERFLOW_H
#define GTI_COMPAT_OVERFLOW_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Says what a fault was, in text[size]: lines with a newline between two.
 * Runs in a signal handler, on an alternate stack of the OS thread that faulted.
 *
 *   address  that was touched
 *   returns  false: it was no overflow
 */
typedef bool gti_overflow_describe(const void *address, char *text, size_t size);

/*
 * From now until `unwatch`, an overflow of a stack that this OS thread runs on is
 * described on standard error, with a backtrace. After that it has its former effect. The
 * calls of all OS threads are counted, and all must pass the same function. The program's
 * own handlers stay as they are, and so does an alternate signal stack that the OS thread
 * has. If the system refuses something, the rest works without it.
 */
void gti_overflow_watch(gti_overflow_describe *describe);
void gti_overflow_unwatch(void);

/* For an OS thread that a backend has made: it is watched, too, until it ends. */
void gti_overflow_watch_carrier(void);

#endif
