/*
 * One connection: a loop that receives a request and answers it, in code that blocks
 * where it has to.
 *
 * The law: whatever ends the thread (the peer, a timeout, a kill), nothing is left
 * behind. What belongs to the connection is freed by its owner, from a link. What belongs
 * to one answer has a GT_DEFER beside the line that acquired it. The parser pauses at the
 * end of each request, so that a second request in the same packet waits for its turn.
 * Rejected: buffers on the green stack. They would be as large in each of a thousand
 * threads that wait.
 */
#define _XOPEN_SOURCE 700
#include "http_connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_SIZE = 512 /* the head of an answer fits into so many bytes */ };

/* ---- What the parser finds ---- */

static int refuse(http_connection *c, int status)
{
    c->status = status;
    return -1;
}

static int count_head(http_connection *c, size_t size)
{
    c->head_size += size;
    return c->head_size > HTTP_HEAD_MAX ? refuse(c, 431) : 0;
}

static int on_url(http_parser *parser, const char *text, size_t size)
{
    http_connection *c = parser->data;
    if (size > HTTP_URL_MAX - c->url_size)
        return refuse(c, 414);
    memcpy(c->url + c->url_size, text, size);
    c->url_size += size;
    return 0;
}

static int on_header_field(http_parser *parser, const char *text, size_t size)
{
    http_connection *c = parser->data;
    if (c->in_value)
        c->name_size = 0;
    c->in_value = false;
    for (size_t i = 0; i < size; i++, c->name_size++) {
        if (c->name_size < sizeof c->name)
            c->name[c->name_size] = text[i];
    }
    return count_head(c, size);
}

static int on_header_value(http_parser *parser, const char *text, size_t size)
{
    (void)text;
    http_connection *c = parser->data;
    if (!c->in_value && c->name_size == 4 && strncasecmp(c->name, "host", 4) == 0)
        c->hosts++;
    c->in_value = true;
    return count_head(c, size);
}

static int on_headers_complete(http_parser *parser)
{
    http_connection *c = parser->data;
    if (parser->http_major != 1)
        return refuse(c, parser->http_major == 0 ? 400 : 505);
    if (c->hosts > 1 || (c->hosts == 0 && parser->http_minor > 0))
        return refuse(c, 400);
    bool has_size = parser->content_length != UINT64_MAX;
    if (has_size && parser->content_length > HTTP_BODY_MAX)
        return refuse(c, 413);
    return 0;
}

static int on_body(http_parser *parser, const char *bytes, size_t size)
{
    (void)bytes;
    http_connection *c = parser->data;
    c->body_size += size;
    return c->body_size > HTTP_BODY_MAX ? refuse(c, 413) : 0;
}

static int on_message_complete(http_parser *parser)
{
    http_connection *c = parser->data;
    c->complete = true;
    c->keep_alive = http_should_keep_alive(parser);
    http_parser_pause(parser, 1);
    return 0;
}

static const http_parser_settings settings = {
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

/* ---- Receiving ---- */

static void begin_request(http_connection *c)
{
    c->idle = true;
    c->keep_alive = false;
    c->complete = false;
    c->in_value = false;
    c->status = 0;
    c->hosts = 0;
    c->head_size = c->body_size = c->name_size = c->url_size = 0;
}

/* Returns `connection` if there is something to answer. NULL: the peer has closed. */
static void *receive(void *connection)
{
    http_connection *c = connection;
    for (;;) {
        if (c->begin == c->end) {
            ssize_t size = gt_read(c->fd, c->input, sizeof c->input);
            if (size == 0)
                return NULL;
            c->begin = 0;
            c->end = (size_t)size;
        }
        c->idle = false;
        c->begin +=
            http_parser_execute(&c->parser, &settings, c->input + c->begin, c->end - c->begin);
        if (c->complete) {
            http_parser_pause(&c->parser, 0);
            return c;
        }
        if (HTTP_PARSER_ERRNO(&c->parser) != HPE_OK) {
            if (HTTP_PARSER_ERRNO(&c->parser) == HPE_HEADER_OVERFLOW)
                c->status = 431;
            if (c->status == 0)
                c->status = 400;
            return c;
        }
    }
}

/* Receives a request, or notes what is wrong with it. False: there is nothing to answer. */
static bool receive_in_time(http_connection *c)
{
    begin_request(c);
    void *received = NULL;
    if (gt_with_timeout(c->service->idle_ns, receive, c, &received))
        return received != NULL;
    c->service->totals.timed_out++;
    c->status = 408;
    return !c->idle;
}

/* ---- Answering ---- */

static void send_all(http_connection *c, const char *bytes, size_t size)
{
    gt_timeout patience;
    gt_timeout_start(&patience, c->service->idle_ns);
    c->service->totals.bytes += gt_write_all(c->fd, bytes, size, NULL);
    gt_timeout_stop(&patience);
}

static bool is_head(const http_connection *c)
{
    return c->complete && c->parser.method == HTTP_HEAD;
}

/* Writes the head of an answer into HEAD_SIZE bytes, and returns how many it took. */
static size_t write_head(http_connection *c, char *head, const char *type, off_t size)
{
    char date[40];
    time_t now = time(NULL);
    struct tm broken_down;
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &broken_down));
    return (size_t)snprintf(
        head, HEAD_SIZE,
        "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Type: %s\r\nContent-Length: %lld\r\n%s%s\r\n",
        c->status, http_status_str((enum http_status)c->status), date, type, (long long)size,
        c->status == 405 ? "Allow: GET, HEAD\r\n" : "",
        c->keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n");
}

static void answer_with_status(http_connection *c)
{
    char answer[HEAD_SIZE + 64], body[64];
    int size = snprintf(body, sizeof body, "%d %s\n", c->status,
                        http_status_str((enum http_status)c->status));
    size_t used = write_head(c, answer, "text/plain; charset=utf-8", size);
    if (!is_head(c)) {
        memcpy(answer + used, body, (size_t)size);
        used += (size_t)size;
    }
    c->service->totals.refused++;
    send_all(c, answer, used);
}

/* Sends the head and the contents, and the first of the contents together with the head. */
static void answer_with_file(http_connection *c, const http_file *file)
{
    off_t left = is_head(c) ? 0 : file->size;
    size_t capacity = HEAD_SIZE + (left < HTTP_PIECE_SIZE ? (size_t)left : HTTP_PIECE_SIZE);
    char *piece = malloc(capacity);
    if (piece == NULL) {
        c->status = 503;
        answer_with_status(c);
        return;
    }
    GT_DEFER(free, piece);

    size_t used = write_head(c, piece, file->type, file->size);
    for (;;) {
        size_t room = capacity - used;
        size_t wanted = left < (off_t)room ? (size_t)left : room;
        size_t got = gt_read_all(file->fd, piece + used, wanted, NULL);
        send_all(c, piece, used + got);
        left -= (off_t)got;
        used = 0;
        if (left == 0)
            return;
        if (got < wanted) {
            c->keep_alive = false; /* the file has shrunk: the promised length cannot be kept */
            return;
        }
    }
}

static void close_file(void *file)
{
    gt_close(((http_file *)file)->fd);
}

/* Cuts `c->url` down to its path; an absolute URL may have none. */
static bool keep_path_only(http_connection *c)
{
    struct http_parser_url parts = {0};
    if (http_parser_parse_url(c->url, c->url_size, 0, &parts) != 0)
        return false;
    size_t size = 0;
    if ((parts.field_set & 1 << UF_PATH) != 0) {
        size = parts.field_data[UF_PATH].len;
        memmove(c->url, c->url + parts.field_data[UF_PATH].off, size);
    }
    c->url[size] = '\0';
    return true;
}

static void answer(http_connection *c)
{
    if (c->service->stopping)
        c->keep_alive = false;
    c->service->totals.requests++;
    if (c->status == 0 && c->parser.method != HTTP_GET && c->parser.method != HTTP_HEAD)
        c->status = 405;
    if (c->status == 0 && !keep_path_only(c))
        c->status = 400;
    if (c->status != 0) {
        answer_with_status(c);
        return;
    }
    http_file file;
    c->status = http_root_find(&c->service->root, c->url, &file);
    if (c->status != 200) {
        answer_with_status(c);
        return;
    }
    GT_DEFER(close_file, &file);
    answer_with_file(c, &file);
}

/* ---- The thread ---- */

/*
 * Reads on for a while. To close with bytes unread would reset the connection, and the
 * peer might lose the answer.
 */
static void drop_the_rest(void *connection)
{
    http_connection *c = connection;
    gt_timeout patience;
    gt_timeout_start(&patience, GT_SECONDS(1));
    shutdown(c->fd, SHUT_WR);
    while (gt_read(c->fd, c->input, sizeof c->input) > 0)
        continue;
    gt_timeout_stop(&patience);
}

void *http_connection_run(void *connection)
{
    http_connection *c = connection;
    while (receive_in_time(c)) {
        answer(c);
        if (!c->keep_alive) {
            gt_try(drop_the_rest, c, NULL);
            break;
        }
    }
    return NULL;
}

/* ---- Life ---- */

http_connection *http_connection_new(http_service *service, int fd)
{
    http_connection *c = malloc(sizeof *c); /* not cleared: untouched buffers cost nothing */
    if (c == NULL)
        return NULL;
    c->next = c->previous = NULL;
    c->server = NULL;
    c->service = service;
    c->thread = NULL;
    c->fd = fd;
    c->begin = c->end = 0;
    memset(&c->parser, 0,
           sizeof c->parser); /* the parser's library does not tell a sanitizer what it fills in */
    http_parser_init(&c->parser, HTTP_REQUEST);
    c->parser.data = c;
    begin_request(c);
    return c;
}

static void close_descriptor(void *fd)
{
    gt_close(*(int *)fd);
}

void http_connection_free(http_connection *c)
{
    gt_try(close_descriptor, &c->fd, NULL);
    free(c);
}
