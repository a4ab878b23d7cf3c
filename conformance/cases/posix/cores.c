/*
 * SCHED-9: a program chooses on which cores its OS threads and processes may run, also
 * where the library makes OS threads of its own.
 */
#define _POSIX_C_SOURCE 200809L
#include "conformance.h"
#include "cores.h"
#include <errno.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

static cores mains;

static bool has_mains_cores(void)
{
    return cores_are_equal(cores_get(), mains);
}

static void tell(const char *who, bool same)
{
    trace("%s: %s", who, same ? "main's cores" : "other cores");
}

static int looks(void *same)
{
    *(bool *)same = has_mains_cores();
    return 0;
}

static bool in_an_os_thread(void)
{
    bool same = false;
    thrd_t thread;
    if (thrd_create(&thread, looks, &same) == thrd_success)
        thrd_join(thread, NULL);
    return same;
}

static bool in_a_child(void)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(has_mains_cores() ? 7 : 8);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) && WEXITSTATUS(status) == 7;
}

static void look_everywhere(const char *who)
{
    tell(who, has_mains_cores());
    tell("  an OS thread that it makes", in_an_os_thread());
    tell("  a child of its", in_a_child());
}

static void *looks_after_hand_overs(void *name)
{
    for (int i = 0; i < 3; i++)
        gt_yield();
    look_everywhere(name);
    return name;
}

/* Also on an OS thread that was used before. */
static void run_some(void)
{
    gt_unref(gt_spawn(looks_after_hand_overs, "a green thread"));
    gt_unref(gt_spawn(looks_after_hand_overs, "another"));
    gt_run();
    gt_unref(gt_spawn(looks_after_hand_overs, "a later one"));
    gt_run();
    look_everywhere("main");
}

CASE("SCHED-9", cores_are_the_programs, CASE_IO | CASE_CORES)
{
    mains = cores_get();
    run_some();
}

CASE("SCHED-9", a_program_may_choose_a_core, CASE_IO | CASE_CORES)
{
    cores before = cores_get();
    cores_confine();
    mains = cores_get();
    run_some();
    cores_set(before);
}
