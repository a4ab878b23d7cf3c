/*
 * STACK-1: what the library writes about a stack that overflows into its guard. A child
 * of fork does it, because each backend has its own sizes and addresses. The case checks
 * what the child wrote, and traces what holds for all.
 */
#define _GNU_SOURCE
#include "run.h"
#include "system_stack.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

enum { GUARD = 16 * 1024 };

/* For a size that was asked for: main's, which the system chooses. */
#define MAINS SIZE_MAX

/* Valgrind shows the place itself. */
#if defined CONFORMANCE_NO_BACKTRACE || defined CONFORMANCE_VALGRIND
static const bool frames_are_shown = false;
#else
static const bool frames_are_shown = true;
#endif

static bool stacks_are_the_systems(void)
{
    return strcmp(gt_testing_backend(), "threads") == 0;
}

/* What a child wrote */

static size_t count_lines(const char *text, const char *start)
{
    size_t n = 0;
    for (; text; text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL)
        n += strncmp(text, start, strlen(start)) == 0;
    return n;
}

static const char *last_line(const char *said)
{
    const char *last = said;
    for (const char *at = said; (at = strchr(at, '\n')) && at[1]; at++)
        last = at + 1;
    return last;
}

/* From the first caller on, a recursion shows one place again and again. Then comes another. */
static bool shows_the_recursion(const char *said)
{
    const char *frame = strstr(said, " #1 ");
    if (!frame)
        return false;
    char place[400];
    snprintf(place, sizeof place, "%.*s\n", (int)strcspn(frame + 4, "\n"), frame + 4);
    size_t alike = 0;
    for (const char *at = said; (at = strstr(at, place)); at++)
        alike++;
    return alike >= 12 && strstr(said, " more\n #") && !strstr(last_line(said), place);
}

static int measures(void *size)
{
    char here = 0;
    *(size_t *)size = room_on_system_stack(&here);
    return 0;
}

/* Of the stack that the system gives an OS thread. 0: the system does not tell. */
static size_t size_of_the_systems(void)
{
    size_t size = 0;
    thrd_t thread;
    if (thrd_create(&thread, measures, &size) == thrd_success)
        thrd_join(thread, NULL);
    return size;
}

/* Of main's stack: as far as it may grow. 0: without a limit. */
static size_t size_of_mains(void)
{
    struct rlimit limit;
    bool is_limited = getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    return is_limited ? (size_t)limit.rlim_cur : 0;
}

/*
 * A size that was asked for is rounded up to pages, and where the system counts, not all
 * of it is there. A part of the default is the backend's record of the stack.
 */
static bool is_right(size_t size, size_t asked)
{
    enum {
        SLACK = 16384,
        OF_THE_SYSTEM = 65536,
        USUAL = 240 * 1024,
        HOSTILE = 24 * 1024,
        RECORD = 8192
    };
    if (!asked)
        return is_right(size, USUAL - RECORD) || is_right(size, HOSTILE);
    if (asked != MAINS && !stacks_are_the_systems())
        return size >= asked && size < asked + SLACK;
    size_t known = asked == MAINS ? size_of_mains() : size_of_the_systems();
    return !known || (size <= known + OF_THE_SYSTEM && size + OF_THE_SYSTEM > known);
}

/* The report of a thread that asked for `asked` bytes; 0: for the default. */
static void trace_report(char *said, size_t asked)
{
    size_t size, below, used;
    void *address;
    char *report = strstr(said, "greenthread: "),
         *size_is = strstr(said, " overflowed its stack of ");
    if (!size_is ||
        sscanf(size_is,
               " overflowed its stack of %zu bytes touched %p, %zu bytes below its end; "
               "high-water mark %zu bytes",
               &size, &address, &below, &used) != 4) {
        trace("said: %s", said);
        return;
    }
    trace("%.*s overflowed its stack", (int)(size_is - report), report);
    trace("its size is right: %d", is_right(size, asked));
    trace("it touched the guard: %d", below > 0 && below <= GUARD);
    trace("nearly all of it had been used: %d", used <= size && used + 4096 > size);
    trace("a backtrace shows where: %d", shows_the_recursion(said) == frames_are_shown);
    trace("reports: %zu", count_lines(said, "greenthread: "));
}

static void read_all(int fd, char *text, size_t size)
{
    size_t length = 0;
    for (ssize_t n; (n = read(fd, text + length, size - 1 - length)) > 0;)
        length += (size_t)n;
    text[length] = '\0';
}

static void trace_end(int status)
{
    if (WIFEXITED(status))
        trace("ended: exit %d", WEXITSTATUS(status));
    else
        trace("ended: %s", WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGBUS
                               ? "a fault"
                               : strsignal(WTERMSIG(status)));
}

/* Forks. The child ends its hub and calls fn(). The caller frees what it wrote. */
static char *in_a_child(void (*fn)(void))
{
    enum { ROOM = 20000 };
    char *said = malloc(ROOM);
    int status = 0, errors[2];
    if (!said || pipe(errors) != 0)
        abort();
    pid_t child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        dup2(errors[1], STDERR_FILENO);
        close(errors[0]);
        close(errors[1]);
        alarm(30);
        gt_shutdown();
        fn();
        _exit(0);
    }
    close(errors[1]);
    read_all(errors[0], said, ROOM);
    close(errors[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    trace_end(status);
    return said;
}

static void overflow_in_a_child(void (*fn)(void), size_t asked)
{
    char *said = in_a_child(fn);
    trace_report(said, asked);
    free(said);
}

/* A line of the child that is not a report stays as it is. */
static void trace_what_is_said(void (*fn)(void))
{
    char *said = in_a_child(fn);
    for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n"))
        if (strncmp(line, "greenthread: ", 13) == 0 || strncmp(line, "program: ", 9) == 0)
            trace("%s", line);
    free(said);
}

/* What overflows */

static int fall(int depth)
{
    volatile char frame[64];
    frame[0] = (char)depth;
    return depth == 0 ? 0 : 1 + fall(depth - 1) + frame[0];
}

static void *falls(void *arg)
{
    gt_yield();
    fall(1 << 30);
    return arg;
}

static void fall_as(const char *name, size_t stack_size)
{
    gt_spawn_options options = {.name = name, .stack_size = stack_size};
    gt_spawn_with(&options, falls, NULL);
    gt_run();
}

enum { SIZE = 200000, SMALL = 1 };

static void a_thread_with_a_name_falls(void)
{
    fall_as("deep", SIZE);
}

enum { DIES = CASE_GUARD | CASE_TOOL | CASE_REBORN | CASE_NO_SWEEP, IS_NAMED = DIES | CASE_NAMED };

CASE("STACK-1", it_is_named_with_its_stack, IS_NAMED)
{
    overflow_in_a_child(a_thread_with_a_name_falls, SIZE);
}

static void a_thread_without_a_name_falls(void)
{
    fall_as(NULL, 0);
}

CASE("STACK-1", an_overflow_meets_the_guard, IS_NAMED)
{
    overflow_in_a_child(a_thread_without_a_name_falls, 0);
}

static void a_thread_on_the_smallest_stack_falls(void)
{
    fall_as("small", SMALL);
}

CASE("STACK-1", the_smallest_stack_may_overflow, IS_NAMED)
{
    overflow_in_a_child(a_thread_on_the_smallest_stack_falls, 24576);
}

static void main_falls(void)
{
    gt_self();
    fall(1 << 30);
}

CASE("STACK-1", main_is_named, DIES | CASE_MAIN)
{
    overflow_in_a_child(main_falls, MAINS);
}

static void *waits(void *arg)
{
    gt_sleep(GT_FOREVER);
    return arg;
}

static int has_a_hub_of_its_own(void *arg)
{
    fall_as("there", SIZE);
    return arg != NULL;
}

static void another_hub_falls(void)
{
    thrd_t other;
    gt_spawn_n(waits, NULL);
    gt_yield();
    thrd_create(&other, has_a_hub_of_its_own, NULL);
    thrd_join(other, NULL);
}

CASE("STACK-1", each_hub_has_its_own, IS_NAMED)
{
    overflow_in_a_child(another_hub_falls, SIZE);
}

/* Whose handler it is */

static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        abort();
}

static char own_stack[65536];

static void take_an_alternate_stack(void)
{
    stack_t stack = {.ss_sp = own_stack, .ss_size = sizeof own_stack};
    sigaltstack(&stack, NULL);
}

static void handle_and_leave(int signum)
{
    (void)signum;
    say("program: its handler runs\n");
    _exit(7);
}

static void install(void (*handler)(int), struct sigaction *former)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, former);
    sigaction(SIGBUS, &action, NULL);
}

static void handle_first(void)
{
    install(handle_and_leave, NULL);
    gt_self();
    gt_shutdown();
    fall_as("deep", SIZE);
}

/* The library's alternate stack is there all the same. */
CASE("STACK-1", a_handler_that_was_there_is_kept, DIES | CASE_LEAVES)
{
    trace_what_is_said(handle_first);
}

static struct sigaction ours;

static void say_and_pass_on(int signum, siginfo_t *info, void *context)
{
    say("program: its handler runs\n");
    ours.sa_sigaction(signum, info, context);
    abort();
}

static void handle_later(void)
{
    struct sigaction action = {.sa_sigaction = say_and_pass_on,
                               .sa_flags = SA_ONSTACK | SA_SIGINFO};
    gt_self();
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &ours);
    sigaction(SIGBUS, &action, NULL);
    fall_as("deep", SIZE);
}

CASE("STACK-1", one_that_comes_later_may_pass_on, IS_NAMED)
{
    char *said = in_a_child(handle_later);
    trace("its handler ran: %zu", count_lines(said, "program: its handler runs"));
    trace("reports: %zu",
          count_lines(said, "greenthread: thread 1 \"deep\" overflowed its stack of "));
    free(said);
}

static int makes_a_hub(void *arg)
{
    gt_self();
    return arg != NULL;
}

static void have_another_hub_come_and_go(void)
{
    thrd_t other;
    thrd_create(&other, makes_a_hub, NULL);
    thrd_join(other, NULL);
}

static void fall_when_another_hub_has_gone(void)
{
    gt_self();
    have_another_hub_come_and_go();
    fall_as("deep", SIZE);
}

CASE("STACK-1", another_hub_that_ends_takes_nothing, IS_NAMED)
{
    overflow_in_a_child(fall_when_another_hub_has_gone, SIZE);
}

/* No hub that is made later undoes that. */
static void ask_for_none(void)
{
    gt_self();
    install(SIG_DFL, NULL);
    have_another_hub_come_and_go();
    fall_as("deep", SIZE);
}

CASE("STACK-1", a_program_may_ask_for_none, DIES)
{
    trace_what_is_said(ask_for_none);
}

static void say_what_there_is(const char *when)
{
    char line[200];
    struct sigaction action;
    stack_t stack;
    sigaction(SIGSEGV, NULL, &action);
    sigaltstack(NULL, &stack);
    bool handled = action.sa_flags & SA_SIGINFO || action.sa_handler != SIG_DFL;
    bool alternate = !(stack.ss_flags & SS_DISABLE);
    bool its_own = alternate && stack.ss_sp == (void *)own_stack;
    snprintf(line, sizeof line, "program: %s: a handler: %d, an alternate stack: %s\n", when,
             handled,
             its_own     ? "its own"
             : alternate ? "yes"
                         : "no");
    say(line);
}

static void look_around(void)
{
    say_what_there_is("at first");
    gt_self();
    say_what_there_is("with a hub");
    gt_shutdown();
    say_what_there_is("without");
    take_an_alternate_stack();
    gt_self();
    say_what_there_is("with another");
    gt_shutdown();
    say_what_there_is("without it");
}

CASE("STACK-1", nothing_is_left_behind, DIES)
{
    trace_what_is_said(look_around);
}

/* What is not an overflow */

static void *writes_to_nowhere(void *place)
{
    gt_yield();
    *(volatile char *)place = 1;
    return NULL;
}

static void write_to_nowhere(void)
{
    gt_spawn(writes_to_nowhere, (void *)(uintptr_t)sysconf(_SC_PAGESIZE));
    gt_run();
}

static void *tells_where_it_is(void *place)
{
    char here;
    *(char *volatile *)place = &here;
    gt_sleep(GT_FOREVER);
    return NULL;
}

/* A guard that is not below the running thread. What rounds a stack up is less than its guard. */
static void write_to_another_guard(void)
{
    static char *place;
    gt_spawn_options options = {.stack_size = SIZE};
    gt_spawn_with(&options, tells_where_it_is, &place);
    gt_yield();
    gt_spawn(writes_to_nowhere, place - SIZE - GUARD + 2048);
    gt_run();
}

static void *is_sent_a_fault(void *arg)
{
    raise(SIGSEGV);
    return arg;
}

static void send_a_fault(void)
{
    gt_spawn(is_sent_a_fault, NULL);
    gt_run();
    say("program: it lives on\n");
}

CASE("STACK-1", other_faults_are_as_they_were, DIES)
{
    trace_what_is_said(write_to_nowhere);
    if (stacks_are_the_systems())
        trace_what_is_said(write_to_nowhere);
    else
        trace_what_is_said(write_to_another_guard);
    trace_what_is_said(send_a_fault);
}
