/*
 * SEM: semaphores, and what other rules say of them.
 */
#include "conformance.h"
#include "os.h"

static gt_semaphore semaphore, other;

static void *takes(void *name)
{
    gt_exception e;
    GT_TRY
    {
        gt_semaphore_acquire(&semaphore);
        trace("%s has a permit at %lld", (char *)name, (long long)gt_now());
    }
    GT_CATCH_ALL(e)
    {
        trace_exception(name, &e);
    }
    GT_END_TRY;
    return NULL;
}

static void *takes_for_50(void *name)
{
    gt_exception e;
    GT_TRY
    {
        bool has = gt_semaphore_acquire_for(&semaphore, 50);
        trace("%s has %s permit at %lld", (char *)name, has ? "a" : "no", (long long)gt_now());
    }
    GT_CATCH_ALL(e)
    {
        trace_exception(name, &e);
    }
    GT_END_TRY;
    return NULL;
}

static void *takes_for_ever(void *name)
{
    bool has = gt_semaphore_acquire_for(&semaphore, GT_FOREVER);
    trace("%s has %s permit", (char *)name, has ? "a" : "no");
    return NULL;
}

static void *releases(void *name)
{
    trace("%s releases", (char *)name);
    gt_semaphore_release(&semaphore);
    return NULL;
}

static void *releases_after_50(void *name)
{
    gt_sleep(50);
    return releases(name);
}

static void free_permits(void)
{
    trace("%d free", (int)gt_semaphore_permits(&semaphore));
}

/* No other thread runs as long as there are permits. */
CASE("SEM-1", permits_are_counted)
{
    gt_semaphore_init(&semaphore, 2);
    gt_unref(gt_spawn(speaker, "another"));
    free_permits();
    gt_semaphore_acquire(&semaphore);
    trace("for a time: %d", gt_semaphore_acquire_for(&semaphore, GT_FOREVER));
    free_permits();
    trace("trying: %d", gt_semaphore_try_acquire(&semaphore));
    gt_semaphore_release(&semaphore);
    trace("trying: %d", gt_semaphore_try_acquire(&semaphore));
    gt_semaphore_release(&semaphore);
    gt_semaphore_release(&semaphore);
    gt_semaphore_release(&semaphore); /* one more than there were */
    free_permits();
    gt_run();
    gt_semaphore_fini(&semaphore);
}

CASE("SEM-1", a_semaphore_is_made_where_it_is_defined)
{
    gt_semaphore defined = GT_SEMAPHORE(2), zeros = {0};
    for (int i = 0; i < 3; i++)
        trace("%d %d", gt_semaphore_try_acquire(&defined), gt_semaphore_try_acquire(&zeros));
    gt_semaphore_fini(&defined);
    gt_semaphore_fini(&zeros);
    gt_semaphore_init(&defined, 1);
    trace("%d again", (int)gt_semaphore_permits(&defined));
    gt_semaphore_fini(&defined);
}

static void *answers(void *arg)
{
    for (int i = 1; i <= 3; i++) {
        gt_semaphore_acquire(&semaphore);
        trace("pong %d", i);
        gt_semaphore_release(&other);
    }
    return arg;
}

/* The thread that releases a permit is not the one that acquired it. */
CASE("SEM-1", a_permit_has_no_owner)
{
    gt_semaphore_init(&semaphore, 0);
    gt_semaphore_init(&other, 0);
    gt_unref(gt_spawn(answers, NULL));
    for (int i = 1; i <= 3; i++) {
        trace("ping %d", i);
        gt_semaphore_release(&semaphore);
        gt_semaphore_acquire(&other);
    }
    free_permits();
    trace("at %lld", (long long)gt_now());
}

static void release_of(void *of)
{
    gt_semaphore_release(of);
}

static void *sleeps_with_a_permit(void *arg)
{
    gt_semaphore_acquire(&semaphore);
    GT_DEFER(release_of, &semaphore);
    gt_sleep(GT_SECONDS(1));
    return arg;
}

static void releases_as_link(gt_thread *thread, void *of)
{
    (void)thread;
    gt_semaphore_release(of);
}

/* Two have one, and two wait for one. All are killed. */
CASE("SEM-1", cleanups_and_links_give_back)
{
    gt_thread *threads[4];
    gt_semaphore_init(&semaphore, 2);
    for (int i = 0; i < 4; i++)
        threads[i] = gt_spawn(sleeps_with_a_permit, NULL);
    gt_yield();
    gt_link(threads[0], releases_as_link, &semaphore);
    gt_kill_all(threads, 4, NULL);
    free_permits();
    for (int i = 0; i < 4; i++)
        gt_unref(threads[i]);
}

static void takes_and_gives_in_a_report(const char *line, void *arg)
{
    (void)arg;
    if (line[0] == ' ')
        return;
    trace("trying: %d", gt_semaphore_try_acquire(&other));
    gt_semaphore_acquire(&other);
    trace("trying: %d", gt_semaphore_try_acquire(&other));
    gt_semaphore_release(&other);
    gt_semaphore_release(&semaphore);
}

/* Blocking is forbidden there, and none of it needs to block. */
CASE("SEM-1", a_report_function_may_use_it)
{
    gt_semaphore_init(&semaphore, 0);
    gt_semaphore_init(&other, 2);
    gt_unref(gt_spawn(takes, "waiter"));
    gt_yield();
    gt_set_report(takes_and_gives_in_a_report, NULL);
    gt_spawn_n(raiser, "boom");
    gt_run();
    trace("%d of the other", (int)gt_semaphore_permits(&other));
}

CASE("SEM-2", a_newcomer_takes_nothing_from_a_waiter)
{
    gt_semaphore_init(&semaphore, 0);
    gt_unref(gt_spawn(takes, "waiter"));
    gt_yield();
    gt_semaphore_release(&semaphore);
    free_permits();
    trace("trying: %d", gt_semaphore_try_acquire(&semaphore));
    gt_unref(gt_spawn(releases, "another"));
    gt_semaphore_acquire(&semaphore);
    trace("main has one");
}

static void *takes_turns(void *name)
{
    for (int i = 1; i <= 3; i++) {
        gt_semaphore_acquire(&semaphore);
        trace("%s %d", (char *)name, i);
        gt_yield();
        gt_semaphore_release(&semaphore);
    }
    return NULL;
}

/* A thread that releases and acquires again at once is behind all others. */
CASE("SEM-2", a_thread_that_returns_queues_last)
{
    gt_semaphore_init(&semaphore, 1);
    gt_unref(gt_spawn(takes_turns, "a"));
    gt_unref(gt_spawn(takes_turns, "b"));
    gt_unref(gt_spawn(takes_turns, "c"));
    gt_run();
    free_permits();
}

CASE("SEM-3", it_ends_when_its_time_is_over)
{
    gt_semaphore_init(&semaphore, 0);
    gt_unref(gt_spawn(takes_for_50, "first"));
    gt_unref(gt_spawn(takes, "second"));
    gt_sleep(60);
    gt_semaphore_release(&semaphore);
    gt_semaphore_release(&semaphore);
    gt_run();
    free_permits();
}

/* A thread that is woken in that instant, to release, comes too late. */
CASE("SEM-3", at_its_very_end_it_is_over)
{
    gt_semaphore_init(&semaphore, 0);
    gt_unref(gt_spawn(takes_for_50, "first"));
    gt_unref(gt_spawn(releases_after_50, "another"));
    gt_unref(gt_spawn(takes_for_50, "second"));
    gt_run();
    free_permits();
}

/* No other thread runs. */
CASE("SEM-3", no_time_is_a_try)
{
    gt_semaphore_init(&semaphore, 1);
    gt_unref(gt_spawn(speaker, "another"));
    trace("%d", gt_semaphore_acquire_for(&semaphore, 0));
    trace("%d", gt_semaphore_acquire_for(&semaphore, 0));
    trace("%d", gt_semaphore_acquire_for(&semaphore, -1));
    gt_semaphore_release(&semaphore);
    trace("%d", gt_semaphore_acquire_for(&semaphore, -1));
    gt_run();
}

static void *computes(void *arg)
{
    gt_testing_compute(100);
    gt_yield();
    return releases(arg);
}

/* Its time was over first. It has not run since, and is still queued. */
CASE("SEM-3", a_waiter_out_of_time_is_skipped)
{
    gt_semaphore_init(&semaphore, 0);
    gt_unref(gt_spawn(takes_for_50, "first"));
    gt_unref(gt_spawn(takes, "second"));
    gt_unref(gt_spawn(computes, "another"));
    gt_run();
    free_permits();
}

/* It has been handed a permit, and has not run when its time is over. */
CASE("SEM-3", a_permit_is_kept_when_the_time_passes)
{
    gt_semaphore_init(&semaphore, 0);
    gt_unref(gt_spawn(takes_for_50, "first"));
    gt_yield();
    gt_semaphore_release(&semaphore);
    gt_testing_compute(100);
    gt_run();
    free_permits();
}

static void waits_in_a_shield(void *arg)
{
    gt_timeout timeout;
    (void)arg;
    gt_timeout_start(&timeout, 10);
    gt_shield_begin();
    trace("%d", gt_semaphore_acquire_for(&semaphore, 50));
    trace("at %lld", (long long)gt_now());
    gt_shield_end();
}

/* A timeout waits for its end. The time of the call itself does not. */
CASE("SEM-3", a_shield_does_not_lengthen_it)
{
    gt_exception e;
    gt_semaphore_init(&semaphore, 0);
    if (!gt_try(waits_in_a_shield, NULL, &e))
        trace_exception("main", &e);
}

/* No timer is left of a thread that got a permit or was killed. */
CASE("SEM-3", it_leaves_no_timer)
{
    gt_semaphore_init(&semaphore, 0);
    gt_thread *killed = gt_spawn(takes_for_50, "first");
    gt_unref(gt_spawn(takes_for_50, "second"));
    gt_yield();
    gt_kill(killed, NULL);
    gt_semaphore_release(&semaphore);
    gt_run();
    takes("main"); /* without an end; a timer would have to be waited for first */
    trace("at %lld", (long long)gt_now());
    gt_unref(killed);
}

static void three_wait(gt_thread *threads[3])
{
    gt_semaphore_init(&semaphore, 0);
    threads[0] = gt_spawn(takes, "first");
    threads[1] = gt_spawn(takes, "second");
    threads[2] = gt_spawn(takes, "third");
    gt_yield();
}

static void run_out(gt_thread *threads[3])
{
    gt_run();
    free_permits();
    gt_semaphore_fini(&semaphore);
    for (int i = 0; i < 3; i++)
        gt_unref(threads[i]);
}

CASE("SCHED-6", semaphores_are_first_in_first_out)
{
    gt_thread *threads[3];
    three_wait(threads);
    gt_unref(gt_spawn(takes_for_50, "fourth"));
    gt_yield();
    for (int i = 0; i < 5; i++)
        gt_semaphore_release(&semaphore);
    run_out(threads);
}

CASE("KILL-10", a_killed_waiter_leaves_the_queue)
{
    gt_thread *threads[3];
    three_wait(threads);
    gt_kill(threads[1], NULL);
    gt_kill(threads[2], NULL);
    gt_semaphore_release(&semaphore);
    gt_semaphore_release(&semaphore);
    run_out(threads);
}

/*
 * Each has been handed the permit when it is killed: it goes to the next, to the next,
 * and is free.
 */
CASE("KILL-10", a_killed_receiver_loses_no_permit)
{
    gt_thread *threads[3];
    three_wait(threads);
    gt_semaphore_release(&semaphore);
    for (int i = 0; i < 3; i++) {
        free_permits();
        gt_kill(threads[i], NULL);
    }
    run_out(threads);
}

/* It does not go to main, which resumes before it. */
CASE("KILL-10", the_next_has_the_permit_of_the_killed)
{
    gt_thread *threads[3];
    three_wait(threads);
    gt_semaphore_release(&semaphore);
    gt_unref(gt_spawn(speaker, "another"));
    gt_kill(threads[0], NULL);
    trace("trying: %d", gt_semaphore_try_acquire(&semaphore));
    gt_yield();
    gt_kill(threads[2], NULL);
    run_out(threads);
}

static void releases_and_spawns(void *arg)
{
    (void)arg;
    gt_semaphore_release(&semaphore);
    gt_unref(gt_spawn(speaker, "spawned after the release"));
}

static void *gives_when_killed(void *name)
{
    GT_DEFER(releases_and_spawns, NULL);
    return sleeper(name);
}

/*
 * The first and the second will die, and have not run yet when a permit comes. The third
 * has it at once.
 */
CASE("KILL-10", a_waiter_marked_as_killed_is_skipped)
{
    gt_thread *threads[3];
    three_wait(threads);
    gt_thread *giver = gt_spawn(gives_when_killed, "giver");
    gt_yield();
    gt_kill_all((gt_thread *[]){giver, threads[0], threads[1]}, 3, NULL);
    run_out(threads);
    gt_unref(giver);
}

static void *takes_in_a_shield(void *name)
{
    gt_exception e;
    GT_TRY
    {
        gt_shield_begin();
        gt_semaphore_acquire(&semaphore);
        trace("%s has a permit", (char *)name);
        gt_shield_end();
    }
    GT_CATCH_ALL(e)
    {
        trace_exception(name, &e);
    }
    GT_END_TRY;
    return NULL;
}

/* It has its permit first. What it does with the permit does not matter. */
CASE("KILL-11", a_shield_waits_for_its_permit)
{
    gt_semaphore_init(&semaphore, 0);
    gt_thread *thread = gt_spawn(takes_in_a_shield, "shielded");
    gt_yield();
    gt_kill(thread, NULL);
    gt_semaphore_release(&semaphore);
    gt_run();
    free_permits();
    gt_unref(thread);
}

static void *takes_or_times_out(void *name)
{
    gt_exception e;
    gt_timeout timeout;
    gt_timeout_start(&timeout, 50);
    GT_TRY
    {
        gt_semaphore_acquire(&semaphore);
        trace("%s has a permit at %lld", (char *)name, (long long)gt_now());
        gt_sleep(100);
    }
    GT_CATCH(&GT_TIMEOUT, e)
    {
        trace("%s timed out at %lld", (char *)name, (long long)gt_now());
    }
    GT_END_TRY;
    gt_timeout_stop(&timeout);
    return NULL;
}

CASE("EXC-6", a_timed_out_waiter_takes_no_permit)
{
    gt_semaphore_init(&semaphore, 0);
    gt_unref(gt_spawn(takes_or_times_out, "first"));
    gt_unref(gt_spawn(takes, "second"));
    gt_sleep(60);
    gt_semaphore_release(&semaphore);
    gt_run();
    free_permits();
}

/* It has been woken when its deadline passes. The next call times out. */
CASE("EXC-6", a_permit_wins_over_a_later_timeout)
{
    gt_semaphore_init(&semaphore, 0);
    gt_unref(gt_spawn(takes_or_times_out, "first"));
    gt_yield();
    gt_semaphore_release(&semaphore);
    gt_testing_compute(100);
    gt_run();
    free_permits();
}

/* It has not run since, and is still queued. */
CASE("EXC-6", a_waiter_with_a_fired_timeout_is_skipped)
{
    gt_semaphore_init(&semaphore, 0);
    gt_unref(gt_spawn(takes_or_times_out, "first"));
    gt_unref(gt_spawn(takes, "second"));
    gt_unref(gt_spawn(computes, "another"));
    gt_run();
    free_permits();
}

static void whole_report(const char *line, void *arg)
{
    (void)arg;
    trace("%s", line);
}

static void run_all(void *arg)
{
    (void)arg;
    gt_run();
}

CASE("WAIT-6", a_deadlock_names_the_semaphore)
{
    gt_exception e;
    gt_semaphore_init(&semaphore, 0);
    gt_set_report(whole_report, NULL);
    gt_unref(gt_spawn(takes, "first"));
    gt_unref(gt_spawn(takes_for_ever, "second"));
    takes("main");
    if (!gt_try(run_all, NULL, &e))
        trace_exception("main", &e);
    gt_semaphore_release(&semaphore);
    gt_semaphore_release(&semaphore);
    gt_run();
    free_permits();
}

/* Another hub of the same OS thread. */
CASE("SEM-4", the_next_hub_goes_on_with_it)
{
    gt_semaphore_init(&semaphore, 3);
    gt_semaphore_acquire(&semaphore);
    gt_unref(gt_spawn(sleeps_with_a_permit, NULL));
    gt_yield();
    gt_shutdown();
    free_permits();
    gt_testing_virtual_clock();
    trace("trying: %d", gt_semaphore_try_acquire(&semaphore));
    gt_semaphore_release(&semaphore);
    gt_semaphore_release(&semaphore);
    free_permits();
}

static void *yields_and_takes(void *name)
{
    gt_yield();
    return takes(name);
}

static void *yields_and_takes_for_50(void *name)
{
    gt_yield();
    return takes_for_50(name);
}

/* Both have their stacks when the count is taken. */
CASE("SEM-1", waiting_allocates_nothing)
{
    gt_semaphore_init(&semaphore, 0);
    gt_unref(gt_spawn(yields_and_takes, "waiter"));
    gt_unref(gt_spawn(yields_and_takes_for_50, "timed waiter"));
    gt_yield();
    size_t before = gt_testing_live_allocations();
    gt_yield();
    trace("%d more", (int)(gt_testing_live_allocations() - before));
    gt_semaphore_release(&semaphore);
    gt_semaphore_release(&semaphore);
    gt_run();
}

/* Misuse */

static void use_it(void)
{
    gt_semaphore_release(&semaphore);
}

static gt_semaphore *foreign(void)
{
    gt_semaphore_init(&semaphore, 0);
    in_a_hub_that_stays(use_it);
    return &semaphore;
}

static gt_semaphore *ended(void)
{
    gt_semaphore_init(&semaphore, 1);
    gt_semaphore_fini(&semaphore);
    return &semaphore;
}

static gt_semaphore *of_the_abandoned(void)
{
    gt_semaphore_init(&semaphore, 0);
    gt_spawn_n(takes_in_a_shield, "shielded");
    gt_yield();
    gt_shutdown();
    return &semaphore;
}

static gt_semaphore *waited_for(void)
{
    gt_semaphore_init(&semaphore, 0);
    gt_spawn_n(takes, "waiter");
    gt_yield();
    return &semaphore;
}

/* It has been handed its permit, and has not run. */
static gt_semaphore *handed_over(void)
{
    gt_semaphore_release(waited_for());
    return &semaphore;
}

static gt_semaphore *full(void)
{
    gt_semaphore_init(&semaphore, SIZE_MAX);
    return &semaphore;
}

static void acquires_in_a_report(const char *line, void *arg)
{
    (void)line;
    gt_semaphore_acquire(arg);
}

#define MISUSE(name, call)                                                                         \
    CASE("SEM-4", name, CASE_ENDS)                                                                 \
    {                                                                                              \
        call;                                                                                      \
    }

#define MISUSE_BY_ANOTHER(name, call)                                                              \
    CASE("SEM-4", name, CASE_ENDS | CASE_OS_THREADS)                                               \
    {                                                                                              \
        call;                                                                                      \
    }

MISUSE(init_null, gt_semaphore_init(NULL, 1))
MISUSE(fini_null, gt_semaphore_fini(NULL))
MISUSE(acquire_null, gt_semaphore_acquire(NULL))
MISUSE(acquire_for_null, gt_semaphore_acquire_for(NULL, 1))
MISUSE(try_acquire_null, gt_semaphore_try_acquire(NULL))
MISUSE(release_null, gt_semaphore_release(NULL))
MISUSE(permits_null, gt_semaphore_permits(NULL))
MISUSE(acquire_ended, gt_semaphore_acquire(ended()))
MISUSE(acquire_for_ended, gt_semaphore_acquire_for(ended(), 1))
MISUSE(try_acquire_ended, gt_semaphore_try_acquire(ended()))
MISUSE(release_ended, gt_semaphore_release(ended()))
MISUSE(permits_ended, gt_semaphore_permits(ended()))
MISUSE_BY_ANOTHER(acquire_foreign, gt_semaphore_acquire(foreign()))
MISUSE_BY_ANOTHER(acquire_for_foreign, gt_semaphore_acquire_for(foreign(), 1))
MISUSE_BY_ANOTHER(try_acquire_foreign, gt_semaphore_try_acquire(foreign()))
MISUSE_BY_ANOTHER(release_foreign, gt_semaphore_release(foreign()))
MISUSE(release_of_the_abandoned, gt_semaphore_release(of_the_abandoned()))
MISUSE(fini_waited_for, gt_semaphore_fini(waited_for()))
MISUSE(fini_handed_over, gt_semaphore_fini(handed_over()))
MISUSE(release_full, gt_semaphore_release(full()))

CASE("ERR-1", acquire_in_a_report, CASE_ENDS)
{
    gt_semaphore_init(&semaphore, 0);
    gt_set_report(acquires_in_a_report, &semaphore);
    gt_spawn_n(raiser, "boom");
    gt_yield();
}
