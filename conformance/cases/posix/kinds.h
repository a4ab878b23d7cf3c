/*
 * Kinds of descriptors that cases of I/O use, all in blocking mode. They are made in
 * kinds.c.
 */
#ifndef KINDS_H
#define KINDS_H

#include <stdbool.h>
#include <sys/un.h>

/* The two ends of a pseudo-terminal that passes bytes on unchanged. */
bool open_terminal(int *master, int *slave);

/* A pipe that had a name: ends[0] reads, ends[1] writes. */
bool open_fifo(int ends[2]);

/* A UNIX socket that listens with a queue of `backlog`, under its own path. */
int listen_at_a_path(struct sockaddr_un *address, int backlog);
void unlisten(const struct sockaddr_un *address); /* removes the path */

/* Linux: an eventfd, and one of each of the other kinds, with nothing to read. Elsewhere -1. */
int open_counter(unsigned value);
int open_timer(void);
int open_signals(void);
int open_changes(void);
int open_poller(void);

#endif
