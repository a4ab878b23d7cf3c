/*
 * The clients: one simple loop over epoll, because it shares the machine with what it
 * measures.
 */
#define _GNU_SOURCE
#include "load.h"
#include "../bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256 };

typedef struct client {
    int fd;
    bool sending;       /* a request is under way */
    uint32_t number;    /* of its requests; with its index, what it sends */
    size_t got;         /* bytes that came back */
    int64_t started_ns; /* when it sent */
    char answer[IO_MESSAGE];
} client;

struct io_load {
    int epoll;
    size_t n;
    size_t under_way, done, wanted;
    uint32_t *latencies; /* NULL: not wanted */
    client clients[];
};

static void write_message(const io_load *load, const client *client, char message[IO_MESSAGE])
{
    uint64_t word = (uint64_t)(client - load->clients) << 32 | client->number;
    for (size_t i = 0; i < IO_MESSAGE / sizeof word; i++, word = word * 6364136223846793005U + 1)
        memcpy(message + i * sizeof word, &word, sizeof word);
}

static void send_next(io_load *load, client *client, int64_t now)
{
    char message[IO_MESSAGE];
    client->number++;
    client->got = 0;
    client->started_ns = now;
    client->sending = true;
    write_message(load, client, message);
    bench_check(send(client->fd, message, sizeof message, MSG_NOSIGNAL) == sizeof message);
    load->under_way++;
}

static void receive(io_load *load, client *client)
{
    ssize_t n = recv(client->fd, client->answer + client->got, IO_MESSAGE - client->got, 0);
    if (n < 0 && errno == EAGAIN)
        return;
    bench_check(n > 0 && client->sending);
    client->got += (size_t)n;
    if (client->got < IO_MESSAGE)
        return;
    char message[IO_MESSAGE];
    write_message(load, client, message);
    bench_check(memcmp(message, client->answer, sizeof message) == 0);
    client->sending = false;
    load->under_way--;
    int64_t now = bench_now();
    if (load->latencies)
        load->latencies[load->done] = (uint32_t)(now - client->started_ns);
    load->done++;
    if (load->done + load->under_way < load->wanted)
        send_next(load, client, now);
}

static void loop(io_load *load)
{
    struct epoll_event events[EVENTS];
    while (load->done < load->wanted) {
        int n = epoll_wait(load->epoll, events, EVENTS, 10000);
        bench_check(n > 0);
        for (int i = 0; i < n; i++)
            receive(load, events[i].data.ptr);
    }
}

int64_t io_load_run(io_load *load, size_t requests, uint32_t *latencies)
{
    load->done = 0;
    load->wanted = requests;
    load->latencies = latencies;
    int64_t begin = bench_now();
    for (size_t i = 0; i < load->n && load->under_way < requests; i++)
        send_next(load, &load->clients[i], bench_now());
    loop(load);
    return bench_now() - begin;
}

/* One at a time: the server's backlog is not what is measured. */
static void join(io_load *load, const io_server *server, client *client)
{
    client->fd = io_server_connect(server);
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = client};
    bench_check(epoll_ctl(load->epoll, EPOLL_CTL_ADD, client->fd, &event) == 0);
    bench_check(epoll_wait(load->epoll, &event, 1, 10000) == 1);
    event = (struct epoll_event){.events = EPOLLIN, .data.ptr = client};
    bench_check(epoll_ctl(load->epoll, EPOLL_CTL_MOD, client->fd, &event) == 0);
}

io_load *io_load_new(const io_server *server, size_t n)
{
    io_load *load = bench_array(1, sizeof *load + n * sizeof *load->clients);
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    bench_check(load->epoll >= 0);
    for (; load->n < n; load->n++)
        join(load, server, &load->clients[load->n]);
    io_load_run(load, n, NULL);
    return load;
}

void io_load_free(io_load *load)
{
    for (size_t i = 0; i < load->n; i++)
        io_connection_close(load->clients[i].fd);
    close(load->epoll);
    free(load);
}
