/*
 * Clients in a closed loop. Each sends a message, waits until all of it has come back,
 * and sends the next.
 */
#ifndef IO_LOAD_H
#define IO_LOAD_H

#include "server.h"

enum { IO_MESSAGE = 64 };

typedef struct io_load io_load;

/* Connects `n` clients, and has each do one request. */
io_load *io_load_new(const io_server *server, size_t n);

/*
 * Has the clients do `requests`, and checks every byte that comes back.
 *
 *   latencies  room for as many: how long each took, in nanoseconds
 *   returns    how long all of them took, in nanoseconds
 */
int64_t io_load_run(io_load *load, size_t requests, uint32_t *latencies);

void io_load_free(io_load *load);

#endif
