/*
 * What cases of I/O have in common; in io.c.
 */
#ifndef SOCKETS_H
#define SOCKETS_H

#include <netinet/in.h>
#include <stddef.h>

/* Writes to a socket until it is full; how much that took. */
size_t fill(int fd);

/* Reads as much. */
void drain(int fd, size_t size);

/* A listening socket on a free port; its address is put into *address. */
int listen_somewhere(struct sockaddr_in *address);

#endif
