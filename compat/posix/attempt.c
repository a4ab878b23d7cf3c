/*
 * POSIX has timers, but their signal goes to the process, so it may interrupt another OS
 * thread than the one that sleeps. It also has no name for an open file by which to open
 * it again.
 */
#define _POSIX_C_SOURCE 200809L
#include "compat/posix/attempt.h"

bool gti_is_always_ready(const struct stat *status)
{
    (void)status;
    return false;
}

int gti_reopen(int fd, int mode, const struct stat *status)
{
    (void)fd;
    (void)mode;
    (void)status;
    return -1;
}

int gti_alarm_set(gti_alarm *alarm)
{
    (void)alarm;
    return GTI_NO_WAY;
}

bool gti_alarm_rang(const gti_alarm *alarm)
{
    (void)alarm;
    return false;
}

void gti_alarm_end(gti_alarm *alarm)
{
    (void)alarm;
}
