/*
 * The echo server as a user would write it with greenthread.
 */
#include "listen.h"

#include <greenthread.h>
#include <stdint.h>

static void *serve(void *arg)
{
    int fd = (int)(intptr_t)arg;
    char buffer[SERVER_BUFFER];
    for (ssize_t n; (n = gt_read(fd, buffer, sizeof buffer)) > 0;)
        gt_write_all(fd, buffer, (size_t)n, NULL);
    gt_close(fd);
    return NULL;
}

int main(void)
{
    for (int fd = server_listen();;)
        gt_spawn_n(serve, (void *)(intptr_t)gt_accept(fd, NULL, NULL));
}
