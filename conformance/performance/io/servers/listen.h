/*
 * The beginning of the servers in C.
 */
#ifndef SERVERS_LISTEN_H
#define SERVERS_LISTEN_H

/* Bytes that each reads at once. */
enum { SERVER_BUFFER = 512, SERVER_BACKLOG = 4096 };

/* Listens on a free port of 127.0.0.1, in non-blocking mode, and prints the port. */
int server_listen(void);

#endif
