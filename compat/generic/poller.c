/*
 * No descriptors. gti_poller_new says so, and core calls no other function.
 */
#include "compat/poller.h"
#include <errno.h>

int gti_poller_new(gti_poller **poller, void *(*allocate)(size_t), void (*release)(void *))
{
    (void)allocate;
    (void)release;
    *poller = NULL;
    return 0;
}

void gti_poller_free(gti_poller *poller)
{
    (void)poller;
}

int gti_poller_set(gti_poller *poller, int fd, int former, int events, uint32_t generation)
{
    (void)poller;
    (void)fd;
    (void)former;
    (void)events;
    (void)generation;
    return -EDOM;
}

int gti_poller_mute(gti_poller *poller, int fd, int events, uint32_t generation)
{
    return gti_poller_set(poller, fd, events, events, generation);
}

void gti_poller_mute_again(gti_poller *poller, int fd)
{
    (void)poller;
    (void)fd;
}

int gti_poller_renew(gti_poller *poller)
{
    (void)poller;
    return -EDOM;
}

int gti_poller_wait(gti_poller *poller, int64_t timeout_ns, gti_poll_event *events, size_t max)
{
    (void)poller;
    (void)timeout_ns;
    (void)events;
    (void)max;
    return 0;
}

int gti_poll_now(int fd, int events)
{
    (void)fd;
    (void)events;
    return -EDOM;
}
