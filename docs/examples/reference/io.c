/*
 * What the reference shows on the pages of io.h. A part between two marks is the
 * example of the names in its first mark; main runs all of them.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <greenthread.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Example: gt_read gt_write */
static void close_it(void *fd)
{
    gt_close(*(int *)fd);
}

static void *echo(void *arg)
{
    int fd = *(int *)arg;
    char buffer[100];
    ssize_t n;
    GT_DEFER(close_it, &fd); /* by a return, a raise or a kill */
    while ((n = gt_read(fd, buffer, sizeof buffer)) > 0)
        for (ssize_t sent = 0; sent < n;)
            sent += gt_write(fd, buffer + sent, (size_t)(n - sent));
    return NULL;
}
/* End */

/* Example: gt_read_all gt_write_all */
typedef struct answer {
    int fd;
    char text[5];
    size_t done;
} answer;

static void read_answer(void *arg)
{
    answer *a = arg;
    gt_read_all(a->fd, a->text, sizeof a->text, &a->done);
}

static void ask(int fd)
{
    answer a = {.fd = fd};
    gt_exception e;
    gt_write_all(fd, "hello", 5, NULL);
    if (!gt_try(read_answer, &a, &e))
        printf("%s after %zu bytes\n", e.message ? e.message : e.kind->name, a.done);
    printf("the answer is %.*s\n", (int)a.done, a.text);
}
/* End */

/* Example: gt_accept */
static void *accept_one(void *arg)
{
    int listener = *(int *)arg;
    int fd = gt_accept(listener, NULL, NULL);
    return echo(&fd);
}
/* End */

/* Example: gt_connect */
static int connect_to(struct sockaddr_in peer)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) {
        perror("socket");
        exit(EXIT_FAILURE);
    }
    gt_cleanup undo;
    gt_cleanup_push(&undo, close_it, &fd);
    gt_connect(fd, (const struct sockaddr *)&peer, sizeof peer);
    gt_cleanup_pop(&undo, false);
    return fd;
}
/* End */

/* Example: gt_wait_fd GT_READ GT_WRITE */
static void wait_for_data(int fd)
{
    int ready = gt_wait_fd(fd, GT_READ | GT_WRITE);
    printf("it can be written: %s\n", ready & GT_WRITE ? "yes" : "no");
}
/* End */

/* Example: gt_close */
static void *wait_to_read(void *arg)
{
    char byte;
    gt_read(*(int *)arg, &byte, 1);
    return NULL;
}

static void close_under_a_reader(int fd)
{
    gt_exception e = {0};
    gt_thread *reader = gt_spawn(wait_to_read, &fd);
    if (!reader)
        return;
    gt_yield();
    gt_close(fd);
    gt_join(reader, NULL, &e);
    printf("%s: %s\n", e.kind->name, e.code == EBADF ? "EBADF" : e.message);
    gt_unref(reader);
}
/* End */

/* Example: gt_forget_fd */
static void hand_over(FILE *file)
{
    gt_wait_fd(fileno(file), GT_WRITE);
    gt_forget_fd(fileno(file)); /* stdio will close it */
    fclose(file);
}
/* End */

/* Example: gt_wait_signal */
static void *send_signal(void *arg)
{
    (void)arg;
    raise(SIGUSR1);
    return NULL;
}

static void wait_for_a_signal(void)
{
    gt_spawn_n(send_signal, NULL);
    int signum = gt_wait_signal(SIGUSR1);
    printf("SIGUSR1 has arrived: %s\n", signum == SIGUSR1 ? "yes" : "no");
}
/* End */

static int listen_somewhere(struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)address, length) < 0 || listen(fd, 1) < 0 ||
        getsockname(fd, (struct sockaddr *)address, &length) < 0) {
        perror("listen");
        exit(EXIT_FAILURE);
    }
    return fd;
}

int main(void)
{
    struct sockaddr_in address;
    int listener = listen_somewhere(&address);
    gt_thread *server = gt_spawn(accept_one, &listener);
    int fd = connect_to(address);
    ask(fd);
    wait_for_data(fd);
    close_under_a_reader(fd);
    if (server) {
        gt_wait(server);
        gt_unref(server);
    }
    gt_close(listener);
    hand_over(tmpfile());
    wait_for_a_signal();
    gt_shutdown();
}
