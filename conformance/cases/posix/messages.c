/*
 * IO-7 and IO-8: connections that need room, and messages without a byte.
 */
#define _GNU_SOURCE
#include "conformance.h"
#include "kinds.h"
#include "sockets.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int ends[2];

static void close_ends(void)
{
    gt_close(ends[0]);
    gt_close(ends[1]);
}

/* Connecting */

enum { CROWD = 8 };

static struct sockaddr_un address;
static int crowd[CROWD], in_crowd, listener;

/* Connects until there is no more room. */
static void fill_the_queue(void)
{
    listener = listen_at_a_path(&address, 1);
    for (in_crowd = 0; in_crowd < CROWD; in_crowd++) {
        crowd[in_crowd] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (connect(crowd[in_crowd], (void *)&address, sizeof address) == 0)
            continue;
        trace("there is no room: %d", errno == EAGAIN);
        close(crowd[in_crowd]);
        return;
    }
}

static void empty_the_queue(void)
{
    while (in_crowd)
        close(crowd[--in_crowd]);
    gt_close(listener);
}

static void connect_fd(void *fd)
{
    gt_connect(*(int *)fd, (void *)&address, sizeof address);
}

static const char *outcome(void (*call)(void *), void *argument)
{
    gt_exception e;
    if (gt_try(call, argument, &e))
        return "done";
    if (e.kind != &GT_OS_ERROR)
        return e.kind->name;
    return e.code == EBADF          ? "EBADF"
           : e.code == ECONNREFUSED ? "ECONNREFUSED"
           : e.code == EISCONN      ? "EISCONN"
           : e.code == EAGAIN       ? "EAGAIN"
                                    : "another code";
}

static void *connects(void *fd)
{
    trace("connecting: %s", outcome(connect_fd, fd));
    return NULL;
}

/* In each mode. The mode stays. */
CASE("IO-7", a_full_queue_is_waited_for, CASE_IO)
{
    for (int mode = 0; mode <= O_NONBLOCK; mode += O_NONBLOCK) {
        fill_the_queue();
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        fcntl(fd, F_SETFL, O_RDWR | mode);
        int before = fcntl(fd, F_GETFL);
        gt_unref(gt_spawn(connects, &fd));
        gt_sleep(GT_MS(100));
        trace("main accepts");
        gt_close(gt_accept(listener, NULL, NULL));
        gt_run();
        trace("the mode is as it was: %d", fcntl(fd, F_GETFL) == before);
        gt_close(fd);
        empty_the_queue();
        unlisten(&address);
    }
}

static void *connects_bare(void *fd)
{
    connect_fd(fd);
    return NULL;
}

static void *connects_within_a_second(void *fd)
{
    trace("in time: %d", gt_with_timeout(GT_SECONDS(1), connects_bare, fd, NULL));
    return NULL;
}

/* The system checks for room before it notices that there is a connection already. */
CASE("IO-7", a_connected_socket_waits_for_room_too, CASE_IO | CASE_ALARM)
{
    fill_the_queue();
    fcntl(crowd[0], F_SETFL, O_RDWR);
    gt_unref(gt_spawn(connects, &crowd[0]));
    gt_sleep(GT_MS(5));
    trace("main accepts");
    gt_close(gt_accept(listener, NULL, NULL));
    gt_run();
    empty_the_queue();
    unlisten(&address);
}

/* Killed, timed out, refused because the listener has gone, closed. */
CASE("IO-7", a_wait_for_room_ends, CASE_IO)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    fill_the_queue();
    gt_thread *thread = gt_spawn(connects, &fd);
    gt_sleep(GT_MS(5));
    gt_kill(thread, NULL);
    gt_unref(thread);
    gt_unref(gt_spawn(connects_within_a_second, &fd));
    gt_run();
    gt_unref(gt_spawn(connects, &fd));
    gt_sleep(GT_MS(5));
    int number = fd;
    gt_close(fd);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    trace("the number is used again: %d", fd == number);
    gt_run();
    gt_unref(gt_spawn(connects, &fd));
    gt_sleep(GT_MS(5));
    empty_the_queue();
    gt_run();
    gt_close(fd);
    unlisten(&address);
}

static struct sockaddr_in internet;

static void connect_internet(void *fd)
{
    gt_connect(*(int *)fd, (void *)&internet, sizeof internet);
}

static void disconnect(void *fd)
{
    gt_connect(*(int *)fd, &(struct sockaddr){.sa_family = AF_UNSPEC}, sizeof(struct sockaddr));
}

/* As connect does: a stream connects once, datagrams as often as the program likes. */
CASE("IO-7", connecting_again, CASE_IO)
{
    int there = listen_somewhere(&internet), stream = socket(AF_INET, SOCK_STREAM, 0),
        message = socket(AF_INET, SOCK_DGRAM, 0);
    trace("a stream: %s", outcome(connect_internet, &stream));
    trace("again: %s", outcome(connect_internet, &stream));
    trace("to nothing: %s", outcome(disconnect, &stream));
    trace("and again: %s", outcome(connect_internet, &stream));
    trace("datagrams: %s", outcome(connect_internet, &message));
    trace("again: %s", outcome(connect_internet, &message));
    trace("to nothing: %s", outcome(disconnect, &message));
    gt_close(there);
    gt_close(stream);
    gt_close(message);
}

static void *connects_to_the_internet(void *fd)
{
    trace("connecting: %s", outcome(connect_internet, fd));
    return NULL;
}

/* A listener without room lets a connection be under way for as long as you like. */
CASE("IO-7", one_under_way_is_waited_for, CASE_IO | CASE_LINUX)
{
    int there = listen_somewhere(&internet), fd = socket(AF_INET, SOCK_STREAM, 0);
    listen(there, 0);
    for (in_crowd = 0; in_crowd < 3; in_crowd++) {
        crowd[in_crowd] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (connect(crowd[in_crowd], (void *)&internet, sizeof internet) != 0 &&
            errno != EINPROGRESS)
            trace("there is no listener");
    }
    gt_unref(gt_spawn(connects_to_the_internet, &fd));
    gt_unref(gt_spawn(connects_to_the_internet, &fd));
    gt_yield();
    gt_yield();
    trace("main closes");
    gt_close(fd);
    gt_run();
    while (in_crowd)
        close(crowd[--in_crowd]);
    gt_close(there);
}

/* Messages */

static int read_into(char *room, size_t size)
{
    memset(room, 0, size);
    return (int)gt_read(ends[0], room, size);
}

static void *reads_an_empty_one(void *text)
{
    char room[8];
    trace("%s: the reader has %d bytes", (char *)text, read_into(room, sizeof room));
    return NULL;
}

CASE("IO-8", an_empty_message_arrives, CASE_IO)
{
    static const int types[] = {SOCK_DGRAM, SOCK_SEQPACKET};
    static const char *const names[] = {"datagrams", "packets"};
    char room[8];
    for (int i = 0; i < 2; i++) {
        if (socketpair(AF_UNIX, types[i], 0, ends) != 0)
            return;
        gt_unref(gt_spawn(reads_an_empty_one, (void *)names[i]));
        gt_yield();
        trace("%s: %d written", names[i], (int)gt_write(ends[1], "", 0));
        gt_run();
        gt_write(ends[1], "", 0);
        gt_write(ends[1], "ab", 2);
        trace("%d asked for, %d read", 0, (int)gt_read(ends[0], room, 0));
        trace("%d, an empty one", read_into(room, sizeof room));
        trace("%d: %s", read_into(room, sizeof room), room);
        close_ends();
    }
}

/* It is not the end: a read of a whole size goes on with the next message. */
CASE("IO-8", an_empty_message_is_no_end, CASE_IO)
{
    static const int types[] = {SOCK_DGRAM, SOCK_SEQPACKET};
    char room[8] = "";
    for (int i = 0; i < 2; i++) {
        if (socketpair(AF_UNIX, types[i], 0, ends) != 0)
            return;
        gt_write(ends[1], "ab", 2);
        gt_write(ends[1], "", 0);
        gt_write(ends[1], "cd", 2);
        trace("%d: %s", (int)gt_read_all(ends[0], room, 4, NULL), room);
        gt_write(ends[1], "e", 1);
        gt_write(ends[1], "", 0);
        gt_write(ends[1], "f", 1);
        shutdown(ends[1], SHUT_WR);
        memset(room, 0, sizeof room);
        if (types[i] == SOCK_SEQPACKET)
            trace("to the end, %d: %s", (int)gt_read_all(ends[0], room, 7, NULL), room);
        close_ends();
    }
}

static void transfer_nothing(void *fd)
{
    trace("%d written", (int)gt_write(*(int *)fd, "", 0));
    trace("%d read", (int)gt_read(*(int *)fd, "", 0));
    trace("%d written", (int)gt_write_all(*(int *)fd, "", 0, NULL));
    trace("%d read", (int)gt_read_all(*(int *)fd, "", 0, NULL));
}

static void read_nothing(void *fd)
{
    gt_read_all(*(int *)fd, "", 0, NULL);
}

static void write_nothing(void *fd)
{
    gt_write_all(*(int *)fd, "", 0, NULL);
}

/* In a stream it is nothing. A closed descriptor refuses it. */
CASE("IO-8", nothing_of_a_stream, CASE_IO)
{
    char byte = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    transfer_nothing(&ends[0]);
    gt_write(ends[1], "x", 1);
    transfer_nothing(&ends[0]);
    gt_read(ends[0], &byte, 1);
    trace("it is still there: %c", byte);
    close_ends();
    trace("read of a closed one: %s", outcome(read_nothing, &ends[0]));
    trace("write to a closed one: %s", outcome(write_nothing, &ends[0]));
    if (pipe(ends) != 0)
        return;
    trace("read of the writing end: %s", outcome(read_nothing, &ends[1]));
    trace("write to the reading end: %s", outcome(write_nothing, &ends[0]));
    trace("an empty pipe: %s", outcome(read_nothing, &ends[0]));
    close_ends();
}
