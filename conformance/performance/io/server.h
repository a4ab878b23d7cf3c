/*
 * A server under load: a program of its own, seen from outside.
 */
#ifndef IO_SERVER_H
#define IO_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct io_server {
    pid_t pid;
    uint16_t port; /* on 127.0.0.1 */
} io_server;

/*
 * Starts `command` (up to NULL), which dies with the caller, on the processor
 * that the caller is on.
 *
 *   port  where it will listen; 0: it says so, as the last number of its first line
 */
io_server io_server_start(char *const command[], uint16_t port);
void io_server_stop(const io_server *server);

/* A port that nobody listens on now. */
uint16_t io_free_port(void);

/* A socket that is connected to it, in non-blocking mode, without delay. */
int io_server_connect(const io_server *server);

/* Closes a connection without leaving its port in use for a minute. */
void io_connection_close(int fd);

/* Nanoseconds that the server has computed, in and outside the kernel. */
int64_t io_server_processor_time(const io_server *server);

/*
 * Measures how long a server is outside the kernel. The system's own figure
 * will not do: it is made of what each tick of some milliseconds hits upon.
 */
typedef struct io_profile {
    int n;
    struct {
        int fd;
        void *ring; /* of samples; only how many there were is looked at */
    } threads[64];
} io_profile;

/* False: the system does not let us. */
bool io_profile_start(io_profile *profile, const io_server *server);
int64_t io_profile_stop(io_profile *profile); /* nanoseconds */

#endif
