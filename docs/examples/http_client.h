/*
 * A client of HTTP/1.1 that keeps its connection. It is plain code that blocks.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <greenthread.h>
#include <stdint.h>

/* A GT_ERROR: the server closed too early, or sent something that is not HTTP. */
extern const gt_kind HTTP_BROKEN;

typedef struct http_client http_client;

/* Gets the pieces of a body as they arrive. Does not block or raise. */
typedef void http_body_function(void *arg, const char *bytes, size_t size);

/* Makes a client that is not connected; NULL: no memory. */
http_client *http_client_new(void);

/* Closes and frees it; for GT_DEFER. */
void http_client_free(void *client);

/* Connects to a port of this machine. Raises GT_OS_ERROR. */
GT_MAY_BLOCK GT_MAY_RAISE void http_client_connect(http_client *client, uint16_t port);

/*
 * Gets one file.
 *
 *   path     begins with a slash; any bytes, they are encoded here
 *   body     called with `arg` and each piece of the body
 *   returns  the status of the answer
 *   raises   HTTP_BROKEN; GT_OS_ERROR
 */
GT_MAY_BLOCK GT_MAY_RAISE int http_client_get(http_client *client, const char *path,
                                              http_body_function *body, void *arg);

#endif
