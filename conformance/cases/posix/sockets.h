/*
 * What cases of I/O share. It is in io.c.
 */
#ifndef SOCKETS_H
#define SOCKETS_H

#include <netinet/in.h>
#include <stddef.h>

/* Writes to a socket until it is full, and returns how many bytes that took. */
size_t fill(int fd);

/* Reads that many bytes. */
void drain(int fd, size_t size);

/* Returns a listening socket on a free port, and puts its address into *address. */
int listen_somewhere(struct sockaddr_in *address);

#endif
