/*
 * Each case has one process, so that a crash, a hang or a leak belongs to that case
 * alone. Trace lines and standard error come through pipes, written line by line. So it
 * is known what a case wrote before it crashed.
 */
#define _POSIX_C_SOURCE 200809L
#include "process.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOST_ITS_TRACE = 98 };

bool have_processes(void)
{
    return true;
}

static void write_line(const char *line, void *arg)
{
    char text[1100];
    int length = snprintf(text, sizeof text, "%s\n", line);
    if (write(*(int *)arg, text, (size_t)length) != length)
        _exit(LOST_ITS_TRACE);
}

/* The child's part. It never returns. */
static _Noreturn void be_the_case(const conformance_case *c, case_runner *run, int trace_end,
                                  int error_end)
{
    static int end;
    end = trace_end;
    dup2(error_end, STDERR_FILENO);
    trace_to(write_line, &end);
    char *complaint = run(c);
    if (complaint) {
        fprintf(stderr, "%s\n", complaint);
        free(complaint);
        exit(LEFT_SOMETHING);
    }
    exit(c->flags & CASE_ENDS ? 0 : CAME_TO_ITS_END);
}

static int64_t milliseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads both pipes to their ends. False: the time was up first. */
static bool collect(int trace_end, int error_end, text *trace, text *error, unsigned seconds)
{
    struct pollfd ends[2] = {{.fd = trace_end, .events = POLLIN},
                             {.fd = error_end, .events = POLLIN}};
    text *texts[2] = {trace, error};
    int open = 2;
    int64_t deadline = milliseconds_now() + (int64_t)seconds * 1000;
    while (open) {
        int64_t left = deadline - milliseconds_now();
        if (left <= 0)
            return false;
        if (poll(ends, 2, left < 1000 ? (int)left : 1000) <= 0)
            continue;
        for (int i = 0; i < 2; i++) {
            char buffer[4096];
            if (!ends[i].revents)
                continue;
            ssize_t n = read(ends[i].fd, buffer, sizeof buffer);
            if (n > 0) {
                text_append(texts[i], buffer, (size_t)n);
            } else {
                ends[i].fd = -1;
                open--;
            }
        }
    }
    return true;
}

/* A sanitizer writes its own lines about a death, and so does an emulator. */
static bool is_tools(const char *line)
{
    return strncmp(line, "==", 2) == 0 || strncmp(line, "qemu: ", 6) == 0;
}

/* First lines of what the process wrote to standard error. Continued lines start with a blank. */
static void append_stderr(text *trace, const char *error)
{
    while (error && *error) {
        size_t length = strcspn(error, "\n");
        if (length > 0 && error[0] != ' ' && !is_tools(error))
            text_printf(trace, "stderr: %.*s\n", (int)length, error);
        error += length + (error[length] == '\n');
    }
}

static void append_signal(text *text, int number)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {{SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},
                 {SIGILL, "SIGILL"},   {SIGTRAP, "SIGTRAP"}, {SIGSYS, "SIGSYS"},
                 {SIGPIPE, "SIGPIPE"}, {SIGALRM, "SIGALRM"}, {SIGKILL, "SIGKILL"},
                 {SIGTERM, "SIGTERM"}, {SIGINT, "SIGINT"},   {SIGUSR1, "SIGUSR1"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].number == number) {
            text_printf(text, "ended: signal %s\n", names[i].name);
            return;
        }
    text_printf(text, "ended: signal %d\n", number);
}

void append_end(text *trace, int status)
{
    if (WIFEXITED(status))
        text_printf(trace, "ended: exit %d\n", WEXITSTATUS(status));
    else if (WTERMSIG(status) == SIGABRT)
        text_printf(trace, "ended: abort\n");
    else
        append_signal(trace, WTERMSIG(status));
}

/* What is wrong with how the case ended. NULL if it was meant to end so. */
static void judge(const conformance_case *c, int status, text *trace, const text *error,
                  text *complaint)
{
    bool came_to_its_end = WIFEXITED(status) && WEXITSTATUS(status) == CAME_TO_ITS_END;
    bool left_something = WIFEXITED(status) && WEXITSTATUS(status) == LEFT_SOMETHING;
    if (error->data && strstr(error->data, "Sanitizer: "))
        text_printf(complaint, "a sanitizer complained\n");
    else if (c->flags & CASE_ENDS && !left_something)
        append_stderr(trace, error->data);
    else if (came_to_its_end && error->length)
        text_printf(complaint, "it wrote to standard error\n");
    if (c->flags & CASE_ENDS)
        append_end(trace, status);
    else if (!came_to_its_end && !left_something)
        append_end(complaint, status);
    if (left_something || complaint->length)
        text_append(complaint, error->data ? error->data : "", error->length);
}

static void close_both(const int ends[2])
{
    close(ends[0]);
    close(ends[1]);
}

static bool open_both(int trace_pipe[2], int error_pipe[2])
{
    if (pipe(trace_pipe) != 0)
        return false;
    if (pipe(error_pipe) == 0)
        return true;
    close_both(trace_pipe);
    return false;
}

bool run_process(const conformance_case *c, case_runner *run, unsigned seconds, ending *ending)
{
    int trace_pipe[2], error_pipe[2];
    fflush(stdout);
    if (!open_both(trace_pipe, error_pipe))
        return false;
    pid_t child = fork();
    if (child < 0) {
        close_both(trace_pipe);
        close_both(error_pipe);
        return false;
    }
    if (child == 0) {
        close(trace_pipe[0]);
        close(error_pipe[0]);
        be_the_case(c, run, trace_pipe[1], error_pipe[1]);
    }
    close(trace_pipe[1]);
    close(error_pipe[1]);
    ending->in_time =
        collect(trace_pipe[0], error_pipe[0], &ending->trace, &ending->error, seconds);
    if (!ending->in_time)
        kill(child, SIGKILL);
    while (waitpid(child, &ending->status, 0) < 0 && errno == EINTR)
        continue;
    close(trace_pipe[0]);
    close(error_pipe[0]);
    return true;
}

outcome run_in_process(const conformance_case *c, unsigned seconds)
{
    ending ending = {0};
    text complaint = {0};
    if (!run_process(c, run_here, seconds, &ending)) {
        text_printf(&complaint, "the system gave no pipe or no process");
    } else if (ending.in_time) {
        judge(c, ending.status, &ending.trace, &ending.error, &complaint);
    } else {
        const text *error = &ending.error;
        text_printf(&complaint, "it hung: killed after %u seconds\n", seconds);
        text_append(&complaint, error->data ? error->data : "", error->length);
    }
    free(ending.error.data);
    return (outcome){ending.trace.data, complaint.data};
}
