/*
 * FORK-1: what a child of fork may do with the hub that it has inherited. Its parent
 * notices nothing.
 */
#define _POSIX_C_SOURCE 200809L
#include "cores.h"
#include "run.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int ends[2];

static const char of_the_child[] = "trace: ";

static void trace_to_stderr(const char *line, void *arg)
{
    (void)arg;
    fprintf(stderr, "%s%s\n", of_the_child, line);
}

/* What the child traced, and what the library wrote. Other lines are a sanitizer's. */
static void trace_line(const char *line)
{
    size_t length = strlen(of_the_child);
    if (strncmp(line, of_the_child, length) == 0)
        trace("%s", line + length);
    else if (strncmp(line, "greenthread: ", 13) == 0)
        trace("%s", line);
}

static void trace_what_it_said(int fd)
{
    static char said[16000];
    size_t length = 0;
    for (ssize_t n; (n = read(fd, said + length, sizeof said - 1 - length)) > 0;)
        length += (size_t)n;
    said[length] = '\0';
    for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n"))
        trace_line(line);
}

/* Forks. The child calls fn(arg) and ends with 0. The trace says how it ended. */
static void in_a_child(const char *what, void (*fn)(void *), void *arg)
{
    int status = 0, errors[2];
    if (pipe(errors) != 0)
        return;
    pid_t child = fork();
    if (child == 0) {
        dup2(errors[1], STDERR_FILENO);
        close(errors[0]);
        close(errors[1]);
        trace_to(trace_to_stderr, NULL);
        alarm(30); /* otherwise a child that hangs outlives the case */
        fn(arg);
        _exit(0);
    }
    close(errors[1]);
    trace_what_it_said(errors[0]);
    close(errors[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (WIFSIGNALED(status))
        trace("%s: %s", what, WTERMSIG(status) == SIGABRT ? "abort" : "a signal");
    else
        trace("%s: exit %d", what, WEXITSTATUS(status));
}

static void *reads(void *name)
{
    char byte = 0;
    gt_read(ends[0], &byte, 1);
    trace("%s has %c", (char *)name, byte);
    return NULL;
}

static void says(void *text)
{
    trace("%s", (char *)text);
}

static void *has_a_cleanup(void *text)
{
    GT_DEFER(says, text);
    gt_sleep(GT_SECONDS(1));
    return text;
}

static void writes_to_stderr(const char *line, void *arg)
{
    (void)arg;
    trace("report: %s", line);
}

static void only_shuts_down(void *arg)
{
    (void)arg;
    gt_shutdown();
    trace("%d allocations are left", (int)gt_testing_live_allocations());
}

static void begins_anew(void *arg)
{
    (void)arg;
    gt_shutdown();
    gt_testing_virtual_clock();
    gt_set_report(writes_to_stderr, NULL);
    gt_unref(gt_spawn(yielder, "the child's thread"));
    gt_run();
    gt_shutdown();
    trace("%d allocations are left", (int)gt_testing_live_allocations());
}

/* Readers, sleepers and finished threads are given up without a report. The parent's go on. */
static void go_on_beside_a_child_that(void (*ends_its_hub)(void *))
{
    if (pipe(ends) != 0)
        return;
    gt_thread *failed = gt_spawn(raiser, "not delivered yet"), *sleeping;
    sleeping = gt_spawn(has_a_cleanup, "cleanup in the parent");
    gt_unref(gt_spawn(reads, "the parent's reader"));
    gt_yield();
    in_a_child("the child", ends_its_hub, NULL);
    gt_write(ends[1], "x", 1);
    gt_yield();
    gt_yield();
    gt_kill(sleeping, NULL);
    gt_unref(sleeping);
    gt_unref(failed);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

CASE("FORK-1", a_child_may_shut_down, CASE_IO)
{
    go_on_beside_a_child_that(only_shuts_down);
}

CASE("FORK-1", a_child_may_begin_a_hub, CASE_IO | CASE_REBORN)
{
    go_on_beside_a_child_that(begins_anew);
}

static gt_thread *known; /* a thread of the parent's */

static void *nothing(void *arg)
{
    return arg;
}

static void calls_yield(void *arg)
{
    (void)arg;
    gt_yield();
}

static void calls_spawn(void *arg)
{
    gt_spawn(nothing, arg);
}

static void calls_wait(void *arg)
{
    (void)arg;
    gt_wait(known);
}

static void calls_kill(void *arg)
{
    (void)arg;
    gt_kill(known, NULL);
}

static void calls_run(void *arg)
{
    (void)arg;
    gt_run();
}

static void calls_read(void *arg)
{
    char byte;
    (void)arg;
    gt_read(ends[0], &byte, 1);
}

static void calls_try(void *arg)
{
    gt_try(says, arg, NULL);
}

static void calls_what_it_may(void *arg)
{
    gt_now();
    gt_forget_fd(ends[0]);
    gt_close(ends[0]);
    (void)arg;
}

/* The same in a child of the child. */
static void forks_again(void *arg)
{
    in_a_child("the grandchild", calls_yield, arg);
}

CASE("FORK-1", other_calls_end_the_child, CASE_IO)
{
    char text[] = "not reached";
    if (pipe(ends) != 0)
        return;
    known = gt_spawn(sleeper, "sleeper");
    gt_unref(gt_spawn(reads, "the parent's reader"));
    gt_yield();
    in_a_child("gt_yield", calls_yield, text);
    in_a_child("gt_spawn", calls_spawn, text);
    in_a_child("gt_wait", calls_wait, text);
    in_a_child("gt_kill", calls_kill, text);
    in_a_child("gt_run", calls_run, text);
    in_a_child("gt_read", calls_read, text);
    in_a_child("gt_try", calls_try, text);
    in_a_child("what it may", calls_what_it_may, text);
    in_a_child("the child", forks_again, text);
    gt_write(ends[1], "x", 1);
    gt_yield();
    gt_yield();
    gt_unref(known);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void shuts_down(void *arg)
{
    (void)arg;
    gt_shutdown();
}

static void executes(void *arg)
{
    (void)arg;
    execl("/bin/true", "true", (char *)NULL);
    _exit(1);
}

static void *forks(void *arg)
{
    in_a_child("exec", executes, arg);
    in_a_child("gt_yield", calls_yield, arg);
    in_a_child("gt_shutdown", shuts_down, arg);
    gt_yield();
    return arg;
}

/* It runs on a stack of the hub's, so it cannot give the hub up. It can exec. */
CASE("FORK-1", a_child_of_a_green_thread, CASE_IO)
{
    gt_unref(gt_spawn(forks, NULL));
    gt_run();
    trace("the parent goes on");
}

static void *waits_for_usr1(void *name)
{
    gt_wait_signal(SIGUSR1);
    trace("%s has its signal", (char *)name);
    return NULL;
}

static void raises_usr1(void *arg)
{
    (void)arg;
    raise(SIGUSR1);
}

static void raises_usr1_in_the_end(void *arg)
{
    (void)arg;
    gt_shutdown();
    raise(SIGUSR1);
}

/* The pipe by which a signal wakes its waiter is open in both. */
CASE("FORK-1", the_parents_signals_are_its_own, CASE_IO)
{
    gt_thread *waiter = gt_spawn(waits_for_usr1, "the parent");
    gt_yield();
    if (gt_get_state(waiter) != GT_BLOCKED)
        return; /* otherwise the signal would end the process */
    gt_unref(waiter);
    in_a_child("a signal in the child", raises_usr1, NULL);
    in_a_child("its former effect", raises_usr1_in_the_end, NULL);
    gt_yield();
    gt_yield();
    trace("now in the parent");
    raise(SIGUSR1);
    gt_run();
}

static void shuts_down_in_a_try(void *arg)
{
    gt_shutdown();
    gt_unref(gt_spawn(speaker, "in the child"));
    gt_run();
    raiser(arg);
}

static void forks_in_a_try(void *arg)
{
    in_a_child("the child", shuts_down_in_a_try, arg);
    if (getpid() != *(pid_t *)arg)
        _exit(7);
}

/* A try of main's outlives the hub, in the child as elsewhere. */
CASE("FORK-1", a_child_shuts_down_in_a_try, CASE_IO | CASE_REBORN)
{
    pid_t self = getpid();
    gt_exception e;
    bool done = gt_try(forks_in_a_try, &self, &e);
    if (getpid() != self) {
        trace("the child has caught %s", e.kind->name);
        _exit(done);
    }
    trace("the parent: %d", done);
}

static void begins_anew_silently(void)
{
    gt_shutdown();
    for (int i = 0; i < 3; i++)
        gt_unref(gt_spawn(nothing, NULL));
    gt_run();
    gt_shutdown();
}

static void *hands_over(void *arg)
{
    for (;;)
        gt_yield();
    return arg;
}

/* True if the child ended by itself. It does not if it waits for a thread that is not there. */
static bool a_child_ends_well(void)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        alarm(30);
        begins_anew_silently();
        _exit(0);
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* In a try, which keeps the hub's memory for the child. */
static void forks_when_handed_over(void *well)
{
    gt_yield();
    *(int *)well += a_child_ends_well();
}

/*
 * Main has only just been handed the hub. The OS thread that handed it over may not be
 * done with that; on one core it rarely is.
 */
CASE("FORK-1", a_child_begins_a_hub_after_a_hand_over, CASE_IO | CASE_REBORN | CASE_NO_SWEEP)
{
    int well = 0;
    cores before = cores_get();
    cores_confine();
    gt_thread *other = gt_spawn(hands_over, NULL);
    for (int i = 0; i < 10; i++)
        gt_try(forks_when_handed_over, &well, NULL);
    trace("%d children of 10 ended well", well);
    gt_kill(other, NULL);
    gt_unref(other);
    cores_set(before);
}

/* The child ends by exit, with the program's handlers for exit. */

static void exits_with_five(void *arg)
{
    (void)arg;
    exit(5);
}

static void *forks_and_exits(void *arg)
{
    in_a_child("the child of a thread", exits_with_five, arg);
    return arg;
}

CASE("SHUT-3", exit_in_a_child, CASE_ENDS | CASE_IO)
{
    atexit(gt_shutdown);
    gt_unref(gt_spawn(sleeper, "the other"));
    gt_unref(gt_spawn(forks_and_exits, NULL));
    gt_yield();
    in_a_child("the child of main", exits_with_five, NULL);
}

CASE("SHUT-4", a_child_repeats_nothing, CASE_ENDS | CASE_IO)
{
    gt_spawn(raiser, "kept");
    gt_yield();
    in_a_child("the child of main", exits_with_five, NULL);
    trace("main goes on");
    exit(3);
}

static void begins_again_and_exits(void *arg)
{
    gt_shutdown();
    gt_spawn(raiser, arg);
    gt_yield();
    exit(5);
}

static void forks_one_that_begins_again(void *arg)
{
    in_a_child("the child of main", begins_again_and_exits, arg);
}

/* In a try of main's, with which its hub goes on in the child. */
CASE("SHUT-4", a_child_tells_of_its_own, CASE_ENDS | CASE_IO | CASE_REBORN)
{
    gt_try(forks_one_that_begins_again, "the child's own", NULL);
    trace("main goes on");
    exit(3);
}

/*
 * Handlers of fork that a program has registered before it first used the library. In the
 * child and in the parent they run before the library's, and before the fork they run
 * after it.
 */
static void (*early_before)(void), (*early_in_parent)(void), (*early_in_child)(void);

static void call_early_before(void)
{
    if (early_before)
        early_before();
}

static void call_early_in_parent(void)
{
    if (early_in_parent)
        early_in_parent();
}

static void call_early_in_child(void)
{
    if (early_in_child)
        early_in_child();
}

__attribute__((constructor)) static void register_early(void)
{
    pthread_atfork(call_early_before, call_early_in_parent, call_early_in_child);
}

/* Forks, with standard error where the child's lines are taken from. The handler does the rest. */
static void in_an_early_handler(const char *what, void (*handler)(void))
{
    int errors[2], status = 0, own = dup(STDERR_FILENO);
    if (own < 0 || pipe(errors) != 0)
        return;
    dup2(errors[1], STDERR_FILENO);
    close(errors[1]);
    early_in_child = handler;
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    early_in_child = NULL;
    dup2(own, STDERR_FILENO);
    close(own);
    trace_what_it_said(errors[0]);
    close(errors[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (WIFSIGNALED(status))
        trace("%s: %s", what, WTERMSIG(status) == SIGABRT ? "abort" : "a signal");
    else
        trace("%s: exit %d", what, WEXITSTATUS(status));
}

static gt_semaphore permits = GT_SEMAPHORE(1);

static void yields_early(void)
{
    alarm(30);
    gt_yield();
}

static void spawns_early(void)
{
    alarm(30);
    gt_spawn(nothing, NULL);
}

static void waits_early(void)
{
    alarm(30);
    gt_wait(known);
}

static void releases_early(void)
{
    alarm(30);
    gt_semaphore_release(&permits);
}

static void waits_for_a_signal_early(void)
{
    alarm(30);
    gt_wait_signal(SIGUSR1);
}

static void does_what_it_may_early(void)
{
    alarm(30);
    gt_now();
    gt_forget_fd(0);
}

static void begins_again_early(void)
{
    alarm(30);
    gt_shutdown();
    trace_to(trace_to_stderr, NULL);
    gt_unref(gt_spawn(speaker, "the child's thread"));
    gt_run();
    early_in_child = NULL;
}

CASE("FORK-2", a_handler_before_ours_is_told, CASE_IO)
{
    known = gt_spawn(sleeper, "the parent's");
    gt_yield();
    in_an_early_handler("gt_yield", yields_early);
    in_an_early_handler("gt_spawn", spawns_early);
    in_an_early_handler("gt_wait", waits_early);
    in_an_early_handler("gt_semaphore_release", releases_early);
    in_an_early_handler("gt_wait_signal", waits_for_a_signal_early);
    in_an_early_handler("what it may", does_what_it_may_early);
    in_an_early_handler("none", NULL);
    gt_unref(known);
}

CASE("FORK-2", a_handler_before_ours_may_begin_again, CASE_IO | CASE_REBORN)
{
    gt_unref(gt_spawn(sleeper, "the parent's"));
    gt_yield();
    in_an_early_handler("the child", begins_again_early);
}

static void *forks_early(void *arg)
{
    in_an_early_handler("gt_yield", yields_early);
    in_an_early_handler("gt_shutdown", gt_shutdown);
    return arg;
}

CASE("FORK-2", a_thread_may_fork_so, CASE_IO)
{
    gt_unref(gt_spawn(forks_early, NULL));
    gt_run();
    trace("the parent goes on");
}

static void takes_the_permit(void)
{
    gt_semaphore_acquire(&permits);
    trace("before: a permit, thread %d, at %lld", (int)gt_get_number(gt_self()),
          (long long)gt_now());
    gt_unref(gt_spawn(speaker, "spawned before the fork"));
    gt_yield();
    gt_sleep(10);
}

static void gives_the_permit(void)
{
    gt_semaphore_release(&permits);
    gt_wait_fd(ends[1], GT_WRITE);
    trace("in the parent: %d free", (int)gt_semaphore_permits(&permits));
}

static void fork_once(void)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
}

static void *forks_with_handlers(void *arg)
{
    fork_once();
    return arg;
}

/* In the parent every call is allowed, before the fork and after it. */
CASE("FORK-2", handlers_in_the_parent_may_call, CASE_IO | CASE_NO_SWEEP | CASE_REBORN)
{
    if (pipe(ends) != 0)
        return;
    gt_semaphore_init(&permits, 1);
    early_before = takes_the_permit;
    early_in_parent = gives_the_permit;
    fork_once();
    gt_unref(gt_spawn(forks_with_handlers, NULL));
    gt_run();
    early_before = early_in_parent = NULL;
    gt_unref(gt_spawn(speaker, "later"));
    gt_run();
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void ends_and_begins_again(void)
{
    gt_shutdown();
    gt_testing_virtual_clock();
    gt_unref(gt_spawn(speaker, "of another hub"));
}

/* The hidden hub goes, and its successor is the one that the parent has. */
CASE("FORK-2", a_handler_may_end_the_hub, CASE_IO | CASE_NO_SWEEP | CASE_REBORN)
{
    early_before = ends_and_begins_again;
    fork_once();
    early_before = NULL;
    gt_run();
}
