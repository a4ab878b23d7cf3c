/*
 * IO: the queues of threads that wait for descriptors, when others come and go.
 */
#define _GNU_SOURCE
#include "conformance.h"
#include "sockets.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Pipes, each with a reader of its own. */
typedef struct line {
    const char *name;
    int ends[2];
    gt_thread *reader;
} line;

static void *reads(void *argument)
{
    line *line = argument;
    gt_exception e;
    char byte = 0;
    GT_TRY
    {
        ssize_t n = gt_read(line->ends[0], &byte, 1);
        trace("%s: %d byte%s", line->name, (int)n, n ? "" : "s");
    }
    GT_CATCH_ALL(e)
    {
        trace("%s: %s", line->name, e.kind->name);
    }
    GT_END_TRY;
    return NULL;
}

static void open_line(line *line, const char *name)
{
    line->name = name;
    if (pipe(line->ends) != 0)
        abort();
    line->reader = gt_spawn(reads, line);
}

static void close_line(line *line)
{
    gt_unref(line->reader);
    gt_close(line->ends[0]);
    gt_close(line->ends[1]);
}

CASE("IO-1", a_hang_up_wakes_a_reader, CASE_IO)
{
    line line;
    open_line(&line, "the reader");
    gt_yield();
    trace("the writer hangs up");
    gt_close(line.ends[1]);
    gt_run();
    gt_unref(line.reader);
    gt_close(line.ends[0]);
}

/* The hub's table of low numbers has to move when a high one comes. */
CASE("IO-2", a_high_number_moves_no_queue, CASE_IO)
{
    line low, high;
    open_line(&low, "the low number");
    gt_yield();
    open_line(&high, "the high number");
    int number = fcntl(high.ends[0], F_DUPFD, 200);
    gt_close(high.ends[0]);
    high.ends[0] = number;
    gt_yield();
    gt_write(low.ends[1], "x", 1);
    gt_wait(low.reader);
    gt_write(high.ends[1], "y", 1);
    gt_run();
    close_line(&low);
    close_line(&high);
}

static int heard;

static void *counts_a_byte(void *line)
{
    char byte;
    heard += (int)gt_read(((struct line *)line)->ends[0], &byte, 1);
    return NULL;
}

/* More than the tables have room for at first. The last comes first. */
CASE("IO-2", many_queues_are_kept_apart, CASE_IO)
{
    enum { N = 40 };
    static line lines[N];
    heard = 0;
    for (int i = 0; i < N; i++) {
        if (pipe(lines[i].ends) != 0)
            return;
        lines[i].reader = gt_spawn(counts_a_byte, &lines[i]);
    }
    gt_yield();
    for (int i = N; i-- > 0;) {
        gt_write(lines[i].ends[1], "x", 1);
        gt_wait(lines[i].reader);
        close_line(&lines[i]);
    }
    trace("%d of %d", heard, N);
}

/*
 * The first in the poller's table goes, and then another. The one that moved up is still
 * watched.
 */
CASE("IO-2", a_close_leaves_other_queues_alone, CASE_IO)
{
    line a, b, c;
    open_line(&a, "a");
    open_line(&b, "b");
    open_line(&c, "c");
    gt_yield();
    gt_close(a.ends[0]);
    gt_wait(a.reader);
    gt_kill(c.reader, NULL);
    gt_write(c.ends[1], "x", 1);
    gt_yield();
    gt_yield();
    gt_write(b.ends[1], "x", 1);
    gt_run();
    gt_unref(a.reader);
    gt_close(a.ends[1]);
    close_line(&b);
    close_line(&c);
}

static void read_none(void *arg)
{
    gt_read(-1, arg, 1);
}

static void write_none(void *arg)
{
    gt_write(-1, arg, 1);
}

static void read_nothing_of_none(void *byte)
{
    gt_read(-1, byte, 0);
}

static void write_nothing_to_none(void *byte)
{
    gt_write(-1, byte, 0);
}

static void accept_none(void *arg)
{
    (void)arg;
    gt_accept(-1, NULL, NULL);
}

static void connect_none(void *arg)
{
    (void)arg;
    gt_connect(-1, NULL, 0);
}

static void close_none(void *arg)
{
    (void)arg;
    gt_close(-1);
}

static void wait_for_none(void *arg)
{
    (void)arg;
    gt_wait_fd(-1, GT_READ);
}

static void wait_for_no_signal(void *arg)
{
    (void)arg;
    gt_wait_signal(0);
}

/* The platform decides on the code. Platforms without descriptors refuse all of them. */
CASE("IO-2", what_is_no_descriptor_is_refused)
{
    static void (*const calls[])(void *) = {
        read_none,    write_none, read_nothing_of_none, write_nothing_to_none, accept_none,
        connect_none, close_none, wait_for_none,        wait_for_no_signal};
    char byte = 0;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        gt_exception e;
        bool done = gt_try(calls[i], &byte, &e);
        trace("%s", done ? "done" : e.kind->name);
    }
}

/* Another reader has taken it meanwhile, so the woken thread waits on. */
CASE("IO-2", a_needless_wake_waits_on, CASE_IO)
{
    line line;
    char byte = 0;
    open_line(&line, "the reader");
    gt_yield();
    gt_write(line.ends[1], "x", 1);
    gt_yield(); /* the hub polls: the reader is ready, main has run before */
    if (read(line.ends[0], &byte, 1) == 1)
        trace("main takes the byte");
    gt_yield();
    trace("%s", gt_get_state(line.reader) == GT_BLOCKED ? "it waits on" : "it does not wait");
    gt_write(line.ends[1], "y", 1);
    gt_run();
    close_line(&line);
}

/* A call that needs no hub makes none. */
CASE("SLEEP-1", the_clock_and_forgetting_need_no_hub)
{
    gt_shutdown();
    gt_forget_fd(0);
    int64_t before = gt_now();
    trace("time goes on: %d, %d allocations", gt_now() >= before,
          (int)gt_testing_live_allocations());
}

static void *reads_late(void *argument)
{
    line *line = argument;
    char byte;
    gt_read(line->ends[0], &byte, 1);
    trace("the reader has %c", byte);
    return NULL;
}

/*
 * The poller cannot be told any more that the old file is not wanted, because another
 * number means it, too. The hub ignores what the poller says of the old one.
 */
CASE("IO-2", forgetting_late_confuses_no_thread, CASE_IO)
{
    line old, new;
    open_line(&old, "not reached");
    gt_yield();
    gt_kill(old.reader, NULL);
    gt_unref(old.reader);
    int other = dup(old.ends[0]), number = old.ends[0];
    close(old.ends[0]);
    gt_forget_fd(old.ends[0]);
    if (pipe(new.ends) != 0)
        return;
    trace("the number is used again: %d", new.ends[0] == number);
    gt_unref(gt_spawn(reads_late, &new));
    gt_yield();
    gt_write(old.ends[1], "x", 1);
    gt_yield();
    gt_yield();
    gt_write(new.ends[1], "y", 1);
    gt_run();
    gt_close(new.ends[0]);
    gt_close(new.ends[1]);
    gt_close(other);
    gt_close(old.ends[1]);
}

static int ends[2];

static void *reads_the_socket(void *arg)
{
    char byte;
    gt_read(ends[0], &byte, 1);
    trace("not reached");
    return arg;
}

static void *writes_the_socket(void *arg)
{
    gt_write(ends[0], "x", 1);
    trace("the writer is done");
    return arg;
}

/* The reader is gone when its byte comes. The hub still waits for the writer's event. */
CASE("KILL-10", an_unused_event_leaves_the_other_direction_alone, CASE_IO)
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    size_t size = fill(ends[0]);
    gt_thread *reader = gt_spawn(reads_the_socket, NULL);
    gt_unref(gt_spawn(writes_the_socket, NULL));
    gt_yield();
    gt_kill(reader, NULL);
    gt_unref(reader);
    gt_write(ends[1], "y", 1);
    gt_yield();
    gt_yield();
    trace("the peer reads");
    drain(ends[1], size);
    gt_run();
    gt_close(ends[0]);
    gt_close(ends[1]);
}

enum { MUCH = 300000 };

static char sent[MUCH], received[MUCH];

static void *sends_all(void *arg)
{
    gt_write_all(ends[1], sent, MUCH, NULL);
    return arg;
}

static void send_through(const char *what)
{
    memset(received, 0, MUCH);
    gt_unref(gt_spawn(sends_all, NULL));
    gt_read_all(ends[0], received, MUCH, NULL);
    gt_run();
    trace("%s: %s", what, memcmp(sent, received, MUCH) == 0 ? "the same" : "something else");
    gt_close(ends[0]);
    gt_close(ends[1]);
}

/* In many parts, each where the last one ended. */
CASE("IO-3", all_arrives_as_it_was_sent, CASE_IO)
{
    for (int i = 0; i < MUCH; i++)
        sent[i] = (char)(i % 251);
    if (pipe(ends) == 0)
        send_through("a pipe");
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0)
        send_through("a socket");
}

/* Two that pass a byte to and fro, so that one of them is ready at each poll. */
static int there[2], back[2];
static bool stop;

static void *answers(void *arg)
{
    char byte;
    while (gt_read(there[0], &byte, 1) == 1)
        gt_write(back[1], &byte, 1);
    return arg;
}

static void *asks(void *arg)
{
    char byte = 'x';
    for (int i = 0; i < 1000 && !stop; i++) {
        gt_write(there[1], &byte, 1);
        gt_read(back[0], &byte, 1);
    }
    trace("%s", stop ? "the pair stops" : "the pair never stops");
    gt_close(there[1]);
    return arg;
}

static void *hears(void *argument)
{
    line *line = argument;
    char byte;
    gt_read(line->ends[0], &byte, 1);
    trace("the other hears");
    stop = true;
    return NULL;
}

CASE("SCHED-4", a_pair_that_talks_starves_no_other, CASE_IO)
{
    line other;
    stop = false;
    if (pipe(there) != 0 || pipe(back) != 0 || pipe(other.ends) != 0)
        return;
    gt_unref(gt_spawn(answers, NULL));
    gt_unref(gt_spawn(asks, NULL));
    gt_yield();
    gt_yield();
    gt_unref(gt_spawn(hears, &other));
    gt_yield();
    gt_write(other.ends[1], "x", 1);
    gt_run();
    gt_close(there[0]);
    gt_close(back[0]);
    gt_close(back[1]);
    gt_close(other.ends[0]);
    gt_close(other.ends[1]);
}

/* The mode of the accepting socket does not change either, and the accepted one has the same. */
CASE("IO-1", connecting_leaves_the_mode_alone, CASE_IO)
{
    struct sockaddr_in address;
    int listener = listen_somewhere(&address);
    for (int mode = 0; mode <= O_NONBLOCK; mode += O_NONBLOCK) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        fcntl(fd, F_SETFL, O_RDWR | mode);
        int before = fcntl(fd, F_GETFL), other = fcntl(listener, F_GETFL);
        gt_connect(fd, (void *)&address, sizeof address);
        int accepted = gt_accept(listener, NULL, NULL);
        bool same = fcntl(fd, F_GETFL) == before && fcntl(listener, F_GETFL) == other;
        trace("%s: %s", mode ? "non-blocking" : "blocking", same ? "as it was" : "changed");
        gt_close(accepted);
        gt_close(fd);
    }
    gt_close(listener);
}

static void *waits_for_usr1(void *arg)
{
    gt_wait_signal(SIGUSR1);
    trace("the signal is there");
    return arg;
}

static void tell_errno_after(void (*handler)(int))
{
    errno = ERANGE;
    handler(SIGUSR1);
    trace("errno is %s", errno == ERANGE ? "as it was" : "changed");
}

static void raise_it(int signum)
{
    raise(signum);
}

/*
 * It may arrive anywhere, also between a call and the read of its errno. It may also
 * arrive where nothing can be done with it, because a program has kept the handler.
 */
CASE("IO-1", a_signal_leaves_errno_alone, CASE_IO | CASE_NO_SWEEP)
{
    struct sigaction ours;
    gt_unref(gt_spawn(waits_for_usr1, NULL));
    gt_yield();
    sigaction(SIGUSR1, NULL, &ours);
    tell_errno_after(raise_it);
    gt_run();
    gt_shutdown();
    tell_errno_after(ours.sa_handler);
}

static _Thread_local char mark;
static char *marks_main;
static volatile sig_atomic_t here, elsewhere;

static void note_where(int signum)
{
    (void)signum;
    here += &mark == marks_main;
    elsewhere += &mark != marks_main;
}

static void *sleeps_for_ever(void *arg)
{
    gt_sleep(GT_FOREVER);
    return arg;
}

static void send_to_the_process(const sigset_t *set)
{
    sigprocmask(SIG_BLOCK, set, NULL);
    kill(getpid(), SIGUSR1);
    for (int i = 0; i < 20; i++)
        sched_yield();
    sigprocmask(SIG_UNBLOCK, set, NULL);
}

/* If the program blocks a signal, no OS thread of the library takes it. */
CASE("SCHED-9", signals_are_for_the_programs_own_os_threads, CASE_IO)
{
    sigset_t set;
    void (*before)(int) = signal(SIGUSR1, note_where);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    marks_main = &mark;
    here = elsewhere = 0;
    for (int i = 0; i < 3; i++)
        gt_unref(gt_spawn(sleeps_for_ever, NULL));
    gt_yield();
    for (int i = 0; i < 100; i++)
        send_to_the_process(&set);
    trace("%d here, %d elsewhere", (int)here, (int)elsewhere);
    signal(SIGUSR1, before);
}

/* A pair of sockets, one of which is read, and a thread that could run instead. */
static void open_pair(int ends[2], int type)
{
    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0)
        abort();
}

static void close_pair(int ends[2])
{
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void read_beside_bystander(int fd, size_t size)
{
    char bytes[8];
    gt_spawn_n(speaker, "bystander");
    ssize_t n = gt_read(fd, bytes, size);
    trace("read%s%.*s", n ? " " : "", (int)n, bytes);
    gt_yield();
}

/* After the first wait for it, the poller knows it. */
static void wait_and_read_all(int ends[2])
{
    gt_timeout timeout;
    gt_exception e;
    GT_TRY
    {
        gt_timeout_start(&timeout, 1);
        gt_wait_fd(ends[0], GT_READ);
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
    }
    GT_END_TRY;
    gt_write_all(ends[1], "a", 1, NULL);
    read_beside_bystander(ends[0], 8);
}

CASE("SCHED-8", a_stream_that_was_read_empty_is_not_tried, CASE_IO)
{
    int ends[2];
    open_pair(ends, SOCK_STREAM);
    wait_and_read_all(ends);
    trace("it was read empty:");
    gt_write_all(ends[1], "bc", 2, NULL);
    read_beside_bystander(ends[0], 1);
    trace("it was not:");
    read_beside_bystander(ends[0], 1);
    trace("the end is told too:");
    gt_write_all(ends[1], "d", 1, NULL);
    read_beside_bystander(ends[0], 8);
    shutdown(ends[1], SHUT_WR);
    read_beside_bystander(ends[0], 8);
    close_pair(ends);
}

CASE("SCHED-8", a_caller_that_may_not_wait_tries, CASE_IO)
{
    int ends[2];
    open_pair(ends, SOCK_STREAM);
    wait_and_read_all(ends);
    gt_write_all(ends[1], "b", 1, NULL);
    gt_timeout timeout;
    gt_timeout_start(&timeout, 0);
    char byte;
    ssize_t n = gt_read(ends[0], &byte, 1);
    gt_timeout_stop(&timeout);
    trace("read %.*s", (int)n, &byte);
    close_pair(ends);
}

CASE("SCHED-8", what_the_hub_found_is_tried, CASE_IO)
{
    int ends[2];
    line other;
    open_pair(ends, SOCK_STREAM);
    open_line(&other, "other");
    wait_and_read_all(ends);
    gt_write_all(ends[1], "b", 1, NULL);
    gt_sleep(1);
    trace("the hub has polled:");
    read_beside_bystander(ends[0], 8);
    gt_close(other.ends[1]);
    gt_run();
    gt_unref(other.reader);
    gt_close(other.ends[0]);
    close_pair(ends);
}

CASE("SCHED-8", datagrams_are_tried, CASE_IO)
{
    int ends[2];
    open_pair(ends, SOCK_DGRAM);
    wait_and_read_all(ends);
    trace("the next:");
    gt_write(ends[1], "b", 1);
    read_beside_bystander(ends[0], 8);
    close_pair(ends);
}

CASE("SCHED-8", a_number_that_is_used_again_is_tried, CASE_IO)
{
    int ends[2], others[2];
    open_pair(ends, SOCK_STREAM);
    wait_and_read_all(ends);
    gt_close(ends[0]);
    open_pair(others, SOCK_STREAM);
    trace("the number is used again: %d", others[0] == ends[0]);
    gt_write_all(others[1], "b", 1, NULL);
    read_beside_bystander(others[0], 8);
    close_pair(others);
    gt_close(ends[1]);
}
