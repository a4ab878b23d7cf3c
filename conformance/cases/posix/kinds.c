/*
 * Kinds of descriptors that cases of I/O use.
 */
#define _GNU_SOURCE
#include "kinds.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

bool open_terminal(int *master, int *slave)
{
    struct termios raw;
    *master = posix_openpt(O_RDWR | O_NOCTTY);
    if (*master < 0 || grantpt(*master) != 0 || unlockpt(*master) != 0)
        return false;
    *slave = open(ptsname(*master), O_RDWR | O_NOCTTY);
    if (*slave < 0 || tcgetattr(*slave, &raw) != 0)
        return false;
    raw.c_iflag = 0;
    raw.c_oflag = 0;
    raw.c_lflag = 0;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    return tcsetattr(*slave, TCSANOW, &raw) == 0;
}

enum { SUFFIX = sizeof "/it" };

/* A name in a directory of its own. */
static bool make_name(char *name, size_t size)
{
    char directory[] = "/tmp/greenthread-XXXXXX";
    if (size < sizeof directory + SUFFIX || !mkdtemp(directory))
        return false;
    strcpy(name, directory);
    strcat(name, "/it");
    return true;
}

static void take_name_away(const char *name)
{
    char directory[sizeof "/tmp/greenthread-XXXXXX"];
    unlink(name);
    memcpy(directory, name, sizeof directory);
    directory[sizeof directory - 1] = 0;
    rmdir(directory);
}

bool open_fifo(int ends[2])
{
    char name[60];
    if (!make_name(name, sizeof name) || mkfifo(name, 0600) != 0)
        return false;
    ends[0] = open(name, O_RDONLY | O_NONBLOCK);
    ends[1] = open(name, O_WRONLY);
    take_name_away(name);
    return ends[0] >= 0 && ends[1] >= 0 && fcntl(ends[0], F_SETFL, 0) == 0;
}

int listen_at_a_path(struct sockaddr_un *address, int backlog)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (!make_name(address->sun_path, sizeof address->sun_path) ||
        bind(fd, (void *)address, sizeof *address) != 0 || listen(fd, backlog) != 0)
        abort();
    return fd;
}

void unlisten(const struct sockaddr_un *address)
{
    take_name_away(address->sun_path);
}

#if defined __linux__

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

int open_counter(unsigned value)
{
    return eventfd(value, 0);
}

int open_timer(void)
{
    return timerfd_create(CLOCK_MONOTONIC, 0);
}

int open_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    return signalfd(-1, &none, 0);
}

int open_changes(void)
{
    return inotify_init1(0);
}

int open_poller(void)
{
    return epoll_create1(0);
}

#else

int open_counter(unsigned value)
{
    (void)value;
    return -1;
}

int open_timer(void)
{
    return -1;
}

int open_signals(void)
{
    return -1;
}

int open_changes(void)
{
    return -1;
}

int open_poller(void)
{
    return -1;
}

#endif
