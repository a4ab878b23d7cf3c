/*
 * An epoll may watch another, to some depth. The last of the chain is one that no other
 * may watch. They survive an exec, because sweeps take those that do not for the
 * library's.
 */
#define _GNU_SOURCE
#include "nested.h"
#include <sys/epoll.h>
#include <unistd.h>

enum { MOST = 16 };

static int chain[MOST], n;

bool can_be_refused(void)
{
    return true;
}

int nested_too_deep(void)
{
    chain[0] = epoll_create1(0);
    for (n = 1; n < MOST; n++) {
        struct epoll_event event = {.events = EPOLLIN};
        chain[n] = epoll_create1(0);
        if (epoll_ctl(chain[n], EPOLL_CTL_ADD, chain[n - 1], &event) != 0)
            break;
    }
    if (n < MOST)
        close(chain[n]);
    return chain[n - 1];
}

void close_nested(void)
{
    for (int i = 0; i < n - 1; i++)
        close(chain[i]);
}
