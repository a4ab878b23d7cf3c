/*
 * A disturbed case writes another trace, so traces are not compared. The library has to
 * keep its part: no crash and no hang, a hub whose lists are in order and that goes on
 * working, a new hub that works after it, and nothing left behind. Each run has a process
 * of its own.
 *
 * A case was not written to be disturbed. So the sweep tells the case's own faults from
 * the library's:
 *
 * - It catches what leaves main, and checks the hub as after any case.
 * - A case that gets no thread raises (`needed`), so no case goes on to use a NULL
 *   handle. Such a use is a failure, as any other abort is.
 * - Main may wait for something that a killed thread should have written. Then nothing is
 *   left that could run, and a timeout far in the future comes. The hub must be in order,
 *   and no descriptor may be ready that a thread waits for. So the sweep finds a lost
 *   wake, and does not take it for the case's own fault.
 * - Hubs of other OS threads have no such frame around them. There, and where there is no
 *   memory for the hub itself, the process may end as EXC-5 says.
 */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "sweep.h"
#include "audit.h"
#include "belongings.h"
#include "process.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    EVERY = 24,         /* so many places of a kind are all tried, and then a few of the rest */
    MANY = 200,         /* threads: its runs take long */
    THREADS_UNKNOWN = 8 /* of a case that ends its process */
};

static const int64_t far_away = INT64_MAX / 2;

/* What to do to the case, and the result. It is shared with the process of the case. */
static struct disturbance {
    sweep kind;
    uint64_t thread;
    size_t nth;
} disturbance;

static long mapped; /* bytes, before the case */

static struct facts {
    bool struck, rescued;
    uint64_t threads; /* threads that the case has spawned in its last hub */
} * facts;

/* The process of the case */

static void set_kill(size_t nth)
{
    gt_testing_kill_at(disturbance.thread, nth);
}

static const disturber kills = {set_kill, gt_testing_kill_struck};
static const disturber allocations = {gt_testing_fail_allocation, gt_testing_allocation_failed};
const disturber *system_call_disturber;

static const disturber *by(sweep kind)
{
    if (kind == SYSTEM_CALL_SWEEP)
        return system_call_disturber;
    return kind == KILL_SWEEP ? &kills : &allocations;
}

static void note_whether_it_struck(void)
{
    facts->struck = by(disturbance.kind)->has_struck();
}

static void aborts(int signum)
{
    (void)signum;
    note_whether_it_struck();
}

/* Those that the library opened for itself: close-on-exec, and not a socket. */
static int own_descriptors(void)
{
    int n = 0;
    for (int fd = 0; fd < 256; fd++) {
        struct stat status;
        int flags = fcntl(fd, F_GETFD);
        n += flags >= 0 && flags & FD_CLOEXEC && fstat(fd, &status) == 0 &&
             !S_ISSOCK(status.st_mode);
    }
    return n;
}

static _Noreturn void complain(const char *what)
{
    fprintf(stderr, "%s\n", what);
    _exit(LEFT_SOMETHING);
}

static void audit(bool at_rest, const char *when)
{
    char text[200], line[300];
    if (audit_hub(at_rest, text, sizeof text))
        return;
    snprintf(line, sizeof line, "%s: %s", when, text);
    complain(line);
}

static void *yields(void *arg)
{
    gt_yield();
    gt_yield();
    return arg;
}

static int links;

static void counts(gt_thread *thread, void *arg)
{
    (void)thread;
    (void)arg;
    links++;
}

/* Checks that a hub works. It does not sleep, because other threads may spin without an end. */
static void exercise(void *arg)
{
    gt_thread *returns = gt_spawn(yields, arg), *killed = gt_spawn(yields, arg);
    links = 0;
    if (gt_link(killed, counts, NULL) != 0)
        complain("the hub cannot link any more");
    gt_yield();
    gt_kill_wait(killed, NULL);
    gt_exception e;
    if (gt_join(killed, NULL, &e) || e.kind != &GT_EXIT || links != 1)
        complain("the hub cannot kill any more");
    if (gt_wait(returns) != arg)
        complain("the hub cannot wait any more");
    facts->threads = gt_get_number(returns) - 1;
    gt_unref(returns);
    gt_unref(killed);
}

/* Other code in that hub may throw anything into main. */
static void exercise_shielded(void *arg)
{
    gt_shield_begin();
    exercise(arg);
    gt_shield_end();
}

static void run_case(void *c)
{
    ((const conformance_case *)c)->run();
}

/* The hub sees at its next poll what an OS thread outside has made ready since the last one. */
static void audit_at_rest(void)
{
    char text[200];
    if (audit_hub(true, text, sizeof text))
        return;
    gt_shield_begin();
    gt_yield();
    gt_yield();
    gt_shield_end();
    audit(true, "when nothing could run any more");
}

/* Only a thread that uses descriptors can wait without an end and not be in a deadlock. */
static void run_guarded(const conformance_case *c)
{
    gt_exception e;
    gt_timeout rescue;
    if (c->flags & CASE_IO)
        gt_timeout_start(&rescue, far_away);
    bool raised = !gt_try(run_case, (void *)c, &e);
    note_whether_it_struck();
    by(disturbance.kind)->set(0); /* what follows does not belong to the case */
    if (!(c->flags & CASE_IO))
        return;
    facts->rescued = raised && gt_timeout_is(&rescue, &e);
    if (facts->rescued)
        audit_at_rest();
    gt_timeout_stop(&rescue);
}

static void disturb(void)
{
    if (disturbance.kind != KILL_SWEEP)
        by(disturbance.kind)->set(disturbance.nth);
    set_the_scene();
    if (disturbance.kind == KILL_SWEEP)
        set_kill(disturbance.nth);
}

/* What is left behind, on the hub of the case and on another. */
static void check_what_is_left(const conformance_case *c, int descriptors)
{
    /* A case that ends its process may have left a hub to another OS thread. */
    bool nothing = !(c->flags & CASE_ENDS);
    char arg;
    gt_exception e;
    audit(false, "after the case");
    if (gt_try(exercise_shielded, &arg, &e))
        audit(false, "after the exercise");
    gt_shutdown();
    if (nothing && gt_testing_live_allocations())
        complain("an allocation is left after gt_shutdown");
    uint64_t threads = facts->threads;
    gt_testing_virtual_clock();
    exercise(&arg);
    gt_shutdown();
    facts->threads = threads;
    if (nothing && gt_testing_live_allocations())
        complain("an allocation is left after another hub");
    if (own_descriptors() != descriptors)
        complain("a descriptor of the library's is left");
    if (nothing && mapped_bytes() > mapped)
        complain("memory is still mapped");
}

/*
 * The case may have been torn out of main. Its threads live on with pointers to its
 * variables, so nothing may be written where those were.
 */
static void leave_its_stack_alone(const conformance_case *c, int descriptors)
{
    volatile char stack[192 * 1024];
    stack[0] = 0;
    check_what_is_left(c, descriptors);
    stack[1] = stack[0];
}

static char *run_disturbed(const conformance_case *c)
{
    int descriptors = own_descriptors();
    mapped = mapped_bytes();
    signal(SIGABRT, aborts);
    atexit(note_whether_it_struck);
    raise_without_threads();
    disturb();
    run_guarded(c);
    leave_its_stack_alone(c, descriptors);
    _exit(CAME_TO_ITS_END);
}

/* The process of the suite */

static bool says(const text *text, const char *what)
{
    return text->data && strstr(text->data, what);
}

/* A case that ends its process may do so in its own way. */
static bool is_good(const conformance_case *c, const ending *ending, int undisturbed)
{
    int status = ending->status;
    if (!ending->in_time || says(&ending->error, "Sanitizer: ") ||
        says(&ending->error, "runtime error: "))
        return false;
    if (WIFEXITED(status) && WEXITSTATUS(status) == LEFT_SOMETHING)
        return false;
    if (WIFEXITED(status) && WEXITSTATUS(status) == CAME_TO_ITS_END)
        return true;
    static const char no_memory[] = "unhandled GT_NO_MEMORY";
    if (WIFEXITED(status) && WEXITSTATUS(status) == 1 &&
        (says(&ending->error, no_memory) || says(&ending->trace, no_memory)))
        return true;
    return c->flags & CASE_ENDS && status == undisturbed;
}

static void describe(text *complaint, const ending *ending)
{
    if (disturbance.kind == KILL_SWEEP)
        text_printf(complaint, "thread %llu killed at blocking call %zu: ",
                    (unsigned long long)disturbance.thread, disturbance.nth);
    else
        text_printf(complaint, "%s %zu failing: ",
                    disturbance.kind == ALLOCATION_SWEEP ? "allocation" : "system call",
                    disturbance.nth);
    if (ending->in_time)
        append_end(complaint, ending->status);
    else
        text_printf(complaint, "it hung\n");
    if (ending->trace.length)
        text_append(complaint, ending->trace.data, ending->trace.length);
    if (ending->error.length)
        text_append(complaint, ending->error.data, ending->error.length);
}

/* Runs the case with the disturbance. True: the case met it. */
static bool run_once(const conformance_case *c, unsigned seconds, int *undisturbed,
                     sweep_count *count, text *complaint)
{
    ending ending = {0};
    *facts = (struct facts){.threads = THREADS_UNKNOWN};
    if (!run_process(c, run_disturbed, seconds, &ending)) {
        text_printf(complaint, "the system gave no pipe or no process\n");
        return false;
    }
    if (!disturbance.nth)
        *undisturbed = ending.status;
    count->hung += !ending.in_time;
    if (!is_good(c, &ending, *undisturbed))
        describe(complaint, &ending);
    count->runs += facts->struck;
    count->rescued += facts->rescued;
    count->ended += WIFEXITED(ending.status) && WEXITSTATUS(ending.status) != CAME_TO_ITS_END;
    free(ending.trace.data);
    free(ending.error.data);
    return facts->struck && ending.in_time;
}

/*
 * Tries all of the first places, and then steps that grow. So a case with very many
 * places takes as many runs as their logarithm. A case with very many threads has long
 * runs, so it tries only powers of a number.
 */
static size_t next(size_t n, size_t power, sweep_count *count)
{
    size_t step = n < EVERY ? 1 : 1 + n / 4;
    if (power)
        step = n ? (power - 1) * n : 1;
    count->passed_over += (long)step - 1;
    return n + step;
}

/* A crowd of OS threads takes a second a run, where another backend takes milliseconds. */
static size_t power_for(const sweep_count *count)
{
    if (facts->threads < MANY)
        return 0;
    return count->thorough || strcmp(gt_testing_backend(), "threads") != 0 ? 2 : 16;
}

char *run_sweep(const conformance_case *c, sweep kind, unsigned seconds, sweep_count *count)
{
    text complaint = {0};
    int undisturbed = 0;
    if (!facts)
        facts =
            mmap(NULL, sizeof *facts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    disturbance = (struct disturbance){.kind = kind};
    long hung = count->hung;
    run_once(c, seconds, &undisturbed, count, &complaint);
    size_t power = power_for(count);
    uint64_t threads = kind == KILL_SWEEP ? facts->threads : 0;
    for (size_t thread = 0; thread <= threads && count->hung == hung;
         thread = next(thread, power, count)) {
        disturbance.thread = thread;
        disturbance.nth = 1;
        while (run_once(c, seconds, &undisturbed, count, &complaint))
            disturbance.nth = next(disturbance.nth, power, count);
    }
    return complaint.data;
}
