/*
 * No signals that a thread could wait for, and none to keep from OS threads.
 */
#include "compat/signals.h"
#include <errno.h>

int gti_signal_open(int signum, const void *owner)
{
    (void)signum;
    (void)owner;
    return -EDOM;
}

int gti_signal_take(int signum)
{
    (void)signum;
    return -EDOM;
}

void gti_signal_close_all(const void *owner)
{
    (void)owner;
}

void gti_signals_hold(gti_signal_mask *former)
{
    (void)former;
}

void gti_signals_release(const gti_signal_mask *former)
{
    (void)former;
}
