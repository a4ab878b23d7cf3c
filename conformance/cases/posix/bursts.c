/*
 * SCHED-8 and SCHED-10: calls that need not block count as turns, and what is due is met
 * among them. A case counts the calls that others may make before a thread runs that is
 * due.
 */
#define _GNU_SOURCE
#include "conformance.h"
#include "kinds.h"
#include "sockets.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FAR_TOO_MANY = 100000 };

static bool stopped;
static int calls, calls_then; /* then: when the other ran */
static int file;
static char buffer[1 << 20];

static void *stops(void *arg)
{
    stopped = true;
    calls_then = calls;
    return arg;
}

/* The kinds of calls that need not block */

static void read_a_byte(void *arg)
{
    (void)arg;
    gt_read(file, buffer, 1);
}

static void read_a_megabyte(void *arg)
{
    (void)arg;
    gt_read(file, buffer, sizeof buffer);
}

static void wait_until_ready(void *arg)
{
    (void)arg;
    gt_wait_fd(file, GT_READ);
}

static void wait_for_no_event(void *arg)
{
    (void)arg;
    gt_wait_fd(file, 0);
}

static void wait_for_no_signal(void *arg)
{
    (void)arg;
    gt_wait_signal(-1);
}

static void accept_one(void *arg)
{
    (void)arg;
    close(gt_accept(file, NULL, NULL));
}

/* Of a datagram socket: such a read is made at once, however often. */
static void connect_again(void *arg)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)arg;
    gt_connect(file, (void *)&address, sizeof address);
}

typedef void a_call(void *arg);

static a_call *made;

static void *makes_calls(void *most)
{
    gt_exception e;
    for (calls = 0; !stopped && calls < *(int *)most; calls++)
        gt_try(made, NULL, &e);
    return NULL;
}

/* Under the virtual clock each call counts the same. */

static void count_a_burst(const char *what, a_call *call, int most)
{
    stopped = false;
    made = call;
    gt_thread *caller = gt_spawn(makes_calls, &most);
    gt_unref(gt_spawn(stops, NULL));
    gt_run();
    trace("%s: %d calls when another runs", what, calls_then);
    gt_unref(caller);
}

/*
 * A connection for each call, and some for calls that are too many. The sockets have a
 * path, because connections of the Internet may come to the queue only some time after
 * they were made.
 */
static void have_connections(int n)
{
    struct sockaddr_un address;
    file = listen_at_a_path(&address, n);
    for (int i = 0; i < n; i++) {
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        gt_connect(fd, (void *)&address, sizeof address);
        close(fd);
    }
    unlisten(&address);
}

CASE("SCHED-8", each_kind_of_call_counts, CASE_IO)
{
    file = socket(AF_INET, SOCK_DGRAM, 0);
    count_a_burst("connect", connect_again, 200);
    count_a_burst("a wait for no event", wait_for_no_event, 200);
    count_a_burst("a wait for no signal", wait_for_no_signal, 200);
    gt_close(file);
    count_a_burst("accept that is refused", accept_one, 200);
    have_connections(100);
    count_a_burst("accept", accept_one, 100);
    gt_close(file);
    file = open("/dev/zero", O_RDONLY);
    count_a_burst("a wait for what is ready", wait_until_ready, 200);
    gt_close(file);
}

CASE("SCHED-8", a_large_transfer_counts_as_many, CASE_IO)
{
    file = open("/dev/zero", O_RDONLY);
    count_a_burst("a megabyte", read_a_megabyte, 200);
    gt_close(file);
}

static void *counts_its_turns(void *turns)
{
    for (; !stopped; ++*(int *)turns)
        gt_yield();
    return NULL;
}

/* To read all is not a single system call that nothing could interrupt. */
CASE("SCHED-8", a_huge_transfer_is_made_in_parts, CASE_IO | CASE_NO_SWEEP)
{
    enum { HUGE_SIZE = 8 * sizeof buffer };
    int its_turns = 0;
    stopped = false;
    char *huge = malloc(HUGE_SIZE);
    file = open("/dev/zero", O_RDWR);
    gt_thread *other = gt_spawn(counts_its_turns, &its_turns);
    gt_yield();
    its_turns = 0;
    gt_read_all(file, huge, HUGE_SIZE, NULL);
    trace("reading: %d turns of another", its_turns);
    gt_yield();
    its_turns = 0;
    gt_write_all(file, huge, HUGE_SIZE, NULL);
    trace("writing: %s", its_turns >= 7 ? "as many" : "fewer");
    gt_kill(other, NULL);
    gt_unref(other);
    gt_close(file);
    free(huge);
}

static void *makes_sixty_calls(void *arg)
{
    for (int i = 0; i < 60; i++)
        gt_wait_fd(file, GT_READ);
    return arg;
}

/* What a thread leaves of its burst does not go to the next one. */
CASE("SCHED-8", a_burst_ends_with_its_thread, CASE_IO)
{
    file = open("/dev/zero", O_RDONLY);
    gt_unref(gt_spawn(makes_sixty_calls, NULL));
    count_a_burst("after one that ended", wait_until_ready, 200);
    gt_thread *killed = gt_spawn(makes_sixty_calls, NULL);
    gt_kill(killed, NULL);
    count_a_burst("after one that was killed", wait_until_ready, 200);
    gt_unref(killed);
    gt_close(file);
}

/* On the real clock a timer is due, and no thread blocks. */

static void *has_a_timer_due_and_calls(void *most)
{
    int64_t now = gt_now();
    gt_unref(gt_spawn_after(1, stops, NULL));
    spin_until(now + GT_US(10));
    return makes_calls(most);
}

static void *goes_on_calling(void *arg)
{
    gt_exception e;
    while (!stopped && calls < FAR_TOO_MANY) {
        calls++;
        gt_try(made, NULL, &e);
    }
    return arg;
}

/* How many calls so many threads make, and how many they may make. */
static void call_while_a_timer_is_due(const char *what, a_call *call, int threads, int allowed)
{
    int most = FAR_TOO_MANY;
    gt_shutdown();
    stopped = false;
    made = call;
    gt_unref(gt_spawn(has_a_timer_due_and_calls, &most));
    for (int i = 1; i < threads; i++)
        gt_unref(gt_spawn(goes_on_calling, NULL));
    gt_run();
    trace("%s: %s", what, calls_then <= allowed ? "in time" : "late");
}

/* The interval counts switches. With 64 calls between two of them it was 4,096 calls. */
CASE("SCHED-10", io_that_is_always_ready_starves_no_timer, CASE_IO)
{
    enum { MOST = 6 * GT_IO_BURST };
    file = open("/dev/zero", O_RDONLY);
    call_while_a_timer_is_due("a reader", read_a_byte, 1, MOST);
    call_while_a_timer_is_due("many readers", read_a_byte, 10, MOST + 2 * 10 * GT_IO_BURST);
    call_while_a_timer_is_due("a large reader", read_a_megabyte, 1, 6);
    call_while_a_timer_is_due("many large readers", read_a_megabyte, 10, 6 + 2 * 10);
    call_while_a_timer_is_due("a waiter", wait_until_ready, 1, MOST);
    gt_close(file);
    file = socket(AF_INET, SOCK_DGRAM, 0);
    call_while_a_timer_is_due("one that connects", connect_again, 1, MOST);
    close(file);
    call_while_a_timer_is_due("one that is refused", accept_one, 1, MOST);
    call_while_a_timer_is_due("one that is refused a wait", wait_for_no_event, 1, MOST);
    call_while_a_timer_is_due("one that is refused a signal", wait_for_no_signal, 1, MOST);
}

static void read_until_timed_out(void *arg)
{
    gt_timeout timeout;
    (void)arg;
    gt_timeout_start(&timeout, 1);
    for (; calls < FAR_TOO_MANY; calls++)
        gt_read(file, buffer, 1);
    gt_timeout_stop(&timeout);
}

CASE("SCHED-10", a_reader_meets_its_own_timeout, CASE_IO)
{
    gt_exception e = {.kind = NULL};
    gt_shutdown();
    file = open("/dev/zero", O_RDONLY);
    calls = 0;
    gt_try(read_until_timed_out, NULL, &e);
    trace("%s, %s", e.kind == &GT_TIMEOUT ? "GT_TIMEOUT" : "none",
          calls <= 4 * GT_IO_BURST + 1 ? "in time" : "late");
    gt_close(file);
}

static void read_until_timed_out_by_computing(void *arg)
{
    gt_timeout timeout;
    (void)arg;
    gt_timeout_start(&timeout, 1);
    gt_testing_compute(2);
    for (; calls < FAR_TOO_MANY; calls++)
        gt_read(file, buffer, 1);
    gt_timeout_stop(&timeout);
}

/* It is due when the burst ends, and is raised there, not at the end of the next. */
CASE("SCHED-8", a_timeout_is_met_where_a_burst_ends, CASE_IO)
{
    gt_exception e = {.kind = NULL};
    file = open("/dev/zero", O_RDONLY);
    calls = 0;
    gt_try(read_until_timed_out_by_computing, NULL, &e);
    trace("%s after %d calls", e.kind == &GT_TIMEOUT ? "GT_TIMEOUT" : "none", calls);
    gt_close(file);
}
