/*
 * Descriptors and signals: many of them, many threads that wait for one, and the end of a
 * hub in a child.
 */
#define _GNU_SOURCE
#include "growth.h"
#include "marks.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int ends[2];

static void make_pair(int pair[2])
{
    expect(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "no pair of sockets");
}

static void *reads(void *arg)
{
    char byte;
    gt_read(*(int *)arg, &byte, 1);
    return arg;
}

static void *waits_to_read(void *arg)
{
    gt_wait_fd(*(int *)arg, GT_READ);
    return arg;
}

static void send_each(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        gt_write(ends[1], "x", 1);
        gt_yield();
        gt_yield();
    }
}

static void close_ends(void)
{
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void readers_of_one(size_t n)
{
    gt_thread **threads = room_for(n);
    make_pair(ends);
    start(threads, n, reads, &ends[0]);
    send_each(n);
    gt_run();
    unref(threads, n);
    close_ends();
}

static void waiters_for_one(size_t n)
{
    gt_thread **threads = room_for(n);
    make_pair(ends);
    start(threads, n, waits_to_read, &ends[0]);
    gt_write(ends[1], "x", 1);
    gt_run();
    unref(threads, n);
    close_ends();
}

static void kill_readers_of_one(size_t n)
{
    const size_t *numbers = shuffled(n);
    gt_thread **threads = room_for(n);
    make_pair(ends);
    start(threads, n, reads, &ends[0]);
    for (size_t i = 0; i < n; i++)
        gt_kill(threads[numbers[i]], NULL);
    unref(threads, n);
    close_ends();
}

static void close_under_readers(size_t n)
{
    gt_thread **threads = room_for(n);
    gt_set_hub_exceptions(false);
    make_pair(ends);
    start(threads, n, reads, &ends[0]);
    gt_close(ends[0]);
    gt_run();
    unref(threads, n);
    gt_close(ends[1]);
}

static void forget_under_waiters(size_t n)
{
    gt_thread **threads = room_for(n);
    gt_set_hub_exceptions(false);
    make_pair(ends);
    start(threads, n, waits_to_read, &ends[0]);
    gt_forget_fd(ends[0]);
    gt_run();
    unref(threads, n);
    close_ends();
}

static void transfer(size_t n)
{
    char bytes[64];
    make_pair(ends);
    for (size_t i = 0; i < n; i++) {
        expect(gt_write_all(ends[1], bytes, sizeof bytes, NULL) == sizeof bytes, "a write");
        expect(gt_read_all(ends[0], bytes, sizeof bytes, NULL) == sizeof bytes, "a read");
    }
    close_ends();
}

/* Many descriptors */

enum { MOST_PAIRS = 500 };

static int pairs[MOST_PAIRS][2];

static void make_pairs(size_t n)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (size_t i = 0; i < n; i++)
        make_pair(pairs[i]);
}

static void close_pairs(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        gt_close(pairs[i][0]);
        gt_close(pairs[i][1]);
    }
}

static void spawn_readers(size_t n)
{
    make_pairs(n);
    for (size_t i = 0; i < n; i++)
        gt_spawn_n(reads, &pairs[i][0]);
    gt_yield();
}

static void readers_of_many(size_t n)
{
    spawn_readers(n);
    for (size_t i = 0; i < n; i++)
        gt_write(pairs[i][1], "x", 1);
    gt_run();
    close_pairs(n);
}

/* Each is ready in its turn, while all others are not. */
static void readers_of_many_in_turn(size_t n)
{
    spawn_readers(n);
    for (size_t i = 0; i < n; i++) {
        gt_write(pairs[i][1], "x", 1);
        gt_yield();
        gt_yield();
    }
    gt_run();
    close_pairs(n);
}

static void forget_many(size_t n)
{
    gt_set_hub_exceptions(false);
    spawn_readers(n);
    for (size_t i = 0; i < n; i++)
        gt_forget_fd(pairs[i][0]);
    gt_run();
    close_pairs(n);
}

/* Connections */

static struct sockaddr_un address;
static int listener;

static void *accepts(void *arg)
{
    gt_close(gt_accept(listener, NULL, NULL));
    return arg;
}

static void begin_to_listen(void)
{
    address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(address.sun_path + 1, "greenthread-growth", 18);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    expect(bind(listener, (struct sockaddr *)&address, sizeof address) == 0, "no address");
    expect(listen(listener, 64) == 0, "no listener");
}

static void connect_each(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        gt_connect(fd, (struct sockaddr *)&address, sizeof address);
        gt_yield();
        gt_yield();
        gt_close(fd);
    }
}

static void accept_by_many(size_t n)
{
    gt_thread **threads = room_for(n);
    begin_to_listen();
    start(threads, n, accepts, NULL);
    connect_each(n);
    gt_run();
    unref(threads, n);
    gt_close(listener);
}

/* Signals */

static void *waits_for_a_signal(void *arg)
{
    gt_wait_signal(SIGUSR1);
    return arg;
}

static void signals_to_many(size_t n)
{
    gt_thread **threads = room_for(n);
    start(threads, n, waits_for_a_signal, NULL);
    for (size_t i = 0; i < n; i++) {
        raise(SIGUSR1);
        gt_yield();
        gt_yield();
    }
    gt_run();
    unref(threads, n);
}

/* Fork */

/* What the child does is what counts here. */
static void shutdown_in_a_child(size_t n)
{
    int status;
    start(room_for(n), n, sleeps, NULL);
    pid_t child = fork();
    if (child == 0) {
        mark();
        gt_shutdown();
        mark();
        _exit(0);
    }
    expect(waitpid(child, &status, 0) == child && status == 0, "a child");
    printf("child %d\n", (int)child);
}

const scenario io_scenarios[] = {
    {"readers_of_one", readers_of_one, 20, false},
    {"waiters_for_one", waiters_for_one, 20, false},
    {"kill_readers_of_one", kill_readers_of_one, 20, false},
    {"close_under_readers", close_under_readers, 20, false},
    {"forget_under_waiters", forget_under_waiters, 20, false},
    {"transfer", transfer, 20, false},
    {"readers_of_many", readers_of_many, 5, false},
    {"readers_of_many_in_turn", readers_of_many_in_turn, 5, false},
    {"forget_many", forget_many, 5, false},
    {"accept_by_many", accept_by_many, 20, false},
    {"signals_to_many", signals_to_many, 20, false},
    {"shutdown_in_a_child", shutdown_in_a_child, 20, false},
    {0},
};
