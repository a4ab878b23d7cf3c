/*
 * Kinds of descriptors that cases of I/O use, all in blocking mode; in kinds.c.
 */
#ifndef KINDS_H
#define KINDS_H

#include <stdbool.h>
#include <sys/un.h>

/* Two ends of a pseudo-terminal that passes bytes on as they are. */
bool open_terminal(int *master, int *slave);

/* ends[0] reads, ends[1] writes a pipe that had a name. */
bool open_fifo(int ends[2]);

/* A UNIX socket that listens with a queue of `backlog`, under a path of its own. */
int listen_at_a_path(struct sockaddr_un *address, int backlog);
void unlisten(const struct sockaddr_un *address); /* takes the path away */

/* Linux: an eventfd, and one of each of the others, with nothing to read; elsewhere -1. */
int open_counter(unsigned value);
int open_timer(void);
int open_signals(void);
int open_changes(void);
int open_poller(void);

#endif
