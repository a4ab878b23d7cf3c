/*
 * Two ways to make a call that might sleep: to open the file again, and an alarm.
 *
 * The alarm is a timer whose signal goes to this OS thread, and whose handler does
 * nothing. So a call that sleeps ends, with what it has done so far or with EINTR. The
 * alarm rings again and again, because the first time may come before the call has begun.
 * Each call makes its own alarm. A timer that is kept would have to be found again after
 * a fork, and at the end of each OS thread.
 */
#define _GNU_SOURCE
#include "compat/posix/attempt.h"
#include "compat/inline.h"
#include "compat/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

/*
 * null, zero, full and urandom. They do not use RWF_NOWAIT: with it they refuse when
 * others want the processor.
 */
bool gti_is_always_ready(const struct stat *status)
{
    enum { MEMORY = 1, NULL_DEVICE = 3, ZERO = 5, FULL = 7, URANDOM = 9 };
    if (!S_ISCHR(status->st_mode) || major(status->st_rdev) != MEMORY)
        return false;
    unsigned device = minor(status->st_rdev);
    return device == NULL_DEVICE || device == ZERO || device == FULL || device == URANDOM;
}

/* Opening the file again */

/* Under this name, open finds the file itself and not what its path now leads to. */
static int open_again(int fd, int mode)
{
    char path[40];
    gti_text text = gti_text_in(path, sizeof path);
    gti_text_add(&text, "/proc/self/fd/");
    gti_text_add_number(&text, (uint64_t)fd);
    return open(path, (mode & (O_ACCMODE | O_DIRECT)) | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* The majors of the slaves of pseudo-terminals. */
static bool is_slave(const struct stat *status)
{
    return S_ISCHR(status->st_mode) && major(status->st_rdev) >= 136 &&
           major(status->st_rdev) <= 143;
}

/*
 * It opens only a file that stays the same and does nothing when it is opened. A master
 * would be a new pair, and a serial line may reset what is at its end. An OS thread may
 * have its own descriptors, so the code compares the file that it found.
 */
int gti_reopen(int fd, int mode, const struct stat *status)
{
    struct stat found;
    if (mode & O_PATH || !(S_ISFIFO(status->st_mode) || is_slave(status)))
        return -1;
    int copy = open_again(fd, mode);
    if (copy < 0)
        return -1;
    if (fstat(copy, &found) == 0 && found.st_dev == status->st_dev &&
        found.st_ino == status->st_ino)
        return copy;
    close(copy);
    return -1;
}

/* The alarm */

/*
 * In nanoseconds. With a shorter time, each call has the machine's clock programmed,
 * which costs more than the rest of the alarm together.
 */
enum { RINGS_AFTER = 1000000, RINGS_AGAIN_AFTER = 3000000 };

static atomic_int chosen; /* the signal; 0: none yet */

static void ring(int signum)
{
    (void)signum;
}

static bool is_ours(int signum)
{
    struct sigaction now;
    return signum && sigaction(signum, NULL, &now) == 0 && now.sa_handler == ring;
}

/* Takes a signal that the program does nothing with. */
static bool take_signal(int signum)
{
    struct sigaction action = {.sa_handler = ring, .sa_flags = SA_ONSTACK}, former;
    sigemptyset(&action.sa_mask);
    if (sigaction(signum, NULL, &former) != 0)
        return false;
    if (former.sa_handler != SIG_DFL && former.sa_handler != ring)
        return false;
    return sigaction(signum, &action, NULL) == 0;
}

/*
 * Chooses a high one of the real-time signals, but none of the highest, which tools and
 * emulators take. It prefers a signal that is not blocked, because code may wait for a
 * blocked one in another way. 0: there is none.
 */
static int choose(void)
{
    sigset_t blocked;
    int known = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (is_ours(known))
        return known;
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    for (int pass = 0; pass < 2; pass++)
        for (int signum = SIGRTMAX - 8; signum >= SIGRTMIN; signum--)
            if (sigismember(&blocked, signum) == pass && take_signal(signum)) {
                atomic_store_explicit(&chosen, signum, memory_order_relaxed);
                return signum;
            }
    return 0;
}

/* When a program unloads the library, no call into it is under way. */
GTI_AT_UNLOAD static void give_back(void)
{
    int signum = atomic_load(&chosen);
    if (is_ours(signum))
        signal(signum, SIG_DFL);
}

/* Emulators may lack this kind of timer. A process may have as many as it has signals to queue. */
int gti_alarm_set(gti_alarm *alarm)
{
    int signum = choose();
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = signum};
    event.sigev_notify_thread_id = gettid();
    if (!signum)
        return GTI_NO_WAY;
    if (timer_create(CLOCK_MONOTONIC, &event, &alarm->timer) != 0)
        return errno == EAGAIN || errno == ENOMEM ? -errno : GTI_NO_WAY;
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, signum);
    pthread_sigmask(SIG_UNBLOCK, &mask, &alarm->before);
    const struct itimerspec when = {.it_value.tv_nsec = RINGS_AFTER,
                                    .it_interval.tv_nsec = RINGS_AGAIN_AFTER};
    timer_settime(alarm->timer, 0, &when, NULL);
    return 0;
}

/* The first time is the shorter one. If much time has passed since, this is wrong but harmless. */
bool gti_alarm_rang(const gti_alarm *alarm)
{
    struct itimerspec left = {.it_value.tv_nsec = 0}; /* MemorySanitizer does not know timers */
    return timer_gettime(alarm->timer, &left) != 0 || left.it_value.tv_nsec > RINGS_AFTER;
}

/* While the signal is not blocked, so that none is left behind. */
void gti_alarm_end(gti_alarm *alarm)
{
    timer_delete(alarm->timer);
    pthread_sigmask(SIG_SETMASK, &alarm->before, NULL);
}
