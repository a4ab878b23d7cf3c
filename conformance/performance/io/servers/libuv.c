/*
 * The echo server in the manner of libuv. A write that fits needs no request.
 */
#define _GNU_SOURCE
#include "listen.h"

#include <stdlib.h>
#include <uv.h>

static char buffer[SERVER_BUFFER];

static void give_buffer(uv_handle_t *handle, size_t size, uv_buf_t *given)
{
    (void)handle;
    (void)size;
    *given = uv_buf_init(buffer, sizeof buffer);
}

static void is_closed(uv_handle_t *handle)
{
    free(handle);
}

static void has_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *read)
{
    if (n < 0) {
        uv_close((uv_handle_t *)stream, is_closed);
        return;
    }
    uv_buf_t answer = uv_buf_init(read->base, (unsigned)n);
    if (n > 0 && uv_try_write(stream, &answer, 1) != n)
        abort();
}

static void is_connected(uv_stream_t *listening, int status)
{
    uv_tcp_t *connection = malloc(sizeof *connection);
    if (status != 0 || !connection || uv_tcp_init(listening->loop, connection) != 0 ||
        uv_accept(listening, (uv_stream_t *)connection) != 0 ||
        uv_read_start((uv_stream_t *)connection, give_buffer, has_read) != 0)
        abort();
}

int main(void)
{
    uv_loop_t *loop = uv_default_loop();
    uv_tcp_t listening;
    if (uv_tcp_init(loop, &listening) != 0 || uv_tcp_open(&listening, server_listen()) != 0 ||
        uv_listen((uv_stream_t *)&listening, SERVER_BACKLOG, is_connected) != 0)
        return EXIT_FAILURE;
    return uv_run(loop, UV_RUN_DEFAULT);
}
