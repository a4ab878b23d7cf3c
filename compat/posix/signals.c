/*
 * The handler counts arrivals. A byte in a pipe, which the poller can wait for, says that
 * there are some. So none is lost, however many are kept. There is one pipe for each
 * signal, so the hub that reads it need not sort. Rejected: signalfd. It would need the
 * signal blocked in every OS thread of the program, and that is not for the library to
 * do.
 *
 * There is no lock and no handler of fork, because a child would inherit the lock as it
 * is at that moment. A watch belongs to one owner. Only the owner changes it, in the
 * process that opened it. In a child of fork it counts nothing.
 */
#define _GNU_SOURCE /* pipe2 */
#include "compat/signals.h"
#include "compat/inline.h"
#include "compat/io.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <string.h>
#include <unistd.h>

#ifdef _NSIG
enum { MOST = _NSIG }; /* 128 on MIPS */
#else
enum { MOST = 65 };
#endif

/* A fault comes again as soon as its handler returns, so no thread can wait for it. */
static const int never[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};

typedef struct watch {
    const void *_Atomic owner; /* NULL: not watched */
    int read_end;
    struct sigaction former; /* what our handler has replaced */

    /* What the handler reads. */
    atomic_int process;   /* the process that counts; 0: none does */
    atomic_int write_end; /* -1: there is none now */
    atomic_uint pipe;     /* its inode: the number may be another file's by now */
    atomic_int running;   /* handlers that may be writing */
    atomic_size_t kept;   /* arrivals that no wait has taken */
} watch;

static watch watches[MOST];

/* Arrivals */

/* True if a number is still an end of the pipe. */
static bool is_end(watch *watch, int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode) &&
           (unsigned)status.st_ino == atomic_load(&watch->pipe);
}

static void wake(watch *watch)
{
    int fd = atomic_load(&watch->write_end);
    char byte = 0;
    while (is_end(watch, fd) && write(fd, &byte, 1) < 0 && errno == EINTR)
        continue; /* full: it is ready as it is */
}

/* A handler that has replaced ours may call it at any time. */
static void arrive(int signum)
{
    int code = errno;
    watch *watch = &watches[signum];
    atomic_fetch_add(&watch->running, 1);
    if (atomic_load(&watch->process) == (int)getpid() && atomic_fetch_add(&watch->kept, 1) == 0)
        wake(watch);
    atomic_fetch_sub(&watch->running, 1);
    errno = code;
}

/* It empties the pipe first, so a later arrival writes a byte again. */
int gti_signal_take(int signum)
{
    char bytes[64];
    watch *watch = &watches[signum];
    if (!is_end(watch, watch->read_end))
        return -EBADF;
    ssize_t emptied = read(watch->read_end, bytes, sizeof bytes);
    (void)emptied;
    size_t kept = atomic_load(&watch->kept);
    while (kept && !atomic_compare_exchange_weak(&watch->kept, &kept, kept - 1))
        continue;
    if (kept > 1)
        wake(watch);
    return kept ? 0 : GTI_WOULD_BLOCK;
}

/* Watching */

static bool is_ours(const struct sigaction *action)
{
    return !(action->sa_flags & SA_SIGINFO) && action->sa_handler == arrive;
}

/* Installs our handler, also in place of one that has been installed meanwhile. */
static int install(watch *watch, int signum)
{
    struct sigaction now, ours = {.sa_handler = arrive, .sa_flags = SA_RESTART};
    if (sigaction(signum, NULL, &now) != 0)
        return -errno;
    if (is_ours(&now))
        return 0;
    sigemptyset(&ours.sa_mask);
    return sigaction(signum, &ours, &watch->former) == 0 ? 0 : -errno;
}

/* A handler that the program has installed meanwhile is left alone. */
static void uninstall(watch *watch, int signum)
{
    struct sigaction now;
    if (sigaction(signum, NULL, &now) == 0 && is_ours(&now))
        sigaction(signum, &watch->former, NULL);
}

/* In this order, so that the handler never sees a number with the inode of another pipe. */
static int open_pipe(watch *watch)
{
    struct stat status;
    int ends[2];
    atomic_store(&watch->write_end, -1);
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return -errno;
    if (fstat(ends[1], &status) == 0)
        atomic_store(&watch->pipe, (unsigned)status.st_ino);
    watch->read_end = ends[0];
    atomic_store(&watch->write_end, ends[1]);
    return 0;
}

/* Leaves alone what belongs to the program by now. */
static void close_ends(watch *watch)
{
    int ends[2] = {watch->read_end, atomic_load(&watch->write_end)};
    for (int i = 0; i < 2; i++)
        if (is_end(watch, ends[i]))
            close(ends[i]);
}

/* A handler that has begun may still write. A handler that begins now does not. */
static void close_pipe(watch *watch)
{
    bool counts = atomic_exchange(&watch->process, 0) == (int)getpid();
    while (counts && atomic_load(&watch->running) > 0)
        sched_yield();
    close_ends(watch);
}

static int start_watch(watch *watch, int signum)
{
    int error = open_pipe(watch);
    if (error)
        return error;
    atomic_store(&watch->running, 0);
    atomic_store(&watch->kept, 0);
    atomic_store(&watch->process, (int)getpid());
    error = install(watch, signum);
    if (error)
        close_pipe(watch);
    return error;
}

/*
 * If others have closed an end of the pipe, it makes the pipe again. It keeps what has
 * arrived since.
 */
static int go_on(watch *watch, int signum)
{
    int error = 0;
    if (!is_end(watch, watch->read_end) || !is_end(watch, atomic_load(&watch->write_end))) {
        close_ends(watch);
        error = open_pipe(watch);
        if (!error && atomic_load(&watch->kept))
            wake(watch);
    }
    return error ? error : install(watch, signum);
}

static void stop_watch(watch *watch, int signum)
{
    uninstall(watch, signum);
    close_pipe(watch);
    atomic_store(&watch->owner, NULL);
}

/* A watch that fork has copied, with a hub that this process does not have, is free. */
static bool claim(watch *watch, const void *owner)
{
    const void *other = NULL;
    if (atomic_compare_exchange_strong(&watch->owner, &other, owner) || other == owner)
        return true;
    int process = atomic_load(&watch->process);
    if (process == 0 || process == (int)getpid() ||
        !atomic_compare_exchange_strong(&watch->process, &process, 0))
        return false;
    atomic_store(&watch->owner, owner);
    return true;
}

static bool can_be_waited_for(int signum)
{
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
        if (signum == never[i])
            return false;
    return signum > 0 && signum < MOST;
}

int gti_signal_open(int signum, const void *owner)
{
    if (!can_be_waited_for(signum))
        return -EINVAL;
    watch *watch = &watches[signum];
    if (!claim(watch, owner))
        return -EBUSY;
    bool counts = atomic_load(&watch->process) == (int)getpid();
    int error = counts ? go_on(watch, signum) : start_watch(watch, signum);
    if (error && !counts)
        atomic_store(&watch->owner, NULL);
    return error ? error : watch->read_end;
}

void gti_signal_close_all(const void *owner)
{
    for (int signum = 1; signum < MOST; signum++) {
        if (atomic_load(&watches[signum].owner) == owner)
            stop_watch(&watches[signum], signum);
    }
}

GTI_AT_UNLOAD static void leave_no_handler(void)
{
    for (int signum = 1; signum < MOST; signum++) {
        if (atomic_load(&watches[signum].process) == (int)getpid())
            uninstall(&watches[signum], signum);
    }
}

_Static_assert(sizeof(sigset_t) <= sizeof(gti_signal_mask), "the contract has room for it");

/*
 * All but the signals that a fault of the OS thread's own code sends. While those are
 * blocked, a fault ends the process without calling any handler.
 */
void gti_signals_hold(gti_signal_mask *former)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    sigset_t all, held;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        sigdelset(&all, faults[i]);
    pthread_sigmask(SIG_BLOCK, &all, &held);
    memcpy(former->bytes, &held, sizeof held);
}

void gti_signals_release(const gti_signal_mask *former)
{
    sigset_t held;
    memcpy(&held, former->bytes, sizeof held);
    pthread_sigmask(SIG_SETMASK, &held, NULL);
}
