/*
 * Signals that arrive at any time: on each kind of stack, and also those that stop the
 * process. SIG: which signals a thread can wait for, whose the handler is, and that none
 * is lost.
 */
#define _GNU_SOURCE
#include "conformance.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

/* Another OS thread may be the one that is interrupted. */
static atomic_int arrivals;

/* It needs some stack itself. */
static void counts(int signum)
{
    volatile char room[512];
    memset((char *)room, signum, sizeof room);
    arrivals += room[17] == signum;
}

static void handle(int flags)
{
    struct sigaction action = {.sa_handler = counts, .sa_flags = flags};
    sigaction(SIGUSR2, &action, NULL);
}

/* It goes to the process. The system chooses the OS thread that gets it. */
static void *is_interrupted(void *where)
{
    int before = arrivals;
    kill(getpid(), SIGUSR2);
    while (arrivals == before)
        continue;
    trace("%s: handled", (char *)where);
    gt_yield();
    return where;
}

static void interrupt_all(void)
{
    gt_spawn_options smallest = {.stack_size = 1};
    is_interrupted("main");
    gt_unref(gt_spawn(is_interrupted, "a stack of the usual size"));
    gt_unref(gt_spawn_with(&smallest, is_interrupted, "the smallest stack"));
    gt_run();
}

static void *waits_for_usr1(void *arg)
{
    gt_wait_signal(SIGUSR1);
    trace("the signal that is waited for came");
    return arg;
}

CASE("IO-1", a_handler_runs_on_each_kind_of_stack, CASE_IO)
{
    static char memory[64 * 1024];
    stack_t former, alternate = {.ss_sp = memory, .ss_size = sizeof memory};
    arrivals = 0;
    handle(0);
    interrupt_all();
    sigaltstack(&alternate, &former);
    handle(SA_ONSTACK);
    trace("on an alternate stack:");
    interrupt_all();
    gt_thread *waiter = gt_spawn(waits_for_usr1, NULL);
    gt_yield();
    is_interrupted("while another waits for a signal");
    bool waits = gt_get_state(waiter) == GT_BLOCKED;
    trace("it %s", waits ? "still waits" : "waits no more");
    if (waits)
        kill(getpid(), SIGUSR1);
    gt_run();
    trace("%d in all", (int)arrivals);
    gt_unref(waiter);
    sigaltstack(&former, NULL);
    signal(SIGUSR2, SIG_DFL);
}

static int ends[2];

static void *reads(void *arg)
{
    char byte;
    gt_read(ends[0], &byte, 1);
    return arg;
}

static void *sleeps(void *arg)
{
    int64_t until = gt_now() + GT_MS(5);
    gt_sleep(GT_MS(5));
    return gt_now() >= until ? arg : NULL;
}

/* Stops its parent and lets it go on, again and again, and then writes to it. */
static _Noreturn void stop_and_continue(pid_t parent)
{
    for (int i = 0; i < 100; i++) {
        kill(parent, SIGSTOP);
        kill(parent, SIGCONT);
    }
    _exit(write(ends[1], "x", 1) != 1);
}

/* On the real clock, because a hub that waits for the virtual one never pauses. */
CASE("IO-1", a_process_that_is_stopped_goes_on, CASE_IO)
{
    gt_shutdown();
    if (pipe(ends) != 0)
        return;
    pid_t parent = getpid(), child = fork();
    if (child == 0)
        stop_and_continue(parent);
    gt_thread *sleeper = gt_spawn(sleeps, ends), *reader = gt_spawn(reads, NULL);
    trace("the sleeper slept long enough: %d", gt_wait(sleeper) == ends);
    gt_wait(reader);
    trace("the reader has its byte");
    gt_unref(sleeper);
    gt_unref(reader);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void wait_for(void *signum)
{
    gt_wait_signal(*(const int *)signum);
}

static void try_to_wait(const char *what, int signum)
{
    struct sigaction before, after;
    bool exists = sigaction(signum, NULL, &before) == 0;
    gt_exception e;
    if (gt_try(wait_for, &signum, &e))
        trace("%s: has arrived", what);
    else
        trace("%s: %s %s", what, e.kind->name, e.code == EINVAL ? "EINVAL" : "");
    if (exists && sigaction(signum, NULL, &after) == 0 && after.sa_handler != before.sa_handler)
        trace("its effect has changed");
}

/* A handler that returns from a fault meets it again at once. */
CASE("SIG-1", a_fault_cannot_be_waited_for, CASE_IO)
{
    try_to_wait("SIGSEGV", SIGSEGV);
    try_to_wait("SIGBUS", SIGBUS);
    try_to_wait("SIGFPE", SIGFPE);
    try_to_wait("SIGILL", SIGILL);
    try_to_wait("SIGTRAP", SIGTRAP);
    try_to_wait("SIGSYS", SIGSYS);
}

CASE("SIG-1", what_cannot_be_caught_cannot_be_waited_for, CASE_IO)
{
    try_to_wait("SIGKILL", SIGKILL);
    try_to_wait("SIGSTOP", SIGSTOP);
    try_to_wait("none", 0);
    try_to_wait("less than none", -1);
    try_to_wait("the least", INT_MIN);
    try_to_wait("behind the last", SIGRTMAX + 1);
    try_to_wait("the greatest", INT_MAX);
    try_to_wait("one of the C library's", SIGRTMIN - 1);
}

static void *waits_for(void *signum)
{
    gt_wait_signal(*(const int *)signum);
    return signum;
}

/* The first wait gives the signal to the hub. No other arrives while it lasts. */
static void begin_to_wait(int signum)
{
    if (gt_with_timeout(10, waits_for, &signum, NULL))
        trace("it has arrived already");
}

/*
 * The last signal that can be used and sent. Emulators and tools keep a few behind it for
 * themselves.
 */
static int last_signal(void)
{
    int last = SIGRTMAX;
    for (; last > SIGRTMIN; last--) {
        void (*former)(int) = signal(last, SIG_IGN);
        if (former == SIG_ERR)
            continue;
        int sent = raise(last);
        signal(last, former);
        if (sent == 0)
            break;
    }
    return last;
}

/* A SIGABRT that another process sends is a signal like others. So is the last one there is. */
CASE("SIG-1", others_can_be_waited_for, CASE_IO | CASE_NO_SWEEP)
{
    int signals[] = {SIGABRT, SIGRTMIN, last_signal(), SIGCHLD, SIGPIPE, SIGTSTP};
    size_t n = 0;
    for (; n < sizeof signals / sizeof signals[0]; n++) {
        begin_to_wait(signals[n]);
        raise(signals[n]);
        gt_wait_signal(signals[n]);
    }
    trace("%d have arrived", (int)n);
}

static atomic_int heard; /* by the program's own handler */

static void hears(int signum, siginfo_t *info, void *context)
{
    (void)context;
    heard += info->si_signo == signum;
}

static void install(struct sigaction *former)
{
    struct sigaction action = {.sa_sigaction = hears, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaddset(&action.sa_mask, SIGUSR2);
    sigaction(SIGUSR1, &action, former);
}

static void trace_whose_it_is(const char *when)
{
    struct sigaction now;
    sigaction(SIGUSR1, NULL, &now);
    bool program = now.sa_flags & SA_SIGINFO && now.sa_flags & SA_NODEFER &&
                   !(now.sa_flags & SA_RESTART) && now.sa_sigaction == hears &&
                   sigismember(&now.sa_mask, SIGUSR2) == 1;
    bool known = program || now.sa_handler == SIG_IGN || now.sa_handler == SIG_DFL;
    trace("%s: %s", when,
          program                     ? "the program's"
          : !known                    ? "the hub's"
          : now.sa_handler == SIG_IGN ? "ignored"
                                      : "the default");
}

/* The hub ends what it has begun, and nothing that came later. */
CASE("SIG-2", a_handler_of_the_program_stays, CASE_IO | CASE_NO_SWEEP)
{
    heard = 0;
    begin_to_wait(SIGUSR1);
    trace_whose_it_is("while it is waited for");
    install(NULL);
    gt_shutdown();
    trace_whose_it_is("after shutdown");
    raise(SIGUSR1);
    trace("heard: %d", (int)heard);
    signal(SIGUSR1, SIG_DFL);
}

/* With flags and mask, and in the next hub, too. */
CASE("SIG-2", a_handler_of_the_program_comes_back, CASE_IO | CASE_NO_SWEEP)
{
    install(NULL);
    for (int hub = 0; hub < 2; hub++) {
        begin_to_wait(SIGUSR1);
        trace_whose_it_is("while it is waited for");
        gt_shutdown();
        trace_whose_it_is("after shutdown");
    }
    signal(SIGUSR1, SIG_IGN);
    begin_to_wait(SIGUSR1);
    gt_shutdown();
    trace_whose_it_is("another");
    begin_to_wait(SIGUSR1);
    signal(SIGUSR1, SIG_DFL);
    gt_shutdown();
    trace_whose_it_is("the last");
}

/* Otherwise it would never end. */
CASE("SIG-2", a_wait_takes_the_signal_again, CASE_IO | CASE_NO_SWEEP)
{
    heard = 0;
    begin_to_wait(SIGUSR1);
    install(NULL);
    raise(SIGUSR1);
    trace("heard: %d", (int)heard);
    begin_to_wait(SIGUSR1);
    raise(SIGUSR1);
    gt_wait_signal(SIGUSR1);
    trace("waited for; heard: %d", (int)heard);
    gt_shutdown();
    trace_whose_it_is("after shutdown");
    signal(SIGUSR1, SIG_DFL);
}

static struct sigaction replaced;

static void calls_the_former(int signum)
{
    heard++;
    replaced.sa_handler(signum);
}

/* As careful handlers do. The hub is told of it, and nothing happens when the hub is gone. */
CASE("SIG-2", a_handler_may_call_the_hubs, CASE_IO | CASE_NO_SWEEP)
{
    heard = 0;
    begin_to_wait(SIGUSR1);
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = calls_the_former}, &replaced);
    raise(SIGUSR1);
    gt_wait_signal(SIGUSR1);
    trace("waited for, and heard: %d", (int)heard);
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = calls_the_former}, NULL);
    gt_shutdown();
    int before[2];
    if (pipe(before) != 0)
        return;
    raise(SIGUSR1);
    trace("heard: %d", (int)heard);
    char byte;
    close(before[1]);
    trace("written to another's descriptor: %d", (int)read(before[0], &byte, 1));
    close(before[0]);
    signal(SIGUSR1, SIG_DFL);
}

/* How many bytes the hub's pipe holds at most; few, where the system can make it so. */
#ifdef F_SETPIPE_SZ
static int room_of_pipes(void)
{
    int room = 0;
    for (int fd = 3; fd < 64; fd++) {
        int size = fcntl(fd, F_SETPIPE_SZ, 4096);
        room = size > room ? size : room;
    }
    return room;
}
#else
static int room_of_pipes(void)
{
    return 65536;
}
#endif

/* More than a pipe holds, and no more than there were. */
CASE("SIG-3", no_arrival_is_lost, CASE_IO | CASE_NO_SWEEP)
{
    begin_to_wait(SIGUSR1);
    int many = room_of_pipes() + 1000, taken = 0;
    for (int i = 0; i < many; i++)
        raise(SIGUSR1);
    for (; taken < many; taken++)
        gt_wait_signal(SIGUSR1);
    trace("all have arrived: %d", taken > 1000);
    begin_to_wait(SIGUSR1);
    raise(SIGUSR1);
    gt_wait_signal(SIGUSR1);
    trace("one more");
}

static void *waits_and_says(void *name)
{
    gt_wait_signal(SIGUSR1);
    trace("%s has its signal", (char *)name);
    return NULL;
}

/* Each arrival belongs to one wait. Queued threads get theirs, and the rest is kept. */
CASE("SIG-3", kept_arrivals_wake_one_each, CASE_IO | CASE_NO_SWEEP)
{
    begin_to_wait(SIGUSR1);
    raise(SIGUSR1);
    raise(SIGUSR1);
    raise(SIGUSR1);
    gt_unref(gt_spawn(waits_and_says, "first"));
    gt_unref(gt_spawn(waits_and_says, "second"));
    gt_run();
    gt_unref(gt_spawn(waits_and_says, "third"));
    gt_unref(gt_spawn(waits_and_says, "fourth"));
    gt_sleep(10);
    trace("one waits");
    raise(SIGUSR1);
    gt_run();
}

static mtx_t mutex;
static cnd_t changed;
static int step;

static void go_to(int next)
{
    mtx_lock(&mutex);
    step = next;
    cnd_signal(&changed);
    mtx_unlock(&mutex);
}

static void wait_for_step(int wanted)
{
    mtx_lock(&mutex);
    while (step < wanted)
        cnd_wait(&changed, &mutex);
    mtx_unlock(&mutex);
}

static int another_hub(void *arg)
{
    begin_to_wait(SIGUSR1);
    go_to(1);
    wait_for_step(2);
    return arg != NULL;
}

/* The parent's other OS thread, whose hub had the signal, is not there. */
static void wait_in_a_child(void)
{
    begin_to_wait(SIGUSR1);
    raise(SIGUSR1);
    _exit(gt_wait_signal(SIGUSR1) == SIGUSR1 ? 0 : 1);
}

CASE("SIG-2", a_child_may_wait_for_what_another_hub_had,
     CASE_IO | CASE_NO_SWEEP | CASE_REBORN | CASE_LOSES_HUB)
{
    thrd_t thread;
    int status = 0;
    step = 0;
    mtx_init(&mutex, mtx_plain);
    cnd_init(&changed);
    gt_shutdown();
    thrd_create(&thread, another_hub, NULL);
    wait_for_step(1);
    pid_t child = fork();
    if (child == 0) {
        alarm(30);
        wait_in_a_child();
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    trace("the child has its signal: %d", WIFEXITED(status) && WEXITSTATUS(status) == 0);
    go_to(2);
    thrd_join(thread, NULL);
    cnd_destroy(&changed);
    mtx_destroy(&mutex);
}

/*
 * What a process or an OS thread that a green thread starts blocks: the same as main's OS
 * thread.
 */

static const char *mask_of_this(void)
{
    sigset_t set;
    pthread_sigmask(SIG_BLOCK, NULL, &set);
    if (sigismember(&set, SIGTERM) || sigismember(&set, SIGUSR1))
        return "it is deaf";
    return sigismember(&set, SIGUSR2) ? "main's mask" : "another mask";
}

static void *tells_its_mask(void *result)
{
    *(const char **)result = mask_of_this();
    return NULL;
}

static const char *mask_of_an_os_thread(void)
{
    const char *mask = "none";
    pthread_t thread;
    if (pthread_create(&thread, NULL, tells_its_mask, &mask) == 0)
        pthread_join(thread, NULL);
    return mask;
}

static const char *mask_of_a_child(void)
{
    int status = 1;
    pid_t child = fork();
    if (child == 0)
        _exit(strcmp(mask_of_this(), "main's mask") != 0);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return status == 0 ? "main's mask" : "another mask";
}

/* A program that ends itself, if it can be ended. */
#define ENDS_ITSELF "kill -TERM $$; echo deaf"

static const char *end_of_a_program(void)
{
    int status = 0;
    pid_t child;
    char *arguments[] = {"sh", "-c", ENDS_ITSELF, NULL}, *environment[] = {NULL};
    if (posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environment) != 0)
        return "no program";
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM ? "ended" : "deaf";
}

static const char *end_of_a_pipe(void)
{
    FILE *pipe = popen(ENDS_ITSELF, "r");
    bool is_deaf = !pipe || fgetc(pipe) != EOF;
    if (pipe)
        pclose(pipe);
    return is_deaf ? "deaf" : "ended";
}

static void *has_children(void *name)
{
    int before = arrivals;
    trace("%s: %s", (char *)name, mask_of_this());
    trace("  an OS thread: %s", mask_of_an_os_thread());
    trace("  a child: %s", mask_of_a_child());
    trace("  a program: %s, by a pipe: %s", end_of_a_program(), end_of_a_pipe());
    raise(SIGUSR1);
    trace("  a signal that it raises is handled: %d", arrivals - before);
    gt_yield();
    trace("%s, later: %s", (char *)name, mask_of_this());
    return name;
}

static void counts_one(int signum)
{
    (void)signum;
    arrivals++;
}

CASE("SCHED-9", children_are_not_deaf, CASE_IO)
{
    sigset_t set, former;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    pthread_sigmask(SIG_SETMASK, &set, &former);
    signal(SIGUSR1, counts_one);
    gt_unref(gt_spawn(has_children, "a thread"));
    gt_unref(gt_spawn(has_children, "another"));
    has_children("main");
    gt_run();
    signal(SIGUSR1, SIG_DFL);
    pthread_sigmask(SIG_SETMASK, &former, NULL);
}
