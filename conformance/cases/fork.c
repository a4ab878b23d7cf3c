/*
 * FORK-1: what a child of fork may do with the hub that it has inherited, and
 * that its parent does not notice.
 */
#define _POSIX_C_SOURCE 200809L
#include "../cores.h"
#include "../run.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
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

/* What the child traced, and the library said; other lines are a sanitizer's. */
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

/* Forks; the child does fn(arg) and ends with 0. How it ended is traced. */
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
        alarm(30); /* a child that hangs outlives the case otherwise */
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

/* Readers, sleepers and finished threads are given up silently; the parent's go on. */
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

static void a_child_may_shut_down(void)
{
    go_on_beside_a_child_that(only_shuts_down);
}

static void a_child_may_begin_anew(void)
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

/* In a child of the child no less. */
static void forks_again(void *arg)
{
    in_a_child("the grandchild", calls_yield, arg);
}

static void other_calls_end_the_child(void)
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

/* It stands on a stack of the hub's, so it cannot give the hub up; it can exec. */
static void a_child_of_a_green_thread(void)
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

/* The pipe that a signal wakes its waiter by is open in both. */
static void the_parents_signals_are_its_own(void)
{
    gt_thread *waiter = gt_spawn(waits_for_usr1, "the parent");
    gt_yield();
    if (gt_get_state(waiter) != GT_BLOCKED)
        return; /* then the signal would end the process */
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
static void a_child_shuts_down_in_a_try(void)
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

/* True if the child ended by itself: it does not when it waits for who is not there. */
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
 * Main has only just been handed the hub, and who handed it over may not be
 * done with that: on one core, where it rarely is.
 */
static void a_child_begins_anew_after_a_hand_over(void)
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

const conformance_case fork_cases[] = {
    {"FORK-1", "a_child_may_shut_down", a_child_may_shut_down, CASE_IO},
    {"FORK-1", "a_child_may_begin_anew", a_child_may_begin_anew, CASE_IO | CASE_REBORN},
    {"FORK-1", "other_calls_end_the_child", other_calls_end_the_child, CASE_IO},
    {"FORK-1", "a_child_of_a_green_thread", a_child_of_a_green_thread, CASE_IO},
    {"FORK-1", "the_parents_signals_are_its_own", the_parents_signals_are_its_own, CASE_IO},
    {"FORK-1", "a_child_shuts_down_in_a_try", a_child_shuts_down_in_a_try, CASE_IO | CASE_REBORN},
    {"FORK-1", "a_child_begins_anew_after_a_hand_over", a_child_begins_anew_after_a_hand_over,
     CASE_IO | CASE_REBORN | CASE_NO_SWEEP},
    {0},
};
