/*
 * A server under load: a program of its own, measured from outside.
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
 * Starts `command` (up to NULL) on the processor of the caller. It dies with the caller.
 *
 *   port  where it will listen; 0: it prints the port, as the last number of its first line
 */
io_server io_server_start(char *const command[], uint16_t port);
void io_server_stop(const io_server *server);

/* A port on which no process listens now. */
uint16_t io_free_port(void);

/* A socket that is connected to it, in non-blocking mode, without delay. */
int io_server_connect(const io_server *server);

/* Closes a connection without leaving its port in use for a minute. */
void io_connection_close(int fd);

/* Nanoseconds that the server has used the processor, in and outside the kernel. */
int64_t io_server_processor_time(const io_server *server);

/*
 * Measures how long a server is outside the kernel. The system's own figure is too
 * coarse: it counts what each tick of some milliseconds meets.
 */
typedef struct io_profile {
    int n;
    struct {
        int fd;
        void *ring; /* of samples; only their number is read */
    } threads[64];
} io_profile;

/* False: the system does not allow it. */
bool io_profile_start(io_profile *profile, const io_server *server);
int64_t io_profile_stop(io_profile *profile); /* nanoseconds */

#endif
