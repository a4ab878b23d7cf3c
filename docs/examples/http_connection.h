/*
 * One connection of the server: what it is made of, and its thread.
 */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include "http_root.h"
#include "http_server.h"
#include <greenthread.h>
#include <http_parser.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    HTTP_URL_MAX = 2048,    /* longer: 414 */
    HTTP_HEAD_MAX = 16384,  /* all header fields together; longer: 431 */
    HTTP_BODY_MAX = 65536,  /* longer: 413; shorter ones are read and dropped */
    HTTP_INPUT_SIZE = 4096, /* what is read at once */
    HTTP_PIECE_SIZE = 65536 /* what of a file is in memory at once */
};

/* What the connections of a server share. */
typedef struct http_service {
    http_root root;
    int64_t idle_ns;
    bool stopping; /* each answer is the last of its connection */
    http_totals totals;
} http_service;

typedef struct http_connection {
    struct http_connection *next, *previous; /* on the server's list, which owns it */
    struct http_server *server;              /* borrowed */
    http_service *service;                   /* borrowed; of that server */
    gt_thread *thread;                       /* one reference */
    int fd;                                  /* owned */
    bool idle;                               /* nothing of a request has come yet */
    bool keep_alive; /* after the answer; valid once a request is complete */

    http_parser parser;
    bool complete;     /* the request is: the parser pauses there */
    bool in_value;     /* the parser is in a header's value, not in its name */
    int status;        /* what to answer with; 0: not known yet */
    unsigned hosts;    /* Host headers of the request */
    size_t head_size;  /* bytes so far; at most HTTP_HEAD_MAX */
    size_t body_size;  /* bytes so far; at most HTTP_BODY_MAX */
    size_t name_size;  /* of the header that is parsed; may be more than `name` has */
    size_t url_size;   /* at most HTTP_URL_MAX */
    size_t begin, end; /* what of `input` is not parsed yet */
    char name[8];      /* as much of it as tells `Host` from others */
    char url[HTTP_URL_MAX + HTTP_ROOT_SPARE];
    char input[HTTP_INPUT_SIZE];
} http_connection;

/* Makes a connection that owns `fd`; NULL: no memory, `fd` is the caller's. */
http_connection *http_connection_new(http_service *service, int fd);

/* Frees it and closes its descriptor. Its thread is dead or in its last link. */
void http_connection_free(http_connection *connection);

/* The function of its thread. It returns when the connection has ended in good order. */
GT_MAY_BLOCK GT_MAY_RAISE void *http_connection_run(void *connection);

#endif
