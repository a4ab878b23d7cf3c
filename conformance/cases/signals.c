/*
 * Signals that arrive whenever they like: on each kind of stack, and such as
 * stop the process.
 */
#define _GNU_SOURCE
#include "../conformance.h"
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
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

/* To the process: which OS thread gets it is the system's choice. */
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

static void a_handler_runs_on_each_kind_of_stack(void)
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

/* Stops its parent and lets it go on, again and again, then writes to it. */
static _Noreturn void stop_and_continue(pid_t parent)
{
    for (int i = 0; i < 100; i++) {
        kill(parent, SIGSTOP);
        kill(parent, SIGCONT);
    }
    _exit(write(ends[1], "x", 1) != 1);
}

/* On the real clock, because a hub that waits for the virtual one never stands still. */
static void a_process_that_is_stopped_goes_on(void)
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

const conformance_case signal_cases[] = {
    {"IO-1", "a_handler_runs_on_each_kind_of_stack", a_handler_runs_on_each_kind_of_stack, CASE_IO},
    {"IO-1", "a_process_that_is_stopped_goes_on", a_process_that_is_stopped_goes_on, CASE_IO},
    {0},
};
