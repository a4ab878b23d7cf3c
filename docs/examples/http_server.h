/*
 * A server of static files over HTTP/1.1, for one hub: GET and HEAD, with keep-alive and
 * pipelining. Each connection has its own green thread, which reads a request, answers
 * it, and so on, as if it were alone.
 *
 * Ignore SIGPIPE in a program that serves.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <greenthread.h>
#include <stdint.h>

typedef struct http_server http_server;

typedef struct http_server_options {
    const char *root;       /* the directory that is shown */
    const char *address;    /* IPv4, in digits; NULL: 127.0.0.1 */
    uint16_t port;          /* 0: a free one */
    unsigned threads_limit; /* connections served at once; further ones wait to be accepted; 0:
                               as many as the limit of descriptors allows */
    int64_t idle_ns;        /* how long the server waits for a request, or for a client that does
                               not read its answer; 0: 10 s */
} http_server_options;

typedef struct http_totals {
    unsigned open, open_peak;       /* connections, now and at most */
    unsigned long long connections; /* accepted so far */
    unsigned long long requests;    /* answered, those below included */
    unsigned long long refused;     /* answered with a status of 400 or more */
    unsigned long long bytes;       /* sent */
    unsigned long long timed_out;   /* connections ended since nothing came or went */
    unsigned long long broken;      /* connections ended by an error */
    unsigned long long killed;      /* connections ended by http_server_stop */
    unsigned long long accept_errors;
} http_totals;

/*
 * Starts to listen, and starts a thread that accepts.
 *
 *   raises   GT_OS_ERROR: no such directory, the port is taken, ...;
 *            GT_NO_MEMORY
 */
GT_MAY_RAISE
http_server *http_server_start(const http_server_options *options);

uint16_t http_server_port(const http_server *server);
const http_totals *http_server_totals(const http_server *server);

/*
 * Stops accepting, and ends the connections that wait for a request. Waits until the
 * others have answered theirs, and kills what is left after `grace_ns`.
 */
GT_MAY_BLOCK GT_MAY_RAISE void http_server_stop(http_server *server, int64_t grace_ns);

/* Frees a server that has been stopped. */
void http_server_free(http_server *server);

#endif
