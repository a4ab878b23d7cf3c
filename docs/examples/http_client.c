/*
 * The client. It writes a request, and reads until the parser says that the answer is
 * complete.
 */
#define _XOPEN_SOURCE 700
#include "http_client.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <http_parser.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BUFFER_SIZE = 16384 };

const gt_kind HTTP_BROKEN = {"HTTP_BROKEN", &GT_ERROR};

struct http_client {
    int fd; /* owned; -1: not connected */
    http_parser parser;
    bool complete;            /* the answer is */
    http_body_function *body; /* of the request under way */
    void *arg;
    char buffer[BUFFER_SIZE]; /* the request, then pieces of the answer */
};

static _Noreturn void raise_broken(const char *message)
{
    gt_exception e = {.kind = &HTTP_BROKEN, .message = message};
    gt_raise(&e);
}

static _Noreturn void raise_errno(const char *message)
{
    gt_exception e = {.kind = &GT_OS_ERROR, .code = errno, .message = message};
    gt_raise(&e);
}

static int on_body(http_parser *parser, const char *bytes, size_t size)
{
    http_client *client = parser->data;
    client->body(client->arg, bytes, size);
    return 0;
}

static int on_message_complete(http_parser *parser)
{
    http_client *client = parser->data;
    client->complete = true;
    return 0;
}

static const http_parser_settings settings = {
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

http_client *http_client_new(void)
{
    http_client *client = malloc(sizeof *client); /* not cleared: see http_connection_new */
    if (client == NULL)
        return NULL;
    client->fd = -1;
    client->complete = false;
    memset(&client->parser, 0, sizeof client->parser); /* as there */
    http_parser_init(&client->parser, HTTP_RESPONSE);
    client->parser.data = client;
    return client;
}

void http_client_free(void *arg)
{
    http_client *client = arg;
    int fd = client->fd;
    free(client);
    if (fd >= 0)
        gt_close(fd);
}

void http_client_connect(http_client *client, uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    client->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (client->fd < 0)
        raise_errno("cannot open a socket");
    int yes = 1;
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    gt_connect(client->fd, (struct sockaddr *)&address, sizeof address);
}

/* Writes a request for `path` into the buffer, and returns how many bytes. */
static size_t write_request(http_client *client, const char *path)
{
    char *to = client->buffer, *end = client->buffer + BUFFER_SIZE - 64;
    to += sprintf(to, "GET ");
    for (; *path != '\0'; path++) {
        if (to > end)
            raise_broken("the path is too long");
        unsigned char c = (unsigned char)*path;
        to += sprintf(to, isalnum(c) || strchr("/-._~", c) != NULL ? "%c" : "%%%02X", c);
    }
    to += sprintf(to, " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return (size_t)(to - client->buffer);
}

int http_client_get(http_client *client, const char *path, http_body_function *body, void *arg)
{
    client->body = body;
    client->arg = arg;
    client->complete = false;
    gt_write_all(client->fd, client->buffer, write_request(client, path), NULL);
    while (!client->complete) {
        ssize_t size = gt_read(client->fd, client->buffer, BUFFER_SIZE);
        http_parser_execute(&client->parser, &settings, client->buffer, (size_t)size);
        if (HTTP_PARSER_ERRNO(&client->parser) != HPE_OK)
            raise_broken("this is not HTTP");
        if (size == 0 && !client->complete)
            raise_broken("the server closed too early");
    }
    return (int)client->parser.status_code;
}
