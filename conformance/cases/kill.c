/*
 * KILL: an exception thrown into another thread.
 */
#include "conformance.h"
#include "os.h"
#include <string.h>

static const gt_exception custom = {.kind = &GT_ERROR, .code = 5, .message = "custom"};

static gt_thread *spawn_sleeper(char *name)
{
    gt_thread *thread = gt_spawn(sleeper, name);
    gt_yield();
    return thread;
}

/* The victim raises where it sleeps, before anything else runs. */
CASE("KILL-1", reaches_a_sleeper_first)
{
    gt_thread *victim = spawn_sleeper("victim");
    gt_unref(gt_spawn(speaker, "bystander"));
    trace("main kills");
    gt_kill(victim, NULL);
    trace("main resumes");
    gt_unref(victim);
}

static void *wakes_another(void *other)
{
    gt_exception e;
    GT_TRY
    {
        gt_sleep(1000);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("victim", &e);
        gt_unref(gt_spawn(speaker, other));
    }
    GT_END_TRY;
    return NULL;
}

/* The victim, what was queued, the killer, what the victim made ready. */
CASE("KILL-2", the_killer_joins_the_tail_first)
{
    gt_thread *victim = gt_spawn(wakes_another, "made ready by the victim");
    gt_yield();
    gt_unref(gt_spawn(speaker, "queued"));
    gt_kill(victim, NULL);
    trace("killer");
    gt_run();
    gt_unref(victim);
}

static void join_and_tell(gt_thread *thread)
{
    gt_exception e;
    void *result;
    if (gt_join(thread, &result, &e))
        trace("join: %s", result ? (char *)result : "nothing");
    else
        trace_exception("join", &e);
}

CASE("KILL-3", the_exception_is_exit_or_the_one_given)
{
    gt_thread *first = spawn_sleeper("first"), *second = spawn_sleeper("second");
    gt_kill(first, NULL);
    gt_kill(second, &custom);
    join_and_tell(first);
    join_and_tell(first);
    join_and_tell(second);
    gt_unref(first);
    gt_unref(second);
}

static void kills_it(gt_thread *thread)
{
    gt_kill(thread, NULL);
}

static void kills_all_of_it(gt_thread *thread)
{
    gt_kill_all(&thread, 1, &custom);
}

static void kills_it_and_waits(gt_thread *thread)
{
    gt_kill_wait(thread, NULL);
}

static void cancels_it(gt_thread *thread)
{
    gt_cancel(thread, NULL);
}

static void throws_what_was_caught(gt_thread *thread)
{
    gt_exception caught = {.kind = &GT_EXIT, .file = "a file", .function = "a function"};
    gt_kill(thread, &caught);
}

/* The exception was raised where it was thrown, unless it says otherwise. */
CASE("KILL-3", a_kill_has_its_call_as_origin)
{
    static void (*const throws[])(gt_thread *) = {kills_it, kills_all_of_it, kills_it_and_waits,
                                                  cancels_it, throws_what_was_caught};
    for (int i = 0; i < 5; i++) {
        gt_exception e;
        gt_thread *thread = gt_spawn(speaker, "not reached");
        throws[i](thread);
        gt_join(thread, NULL, &e);
        trace("%s%s%s", e.file ? e.file : "", e.file ? ": " : "", e.function);
        gt_unref(thread);
    }
}

static void tells_context(gt_thread *thread, void *arg)
{
    (void)arg;
    trace("link in the context of %s", gt_self() == thread ? "its thread" : "another");
    gt_sleep(5);
    trace("it may block");
}

/* Nothing is raised in the killer, which yields. The links run in their thread's context. */
CASE("KILL-4", unstarted_runs_links)
{
    gt_thread *victim = gt_spawn(speaker, "never");
    gt_link(victim, tells_context, NULL);
    gt_unref(gt_spawn(speaker, "bystander"));
    trace("main kills");
    gt_kill(victim, &custom);
    trace("main resumes");
    gt_run();
    join_and_tell(victim);
    gt_unref(victim);
}

CASE("KILL-4", an_unstarted_delay_is_gone)
{
    gt_thread *victim = gt_spawn_after(GT_SECONDS(1), speaker, "never");
    gt_kill(victim, NULL);
    gt_run();
    trace("at %lld", (long long)gt_now());
    join_and_tell(victim);
    gt_unref(victim);
    gt_sleep(GT_SECONDS(2)); /* past the moment at which it should have started */
    trace("at %lld", (long long)gt_now());
}

CASE("KILL-5", a_dead_target_is_left_alone)
{
    gt_thread *victim = gt_spawn(speaker, "victim");
    gt_run();
    gt_unref(gt_spawn(speaker, "bystander"));
    gt_kill(victim, NULL);
    gt_kill(victim, &custom);
    trace("main has not yielded");
    join_and_tell(victim);
    gt_unref(victim);
    gt_run();
}

static void *survives(void *text)
{
    gt_exception e;
    GT_TRY
    {
        gt_sleep(1000);
    }
    GT_CATCH(&GT_EXIT, e)
    {
        trace("victim goes on");
    }
    GT_END_TRY;
    gt_sleep(10);
    return text;
}

CASE("KILL-6", a_target_may_catch_it_and_go_on)
{
    gt_thread *victim = gt_spawn(survives, "a later result");
    gt_yield();
    gt_kill(victim, NULL);
    trace("main: it %s", gt_get_state(victim) == GT_DEAD ? "is dead" : "lives");
    join_and_tell(victim);
    gt_unref(victim);
}

static void cleans_up_slowly(void *text)
{
    trace("%s begins", (char *)text);
    gt_sleep(10);
    trace("%s ends", (char *)text);
}

static void *has_cleanup(void *text)
{
    GT_DEFER(cleans_up_slowly, text);
    gt_sleep(1000);
    return text;
}

/* With a reference: a sweep may have it dead before. */
CASE("KILL-6", kill_wait_takes_a_spawn_n_thread)
{
    gt_thread *victim = gt_ref(gt_spawn_n(sleeper, "victim"));
    gt_yield();
    gt_kill_wait(victim, NULL);
    trace("gt_kill_wait is back");
    gt_unref(victim);
}

/* gt_kill returns while the cleanup blocks. gt_kill_wait waits for the cleanup's end. */
CASE("KILL-6", kill_wait_waits_for_death)
{
    gt_thread *first = gt_spawn(has_cleanup, "first cleanup");
    gt_thread *second = gt_spawn(has_cleanup, "second cleanup");
    gt_link(second, announce, "of the second");
    gt_yield();
    gt_kill(first, NULL);
    trace("gt_kill is back");
    gt_kill_wait(second, NULL);
    trace("gt_kill_wait is back");
    gt_unref(first);
    gt_unref(second);
}

static void blocks_in_link(gt_thread *thread, void *text)
{
    (void)thread;
    cleans_up_slowly(text);
}

CASE("KILL-6", kill_wait_waits_for_links)
{
    gt_thread *victim = spawn_sleeper("victim");
    gt_link(victim, blocks_in_link, "the link");
    gt_kill_wait(victim, NULL);
    trace("gt_kill_wait is back");
    gt_unref(victim);
}

static void *is_shielded_once(void *arg)
{
    gt_shield_begin();
    gt_sleep(10);
    gt_shield_end();
    return arg;
}

/* It waits from before the victim's end, and not until the end but until the death. */
CASE("KILL-6", kill_wait_waits_longer_than_a_wait)
{
    gt_thread *victim = gt_spawn(is_shielded_once, NULL);
    gt_yield();
    gt_link(victim, blocks_in_link, "the link");
    gt_kill_wait(victim, NULL);
    trace("gt_kill_wait is back");
    gt_unref(victim);
}

/* What leaves the function last is the result. */
CASE("KILL-7", a_kill_interrupts_the_cleanup)
{
    gt_thread *victim = gt_spawn(has_cleanup, "cleanup");
    gt_yield();
    gt_kill(victim, NULL);
    gt_kill(victim, &custom);
    join_and_tell(victim);
    gt_unref(victim);
}

static void *kills_itself(void *text)
{
    gt_exception e;
    gt_unref(gt_spawn(speaker, "bystander"));
    GT_TRY
    {
        gt_kill(gt_self(), &custom);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception(text, &e);
    }
    GT_END_TRY;
    GT_TRY
    {
        gt_shield_begin();
        gt_kill(gt_self(), &custom);
        trace("%s: held by the shield", (char *)text);
        gt_shield_end();
    }
    GT_CATCH_ALL(e)
    {
        trace_exception(text, &e);
    }
    GT_END_TRY;
    gt_sleep(10);
    trace("%s: the sleep ended at %lld", (char *)text, (long long)gt_now());
    return NULL;
}

CASE("KILL-8", killing_oneself_raises_at_the_call)
{
    gt_unref(gt_spawn(kills_itself, "self"));
    gt_run();
}

static gt_thread *killer;

static void *kills_the_killer(void *arg)
{
    gt_exception e;
    GT_TRY
    {
        gt_sleep(1000);
    }
    GT_CATCH_ALL(e)
    {
        trace("victim kills its killer");
        if (killer)
            gt_kill(killer, &custom);
        trace("victim resumes");
    }
    GT_END_TRY;
    return arg;
}

static void *kills(void *victim)
{
    gt_exception e;
    GT_TRY
    {
        gt_kill(victim, NULL);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("killer", &e);
    }
    GT_END_TRY;
    gt_yield();
    trace("killer goes on");
    return NULL;
}

CASE("KILL-9", a_killer_can_be_killed)
{
    gt_thread *victim = gt_spawn(kills_the_killer, NULL);
    gt_yield();
    killer = gt_spawn(kills, victim);
    gt_run();
    gt_unref(victim);
    gt_unref(killer);
}

static int ends[2];

static void *reads(void *name)
{
    char byte;
    gt_exception e;
    GT_TRY
    {
        gt_read(ends[0], &byte, 1);
        trace("%s got %c", (char *)name, byte);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception(name, &e);
    }
    GT_END_TRY;
    return NULL;
}

/* No byte is lost. The next in the queue gets it, also when the first had been chosen. */
CASE("KILL-10", a_killed_reader_consumes_nothing, CASE_IO)
{
    if (os_pipe(ends) != 0)
        return;
    gt_thread *first = gt_spawn(reads, "first"), *second = gt_spawn(reads, "second");
    gt_unref(gt_spawn(reads, "third"));
    gt_yield();
    gt_kill(first, NULL);
    gt_write(ends[1], "ab", 2);
    gt_yield(); /* the hub polls: the second is chosen when main has run */
    gt_kill(second, NULL);
    gt_run();
    gt_unref(first);
    gt_unref(second);
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void *is_shielded(void *text)
{
    gt_exception e;
    GT_TRY
    {
        gt_shield_begin();
        gt_shield_begin();
        gt_sleep(100);
        trace("%s: slept until %lld", (char *)text, (long long)gt_now());
        gt_shield_end();
        trace("%s: one shield is left", (char *)text);
        gt_shield_end();
        trace("not reached");
    }
    GT_CATCH_ALL(e)
    {
        trace_exception(text, &e);
    }
    GT_END_TRY;
    return NULL;
}

/* The first of several kills counts. gt_kill returns after its yield. */
CASE("KILL-11", a_shield_holds_kills_back)
{
    gt_thread *victim = gt_spawn(is_shielded, "victim");
    gt_yield();
    gt_unref(gt_spawn(speaker, "bystander"));
    gt_kill(victim, &custom);
    trace("main resumes");
    gt_kill(victim, NULL);
    gt_run();
    gt_unref(victim);
}

static void *is_shielded_and_timed(void *text)
{
    gt_exception e;
    gt_timeout timeout;
    GT_TRY
    {
        gt_timeout_start(&timeout, 10);
        gt_shield_begin();
        gt_sleep(100);
        gt_shield_end();
    }
    GT_CATCH_ALL(e)
    {
        trace_exception(text, &e);
    }
    GT_END_TRY;
    return NULL;
}

CASE("KILL-11", a_shield_raises_a_kill_before_a_timeout)
{
    gt_thread *victim = gt_spawn(is_shielded_and_timed, "killed later");
    gt_unref(gt_spawn(is_shielded_and_timed, "timed out only"));
    gt_sleep(50);
    gt_kill(victim, &custom);
    gt_run();
    gt_unref(victim);
}

static void *leaves_a_shield_by_a_raise(void *text)
{
    gt_exception e;
    GT_TRY
    {
        gt_shield_begin();
        raiser("out of the shield");
    }
    GT_CATCH_ALL(e)
    {
        trace_exception(text, &e);
    }
    GT_END_TRY;
    return sleeper(text);
}

CASE("KILL-11", a_raise_ends_the_shield)
{
    gt_thread *victim = gt_spawn(leaves_a_shield_by_a_raise, "victim");
    gt_yield();
    gt_kill(victim, NULL);
    gt_unref(victim);
}

CASE("KILL-12", kill_all_runs_victims_in_array_order)
{
    gt_thread *first = spawn_sleeper("first"), *second = gt_spawn(wakes_another, "made ready");
    gt_thread *dead = gt_spawn(speaker, "dead one"), *unstarted;
    gt_yield();
    unstarted = gt_spawn(speaker, "never");
    gt_link(unstarted, announce, "of the unstarted");
    gt_unref(gt_spawn(speaker, "bystander"));
    gt_thread *victims[] = {second, dead, unstarted, first, second};
    gt_kill_all(victims, 5, NULL);
    trace("main resumes");
    gt_run();
    for (int i = 0; i < 4; i++)
        gt_unref(victims[i]);
}

static gt_thread *victims[2];

static void *kills_all_and_itself(void *text)
{
    gt_exception e;
    victims[1] = gt_self();
    GT_TRY
    {
        gt_kill_all(victims, 2, NULL);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception(text, &e);
    }
    GT_END_TRY;
    return NULL;
}

CASE("KILL-12", kill_all_may_name_the_caller)
{
    victims[0] = spawn_sleeper("victim");
    gt_unref(gt_spawn(kills_all_and_itself, "caller"));
    gt_unref(gt_spawn(speaker, "bystander"));
    gt_run();
    gt_unref(victims[0]);
}

CASE("KILL-12", kill_all_of_the_dead_does_not_yield)
{
    gt_thread *dead[2] = {gt_spawn(speaker, "a"), gt_spawn(speaker, "b")};
    gt_run();
    gt_unref(gt_spawn(speaker, "bystander"));
    gt_kill_all(dead, 2, NULL);
    gt_kill_all(NULL, 0, NULL);
    trace("main has not yielded");
    gt_run();
    gt_unref(dead[0]);
    gt_unref(dead[1]);
}

/*
 * The matrix: the state of the victim, the exception, and the call. The body never
 * completes, a link runs once, and a second kill does no harm.
 */
static int bodies, links;

static void *body(void *arg)
{
    gt_sleep(1000);
    bodies++;
    return arg;
}

static void counts(gt_thread *thread, void *arg)
{
    (void)thread;
    (void)arg;
    links++;
}

enum { QUEUED, DELAYED, BLOCKED, STATES };
enum { KILL, KILL_WAIT, KILL_ALL, CANCEL, CALLS };

static void throw_by(int call, gt_thread *thread, const gt_exception *e)
{
    if (call == KILL)
        gt_kill(thread, e);
    else if (call == KILL_WAIT)
        gt_kill_wait(thread, e);
    else if (call == KILL_ALL)
        gt_kill_all(&thread, 1, e);
    else
        gt_cancel(thread, e);
}

static void combine(int state, int call, const gt_exception *e)
{
    static const char *const states[] = {"queued", "delayed", "blocked"};
    static const char *const calls[] = {"kill", "kill_wait", "kill_all", "cancel"};
    gt_exception outcome = {0};
    bodies = links = 0;
    gt_thread *thread = gt_spawn_after(state == DELAYED ? 100 : 0, body, NULL);
    gt_link(thread, counts, NULL);
    if (state == BLOCKED)
        gt_yield();
    throw_by(call, thread, e);
    throw_by(call, thread, NULL);
    if (state == BLOCKED && call == CANCEL)
        gt_kill(thread, e);
    gt_join(thread, NULL, &outcome);
    gt_run();
    trace("%s, %s, %s: %d bodies, %d link", states[state], calls[call], outcome.kind->name, bodies,
          links);
    gt_unref(thread);
}

CASE("KILL-5", matrix)
{
    for (int state = 0; state < STATES; state++)
        for (int call = 0; call < CALLS; call++) {
            combine(state, call, NULL);
            combine(state, call, &custom);
        }
}

static gt_thread *three[3];

static void kills_the_third(void *arg)
{
    (void)arg;
    if (!three[2])
        return; /* where an allocation was made to fail */
    trace("the second is ready: %d", gt_get_state(three[1]) == GT_READY);
    gt_kill(three[2], &custom);
    trace("the first resumes");
}

static void *kills_the_third_when_killed(void *arg)
{
    GT_DEFER(kills_the_third, NULL);
    return sleeper(arg);
}

/* The third should run behind the second. A kill of it in between makes it run at once. */
CASE("KILL-12", the_last_killer_has_its_victim_run_first)
{
    three[0] = gt_spawn(kills_the_third_when_killed, "first");
    three[1] = gt_spawn(sleeper, "second");
    three[2] = gt_spawn(sleeper, "third");
    gt_yield();
    gt_kill_all(three, 3, NULL);
    trace("main resumes");
    gt_run();
    for (int i = 0; i < 3; i++)
        gt_unref(three[i]);
}

static void sleep_a_little(void *arg)
{
    (void)arg;
    gt_sleep(10);
}

static void sleeps_in_a_cleanup(void *text)
{
    gt_exception e;
    bool slept = gt_try(sleep_a_little, NULL, &e);
    trace("%s: %s", (const char *)text, slept ? "slept" : e.kind->name);
}

static void *raises_out_of_a_shield_when_killed(void *arg)
{
    (void)arg;
    GT_DEFER(sleeps_in_a_cleanup, "cleanup outside of the shield");
    gt_shield_begin();
    GT_DEFER(sleeps_in_a_cleanup, "cleanup in the shield");
    gt_sleep(10);
    return raiser("out of the shield");
}

/* The kill that the shield holds back is raised where the raise has left the shield. */
CASE("KILL-11", a_cleanup_is_in_the_shields_that_it_was_recorded_in)
{
    gt_exception e = {0};
    gt_thread *victim = gt_spawn(raises_out_of_a_shield_when_killed, NULL);
    gt_yield();
    gt_kill(victim, NULL);
    gt_join(victim, NULL, &e);
    trace_exception("join", &e);
    gt_unref(victim);
}

static int ran, out_of_turn;

static void *counts_itself(void *arg)
{
    ran++;
    return arg;
}

static void is_the_next(void *number)
{
    out_of_turn += ran++ != *(int *)number;
}

static void *waits_to_be_killed(void *number)
{
    GT_DEFER(is_the_next, number);
    gt_sleep(GT_FOREVER);
    return NULL;
}

/* In array order and before all that is ready, in 1,000 schedules. */
CASE("KILL-1", a_seed_lets_victims_run_first)
{
    static int numbers[] = {0, 1, 2};
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        gt_testing_schedule_seed(seed);
        for (int i = 0; i < 3; i++)
            three[i] = gt_spawn(waits_to_be_killed, &numbers[i]);
        gt_yield();
        for (int i = 0; i < 3; i++)
            gt_spawn_n(counts_itself, NULL);
        gt_yield(); /* some may have had their turn */
        gt_spawn_n(counts_itself, NULL);
        ran = 0;
        gt_kill_all(three, 3, NULL);
        gt_run();
        for (int i = 0; i < 3; i++)
            gt_unref(three[i]);
    }
    trace("%d of 3000 victims out of turn", out_of_turn);
}
