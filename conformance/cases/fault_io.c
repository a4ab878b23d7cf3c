/*
 * IO-2 where things go wrong: descriptors that others close behind the hub's
 * back, and a system that has no more of them.
 */
#define _GNU_SOURCE
#include "../conformance.h"
#include "../nested.h"
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
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
 * epoll tells nobody and poll does; either way it harms no other, and can be
 * told by hand.
 */
static void closed_by_others_harms_no_other(void)
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

/* The file lives on in a copy, and wakes who asked for it by the number that is gone. */
static void closed_by_others_but_duplicated(void)
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
static void closed_by_others_and_used_again(void)
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

/* Until use_descriptors no new one is to be had. */
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

/* The connection stays in the queue, for when there are descriptors again. */
static void no_descriptor_for_a_connection(void)
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

/* The first wait may need a descriptor for the poller; then it fails, and later works. */
static void no_descriptor_for_the_poller(void)
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

static void no_descriptor_for_a_signal(void)
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

const conformance_case fault_io_cases[] = {
    {"IO-2", "closed_by_others_harms_no_other", closed_by_others_harms_no_other, CASE_IO},
    {"IO-2", "closed_by_others_but_duplicated", closed_by_others_but_duplicated, CASE_IO},
    {"IO-2", "closed_by_others_and_used_again", closed_by_others_and_used_again,
     CASE_IO | CASE_NO_SWEEP},
    {"IO-2", "no_descriptor_for_a_connection", no_descriptor_for_a_connection,
     CASE_IO | CASE_LIMIT},
    {"IO-2", "no_descriptor_for_the_poller", no_descriptor_for_the_poller, CASE_IO},
    {"IO-2", "no_descriptor_for_a_signal", no_descriptor_for_a_signal, CASE_IO},
    {0},
};
