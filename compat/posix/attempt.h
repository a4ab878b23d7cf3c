/*
 * Internal to compat: what a system has beyond POSIX for a call that must not sleep
 * although the file is in blocking mode. Without any of it (posix/attempt.c,
 * posix/nowait.c) the library asks whether the file is ready, and trusts the answer.
 */
#ifndef GTI_POSIX_ATTEMPT_H
#define GTI_POSIX_ATTEMPT_H

#include "compat/io.h"
#include <signal.h>
#include <sys/stat.h>
#include <time.h>

/* One read or write of a file that is not a socket. */
typedef struct gti_file_call {
    int fd;
    bool is_write;
    union {
        void *in;
        const void *out;
    };
    size_t size;
} gti_file_call;

/* Neither an errno nor GTI_WOULD_BLOCK: this way does not work, so try another. */
#define GTI_NO_WAY (-INT_MAX + 2)

/* True for devices that hold nothing and wait for nothing, such as /dev/zero. */
bool gti_is_always_ready(const struct stat *status);

/*
 * Makes the call so that the system refuses it where it would sleep, whatever the mode of
 * the file.
 *
 *   returns  as gti_os_read, or GTI_NO_WAY
 */
ssize_t gti_nowait(const gti_file_call *call);

/*
 * Opens the same file again, in non-blocking mode, if that has no other effect.
 *
 *   mode     of the descriptor, as F_GETFL tells it
 *   status   of the descriptor
 *   returns  a descriptor for the caller to close, or -1
 */
int gti_reopen(int fd, int mode, const struct stat *status);

/*
 * A signal that interrupts the OS thread where it sleeps, some time after the alarm was
 * set. It is in the frame of the call. Nothing is kept from one call to the next.
 */
typedef struct gti_alarm {
    timer_t timer;
    sigset_t before; /* the signals that were blocked */
} gti_alarm;

/*
 * Sets an alarm for one call.
 *
 *   returns  0; GTI_NO_WAY: the system has no alarms; -errno: it has none left now.
 *            Only after 0 there is an alarm to end
 */
int gti_alarm_set(gti_alarm *alarm);

/* True if the alarm may be what interrupted a call. */
bool gti_alarm_rang(const gti_alarm *alarm);

void gti_alarm_end(gti_alarm *alarm);

#endif
