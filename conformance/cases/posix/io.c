/*
 * IO, and SCHED-8: descriptors and signals.
 */
#define _GNU_SOURCE
#include "conformance.h"
#include "sockets.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <threads.h>
#include <unistd.h>

static int ends[2];

static void close_ends(void)
{
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static int refused = ECONNREFUSED;

static const char *name_of(int code)
{
    const struct {
        int code;
        const char *name;
    } names[] = {{EBADF, "EBADF"},
                 {EBUSY, "EBUSY"},
                 {EINVAL, "EINVAL"},
                 {refused, "ECONNREFUSED"},
                 {EPIPE, "EPIPE"}};
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

/*
 * Level-triggered: a ready descriptor is ready, however often that was told and whatever
 * was read.
 */
CASE("IO-1", ready_is_ready_every_time, CASE_IO)
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
CASE("IO-1", waiting_blocks_only_the_thread, CASE_IO)
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

/* The end of a file and an error count as ready. The call after the wait tells which it is. */
CASE("IO-1", the_end_and_errors_are_ready, CASE_IO)
{
    char byte;
    if (pipe(ends) != 0)
        return;
    gt_close(ends[1]);
    trace("no writer: %d, %d bytes", gt_wait_fd(ends[0], GT_READ), (int)gt_read(ends[0], &byte, 1));
    gt_close(ends[0]);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    gt_close(ends[1]);
    trace("no peer: %d", gt_wait_fd(ends[0], GT_READ | GT_WRITE));
    try_it("writing to no peer", write_fd, &ends[0]);
    gt_close(ends[0]);
}

size_t fill(int fd)
{
    static char much[4096];
    size_t n = 0;
    for (ssize_t more; (more = send(fd, much, sizeof much, MSG_DONTWAIT)) > 0;)
        n += (size_t)more;
    return n;
}

void drain(int fd, size_t size)
{
    static char much[4096];
    while (size)
        size -= (size_t)gt_read(fd, much, size < sizeof much ? size : sizeof much);
}

static void *waits_for_either(void *name)
{
    gt_exception e;
    GT_TRY
    {
        int ready = gt_wait_fd(ends[0], GT_READ | GT_WRITE);
        trace("%s: %s", (char *)name, ready == GT_READ ? "can read" : "can write");
    }
    GT_CATCH_ALL(e)
    {
        trace("%s: %s %s", (char *)name, e.kind->name, name_of(e.code));
    }
    GT_END_TRY;
    return NULL;
}

/* It is woken by the direction that comes first, and is told which one that is. */
CASE("IO-1", a_wait_for_both_directions_tells_which, CASE_IO)
{
    char byte;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    size_t size = fill(ends[0]);
    gt_unref(gt_spawn(waits_for_either, "the peer writes"));
    gt_yield();
    gt_write(ends[1], "x", 1);
    gt_run();
    gt_read(ends[0], &byte, 1);
    gt_unref(gt_spawn(waits_for_either, "the peer reads"));
    gt_yield();
    drain(ends[1], size);
    gt_run();
    close_ends();
}

static void *reads_the_socket(void *arg)
{
    char byte = 0;
    gt_read(ends[0], &byte, 1);
    trace("the reader has %c", byte);
    return arg;
}

static void *writes_the_socket(void *arg)
{
    gt_write(ends[0], "x", 1);
    trace("the writer is done");
    return arg;
}

/* One waits to read and one to write. Each is woken by what it waits for. */
CASE("IO-1", both_directions_of_one_descriptor, CASE_IO)
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    size_t size = fill(ends[0]);
    gt_unref(gt_spawn(reads_the_socket, NULL));
    gt_unref(gt_spawn(writes_the_socket, NULL));
    gt_yield();
    trace("the peer reads");
    drain(ends[1], size);
    gt_yield();
    gt_yield();
    trace("the peer writes");
    gt_write(ends[1], "y", 1);
    gt_run();
    close_ends();
}

static void use_both(void *arg)
{
    char byte;
    (void)arg;
    gt_unref(gt_spawn(reads_the_socket, NULL));
    gt_yield();
    gt_write_all(ends[1], "zz", 2, NULL);
    gt_run();
    gt_read_all(ends[0], &byte, 1, NULL);
}

/* No other user of the shared file notices that it is used here. */
CASE("IO-1", the_mode_is_left_alone, CASE_IO)
{
    for (int mode = 0; mode <= O_NONBLOCK; mode += O_NONBLOCK) {
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
            return;
        fcntl(ends[0], F_SETFL, O_RDWR | mode);
        int before = fcntl(ends[0], F_GETFL), other = fcntl(ends[1], F_GETFL);
        use_both(NULL);
        trace("%s: %s", mode ? "non-blocking" : "blocking",
              fcntl(ends[0], F_GETFL) == before && fcntl(ends[1], F_GETFL) == other ? "as it was"
                                                                                    : "changed");
        close_ends();
    }
}

CASE("IO-2", bad_descriptors_are_refused, CASE_IO)
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

enum { READERS = 20 };

static int pairs[READERS][2], got;

static void *reads_its_own(void *pair)
{
    char byte = 0;
    gt_read(*(int *)pair, &byte, 1);
    got += byte == (int(*)[2])pair - pairs;
    return NULL;
}

/* One poll finds them all. */
CASE("IO-1", many_are_ready_at_once, CASE_IO | CASE_NO_SWEEP)
{
    got = 0;
    for (int i = 0; i < READERS; i++) {
        if (pipe(pairs[i]) != 0)
            return;
        gt_unref(gt_spawn(reads_its_own, pairs[i]));
    }
    gt_yield();
    for (char i = 0; i < READERS; i++)
        if (write(pairs[(int)i][1], &i, 1) != 1)
            trace("a pipe is full");
    gt_run();
    trace("%d of %d have read their own byte", got, READERS);
    for (int i = 0; i < READERS; i++) {
        gt_close(pairs[i][0]);
        gt_close(pairs[i][1]);
    }
}

/* All waiters are told of it. The number, used again, is a new file, by dup or not. */
CASE("IO-2", closing_ends_the_waits, CASE_IO)
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
    trace("the old file's data wakes no thread");
    gt_write(ends[1], "y", 1);
    gt_run();
    close_ends();
    gt_close(other);
    gt_close(writer);
}

static void *reads_one(void *name)
{
    char byte = 0;
    gt_read(ends[0], &byte, 1);
    trace("%s got %c", (char *)name, byte);
    return NULL;
}

/* There is data, but others came first. */
CASE("IO-2", a_newcomer_queues_last, CASE_IO)
{
    if (pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(reads_one, "first"));
    gt_unref(gt_spawn(reads_one, "second"));
    gt_yield();
    gt_write(ends[1], "abc", 3);
    reads_one("main");
    gt_run();
    close_ends();
}

/* A wait consumes nothing. One byte lets all its waiters go on, in order. */
CASE("IO-2", one_event_wakes_all_that_only_wait, CASE_IO)
{
    if (pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(waits_for_the_pipe, "first"));
    gt_unref(gt_spawn(waits_for_the_pipe, "second"));
    gt_unref(gt_spawn(waits_for_the_pipe, "third"));
    gt_yield();
    gt_write(ends[1], "x", 1);
    gt_run();
    close_ends();
}

static void *writes_the_full_socket(void *name)
{
    gt_exception e;
    if (!gt_try(write_fd, &ends[0], &e))
        trace("%s: %s %s", (char *)name, e.kind->name, name_of(e.code));
    return NULL;
}

static void accept_fd(void *fd)
{
    gt_close(gt_accept(*(int *)fd, NULL, NULL));
}

static void *accepts(void *listener)
{
    try_it("accept", accept_fd, listener);
    return NULL;
}

int listen_somewhere(struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    *address = (struct sockaddr_in){.sin_family = AF_INET};
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (void *)address, sizeof *address) != 0 || listen(fd, 5) != 0 ||
        getsockname(fd, (void *)address, &length) != 0)
        abort();
    return fd;
}

CASE("IO-2", closing_ends_every_kind_of_wait, CASE_IO)
{
    struct sockaddr_in address;
    int listener = listen_somewhere(&address);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    fill(ends[0]);
    gt_unref(gt_spawn(reads_the_pipe, "read"));
    gt_unref(gt_spawn(waits_for_either, "wait"));
    gt_unref(gt_spawn(writes_the_full_socket, "write"));
    gt_unref(gt_spawn(accepts, &listener));
    gt_yield();
    close_ends();
    gt_close(listener);
    gt_run();
}

static void *reads_number(void *fd)
{
    try_it("the reader of the old file", read_fd, fd);
    return NULL;
}

/* The number means another file before the waiter is told of the close. */
CASE("IO-2", a_number_may_be_used_again_at_once, CASE_IO)
{
    char byte = 0;
    if (pipe(ends) != 0)
        return;
    int number = ends[0];
    gt_unref(gt_spawn(reads_number, &number));
    gt_yield();
    gt_close(ends[0]);
    gt_close(ends[1]);
    if (pipe(ends) != 0)
        return;
    gt_write(ends[1], "y", 1);
    trace("the number is used again: %d", ends[0] == number);
    gt_run();
    gt_read(ends[0], &byte, 1);
    trace("the new file still has its %c", byte);
    close_ends();
}

static void *replaces_the_pipe(void *arg)
{
    gt_sleep(10);
    gt_write(ends[1], "x", 1);
    gt_yield();
    trace("the reader was chosen, and has not resumed");
    close_ends();
    if (pipe(ends) == 0)
        gt_write(ends[1], "y", 1);
    return arg;
}

/* It does not matter either that the hub had seen the old file to be ready. */
CASE("IO-2", a_chosen_reader_hears_of_a_close, CASE_IO)
{
    char byte = 0;
    if (pipe(ends) != 0)
        return;
    int number = ends[0];
    gt_unref(gt_spawn(replaces_the_pipe, NULL));
    gt_unref(gt_spawn(reads_number, &number));
    gt_run();
    gt_read(ends[0], &byte, 1);
    trace("the new file still has its %c", byte);
    close_ends();
}

/* Only the waits end. The descriptor itself stays good. */
CASE("IO-2", a_forgotten_descriptor_may_be_used_again, CASE_IO)
{
    if (pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(reads_the_pipe, "before"));
    gt_yield();
    gt_forget_fd(ends[0]);
    gt_unref(gt_spawn(reads_the_pipe, "after"));
    gt_yield();
    gt_write(ends[1], "x", 1);
    gt_run();
    close_ends();
}

CASE("IO-2", forgetting_ends_the_waits, CASE_IO)
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

CASE("IO-2", regular_files_are_always_ready, CASE_IO)
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

enum { MUCH = 1 << 20 };

typedef struct side {
    int fd;
    char sent, got; /* the value of all bytes; 0: they differ */
    size_t n_sent, n_got;
} side;

static void *writes_much(void *of)
{
    side *side = of;
    char *much = malloc(MUCH);
    if (!much)
        return NULL;
    memset(much, side->sent, MUCH);
    gt_write_all(side->fd, much, MUCH, &side->n_sent);
    free(much);
    return NULL;
}

static void *reads_much(void *of)
{
    side *side = of;
    char buffer[4096];
    ssize_t n;
    while (side->n_got < MUCH && (n = gt_read(side->fd, buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            side->got = side->n_got + (size_t)i == 0 || buffer[i] == side->got ? buffer[i] : 0;
        side->n_got += (size_t)n;
    }
    return NULL;
}

/* Both ends in both directions at once. Each thread is woken by its own event. */
CASE("IO-1", reading_and_writing_one_socket, CASE_IO)
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    side sides[2] = {{.fd = ends[0], .sent = 'a'}, {.fd = ends[1], .sent = 'b'}};
    for (int i = 0; i < 2; i++) {
        gt_unref(gt_spawn(writes_much, &sides[i]));
        gt_unref(gt_spawn(reads_much, &sides[i]));
    }
    gt_run();
    for (int i = 0; i < 2; i++)
        trace("all is written: %d, all of the other's is read: %d", sides[i].n_sent == MUCH,
              sides[i].n_got == MUCH && sides[i].got == sides[1 - i].sent);
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

/* The reader finds exactly what the writer was told that it wrote. */
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

CASE("IO-3", a_transfer_reports_how_far_it_got, CASE_IO)
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

static char room[16];

static void *reads_until_stopped(void *size)
{
    gt_exception e;
    memset(room, 0, sizeof room);
    done = 99;
    GT_TRY
    {
        size_t n = gt_read_all(ends[0], room, *(size_t *)size, &done);
        trace("returned %d", (int)n);
    }
    GT_CATCH_ALL(e)
    {
        trace("%s", e.kind->name);
    }
    GT_END_TRY;
    trace("done %d%s%s", (int)done, done ? ": " : "", room);
    return NULL;
}

static void *reads_under_a_timeout(void *size)
{
    gt_with_timeout(10, reads_until_stopped, size, NULL);
    return NULL;
}

/* Killed, timed out, at the end of the file, complete, and refused. */
CASE("IO-3", a_read_reports_how_far_it_got, CASE_IO)
{
    size_t ten = 10, two = 2;
    if (pipe(ends) != 0)
        return;
    gt_write(ends[1], "abc", 3);
    gt_thread *reader = gt_spawn(reads_until_stopped, &ten);
    gt_yield();
    gt_write(ends[1], "de", 2);
    gt_yield();
    gt_yield();
    gt_kill(reader, NULL);
    gt_unref(reader);

    gt_write(ends[1], "fg", 2);
    gt_unref(gt_spawn(reads_under_a_timeout, &ten));
    gt_run();
    gt_write(ends[1], "hijk", 4);
    gt_unref(gt_spawn(reads_until_stopped, &two));
    gt_run();
    gt_close(ends[1]);
    gt_unref(gt_spawn(reads_until_stopped, &ten));
    gt_run();
    gt_close(ends[0]);
    gt_unref(gt_spawn(reads_until_stopped, &ten));
    gt_run();
}

static void write_much(void *arg)
{
    static char much[1 << 20];
    (void)arg;
    gt_write_all(ends[1], much, sizeof much, &done);
}

static void *writes_to_nobody(void *arg)
{
    try_it("writer", write_much, arg);
    return NULL;
}

/* On a socket, too, for a kill and for a peer that goes away half-way. */
CASE("IO-3", a_write_to_a_socket_reports_how_far_it_got, CASE_IO)
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    gt_thread *writer = gt_spawn(writes_until_stopped, NULL);
    gt_yield();
    gt_kill(writer, NULL);
    gt_unref(writer);
    tell_half_way();
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    gt_unref(gt_spawn(writes_to_nobody, NULL));
    gt_yield();
    gt_close(ends[0]);
    gt_run();
    trace("some, not all: %d", done > 0 && done < 1 << 20);
    gt_close(ends[1]);
}

static void *connects(void *address)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    gt_connect(fd, address, sizeof(struct sockaddr_in));
    gt_write_all(fd, "hello", 5, NULL);
    gt_close(fd);
    return NULL;
}

/* As the system tells it after a connect that does not block: qemu gives the host's number. */
static int code_of_a_refusal(const struct sockaddr_in *address)
{
    int code = ECONNREFUSED;
    socklen_t size = sizeof code;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    if (connect(fd, (const void *)address, sizeof *address) != 0 && errno == EINPROGRESS) {
        poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size);
    }
    close(fd);
    return code;
}

static void connect_nowhere(void *address)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    GT_DEFER(close_fd, &fd);
    gt_connect(fd, address, sizeof(struct sockaddr_in));
}

CASE("IO-1", sockets_connect_and_accept, CASE_IO)
{
    char buffer[6] = "";
    struct sockaddr_in address;
    int listener = listen_somewhere(&address);
    gt_unref(gt_spawn(connects, &address));
    int fd = gt_accept(listener, NULL, NULL);
    trace("close-on-exec: %d", fcntl(fd, F_GETFD) == FD_CLOEXEC);
    gt_read_all(fd, buffer, 5, NULL);
    trace("%s", buffer);
    gt_run();
    gt_close(fd);
    gt_close(listener);
    refused = code_of_a_refusal(&address);
    try_it("connecting where nothing listens", connect_nowhere, &address);
}

static void *accepts_as(void *name)
{
    gt_exception e;
    if (gt_try(accept_fd, &ends[0], &e))
        trace("%s has a connection", (char *)name);
    else
        trace("%s: %s", (char *)name, e.kind->name);
    return NULL;
}

/* A thread that is killed in the queue leaves the connection to the next. */
CASE("IO-2", acceptors_form_a_queue, CASE_IO)
{
    struct sockaddr_in address;
    ends[0] = listen_somewhere(&address);
    gt_thread *first = gt_spawn(accepts_as, "first");
    gt_unref(gt_spawn(accepts_as, "second"));
    gt_unref(gt_spawn(accepts_as, "third"));
    gt_yield();
    gt_kill(first, NULL);
    gt_unref(first);
    connects(&address);
    connects(&address);
    gt_run();
    gt_close(ends[0]);
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

/* The first in the queue gets the first arrival. An arrival that no thread waits for is kept. */
CASE("IO-1", signals_are_waited_for, CASE_IO)
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

static void *sends_usr1(void *arg)
{
    trace("the sender");
    kill(getpid(), SIGUSR1);
    return arg;
}

/*
 * The signal arrives on whatever stack the hub waits, and no stack may hold it back. The
 * system chooses when. No thread may wait for it where the receiver was disturbed, so
 * this is no case for a sweep.
 */
CASE("IO-1", a_thread_may_send_a_signal, CASE_IO | CASE_NO_SWEEP)
{
    gt_unref(gt_spawn(waits_for_usr1, "the receiver"));
    gt_unref(gt_spawn(sends_usr1, NULL));
    gt_run();
}

static void *times_out(void *name)
{
    bool in_time = gt_with_timeout(10, waits_for_usr1, name, NULL);
    trace("%s: %s", (char *)name, in_time ? "in time" : "timed out");
    return NULL;
}

/* A thread that was killed or timed out in the queue takes no signal. */
CASE("IO-1", a_signal_goes_to_a_thread_that_still_waits, CASE_IO)
{
    gt_thread *killed = gt_spawn(waits_for_usr1, "killed");
    gt_unref(gt_spawn(times_out, "impatient"));
    gt_yield();
    gt_kill(killed, NULL);
    gt_unref(killed);
    gt_run();
    gt_unref(gt_spawn(waits_for_usr1, "third"));
    gt_yield();
    raise(SIGUSR1);
    gt_run();
}

static int waits_in_another_hub(void *arg)
{
    int signum = SIGUSR1;
    try_it("another hub", wait_for_signal, &signum);
    return arg != NULL;
}

static volatile sig_atomic_t arrivals;

static void counts_arrivals(int signum)
{
    (void)signum;
    arrivals++;
}

/* One hub has the signal. When that hub ends, the former effect is back. */
CASE("IO-1", a_signal_belongs_to_one_hub, CASE_IO)
{
    thrd_t thread;
    arrivals = 0;
    void (*before)(int) = signal(SIGUSR1, counts_arrivals);
    gt_thread *waiter = gt_spawn(waits_for_usr1, "this hub");
    gt_yield();
    if (gt_get_state(waiter) == GT_BLOCKED) {
        thrd_create(&thread, waits_in_another_hub, NULL);
        thrd_join(thread, NULL);
    }
    gt_unref(waiter);
    raise(SIGUSR1);
    gt_run();
    trace("its former effect: %d", (int)arrivals);
    gt_shutdown();
    raise(SIGUSR1);
    trace("its former effect: %d", (int)arrivals);
    signal(SIGUSR1, before);
}

static void *counts_writes(void *writes)
{
    while (*(int *)writes < 3 * GT_IO_BURST) {
        gt_write(ends[1], "x", 1);
        ++*(int *)writes;
    }
    return NULL;
}

/* The writer never blocks, but the bystander runs. */
CASE("SCHED-8", transfers_that_need_not_block_yield, CASE_IO)
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

static void *counts_calls(void *calls)
{
    char byte;
    for (; *(int *)calls < 90; ++*(int *)calls) {
        if (*(int *)calls % 3 == 0)
            gt_wait_fd(ends[0], GT_READ);
        else if (*(int *)calls % 3 == 1)
            gt_read(ends[0], &byte, 1);
        else
            gt_write(ends[1], "x", 1);
    }
    return NULL;
}

/* All I/O calls are counted together. */
CASE("SCHED-8", calls_of_all_kinds_count, CASE_IO)
{
    int calls = 0;
    if (pipe(ends) != 0)
        return;
    gt_write(ends[1], "x", 1);
    gt_unref(gt_spawn(counts_calls, &calls));
    gt_yield();
    trace("%d calls when another runs", calls);
    gt_run();
    close_ends();
}

static void *writes_in_two_bursts(void *writes)
{
    for (int burst = 0; burst < 2; burst++) {
        for (int i = 0; i < GT_IO_BURST - 4; i++, ++*(int *)writes)
            gt_write(ends[1], "x", 1);
        gt_yield();
    }
    return NULL;
}

/* Only calls in a row count: after a yield the count starts again. */
CASE("SCHED-8", a_yield_starts_a_new_burst, CASE_IO)
{
    int writes = 0;
    if (pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(writes_in_two_bursts, &writes));
    gt_yield();
    trace("%d writes", writes);
    gt_yield();
    trace("%d writes", writes);
    gt_run();
    close_ends();
}
