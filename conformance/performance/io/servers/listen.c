#define _GNU_SOURCE
#include "listen.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

int server_listen(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, length) != 0 ||
        listen(fd, SERVER_BACKLOG) != 0 || getsockname(fd, (struct sockaddr *)&at, &length) != 0) {
        perror("listening");
        exit(EXIT_FAILURE);
    }
    printf("port %u\n", (unsigned)ntohs(at.sin_port));
    fflush(stdout);
    return fd;
}
