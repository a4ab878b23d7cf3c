/*
 * The server: one thread that accepts, one for each connection, and a list of the
 * connections.
 *
 * The law: what a connection owns is released in exactly one place, a link of its thread.
 * A link is called once, however the thread ended, even if it was killed before it
 * started or had no stack to start on. Rejected: a cleanup in the thread's own function,
 * which those two never reach.
 */
#define _XOPEN_SOURCE 700
#include "http_server.h"

#include "http_connection.h"
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BACKLOG = 4096,
    FDS_A_CONNECTION = 2, /* its socket, and the file that it sends */
    FDS_BESIDE = 16
};

struct http_server {
    http_service service;
    unsigned threads_limit; /* connections at once; 0: any number */
    int fd;                 /* it listens on this; -1: stopped */
    uint16_t port;
    gt_thread *acceptor;          /* one reference; NULL: stopped */
    gt_thread *room;              /* what the acceptor waits for; NULL: it does not */
    http_connection *connections; /* of all threads that are not dead */
};

static _Noreturn void raise_errno(const char *message)
{
    gt_exception e = {.kind = &GT_OS_ERROR, .code = errno, .message = message};
    gt_raise(&e);
}

static void unref(void *thread)
{
    gt_unref(thread);
}

/* ---- Connections ---- */

static void add_connection(http_server *server, http_connection *c)
{
    http_totals *totals = &server->service.totals;
    c->server = server;
    c->next = server->connections;
    if (c->next != NULL)
        c->next->previous = c;
    server->connections = c;
    totals->connections++;
    if (++totals->open > totals->open_peak)
        totals->open_peak = totals->open;
}

static void remove_connection(http_server *server, http_connection *c)
{
    if (c->previous != NULL) {
        c->previous->next = c->next;
    } else {
        server->connections = c->next;
    }
    if (c->next != NULL)
        c->next->previous = c->previous;
    server->service.totals.open--;
    http_connection_free(c);
}

static void count_end(http_totals *totals, const gt_exception *e)
{
    if (gt_exception_is(e, &GT_TIMEOUT)) {
        totals->timed_out++;
    } else if (gt_exception_is(e, &GT_EXIT)) {
        totals->killed++;
    } else {
        totals->broken++;
    }
}

/* The link of each connection's thread. */
static void connection_ended(gt_thread *thread, void *connection)
{
    http_connection *c = connection;
    http_server *server = c->server;
    gt_exception e;
    if (!gt_join(thread, NULL, &e))
        count_end(&server->service.totals, &e);
    remove_connection(server, c);
    gt_unref(thread);
    if (server->room != NULL)
        gt_cancel(server->room, NULL);
}

static void serve(http_server *server, int fd)
{
    http_connection *c = http_connection_new(&server->service, fd);
    if (c == NULL) {
        gt_close(fd);
        return;
    }
    add_connection(server, c);
    c->thread = gt_spawn(http_connection_run, c);
    if (c->thread == NULL) {
        remove_connection(server, c);
    } else if (gt_link(c->thread, connection_ended, c) != 0) {
        gt_thread *thread = c->thread;
        GT_DEFER(unref, thread);
        remove_connection(server, c);
        gt_cancel(thread, NULL);
    }
}

/* ---- Accepting ---- */

static void *never(void *arg)
{
    return arg;
}

static void *wait_until_dead(void *thread)
{
    gt_join(thread, NULL, NULL);
    return NULL;
}

static void end_room(void *arg)
{
    http_server *server = arg;
    gt_thread *room = server->room;
    server->room = NULL;
    GT_DEFER(unref, room);
    gt_cancel(room, NULL);
}

/*
 * Waits until a connection ends. It waits for a thread that never starts. Code that makes
 * room cancels that thread.
 */
static void wait_for_room(http_server *server, int64_t duration_ns)
{
    server->room = gt_spawn_after(GT_FOREVER, never, NULL);
    if (server->room == NULL) {
        gt_sleep(GT_MS(100));
        return;
    }
    GT_DEFER(end_room, server);
    gt_with_timeout(duration_ns, wait_until_dead, server->room, NULL);
}

static void accept_one(void *arg)
{
    http_server *server = arg;
    int fd = gt_accept(server->fd, NULL, NULL);
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    serve(server, fd);
}

/*
 * If descriptors or memory are short, it waits until a connection ends, or for a moment.
 * It neither spins nor gives up.
 */
static void *accept_all(void *arg)
{
    http_server *server = arg;
    for (;;) {
        while (server->threads_limit != 0 && server->service.totals.open >= server->threads_limit)
            wait_for_room(server, GT_FOREVER);
        gt_exception e;
        if (gt_try(accept_one, server, &e))
            continue;
        if (!gt_exception_is(&e, &GT_ERROR))
            gt_raise(&e);
        server->service.totals.accept_errors++;
        if (e.code != ECONNABORTED)
            wait_for_room(server, GT_MS(100));
    }
}

/* ---- Starting ---- */

/* If there were more connections than descriptors allow, all would be refused their files. */
static unsigned fitting_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= INT_MAX)
        return 0;
    if (limit.rlim_cur < FDS_BESIDE + FDS_A_CONNECTION)
        return 1;
    return (unsigned)(limit.rlim_cur - FDS_BESIDE) / FDS_A_CONNECTION;
}

static void listen_on(http_server *server, const http_server_options *options)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options->port)};
    const char *text = options->address != NULL ? options->address : "127.0.0.1";
    if (inet_pton(AF_INET, text, &address.sin_addr) != 1) {
        errno = EINVAL;
        raise_errno("the address is not one of IPv4");
    }
    server->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (server->fd < 0)
        raise_errno("cannot open a socket");
    int yes = 1;
    setsockopt(server->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    socklen_t size = sizeof address;
    if (bind(server->fd, (struct sockaddr *)&address, size) != 0 ||
        listen(server->fd, BACKLOG) != 0 ||
        getsockname(server->fd, (struct sockaddr *)&address, &size) != 0)
        raise_errno("the port could not be listened on");
    server->port = ntohs(address.sin_port);
}

struct start {
    http_server *server;
    const http_server_options *options;
};

static void start(void *arg)
{
    http_server *server = ((struct start *)arg)->server;
    const http_server_options *options = ((struct start *)arg)->options;
    if (http_root_open(&server->service.root, options->root) != 0)
        raise_errno("the root could not be opened");
    listen_on(server, options);
    server->acceptor = gt_spawn(accept_all, server);
    if (server->acceptor == NULL)
        raise_errno("cannot start a thread");
}

http_server *http_server_start(const http_server_options *options)
{
    http_server *server = calloc(1, sizeof *server);
    if (server == NULL)
        raise_errno("cannot allocate memory");
    server->service.root.fd = -1;
    server->service.idle_ns = options->idle_ns > 0 ? options->idle_ns : GT_SECONDS(10);
    server->threads_limit = options->threads_limit != 0 ? options->threads_limit : fitting_limit();
    server->fd = -1;

    gt_exception e;
    if (!gt_try(start, &(struct start){.server = server, .options = options}, &e)) {
        http_server_free(server);
        gt_raise(&e);
    }
    return server;
}

uint16_t http_server_port(const http_server *server)
{
    return server->port;
}

const http_totals *http_server_totals(const http_server *server)
{
    return &server->service.totals;
}

/* ---- Stopping ---- */

static http_connection *first_idle(const http_server *server)
{
    http_connection *c = server->connections;
    while (c != NULL && !c->idle)
        c = c->next;
    return c;
}

static void kill_connection(http_connection *c)
{
    gt_thread *thread = gt_ref(c->thread);
    GT_DEFER(unref, thread);
    gt_kill_wait(thread, NULL);
}

static void *wait_for_connections(void *arg)
{
    http_server *server = arg;
    while (server->connections != NULL) {
        gt_thread *thread = gt_ref(server->connections->thread);
        GT_DEFER(unref, thread);
        gt_join(thread, NULL, NULL);
    }
    return NULL;
}

void http_server_stop(http_server *server, int64_t grace_ns)
{
    server->service.stopping = true;
    gt_kill_wait(server->acceptor, NULL);
    gt_close(server->fd);
    server->fd = -1;
    while (first_idle(server) != NULL)
        kill_connection(first_idle(server));
    gt_with_timeout(grace_ns, wait_for_connections, server, NULL);
    while (server->connections != NULL)
        kill_connection(server->connections);
}

void http_server_free(http_server *server)
{
    if (server->acceptor != NULL)
        gt_unref(server->acceptor);
    if (server->fd >= 0)
        close(server->fd);
    if (server->service.root.fd >= 0)
        http_root_close(&server->service.root);
    free(server);
}
