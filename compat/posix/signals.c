/*
 * A signal is a byte in a pipe, which the poller can wait for and which keeps
 * arrivals that nobody waits for yet. One pipe for each signal: the hub that
 * reads it need not sort. signalfd would need the signal blocked in every OS
 * thread of the program, which is not the library's to do.
 */
#define _GNU_SOURCE /* pipe2 */
#include "compat/signals.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

enum { MOST = 65 };

typedef struct watch {
    const void *owner; /* NULL: nobody watches */
    int read_end, write_end;
    struct sigaction former;
} watch;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards watches */
static watch watches[MOST];
static atomic_int write_ends[MOST]; /* all that the handler looks at; -1: nobody reads */
static bool forks_safely;           /* guarded by the mutex */

static void before_fork(void)
{
    pthread_mutex_lock(&mutex);
}

static void in_parent(void)
{
    pthread_mutex_unlock(&mutex);
}

/* The pipes are the parent's too: it must not hear of a signal that it did not get. */
static void in_child(void)
{
    for (int signum = 1; signum < MOST; signum++)
        if (watches[signum].owner)
            atomic_store(&write_ends[signum], -1);
    pthread_mutex_unlock(&mutex);
}

static void arrive(int signum)
{
    int code = errno;
    char byte = 0;
    while (write(atomic_load(&write_ends[signum]), &byte, 1) < 0 && errno == EINTR)
        continue; /* full: as many arrivals are kept as anybody will count */
    errno = code;
}

static int start(int signum, const void *owner)
{
    int ends[2];
    if (!forks_safely && pthread_atfork(before_fork, in_parent, in_child) != 0)
        return -ENOMEM;
    forks_safely = true;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return -errno;
    atomic_store(&write_ends[signum], ends[1]);
    struct sigaction action = {.sa_handler = arrive, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    if (sigaction(signum, &action, &watches[signum].former) != 0) {
        int error = -errno;
        atomic_store(&write_ends[signum], -1);
        close(ends[0]);
        close(ends[1]);
        return error;
    }
    watches[signum].owner = owner;
    watches[signum].read_end = ends[0];
    watches[signum].write_end = ends[1];
    return ends[0];
}

int gti_signal_open(int signum, const void *owner)
{
    if (signum <= 0 || signum >= MOST)
        return -EINVAL;
    pthread_mutex_lock(&mutex);
    int fd;
    if (!watches[signum].owner)
        fd = start(signum, owner);
    else
        fd = watches[signum].owner == owner ? watches[signum].read_end : -EBUSY;
    pthread_mutex_unlock(&mutex);
    return fd;
}

/* The handler of a signal that arrives now writes to an end that is still open. */
static void stop(int signum)
{
    sigaction(signum, &watches[signum].former, NULL);
    atomic_store(&write_ends[signum], -1); /* who kept our handler may call it again */
    close(watches[signum].read_end);
    close(watches[signum].write_end);
    watches[signum].owner = NULL;
}

void gti_signal_close_all(const void *owner)
{
    pthread_mutex_lock(&mutex);
    for (int signum = 1; signum < MOST; signum++) {
        if (watches[signum].owner == owner)
            stop(signum);
    }
    pthread_mutex_unlock(&mutex);
}

/* Per OS thread: the same one releases. */
static _Thread_local sigset_t held;

/*
 * All but those that a fault of the OS thread's own code sends: while they are
 * blocked, a fault ends the process without asking any handler.
 */
void gti_signals_hold(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    sigset_t all;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        sigdelset(&all, faults[i]);
    pthread_sigmask(SIG_BLOCK, &all, &held);
}

void gti_signals_release(void)
{
    pthread_sigmask(SIG_SETMASK, &held, NULL);
}
