/*
 * IO, and SCHED-8: descriptors and signals.
 */
#define _GNU_SOURCE
#include "../conformance.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2];

static void close_ends(void)
{
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static const char *name_of(int code)
{
    static const struct {
        int code;
        const char *name;
    } names[] = {
        {EBADF, "EBADF"}, {EINVAL, "EINVAL"}, {ECONNREFUSED, "ECONNREFUSED"}, {EPIPE, "EPIPE"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].code == code)
            return names[i].name;
    return "another code";
}

static void try_it(const char *what, void (*fn)(void *), void *arg)
{
    gt_exception e;
    if (gt_try(fn, arg, &e))
        trace("%s: done", what);
    else
        trace("%s: %s %s", what, e.kind->name, e.code ? name_of(e.code) : "");
}

/* Level-triggered: ready is ready, however often it was said and whatever was read. */
static void ready_is_ready_every_time(void)
{
    char byte;
    if (pipe(ends) != 0)
        return;
    gt_write(ends[1], "ab", 2);
    trace("%d %d", gt_wait_fd(ends[0], GT_READ), gt_wait_fd(ends[0], GT_READ));
    gt_read(ends[0], &byte, 1);
    trace("%d after one of two bytes", gt_wait_fd(ends[0], GT_READ));
    trace("%d for both directions", gt_wait_fd(ends[1], GT_READ | GT_WRITE));
    close_ends();
}

static void *writes_later(void *text)
{
    gt_sleep(10);
    gt_write(ends[1], text, strlen(text));
    return NULL;
}

/* Blocking mode or not: the hub goes on while a thread waits. */
static void waiting_blocks_only_the_thread(void)
{
    char buffer[10] = "";
    if (pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(writes_later, "hello"));
    gt_unref(gt_spawn(speaker, "bystander"));
    ssize_t n = gt_read(ends[0], buffer, sizeof buffer);
    trace("%d bytes: %s, at %lld", (int)n, buffer, (long long)gt_now());
    trace("nothing wanted: %d", (int)gt_read(ends[0], buffer, 0));
    gt_close(ends[1]);
    trace("the end: %d", (int)gt_read(ends[0], buffer, sizeof buffer));
    gt_close(ends[0]);
}

static void read_fd(void *fd)
{
    char byte;
    gt_read(*(int *)fd, &byte, 1);
}

static void write_fd(void *fd)
{
    gt_write(*(int *)fd, "x", 1);
}

static void wait_fd(void *fd)
{
    gt_wait_fd(*(int *)fd, GT_READ);
}

static void wait_for_no_event(void *fd)
{
    gt_wait_fd(*(int *)fd, 0);
}

static void wait_for_odd_events(void *fd)
{
    gt_wait_fd(*(int *)fd, 8);
}

static void close_fd(void *fd)
{
    gt_close(*(int *)fd);
}

static void bad_descriptors_are_refused(void)
{
    int closed, minus = -1, far = 1000000000;
    if (pipe(ends) != 0)
        return;
    closed = dup(ends[0]);
    close(closed);
    try_it("read of a closed one", read_fd, &closed);
    try_it("write of a closed one", write_fd, &closed);
    try_it("wait for a closed one", wait_fd, &closed);
    try_it("close of a closed one", close_fd, &closed);
    try_it("wait for -1", wait_fd, &minus);
    try_it("read of a far number", read_fd, &far);
    try_it("wait for a far number", wait_fd, &far);
    try_it("wait for no event", wait_for_no_event, &ends[0]);
    try_it("wait for odd events", wait_for_odd_events, &ends[0]);
    close_ends();
}

static void *waits_for_the_pipe(void *name)
{
    gt_exception e;
    if (gt_try(wait_fd, &ends[0], &e))
        trace("%s: ready", (char *)name);
    else
        trace("%s: %s %s", (char *)name, e.kind->name, name_of(e.code));
    return NULL;
}

static void *reads_the_pipe(void *name)
{
    gt_exception e;
    if (gt_try(read_fd, &ends[0], &e))
        trace("%s: read", (char *)name);
    else
        trace("%s: %s %s", (char *)name, e.kind->name, name_of(e.code));
    return NULL;
}

/* All that wait hear of it; the number, used again, is a new file, dup or not. */
static void closing_ends_the_waits(void)
{
    if (pipe(ends) != 0)
        return;
    int number = ends[0], other = dup(ends[0]), writer = ends[1];
    gt_unref(gt_spawn(waits_for_the_pipe, "first"));
    gt_unref(gt_spawn(reads_the_pipe, "second"));
    gt_yield();
    gt_close(ends[0]);
    gt_yield();
    gt_yield();

    if (pipe(ends) != 0)
        return;
    trace("the number is used again: %d", ends[0] == number);
    gt_unref(gt_spawn(reads_the_pipe, "on the new file"));
    gt_yield();
    gt_write(writer, "x", 1);
    gt_yield();
    trace("the old file's data wakes nobody");
    gt_write(ends[1], "y", 1);
    gt_run();
    close_ends();
    gt_close(other);
    gt_close(writer);
}

static void forgetting_ends_the_waits(void)
{
    if (pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(waits_for_the_pipe, "waiter"));
    gt_yield();
    gt_forget_fd(ends[0]);
    close(ends[0]);
    gt_run();
    gt_close(ends[1]);
    gt_forget_fd(-1);
    gt_forget_fd(1000000);
}

static void regular_files_are_always_ready(void)
{
    char buffer[4] = "";
    FILE *file = tmpfile();
    int fd = fileno(file);
    trace("%d", gt_wait_fd(fd, GT_READ | GT_WRITE));
    trace("%d written", (int)gt_write_all(fd, "abc", 3, NULL));
    lseek(fd, 0, SEEK_SET);
    trace("%d read: %s", (int)gt_read_all(fd, buffer, 4, NULL), buffer);
    fclose(file);
}

/* One of them for each direction; both are woken by their own event. */
static void *writes_much(void *size)
{
    static char much[1 << 20];
    size_t n = gt_write_all(ends[1], much, *(size_t *)size, NULL);
    trace("all is written: %d", n == *(size_t *)size);
    return NULL;
}

static void reading_and_writing_one_socket(void)
{
    size_t size = 1 << 20, got = 0;
    char buffer[4096];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    gt_unref(gt_spawn(writes_much, &size));
    while (got < size)
        got += (size_t)gt_read(ends[0], buffer, sizeof buffer);
    gt_run();
    trace("all is read: %d", got == size);
    close_ends();
}

static size_t done;

static void *writes_until_stopped(void *arg)
{
    static char much[1 << 20];
    gt_exception e;
    (void)arg;
    GT_TRY
    {
        gt_write_all(ends[1], much, sizeof much, &done);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("writer", &e);
    }
    GT_END_TRY;
    return NULL;
}

static void *writes_under_a_timeout(void *arg)
{
    gt_with_timeout(10, writes_until_stopped, arg, NULL);
    return NULL;
}

/* What the reader finds is exactly what the writer was told that it wrote. */
static void tell_half_way(void)
{
    size_t got = 0;
    char buffer[4096];
    gt_close(ends[1]);
    for (ssize_t n; (n = gt_read(ends[0], buffer, sizeof buffer)) > 0;)
        got += (size_t)n;
    gt_close(ends[0]);
    trace("some, not all: %d; as told: %d", done > 0 && done < 1 << 20, done == got);
}

static void a_transfer_reports_how_far_it_got(void)
{
    if (pipe(ends) != 0)
        return;
    gt_thread *writer = gt_spawn(writes_until_stopped, NULL);
    gt_yield();
    gt_kill(writer, NULL);
    gt_unref(writer);
    tell_half_way();
    if (pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(writes_under_a_timeout, NULL));
    gt_run();
    tell_half_way();
}

static void *connects(void *address)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    gt_connect(fd, address, sizeof(struct sockaddr_in));
    gt_write_all(fd, "hello", 5, NULL);
    gt_close(fd);
    return NULL;
}

static void connect_nowhere(void *address)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    GT_DEFER(close_fd, &fd);
    gt_connect(fd, address, sizeof(struct sockaddr_in));
}

static void sockets_connect_and_accept(void)
{
    char buffer[6] = "";
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (void *)&address, sizeof address) != 0 || listen(listener, 5) != 0 ||
        getsockname(listener, (void *)&address, &length) != 0)
        return;
    gt_unref(gt_spawn(connects, &address));
    int fd = gt_accept(listener, NULL, NULL);
    trace("close-on-exec: %d", fcntl(fd, F_GETFD) == FD_CLOEXEC);
    gt_read_all(fd, buffer, 5, NULL);
    trace("%s", buffer);
    gt_run();
    gt_close(fd);
    gt_close(listener);
    try_it("connecting to nobody", connect_nowhere, &address);
}

static void *waits_for_usr1(void *name)
{
    gt_wait_signal(SIGUSR1);
    trace("%s has its signal", (char *)name);
    return NULL;
}

static void wait_for_signal(void *signum)
{
    gt_wait_signal(*(int *)signum);
}

/* The first in line gets the first; one that nobody waits for is kept. */
static void signals_are_waited_for(void)
{
    int uncatchable = SIGKILL, absurd = 1000;
    gt_unref(gt_spawn(waits_for_usr1, "first"));
    gt_unref(gt_spawn(waits_for_usr1, "second"));
    gt_yield();
    raise(SIGUSR1);
    raise(SIGUSR1);
    gt_run();
    raise(SIGUSR1);
    waits_for_usr1("main");
    try_it("SIGKILL", wait_for_signal, &uncatchable);
    try_it("signal 1000", wait_for_signal, &absurd);
}

static void *counts_writes(void *writes)
{
    while (*(int *)writes < 3 * GT_IO_BURST) {
        gt_write(ends[1], "x", 1);
        ++*(int *)writes;
    }
    return NULL;
}

/* The writer never blocks, and the bystander runs all the same. */
static void transfers_that_need_not_block_yield(void)
{
    int writes = 0;
    if (pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(counts_writes, &writes));
    gt_yield();
    trace("%d of %d writes when another runs", writes, 3 * GT_IO_BURST);
    gt_run();
    trace("%d in the end", writes);
    close_ends();
}

const conformance_case io_cases[] = {
    {"SCHED-8", "transfers_that_need_not_block_yield", transfers_that_need_not_block_yield,
     CASE_IO},
    {"IO-1", "ready_is_ready_every_time", ready_is_ready_every_time, CASE_IO},
    {"IO-1", "waiting_blocks_only_the_thread", waiting_blocks_only_the_thread, CASE_IO},
    {"IO-1", "reading_and_writing_one_socket", reading_and_writing_one_socket, CASE_IO},
    {"IO-1", "sockets_connect_and_accept", sockets_connect_and_accept, CASE_IO},
    {"IO-1", "signals_are_waited_for", signals_are_waited_for, CASE_IO},
    {"IO-2", "bad_descriptors_are_refused", bad_descriptors_are_refused, CASE_IO},
    {"IO-2", "closing_ends_the_waits", closing_ends_the_waits, CASE_IO},
    {"IO-2", "forgetting_ends_the_waits", forgetting_ends_the_waits, CASE_IO},
    {"IO-2", "regular_files_are_always_ready", regular_files_are_always_ready, CASE_IO},
    {"IO-3", "a_transfer_reports_how_far_it_got", a_transfer_reports_how_far_it_got, CASE_IO},
    {0},
};
