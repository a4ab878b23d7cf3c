/*
 * One process for each case, so that a crash, a hang or a leak is that case's
 * alone. Trace lines and standard error come through pipes, written line by
 * line, so that what a case said before it crashed is known.
 */
#define _POSIX_C_SOURCE 200809L
#include "run.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LEFT_SOMETHING = 99 }; /* exit status of a case that did */

bool have_processes(void)
{
    return true;
}

static void write_line(const char *line, void *arg)
{
    char text[1100];
    int length = snprintf(text, sizeof text, "%s\n", line);
    if (write(*(int *)arg, text, (size_t)length) != length)
        _exit(98);
}

/* The child's part: never returns. */
static _Noreturn void be_the_case(const conformance_case *c, int trace_end, int error_end)
{
    static int end;
    end = trace_end;
    dup2(error_end, STDERR_FILENO);
    trace_to(write_line, &end);
    char *complaint = run_here(c);
    if (complaint) {
        fprintf(stderr, "%s\n", complaint);
        free(complaint);
        exit(LEFT_SOMETHING);
    }
    exit(0);
}

static int64_t milliseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads both pipes to their ends; false: the time was up first. */
static bool collect(int trace_end, int error_end, text *trace, text *error, unsigned seconds)
{
    struct pollfd ends[2] = {{.fd = trace_end, .events = POLLIN},
                             {.fd = error_end, .events = POLLIN}};
    text *texts[2] = {trace, error};
    int open = 2;
    int64_t deadline = milliseconds_now() + (int64_t)seconds * 1000;
    while (open) {
        int64_t left = deadline - milliseconds_now();
        if (left <= 0 || poll(ends, 2, (int)left) == 0)
            return false;
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

/* First lines of what was said on standard error: not those that go on with a blank. */
static void append_stderr(text *trace, const char *error)
{
    while (error && *error) {
        size_t length = strcspn(error, "\n");
        if (strncmp(error, "greenthread: ", 13) == 0)
            text_printf(trace, "stderr: %.*s\n", (int)length, error);
        error += length + (error[length] == '\n');
    }
}

static void append_end(text *trace, int status)
{
    if (WIFEXITED(status))
        text_printf(trace, "ended: exit %d\n", WEXITSTATUS(status));
    else if (WTERMSIG(status) == SIGABRT)
        text_printf(trace, "ended: abort\n");
    else
        text_printf(trace, "ended: signal %d\n", WTERMSIG(status));
}

outcome run_in_process(const conformance_case *c, unsigned seconds)
{
    int trace_pipe[2], error_pipe[2], status = 0;
    text trace = {0}, error = {0}, complaint = {0};
    fflush(stdout);
    if (pipe(trace_pipe) != 0 || pipe(error_pipe) != 0) {
        text_printf(&complaint, "no pipes could be had");
        return (outcome){NULL, complaint.data};
    }
    pid_t child = fork();
    if (child == 0) {
        close(trace_pipe[0]);
        close(error_pipe[0]);
        be_the_case(c, trace_pipe[1], error_pipe[1]);
    }
    close(trace_pipe[1]);
    close(error_pipe[1]);
    bool in_time = child > 0 && collect(trace_pipe[0], error_pipe[0], &trace, &error, seconds);
    if (!in_time)
        kill(child, SIGKILL);
    waitpid(child, &status, 0);
    close(trace_pipe[0]);
    close(error_pipe[0]);

    if (!in_time)
        text_printf(&complaint, "it hung: killed after %u seconds", seconds);
    else if (c->flags & CASE_ENDS) {
        append_stderr(&trace, error.data);
        append_end(&trace, status);
    } else if (status != 0) {
        append_end(&complaint, status);
    } else if (error.length) {
        text_printf(&complaint, "it wrote to standard error\n");
    }
    if (complaint.length && error.length)
        text_append(&complaint, error.data, error.length);
    free(error.data);
    return (outcome){trace.data, complaint.data};
}
