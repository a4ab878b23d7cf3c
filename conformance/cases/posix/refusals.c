/*
 * IO-5: what the system refuses is raised at once. Nothing here is ready, and nothing
 * ever will be, so a call that waits is never woken.
 */
#define _GNU_SOURCE
#include "conformance.h"
#include "kinds.h"
#include "sockets.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* One call that may be refused. */
typedef struct request {
    int fd;
    size_t size;
    void *buffer;
} request;

static char room[256];

static void try_read(void *argument)
{
    request *request = argument;
    gt_read(request->fd, request->buffer, request->size);
}

static void try_write(void *argument)
{
    request *request = argument;
    gt_write(request->fd, request->buffer, request->size);
}

static void try_accept(void *argument)
{
    request *request = argument;
    gt_close(gt_accept(request->fd, NULL, NULL));
}

static const char *name_of(int code)
{
    static const struct {
        int code;
        const char *name;
    } names[] = {{EBADF, "EBADF"},           {EINVAL, "EINVAL"},
                 {EISDIR, "EISDIR"},         {ENOTSOCK, "ENOTSOCK"},
                 {ENOTCONN, "ENOTCONN"},     {EFAULT, "EFAULT"},
                 {EOPNOTSUPP, "EOPNOTSUPP"}, {EPIPE, "EPIPE"},
                 {EISCONN, "EISCONN"},       {EDESTADDRREQ, "EDESTADDRREQ"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].code == code)
            return names[i].name;
    return "another code";
}

static void refused(const char *what, void (*call)(void *), int fd, size_t size)
{
    gt_exception e;
    request request = {fd, size, room};
    if (gt_try(call, &request, &e))
        trace("%s: done", what);
    else
        trace("%s: %s", what, e.kind == &GT_OS_ERROR ? name_of(e.code) : e.kind->name);
}

CASE("IO-5", the_wrong_end_of_a_pipe, CASE_IO)
{
    int ends[2];
    for (int round = 0; round < 2; round++) {
        if (round ? !open_fifo(ends) : pipe(ends) != 0)
            return;
        refused("read of the writing end", try_read, ends[1], 1);
        refused("write to the reading end", try_write, ends[0], 1);
        gt_close(ends[0]);
        gt_close(ends[1]);
    }
}

CASE("IO-5", what_is_no_listener, CASE_IO)
{
    int ends[2], stream = socket(AF_INET, SOCK_STREAM, 0), message = socket(AF_INET, SOCK_DGRAM, 0);
    refused("accept on a new socket", try_accept, stream, 0);
    refused("read of it", try_read, stream, 1);
    refused("accept on a socket for datagrams", try_accept, message, 0);
    refused("write without an address", try_write, message, 1);
    gt_close(stream);
    gt_close(message);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    refused("accept on a connected socket", try_accept, ends[0], 0);
    gt_close(ends[0]);
    gt_close(ends[1]);
    struct sockaddr_in address;
    int listener = listen_somewhere(&address);
    refused("read of a listener", try_read, listener, 1);
    gt_close(listener);
    if (pipe(ends) != 0)
        return;
    refused("accept on a pipe", try_accept, ends[0], 0);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

/* Once in each mode. */
static void in_both_modes(const char *what, void (*call)(void *), int fd, size_t size)
{
    char name[60];
    for (int mode = 0; mode <= O_NONBLOCK; mode += O_NONBLOCK) {
        fcntl(fd, F_SETFL, mode);
        snprintf(name, sizeof name, "%s%s", what, mode ? ", non-blocking" : "");
        refused(name, call, fd, size);
    }
}

CASE("IO-5", what_has_a_size_of_its_own, CASE_IO | CASE_ALARM | CASE_LINUX)
{
    int counter = open_counter(0), timer = open_timer(), signals = open_signals(),
        changes = open_changes(), poller = open_poller();
    in_both_modes("read of half a count", try_read, counter, 4);
    in_both_modes("write of half a count", try_write, counter, 4);
    in_both_modes("read of half a time", try_read, timer, 4);
    in_both_modes("write to a timer", try_write, timer, 8);
    in_both_modes("read of part of a signal", try_read, signals, 4);
    in_both_modes("write to signals", try_write, signals, 128);
    in_both_modes("write to changes", try_write, changes, 16);
    in_both_modes("read of a poller", try_read, poller, 8);
    in_both_modes("write to a poller", try_write, poller, 8);
    in_both_modes("read of no count", try_read, counter, 0);
    gt_close(counter);
    gt_close(timer);
    gt_close(signals);
    gt_close(changes);
    gt_close(poller);
}

CASE("IO-5", files_that_may_not_be_used, CASE_IO)
{
    char name[] = "/tmp/greenthread-XXXXXX";
    int writing = mkstemp(name);
    int reading = open(name, O_RDONLY), directory = open("/", O_RDONLY);
    gt_close(writing);
    writing = open(name, O_WRONLY);
    unlink(name);
    refused("read of a file that is written", try_read, writing, 1);
    refused("write to a file that is read", try_write, reading, 1);
    refused("read of a directory", try_read, directory, 1);
    refused("write to it", try_write, directory, 1);
    refused("accept on a file", try_accept, reading, 0);
    gt_close(writing);
    gt_close(reading);
    gt_close(directory);
}

static void try_wait(void *argument)
{
    request *request = argument;
    trace("it is ready: %d", gt_wait_fd(request->fd, GT_READ | GT_WRITE));
}

/* A descriptor that only names a file can do nothing else. */
CASE("IO-5", a_name_is_no_file, CASE_IO | CASE_LINUX)
{
    static const char *const paths[] = {"/", "/dev/null"};
    int directory = open("/", O_RDONLY);
    refused("wait for a directory", try_wait, directory, 0);
    gt_close(directory);
    for (int i = 0; i < 2; i++) {
        int fd = open(paths[i], O_PATH);
        refused("read", try_read, fd, 1);
        refused("write", try_write, fd, 1);
        refused("accept", try_accept, fd, 0);
        refused("wait", try_wait, fd, 0);
        gt_close(fd);
    }
    int ends[2];
    if (!open_fifo(ends))
        return;
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    int fd = open(path, O_PATH);
    refused("read of a named pipe", try_read, fd, 1);
    gt_close(fd);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

/* Far more than there is memory, and no memory at all. */
CASE("IO-5", absurd_sizes_and_no_buffer, CASE_IO | CASE_NO_BUFFER | CASE_LINUX)
{
    int ends[2];
    request none = {.size = 1};
    gt_exception e;
    if (pipe(ends) != 0)
        return;
    none.fd = ends[1];
    trace("no buffer: %s", gt_try(try_write, &none, &e) ? "done" : name_of(e.code));
    refused("a read of all", try_read, ends[0], SIZE_MAX);
    refused("a write of all", try_write, ends[1], SIZE_MAX);
    gt_close(ends[0]);
    gt_close(ends[1]);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    none.fd = ends[1];
    trace("no buffer: %s", gt_try(try_write, &none, &e) ? "done" : name_of(e.code));
    refused("a read of all", try_read, ends[0], SIZE_MAX);
    refused("a write of all", try_write, ends[1], SIZE_MAX);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void *reads_a_byte(void *fd)
{
    char byte;
    gt_read(*(int *)fd, &byte, 1);
    trace("the reader has %c", byte);
    return NULL;
}

static void *reads_a_count(void *fd)
{
    uint64_t count;
    gt_read(*(int *)fd, &count, sizeof count);
    trace("the reader has %d", (int)count);
    return NULL;
}

/* The queued thread waits for what will come, and the other one for nothing. */
CASE("IO-5", a_refusal_waits_in_no_queue, CASE_IO)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    gt_unref(gt_spawn(reads_a_byte, &ends[0]));
    gt_yield();
    refused("accept, where another reads", try_accept, ends[0], 0);
    gt_write(ends[1], "x", 1);
    refused("read of nothing", try_read, ends[0], 0);
    gt_run();
    refused("accept, where all was read", try_accept, ends[0], 0);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

CASE("IO-5", a_refused_size_waits_in_no_queue, CASE_IO | CASE_ALARM | CASE_LINUX)
{
    int counter = open_counter(0);
    uint64_t seven = 7;
    gt_unref(gt_spawn(reads_a_count, &counter));
    gt_yield();
    refused("half a count, where another reads", try_read, counter, 4);
    gt_write(counter, &seven, sizeof seven);
    gt_run();
    gt_close(counter);
}

/* After a read that took all of a stream, the next read is not tried. An accept is. */
CASE("IO-5", a_refusal_is_told_of_an_empty_stream, CASE_IO)
{
    int ends[2];
    char much[100];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    gt_unref(gt_spawn(reads_a_byte, &ends[0]));
    gt_yield();
    gt_write(ends[1], "abc", 3);
    gt_run();
    gt_read(ends[0], much, sizeof much);
    refused("accept", try_accept, ends[0], 0);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void no_reader(const char *what, int fd)
{
    refused(what, try_write, fd, 1);
}

/* A pipe without a reader: the signal, and the error. */
CASE("IO-5", a_pipe_without_a_reader, CASE_IO)
{
    int ends[2];
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    if (pipe(ends) != 0)
        return;
    gt_close(ends[0]);
    no_reader("a pipe", ends[1]);
    gt_close(ends[1]);
    if (!open_fifo(ends))
        return;
    gt_close(ends[0]);
    no_reader("a named pipe", ends[1]);
    gt_close(ends[1]);
    signal(SIGPIPE, before);
}
