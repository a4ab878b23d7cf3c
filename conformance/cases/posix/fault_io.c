/*
 * IO-2 where things go wrong: descriptors that others close without the hub, and a system
 * that has no more of them.
 */
#define _GNU_SOURCE
#include "conformance.h"
#include "nested.h"
#include "sockets.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <threads.h>
#include <unistd.h>

static int ends[2];

static void read_one(void *fd)
{
    char byte = 0;
    gt_read(*(int *)fd, &byte, 1);
    trace("it has %c", byte);
}

static void *reads(void *fd)
{
    gt_exception e;
    if (!gt_try(read_one, fd, &e))
        trace("it hears of %s%s", e.kind->name, e.code == EBADF ? " EBADF" : "");
    return NULL;
}

static void *reads_bare(void *fd)
{
    read_one(fd);
    return fd;
}

/*
 * epoll tells no waiter, and poll does. Either way it harms no other waiter, and the
 * program can tell the waiter.
 */
CASE("IO-2", closed_by_others_harms_no_other, CASE_IO)
{
    int other[2];
    if (pipe(ends) != 0 || pipe(other) != 0)
        return;
    int number = ends[0];
    gt_exception e = {.kind = NULL};
    gt_thread *first = gt_spawn(reads_bare, &number);
    gt_unref(gt_spawn(reads, &other[0]));
    gt_yield();
    close(ends[0]);
    gt_write(other[1], "b", 1);
    gt_sleep(10);
    gt_forget_fd(number);
    if (!gt_join(first, NULL, &e))
        trace("the first hears of %s%s", e.kind->name, e.code == EBADF ? " EBADF" : "");
    gt_unref(first);
    gt_close(ends[1]);
    gt_close(other[0]);
    gt_close(other[1]);
}

/* The file lives on in a copy, and wakes a waiter that asked for it by the number that is gone. */
CASE("IO-2", closed_by_others_but_duplicated, CASE_IO)
{
    if (pipe(ends) != 0)
        return;
    int number = ends[0], copy = dup(ends[0]);
    gt_unref(gt_spawn(reads, &number));
    gt_yield();
    close(ends[0]);
    gt_write(ends[1], "x", 1);
    gt_run();
    read_one(&copy);
    gt_close(copy);
    gt_close(ends[1]);
}

/* Then it is woken for the old file, finds nothing in the new one, and waits for that. */
CASE("IO-2", closed_by_others_and_used_again, CASE_IO | CASE_NO_SWEEP)
{
    if (pipe(ends) != 0)
        return;
    int number = ends[0], old_writer = ends[1], copy = dup(ends[0]);
    gt_thread *reader = gt_spawn(reads, &number);
    gt_unref(gt_spawn(yielder, "another"));
    gt_yield();
    close(ends[0]);
    if (pipe(ends) != 0)
        return;
    trace("the number is used again: %d", ends[0] == number);
    gt_write(old_writer, "x", 1);
    gt_yield();
    gt_yield();
    gt_write(ends[1], "y", 1);
    gt_wait(reader);
    read_one(&copy);
    gt_unref(reader);
    gt_close(copy);
    gt_close(old_writer);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static struct rlimit usual;

/* Until use_descriptors, the system has no new one. */
static void use_no_descriptors(void)
{
    int free_one = dup(0);
    close(free_one);
    getrlimit(RLIMIT_NOFILE, &usual);
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){(rlim_t)free_one, usual.rlim_max});
}

static void use_descriptors(void)
{
    setrlimit(RLIMIT_NOFILE, &usual);
}

static void try_it(const char *what, void (*fn)(void *), void *arg)
{
    gt_exception e;
    if (gt_try(fn, arg, &e))
        trace("%s: done", what);
    else
        trace("%s: %s%s", what, e.kind->name, e.code == EMFILE ? " EMFILE" : "");
}

static void accept_one(void *listener)
{
    gt_close(gt_accept(*(int *)listener, NULL, NULL));
}

static int connected_to(int listener)
{
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (getsockname(listener, (void *)&address, &length) != 0)
        abort();
    gt_connect(fd, (void *)&address, length);
    return fd;
}

/* The connection stays in the queue until there are descriptors again. */
CASE("IO-2", no_descriptor_for_a_connection, CASE_IO | CASE_LIMIT)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (void *)&address, sizeof address) != 0 || listen(listener, 5) != 0)
        abort();
    int fd = connected_to(listener);
    use_no_descriptors();
    try_it("at the limit", accept_one, &listener);
    use_descriptors();
    try_it("below it", accept_one, &listener);
    gt_close(fd);
    gt_close(listener);
}

static void *writes(void *text)
{
    gt_write(ends[1], text, 1);
    return NULL;
}

/* The first wait may need a descriptor for the poller. Then it fails, and a later one works. */
CASE("IO-2", no_descriptor_for_the_poller, CASE_IO)
{
    gt_exception e = {.kind = NULL};
    if (pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(writes, "x"));
    use_no_descriptors();
    bool done = gt_try(read_one, &ends[0], &e);
    use_descriptors();
    if (e.code == EMFILE)
        read_one(&ends[0]);
    trace("done, or refused with EMFILE before: %d",
          done ? !can_be_refused() : can_be_refused() && e.code == EMFILE);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void wait_for_usr1(void *arg)
{
    (void)arg;
    gt_wait_signal(SIGUSR1);
}

static void *raises_usr1(void *arg)
{
    kill(getpid(), SIGUSR1);
    return arg;
}

CASE("IO-2", no_descriptor_for_a_signal, CASE_IO)
{
    void (*before)(int) = signal(SIGUSR1, SIG_IGN);
    use_no_descriptors();
    try_it("at the limit", wait_for_usr1, NULL);
    use_descriptors();
    kill(getpid(), SIGUSR1);
    trace("it still has its former effect");
    gt_unref(gt_spawn(raises_usr1, NULL));
    try_it("below it", wait_for_usr1, NULL);
    gt_shutdown();
    signal(SIGUSR1, before);
}

/* What is ready without use. Each yield is a poll; conformance/faults counts what they cost. */

static void look_often(void)
{
    for (int i = 0; i < 200; i++)
        gt_yield();
}

/* Nothing can take back what was set for a file that has no number any more. */
CASE("IO-10", a_copy_outlives_what_was_closed, CASE_IO | CASE_NO_SWEEP)
{
    int other[2];
    if (pipe(ends) != 0 || pipe(other) != 0)
        return;
    int number = ends[0], copy = dup(ends[0]);
    gt_thread *reader = gt_spawn(reads, &number);
    gt_thread *waiter = gt_spawn(reads_bare, &other[0]);
    gt_yield();
    close(number);
    gt_write(ends[1], "x", 1);
    look_often();
    gt_forget_fd(number);
    look_often();
    trace("the number is used again: %d", dup(other[0]) == number);
    gt_write(other[1], "y", 1);
    gt_wait(waiter);
    gt_unref(waiter);
    gt_unref(reader);
    waiter = gt_spawn(reads, &number);
    look_often();
    gt_write(other[1], "z", 1);
    gt_wait(waiter);
    read_one(&copy);
    gt_unref(waiter);
    gt_close(number);
    gt_close(copy);
    gt_close(ends[1]);
    gt_close(other[0]);
    gt_close(other[1]);
}

/* The queued reader is woken for the old file a few times. The new one is noticed all the same. */
CASE("IO-10", a_copy_outlives_a_number_that_is_used_again, CASE_IO | CASE_NO_SWEEP)
{
    if (pipe(ends) != 0)
        return;
    int number = ends[0], old_writer = ends[1], copy = dup(ends[0]);
    gt_thread *reader = gt_spawn(reads, &number);
    gt_yield();
    close(number);
    if (pipe(ends) != 0)
        return;
    trace("the number is used again: %d", ends[0] == number);
    gt_write(old_writer, "x", 1);
    look_often();
    trace("it waits: %d", gt_get_state(reader) == GT_BLOCKED);
    gt_write(ends[1], "y", 1);
    gt_wait(reader);
    look_often();
    gt_unref(reader);
    gt_close(copy);
    gt_close(old_writer);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

/* Interest outlives the reader that had it. No reader is queued when the events come. */
CASE("IO-10", a_copy_outlives_what_was_forgotten_late, CASE_IO | CASE_NO_SWEEP)
{
    int other[2];
    if (pipe(ends) != 0 || pipe(other) != 0)
        return;
    int number = ends[0], copy = dup(ends[0]);
    gt_unref(gt_spawn(reads, &number));
    gt_thread *waiter = gt_spawn(reads, &other[0]);
    gt_yield();
    gt_write(ends[1], "x", 1);
    gt_yield();
    gt_yield();
    close(number);
    gt_forget_fd(number);
    gt_write(ends[1], "y", 1);
    look_often();
    gt_write(other[1], "z", 1);
    gt_wait(waiter);
    gt_unref(waiter);
    gt_close(copy);
    gt_close(ends[1]);
    gt_close(other[0]);
    gt_close(other[1]);
}

static void *reads_a_hundred(void *bytes)
{
    char byte;
    while (*(int *)bytes < 100)
        *(int *)bytes += (int)gt_read(ends[0], &byte, 1);
    return NULL;
}

/* From the first wait on, the poller knows what the threads wait for. */
CASE("IO-10", a_hundred_waits_for_one_descriptor, CASE_IO)
{
    int bytes = 0;
    if (pipe(ends) != 0)
        return;
    gt_unref(gt_spawn(reads_a_hundred, &bytes));
    for (int i = 0; i < 100; i++) {
        gt_yield();
        gt_yield();
        gt_write(ends[1], "x", 1);
    }
    gt_run();
    trace("%d bytes", bytes);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

/* The reader is gone and what it came for is not, and others wait for something else. */
CASE("IO-10", an_unread_signal_is_told_no_more, CASE_IO)
{
    int other[2];
    if (pipe(ends) != 0 || pipe(other) != 0)
        return;
    gt_thread *waiter = gt_spawn(reads, &other[0]);
    gt_thread *killed = gt_spawn(reads_bare, &ends[0]);
    gt_yield();
    gt_kill(killed, NULL);
    gt_write(ends[1], "x", 1);
    look_often();
    gt_write(other[1], "y", 1);
    gt_wait(waiter);
    read_one(&ends[0]);
    gt_unref(waiter);
    gt_unref(killed);
    gt_close(ends[0]);
    gt_close(ends[1]);
    gt_close(other[0]);
    gt_close(other[1]);
}

static int udp(struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    *address = (struct sockaddr_in){.sin_family = AF_INET};
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (void *)address, length) != 0 || getsockname(fd, (void *)address, &length) != 0)
        abort();
    return fd;
}

/* Where the system has such a queue, it makes the socket ready until the program empties it. */
static void have_an_error_in_the_queue(int fd)
{
    struct sockaddr_in nobody;
    char byte;
    close(udp(&nobody));
#ifdef IP_RECVERR
    setsockopt(fd, IPPROTO_IP, IP_RECVERR, &(int){1}, sizeof(int));
#endif
    sendto(fd, "x", 1, 0, (void *)&nobody, sizeof nobody);
    while (recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno != EAGAIN)
        continue;
}

/* A reader has no use for that. A datagram wakes it, and a writer may write. */
CASE("IO-10", an_error_that_is_not_for_the_reader, CASE_IO | CASE_NO_SWEEP)
{
    struct sockaddr_in address;
    int fd = udp(&address), peer = udp(&(struct sockaddr_in){0});
    have_an_error_in_the_queue(fd);
    gt_thread *reader = gt_spawn(reads, &fd);
    look_often();
    trace("it waits: %d", gt_get_state(reader) == GT_BLOCKED);
    sendto(peer, "y", 1, 0, (void *)&address, sizeof address);
    gt_wait(reader);
    gt_unref(reader);
    reader = gt_spawn(reads, &fd);
    look_often();
    trace("can write: %d", gt_wait_fd(fd, GT_WRITE) == GT_WRITE);
    sendto(peer, "z", 1, 0, (void *)&address, sizeof address);
    gt_wait(reader);
    gt_unref(reader);
    gt_close(fd);
    gt_close(peer);
}

/* The number of the hub's poller, where it has one. */
static int first_wait(void)
{
    if (pipe(ends) != 0)
        abort();
    int number = dup(0);
    close(number);
    gt_unref(gt_spawn(writes, "a"));
    read_one(&ends[0]);
    return number;
}

static void read_what_is_written(void)
{
    gt_thread *reader = gt_spawn(reads, &ends[0]);
    gt_yield();
    gt_write(ends[1], "b", 1);
    gt_wait(reader);
    gt_unref(reader);
}

/* As a daemon does that closes all descriptors that exist. */
CASE("IO-11", the_poller_is_closed_by_others, CASE_IO | CASE_NO_SWEEP)
{
    int number = first_wait();
    gt_thread *reader = gt_spawn(reads, &ends[0]);
    gt_yield();
    close(number);
    gt_write(ends[1], "x", 1);
    gt_wait(reader);
    read_what_is_written();
    gt_unref(reader);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void run_and_forget(void *(*function)(void *), int *fd)
{
    gt_unref(gt_spawn(function, fd));
}

/*
 * Each of two threads waits for a pipe. By the time this is noticed, one of the numbers
 * is a file's.
 */
CASE("IO-11", all_is_closed_by_others, CASE_IO | CASE_NO_SWEEP)
{
    int more[2];
    FILE *file = tmpfile();
    if (!file || pipe(more) != 0 || write(fileno(file), "f", 1) != 1)
        return;
    lseek(fileno(file), 0, SEEK_SET);
    int number = first_wait();
    run_and_forget(reads, &ends[0]);
    run_and_forget(reads, &more[0]);
    gt_yield();
    close(number);
    close(ends[0]);
    close(ends[1]);
    dup2(fileno(file), more[0]);
    gt_run();
    gt_close(more[0]);
    gt_close(more[1]);
    fclose(file);
}

CASE("IO-11", the_pollers_number_is_used_again, CASE_IO | CASE_NO_SWEEP)
{
    int number = first_wait();
    gt_thread *reader = gt_spawn(reads, &ends[0]);
    gt_yield();
    close(number);
    int file = open("/dev/null", O_RDWR);
    if (file != number && dup2(file, number) != number)
        return;
    gt_write(ends[1], "x", 1);
    gt_wait(reader);
    gt_unref(reader);
    read_what_is_written();
    gt_close(ends[0]);
    gt_close(ends[1]);
    gt_shutdown();
    trace("the file is open still: %d", fcntl(number, F_GETFD) >= 0 && write(number, "", 1) == 1);
    if (file != number)
        close(file);
    close(number);
}

static void *waits_for_usr1(void *arg)
{
    gt_exception e;
    if (gt_try(wait_for_usr1, NULL, &e))
        trace("the signal is there");
    else
        trace("it hears of %s%s", e.kind->name, e.code == EBADF ? " EBADF" : "");
    return arg;
}

/* The numbers that the next pipe gets. */
static bool find_free_numbers(int numbers[2])
{
    return pipe(numbers) == 0 && close(numbers[0]) == 0 && close(numbers[1]) == 0;
}

/* Its numbers are those of the program's files, to which no signal may be written. */
CASE("IO-11", the_pipe_of_a_signal_is_closed_by_others, CASE_IO | CASE_NO_SWEEP)
{
    void (*before)(int) = signal(SIGUSR1, SIG_IGN);
    first_wait();
    int free_ones[2], file[2];
    if (!find_free_numbers(free_ones))
        return;
    gt_thread *waiter = gt_spawn(waits_for_usr1, NULL);
    gt_yield();
    gt_forget_fd(free_ones[0]);
    gt_wait(waiter);
    gt_unref(waiter);
    close(free_ones[0]);
    close(free_ones[1]);
    if (pipe(file) != 0)
        return;
    kill(getpid(), SIGUSR1);
    fcntl(file[0], F_SETFL, O_NONBLOCK);
    char byte;
    trace("the program's pipe: %d", (int)read(file[0], &byte, 1));
    if (!find_free_numbers(free_ones))
        return;
    waits_for_usr1(NULL);
    close(free_ones[0]);
    close(free_ones[1]);
    errno = 0;
    raise(SIGUSR1);
    trace("its arrival leaves errno as it was: %d", errno == 0);
    gt_shutdown();
    trace("it is open still: %d", write(file[1], "x", 1) == 1 && read(file[0], &byte, 1) == 1);
    close(file[0]);
    close(file[1]);
    gt_close(ends[0]);
    gt_close(ends[1]);
    signal(SIGUSR1, before);
}

/* What another hub closes */

static int closes(void *fd)
{
    gt_close(*(int *)fd);
    gt_shutdown();
    return 0;
}

static void close_in_another_hub(int fd)
{
    thrd_t thread;
    if (thrd_create(&thread, closes, &fd) != thrd_success)
        abort();
    thrd_join(thread, NULL);
}

CASE("IO-12", a_number_that_another_hub_closed, CASE_IO | CASE_NO_SWEEP)
{
    first_wait();
    int number = ends[0], writer = ends[1];
    close_in_another_hub(number);
    if (pipe(ends) != 0)
        return;
    trace("the number is used again: %d", ends[0] == number);
    read_what_is_written();
    gt_close(writer);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

CASE("IO-12", waiting_while_another_hub_closes, CASE_IO | CASE_NO_SWEEP)
{
    first_wait();
    gt_thread *reader = gt_spawn(reads, &ends[0]);
    gt_yield();
    close_in_another_hub(ends[0]);
    look_often();
    trace("it waits: %d", gt_get_state(reader) == GT_BLOCKED);
    gt_unref(reader);
    gt_close(ends[1]);
}

/* accept and connect get numbers that are new, whatever the hub knows of them. */
CASE("IO-12", a_number_that_accept_gives_is_new, CASE_IO | CASE_NO_SWEEP)
{
    struct sockaddr_in address;
    int listener = listen_somewhere(&address);
    first_wait();
    int number = ends[0], peer = socket(AF_INET, SOCK_STREAM, 0);
    gt_connect(peer, (void *)&address, sizeof address);
    close(number);
    int accepted = gt_accept(listener, NULL, NULL);
    trace("the number is used again: %d", accepted == number);
    gt_thread *reader = gt_spawn(reads, &accepted);
    gt_yield();
    gt_write(peer, "b", 1);
    gt_wait(reader);
    gt_unref(reader);
    gt_close(accepted);
    gt_close(listener);
    gt_close(peer);
    gt_close(ends[1]);
}

/* Errors and hang-ups, with every kind of waiter queued */

static void write_one(void *fd)
{
    gt_write(*(int *)fd, "x", 1);
}

static void *tells_its_write(void *fd)
{
    gt_exception e;
    bool done = gt_try(write_one, fd, &e);
    trace("the writer: %s", done ? "done" : e.code == EPIPE ? "EPIPE" : "another error");
    return NULL;
}

static void read_quietly(void *fd)
{
    char byte;
    gt_read(*(int *)fd, &byte, 1);
}

/* It reads the end, or is told that what the peer had not read is lost. */
static void *tells_its_read(void *fd)
{
    gt_exception e;
    gt_try(read_quietly, fd, &e);
    trace("the reader is woken");
    return NULL;
}

static void *tells_its_wait(void *fd)
{
    trace("the waiter: %d", gt_wait_fd(*(int *)fd, GT_WRITE));
    return NULL;
}

static void fill_pipe(int fd)
{
    char page[4096] = {0};
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while (write(fd, page, sizeof page) > 0)
        continue;
}

/* A pipe tells its writers of an error, and not that they can write. */
CASE("IO-13", a_hang_up_reaches_a_queued_writer, CASE_IO)
{
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    if (pipe(ends) != 0)
        return;
    fill_pipe(ends[1]);
    run_and_forget(tells_its_write, &ends[1]);
    run_and_forget(tells_its_wait, &ends[1]);
    gt_yield();
    close(ends[0]);
    gt_run();
    gt_close(ends[1]);
    signal(SIGPIPE, before);
}

CASE("IO-13", a_hang_up_reaches_both_queues, CASE_IO)
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    fill(ends[1]);
    run_and_forget(tells_its_read, &ends[1]);
    run_and_forget(tells_its_write, &ends[1]);
    run_and_forget(tells_its_wait, &ends[1]);
    gt_yield();
    close(ends[0]);
    gt_run();
    gt_close(ends[1]);
}
