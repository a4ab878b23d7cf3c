/*
 * ERR-1 and REF-1: programming errors end the process with one line that names
 * the call. One case for each error, and one for each call with a bad handle.
 */
#include "conformance.h"
#include "os.h"
#include <errno.h>

static gt_thread *foreign_handle;
static gt_timeout foreign_timeout;

static void have_a_thread_and_a_timeout(void)
{
    foreign_handle = gt_spawn(speaker, "of another hub");
    gt_timeout_start(&foreign_timeout, GT_FOREVER);
}

static gt_thread *foreign(void)
{
    in_a_hub_that_stays(have_a_thread_and_a_timeout);
    return foreign_handle;
}

static gt_thread *released(void)
{
    gt_thread *thread = gt_spawn(speaker, "it runs");
    gt_run();
    gt_unref(thread);
    return thread;
}

/* A handle whose thread lives and that no call borrows. */
static gt_thread *given_back(void)
{
    gt_thread *thread = gt_spawn(speaker, "not reached");
    gt_unref(thread);
    return thread;
}

/* Each call with a bad handle: NULL, foreign, released, given back. */
#define HANDLE_CASES(name, call)                                                                   \
    CASE("ERR-1", name##_null, CASE_ENDS)                                                          \
    {                                                                                              \
        gt_thread *thread = NULL;                                                                  \
        call;                                                                                      \
    }                                                                                              \
    CASE("REF-1", name##_foreign, CASE_ENDS | CASE_OS_THREADS)                                     \
    {                                                                                              \
        gt_thread *thread = foreign();                                                             \
        call;                                                                                      \
    }                                                                                              \
    CASE("ERR-1", name##_released, CASE_ENDS | CASE_TOOL)                                          \
    {                                                                                              \
        gt_thread *thread = released();                                                            \
        call;                                                                                      \
    }                                                                                              \
    CASE("REF-2", name##_given_back, CASE_ENDS)                                                    \
    {                                                                                              \
        gt_thread *thread = given_back();                                                          \
        call;                                                                                      \
    }

HANDLE_CASES(wait, gt_wait(thread))
HANDLE_CASES(join, gt_join(thread, NULL, NULL))
HANDLE_CASES(kill, gt_kill(thread, NULL))
HANDLE_CASES(kill_wait, gt_kill_wait(thread, NULL))
HANDLE_CASES(kill_all, gt_kill_all(&thread, 1, NULL))
HANDLE_CASES(cancel, gt_cancel(thread, NULL))
HANDLE_CASES(link, gt_link(thread, announce, NULL))
HANDLE_CASES(unlink, gt_unlink(thread, announce, NULL))
HANDLE_CASES(ref, gt_ref(thread))
HANDLE_CASES(unref, gt_unref(thread))
HANDLE_CASES(get_state, gt_get_state(thread))
HANDLE_CASES(set_name, gt_set_name(thread, "name"))
HANDLE_CASES(get_name, gt_get_name(thread))
HANDLE_CASES(get_number, gt_get_number(thread))
HANDLE_CASES(stack_usage, gt_stack_usage(thread))

/* One error each. */
#define ERROR_CASE(name, ...)                                                                      \
    CASE("ERR-1", name, CASE_ENDS)                                                                 \
    {                                                                                              \
        __VA_ARGS__;                                                                               \
    }

static void *calls_run(void *arg)
{
    gt_run();
    return arg;
}

static gt_thread *inner;

/* What the release of the other reports is a report within this one. */
static void blocks_after_another_report(const char *line, void *arg)
{
    gt_thread *other = inner;
    (void)line;
    (void)arg;
    if (!other)
        return;
    inner = NULL;
    gt_unref(other);
    gt_sleep(1);
}

static void blocks_in_a_report(const char *line, void *arg)
{
    (void)line;
    (void)arg;
    gt_sleep(10);
}

static void *leaves_a_timeout(void *arg)
{
    gt_timeout_start(arg, 100);
    return NULL;
}

static void *blocks(void *arg)
{
    gt_sleep(GT_FOREVER);
    return arg;
}

static gt_thread *sleeping;

static void waits_in_a_report(const char *line, void *arg)
{
    (void)line;
    (void)arg;
    gt_wait(sleeping);
}

static void yields_in_a_report(const char *line, void *arg)
{
    (void)line;
    (void)arg;
    gt_yield();
}

static void kills_in_a_report(const char *line, void *arg)
{
    (void)line;
    (void)arg;
    gt_kill(sleeping, NULL);
}

/* Has a thread of spawn_n raise, which is reported from its own stack. */
static void be_reported_to(gt_report_function *report)
{
    sleeping = gt_spawn(blocks, NULL);
    gt_yield();
    gt_set_report(report, NULL);
    gt_spawn_n(raiser, "boom");
    gt_yield();
}

static void *starts_a_timeout(void *timeout)
{
    gt_timeout_start(timeout, 10);
    return NULL;
}

static void *stops_a_timeout(void *timeout)
{
    gt_timeout_stop(timeout);
    return NULL;
}

/* All handles are checked before the first is used, so the link writes nothing. */
static void kill_many_with(gt_thread *bad)
{
    gt_thread *threads[] = {gt_spawn(blocks, NULL), bad};
    gt_link(threads[0], announce, "not reached");
    gt_kill_all(threads, 2, NULL);
}

static void nothing(void *arg)
{
    (void)arg;
}

static const gt_exception no_kind = {.message = "of no kind"};
static const gt_exception some = {.kind = &GT_ERROR};

ERROR_CASE(spawn_no_function, gt_spawn(NULL, NULL))
ERROR_CASE(spawn_n_no_function, gt_spawn_n(NULL, NULL))
ERROR_CASE(spawn_after_no_function, gt_spawn_after(10, NULL, NULL))
ERROR_CASE(spawn_with_no_function, gt_spawn_with(NULL, NULL, NULL))
ERROR_CASE(wait_for_spawn_n, gt_wait(gt_spawn_n(speaker, "never")))
ERROR_CASE(join_spawn_n, gt_join(gt_spawn_n(speaker, "never"), NULL, NULL))
ERROR_CASE(link_spawn_n, gt_link(gt_spawn_n(speaker, "never"), announce, NULL))
ERROR_CASE(wait_for_main, gt_wait(gt_self()))
ERROR_CASE(link_main, gt_link(gt_self(), announce, NULL))
ERROR_CASE(kill_wait_main, gt_kill_wait(gt_self(), NULL))
ERROR_CASE(link_no_function, gt_link(gt_spawn(speaker, "never"), NULL, NULL))
ERROR_CASE(kill_all_no_array, gt_kill_all(NULL, 1, NULL))
ERROR_CASE(kill_no_kind, gt_kill(gt_spawn(speaker, "never"), &no_kind))
ERROR_CASE(raise_null, gt_raise(NULL))
ERROR_CASE(raise_no_kind, gt_raise(&no_kind))
ERROR_CASE(try_no_function, gt_try(NULL, NULL, NULL))
ERROR_CASE(is_null, gt_exception_is(NULL, &GT_ERROR))
ERROR_CASE(is_no_kind, gt_exception_is(&some, NULL))
ERROR_CASE(push_no_function, gt_cleanup record; gt_cleanup_push(&record, NULL, NULL))
ERROR_CASE(pop_not_newest, gt_cleanup a, b; gt_cleanup_push(&a, nothing, NULL);
           gt_cleanup_push(&b, nothing, NULL); gt_cleanup_pop(&a, true))
ERROR_CASE(no_shield, gt_shield_end())
ERROR_CASE(too_many_shields, for (int i = 0; i < 255; i++) gt_shield_begin())
ERROR_CASE(timeout_null, gt_timeout_start(NULL, 10))
ERROR_CASE(stop_null, gt_timeout_stop(NULL))
ERROR_CASE(timeout_is_null, gt_timeout_is(NULL, &some))
ERROR_CASE(with_timeout_no_function, gt_with_timeout(10, NULL, NULL, NULL))
ERROR_CASE(unref_too_often, gt_thread *thread = gt_spawn(speaker, "never"); gt_unref(thread);
           gt_unref(thread))
ERROR_CASE(unref_of_main, gt_unref(gt_self()))
ERROR_CASE(run_in_a_thread, gt_spawn_n(calls_run, NULL); gt_yield())
ERROR_CASE(block_after_a_report_in_a_report, gt_set_report(blocks_after_another_report, NULL);
           inner = gt_spawn(raiser, "inner"); gt_spawn_n(raiser, "outer"); gt_yield())
ERROR_CASE(block_in_a_report, gt_set_report(blocks_in_a_report, NULL); gt_spawn_n(raiser, "boom");
           gt_yield())
ERROR_CASE(compute_on_the_real_clock, gt_shutdown(); gt_testing_compute(1))
ERROR_CASE(virtual_clock_late, gt_spawn_n(speaker, "never"); gt_testing_virtual_clock())
ERROR_CASE(virtual_clock_timed, gt_timeout timeout; gt_timeout_start(&timeout, 10);
           gt_testing_virtual_clock())
static void leaves_it_in_a_link(gt_thread *thread, void *timeout)
{
    (void)thread;
    leaves_a_timeout(timeout);
}

static void leaves_it_in_a_try(void *timeout)
{
    leaves_a_timeout(timeout);
}

ERROR_CASE(timeout_left_in_a_link, gt_timeout timeout;
           gt_thread *thread = gt_spawn(speaker, "it runs");
           gt_link(thread, leaves_it_in_a_link, &timeout); gt_yield())
ERROR_CASE(timeout_left_in_a_try, gt_timeout timeout; gt_try(leaves_it_in_a_try, &timeout, NULL))
ERROR_CASE(timeout_left_behind, gt_timeout timeout; gt_spawn_n(leaves_a_timeout, &timeout);
           gt_yield())

ERROR_CASE(join_main, gt_join(gt_self(), NULL, NULL))
ERROR_CASE(kill_wait_no_kind, gt_kill_wait(gt_spawn(speaker, "never"), &no_kind))
ERROR_CASE(cancel_no_kind, gt_cancel(gt_spawn(speaker, "never"), &no_kind))
ERROR_CASE(kill_all_no_kind, gt_thread *thread = gt_spawn(speaker, "never");
           gt_kill_all(&thread, 1, &no_kind))
ERROR_CASE(kill_all_second_null, kill_many_with(NULL))
ERROR_CASE(shield_ended_twice, gt_shield_begin(); gt_shield_end(); gt_shield_end())
ERROR_CASE(stop_of_another_thread, gt_timeout timeout; gt_timeout_start(&timeout, 10);
           gt_spawn_n(stops_a_timeout, &timeout); gt_yield())
ERROR_CASE(start_of_another_thread, gt_timeout timeout; gt_timeout_start(&timeout, 10);
           gt_spawn_n(starts_a_timeout, &timeout); gt_yield())
ERROR_CASE(unref_of_spawn_n, gt_unref(gt_spawn_n(speaker, "never")))
ERROR_CASE(wait_in_a_report, be_reported_to(waits_in_a_report))
ERROR_CASE(yield_in_a_report, be_reported_to(yields_in_a_report))
ERROR_CASE(kill_in_a_report, be_reported_to(kills_in_a_report))

CASE("REF-1", kill_all_second_foreign, CASE_ENDS | CASE_OS_THREADS)
{
    kill_many_with(foreign());
}

CASE("ERR-1", stop_foreign, CASE_ENDS | CASE_OS_THREADS)
{
    foreign();
    gt_timeout_stop(&foreign_timeout);
}

CASE("ERR-1", wait_after_shutdown, CASE_ENDS | CASE_NO_SWEEP)
{
    gt_thread *thread = gt_spawn(speaker, "never");
    gt_shutdown();
    gt_wait(thread);
}

/* A try is on the same chain. */
CASE("ERR-1", pop_over_a_try, CASE_ENDS)
{
    gt_exception e;
    gt_cleanup record;
    gt_cleanup_push(&record, nothing, NULL);
    GT_TRY
    {
        gt_cleanup_pop(&record, false);
    }
    GT_CATCH_ALL(e)
    {
        trace("not reached");
    }
    GT_END_TRY;
}

/* Another reference keeps a spawn_n thread's handle beyond its death. */
CASE("REF-1", a_reference_keeps_a_handle)
{
    gt_thread *thread = gt_ref(gt_spawn_n(speaker, "spawn_n"));
    gt_run();
    trace("%s", gt_get_state(thread) == GT_DEAD ? "dead, and known" : "alive");
    gt_unref(thread);
}

static void release(void *thread)
{
    gt_unref(thread);
}

/* What a correct program can meet is not a programming error. */
CASE("ERR-1", conditions_are_no_errors)
{
    gt_spawn_options huge = {.stack_size = SIZE_MAX};
    errno = 0;
    gt_thread *none = (gt_spawn_with)(&huge, speaker, "never");
    trace("a stack of everything: %s", !none && errno == EINVAL ? "NULL, EINVAL" : "?");
    gt_thread *thread = gt_spawn_after(-1, speaker, "a delay of less than nothing");
    GT_DEFER(release, thread);
    gt_sleep(INT64_MIN);
    trace("unlink without a link: %d", gt_unlink(thread, announce, NULL));
    gt_kill(thread, NULL);
    gt_kill_wait(thread, NULL);
    gt_cancel(thread, NULL);
    gt_kill_all(NULL, 0, NULL);
    trace("main goes on");
}
