/*
 * It asks for the descriptors up to a bound one by one, which any POSIX can do. Each
 * system has another way to list them. Mappings and OS threads are counted where they are
 * made, see wrapped.c: the system's list also has the C library's own, which come and go
 * at any time.
 */
#define _XOPEN_SOURCE 700
#include "belongings.h"
#include <fcntl.h>
#include <fenv.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DESCRIPTORS = 1024, SIGNALS = 65 };

typedef struct descriptor {
    bool is_open;
    int flags, mode; /* FD_CLOEXEC; O_NONBLOCK and the like */
    dev_t device;
    ino_t file;
} descriptor;

struct belongings {
    descriptor descriptors[DESCRIPTORS];
    struct sigaction actions[SIGNALS];
    sigset_t mask;
    stack_t alternate;
    int rounding;
    long mapped, threads;
};

static descriptor descriptor_now(int fd)
{
    struct stat status;
    descriptor d = {.flags = fcntl(fd, F_GETFD)};
    d.is_open = d.flags >= 0 && fstat(fd, &status) == 0;
    if (!d.is_open)
        return d;
    d.mode = fcntl(fd, F_GETFL);
    d.device = status.st_dev;
    d.file = status.st_ino;
    return d;
}

/* One call tells which of them are not open. */
static void take_descriptors(descriptor *descriptors)
{
    static struct pollfd all[DESCRIPTORS];
    long limit = sysconf(_SC_OPEN_MAX);
    nfds_t n = limit > 0 && limit < DESCRIPTORS ? (nfds_t)limit : DESCRIPTORS;
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        all[fd] = (struct pollfd){.fd = fd};
    bool is_told = poll(all, n, 0) >= 0;
    for (int fd = 0; fd < (int)n; fd++)
        if (!is_told || !(all[fd].revents & POLLNVAL))
            descriptors[fd] = descriptor_now(fd);
}

belongings *belongings_now(void)
{
    belongings *now = calloc(1, sizeof *now);
    if (!now)
        abort();
    take_descriptors(now->descriptors);
    for (int signum = 1; signum < SIGNALS; signum++)
        sigaction(signum, NULL, &now->actions[signum]);
    pthread_sigmask(SIG_BLOCK, NULL, &now->mask);
    sigaltstack(NULL, &now->alternate);
    now->rounding = fegetround();
    now->mapped = mapped_bytes();
    now->threads = unjoined_threads();
    return now;
}

void belongings_check_exec(const belongings *before, text *complaint)
{
    belongings *now = belongings_now();
    for (int fd = 0; fd < DESCRIPTORS; fd++) {
        const descriptor *d = &now->descriptors[fd];
        if (d->is_open && !before->descriptors[fd].is_open && !(d->flags & FD_CLOEXEC))
            text_printf(complaint, "descriptor %d, which came with the case, survives an exec\n",
                        fd);
    }
    free(now);
}

static void compare_descriptor(int fd, const descriptor *was, const descriptor *is, text *complaint)
{
    if (!was->is_open && is->is_open)
        text_printf(complaint, "descriptor %d is left\n", fd);
    else if (was->is_open && !is->is_open)
        text_printf(complaint, "descriptor %d is closed\n", fd);
    else if (was->device != is->device || was->file != is->file)
        text_printf(complaint, "descriptor %d is another file's\n", fd);
    else if (was->flags != is->flags)
        text_printf(complaint, "descriptor %d has other flags\n", fd);
    else if (was->mode != is->mode)
        text_printf(complaint, "descriptor %d has another mode\n", fd);
}

/* A handler that ISO C's signal() has put back has lost its flags. */
typedef void handler(void);

static handler *handler_of(const struct sigaction *action)
{
    return action->sa_flags & SA_SIGINFO ? (handler *)action->sa_sigaction
                                         : (handler *)action->sa_handler;
}

/*
 * The signal by which the library ends calls that would sleep (IO-4). It is a real-time
 * signal that had its default effect. It is harmless if this OS thread, which sends it
 * here, goes on.
 */
static bool is_the_alarm(int signum, const struct sigaction *was, const struct sigaction *is)
{
    if (signum < SIGRTMIN || signum > SIGRTMAX || was->sa_handler != SIG_DFL ||
        is->sa_handler == SIG_IGN || is->sa_flags & (SA_SIGINFO | SA_RESTART))
        return false;
    struct sigaction here = *is;
    here.sa_flags &= ~SA_ONSTACK; /* Valgrind would still use the stack that the hub had for it */
    sigaction(signum, &here, NULL);
    bool goes_on = pthread_kill(pthread_self(), signum) == 0;
    sigaction(signum, is, NULL);
    return goes_on;
}

static void compare_signals(const belongings *was, const belongings *is, text *complaint)
{
    for (int signum = 1; signum < SIGNALS; signum++) {
        const struct sigaction *before = &was->actions[signum], *now = &is->actions[signum];
        if (handler_of(before) != handler_of(now) && !is_the_alarm(signum, before, now))
            text_printf(complaint, "signal %d has another effect\n", signum);
        if (sigismember(&was->mask, signum) != sigismember(&is->mask, signum))
            text_printf(complaint, "signal %d is blocked, or is not any more\n", signum);
    }
    bool was_off = was->alternate.ss_flags & SS_DISABLE;
    bool is_off = is->alternate.ss_flags & SS_DISABLE;
    if (was_off != is_off || (!is_off && was->alternate.ss_sp != is->alternate.ss_sp))
        text_printf(complaint, "the alternate signal stack is another\n");
}

void belongings_compare(const belongings *before, text *complaint)
{
    belongings *now = belongings_now();
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        compare_descriptor(fd, &before->descriptors[fd], &now->descriptors[fd], complaint);
    compare_signals(before, now, complaint);
    if (now->rounding != before->rounding)
        text_printf(complaint, "the rounding mode is another\n");
    if (now->mapped > before->mapped)
        text_printf(complaint, "%ld bytes are still mapped\n", now->mapped - before->mapped);
    if (now->threads > before->threads)
        text_printf(complaint, "%ld OS threads are not joined\n", now->threads - before->threads);
    free(now);
}
