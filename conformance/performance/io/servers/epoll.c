/*
 * The limit: what is left without a runtime. It shows what the machine can do. It handles
 * nothing that does not happen here.
 */
#define _GNU_SOURCE
#include "listen.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256 };

static void add(int epoll, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (fd < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        abort();
}

static void serve(int fd)
{
    char buffer[SERVER_BUFFER];
    ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    if (n <= 0)
        close(fd);
    else if (send(fd, buffer, (size_t)n, MSG_NOSIGNAL) != n)
        abort();
}

int main(void)
{
    int listening = server_listen(), epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event events[EVENTS];
    add(epoll, listening);
    for (;;) {
        int n = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == listening)
                add(epoll, accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC));
            else
                serve(events[i].data.fd);
        }
    }
}
