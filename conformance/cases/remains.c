/*
 * What is left of a call or of a thread that ended in an unusual way: in a shield, in
 * error, killed while it waited. The next one meets what it leaves behind, so each case
 * has one that comes after.
 */
#include "conformance.h"
#include <string.h>

/* A shield that the function has left up */

static void *returns_in_a_shield(void *text)
{
    gt_shield_begin();
    trace("it returns in a shield");
    return text;
}

static void *raises_in_a_shield(void *text)
{
    gt_shield_begin();
    trace("it raises in a shield");
    return raiser(text);
}

static void lingers(gt_thread *thread, void *text)
{
    (void)thread;
    trace("link %s begins", (char *)text);
    gt_sleep(10);
    trace("link %s ends", (char *)text);
}

static void kill_its_first_link(gt_function *fn)
{
    gt_exception e;
    gt_thread *thread = gt_spawn(fn, "the outcome");
    gt_link(thread, lingers, "one");
    gt_link(thread, announce, "two");
    gt_yield();
    trace("main kills");
    gt_kill(thread, NULL);
    trace("main resumes");
    if (!gt_join(thread, NULL, &e))
        trace_exception("join", &e);
    gt_unref(thread);
}

/* It ends with the function. A kill strikes the first link where it blocks. */
CASE("LINK-7", a_shield_ends_with_its_function)
{
    kill_its_first_link(returns_in_a_shield);
    kill_its_first_link(raises_in_a_shield);
}

/* It is not there for the next thread either, which may run on the same stack. */
CASE("KILL-11", a_stack_that_is_used_again_has_no_shield)
{
    gt_exception e;
    gt_unref(gt_spawn(returns_in_a_shield, NULL));
    gt_thread *next = gt_spawn(sleeper, "the next");
    gt_yield();
    gt_kill(next, NULL);
    trace("main resumes");
    if (!gt_join(next, NULL, &e))
        trace_exception("join", &e);
    gt_unref(next);
}

static void *is_killed_in_a_shield(void *text)
{
    gt_shield_begin();
    gt_sleep(10);
    trace("it %s in a shield", text ? "returns" : "raises");
    return text ? text : raiser("the outcome");
}

static void end_with_a_kill_held_back(char *text)
{
    gt_exception e;
    gt_thread *thread = gt_spawn(is_killed_in_a_shield, text);
    gt_link(thread, lingers, "one");
    gt_yield();
    gt_kill(thread, NULL);
    if (!gt_join(thread, NULL, &e))
        trace_exception("join", &e);
    gt_run();
    gt_unref(thread);
}

/* It was for the function, which has its outcome. The links are left alone. */
CASE("LINK-7", a_kill_that_the_function_holds_back_ends_with_it)
{
    end_with_a_kill_held_back("the outcome");
    end_with_a_kill_held_back(NULL);
}

/* Timers */

static void *sleeps_to_the_last_moment(void *arg)
{
    gt_sleep(GT_FOREVER - 10);
    trace("woken %lld before the end of time", (long long)(GT_FOREVER - gt_now()));
    return arg;
}

/* It was never set. To stop it touches no other, not even a timer that is nearly as late. */
CASE("EXC-6", an_endless_timeout_is_no_timer)
{
    gt_timeout timeout;
    gt_unref(gt_spawn(sleeps_to_the_last_moment, NULL));
    gt_yield();
    gt_timeout_start(&timeout, GT_FOREVER);
    gt_timeout_stop(&timeout);
    gt_run();
}

static void *sleeps_to_100(void *text)
{
    gt_sleep(100 - gt_now());
    trace("%s at %lld", (char *)text, (long long)gt_now());
    return NULL;
}

/* The last of those that are due together is killed. The one that comes then is not lost. */
CASE("SCHED-3", the_last_timer_goes_and_another_comes)
{
    gt_unref(gt_spawn(sleeps_to_100, "first"));
    gt_thread *last = gt_spawn(sleeps_to_100, "last");
    gt_yield();
    gt_kill(last, NULL);
    gt_unref(last);
    gt_unref(gt_spawn(sleeps_to_100, "another"));
    gt_run();
}

/* The same for a timer that is alone in its place, and for timers that have moved down together. */
CASE("SCHED-3", timers_that_moved_down_are_all_there)
{
    gt_unref(gt_spawn_after(70, speaker, "at 70"));
    gt_thread *unwanted = gt_spawn_after(100, speaker, "unwanted");
    gt_unref(gt_spawn_after(100, speaker, "at 100"));
    gt_thread *last = gt_spawn_after(100, speaker, "unwanted, too");
    gt_sleep(70); /* those of 64 to 127 have moved down */
    gt_cancel(unwanted, NULL);
    gt_cancel(last, NULL);
    gt_unref(gt_spawn(sleeps_to_100, "the last of all"));
    gt_run();
    gt_unref(unwanted);
    gt_unref(last);
}

/* Main's timeouts and the end of its hub */

static void deferred(void *arg)
{
    (void)arg;
    trace("deferred by main");
}

static void start_three(gt_timeout timeouts[3])
{
    gt_timeout_start(&timeouts[0], 10);
    gt_timeout_start(&timeouts[1], 20);
    gt_timeout_start(&timeouts[2], GT_FOREVER);
}

/* They touch no timer of another hub, if they have been stopped. */
static void stop_three(gt_timeout timeouts[3])
{
    gt_testing_virtual_clock();
    gt_unref(gt_spawn_after(10, speaker, "at 10"));
    gt_unref(gt_spawn_after(20, speaker, "at 20"));
    for (int i = 0; i < 3; i++)
        gt_timeout_stop(&timeouts[i]);
    gt_run();
    trace("main goes on at %lld", (long long)gt_now());
}

/* Each is stopped and its record is gone, so the hub can go. A cleanup stays. */
CASE("SHUT-1", timeouts_of_main_end_in_any_number)
{
    gt_timeout timeouts[3];
    gt_cleanup cleanup;
    start_three(timeouts);
    gt_shutdown();
    trace("%d allocations", (int)gt_testing_live_allocations());
    stop_three(timeouts);
    gt_cleanup_push(&cleanup, deferred, NULL);
    start_three(timeouts);
    gt_shutdown();
    stop_three(timeouts);
    gt_cleanup_pop(&cleanup, true);
}

static void kill_main(void *thread)
{
    gt_kill(thread, &(gt_exception){.kind = &GT_ERROR, .message = "enough"});
}

static void *kills_main_when_it_ends(void *thread)
{
    GT_DEFER(kill_main, thread);
    gt_sleep(GT_FOREVER);
    return NULL;
}

static void *kills_main(void *thread)
{
    kill_main(thread);
    return NULL;
}

static void sleep_for_ten(void *arg)
{
    (void)arg;
    gt_sleep(10);
    trace("main slept until %lld", (long long)gt_now());
}

/* If a cleanup of main's keeps the hub, it keeps nothing else: no kill, no shield, no name. */
CASE("SHUT-1", main_is_a_new_one_after_a_shutdown)
{
    gt_cleanup cleanup;
    gt_exception e;
    gt_cleanup_push(&cleanup, deferred, NULL);
    gt_set_name(gt_self(), "leader");
    gt_spawn_n(kills_main_when_it_ends, gt_self());
    gt_yield();
    gt_shutdown();
    gt_testing_virtual_clock();
    trace("it is called %s", gt_get_name(gt_self()));
    sleep_for_ten(NULL);
    gt_spawn_n(kills_main, gt_self());
    if (!gt_try(sleep_for_ten, NULL, &e))
        trace_exception("main", &e);
    gt_cleanup_pop(&cleanup, true);
}

static void raises_in_a_link(gt_thread *thread, void *arg)
{
    (void)thread;
    raiser(arg);
}

static void ask_who_runs(const char *line, void *arg)
{
    (void)arg;
    if (line[0] != ' ')
        trace("%s; it is %s that runs", line, gt_get_name(gt_self()));
}

/* Of an ended thread nothing is left to ask. Main is named in its place. */
CASE("SPAWN-6", a_report_may_ask_which_thread_runs)
{
    gt_spawn_options options = {.name = "the reporter"};
    gt_set_report(ask_who_runs, NULL);
    gt_spawn_n(raiser, "boom");
    gt_unref(gt_spawn(raiser, "unheard"));
    gt_yield();
    gt_thread *thread = gt_spawn_with(&options, speaker, "it runs");
    gt_link(thread, raises_in_a_link, NULL);
    gt_run();
    gt_unref(thread);
}

static void sleep_until_it_fires(void *timeout)
{
    gt_timeout_start(timeout, 10);
    gt_sleep(GT_SECONDS(1));
}

/* Each hub counts its own timeouts. The first of one is not the first of another. */
CASE("EXC-6", a_timeout_of_an_earlier_hub_is_another)
{
    gt_timeout timeouts[2];
    gt_exception exceptions[2];
    for (int i = 0; i < 2; i++) {
        gt_shutdown();
        gt_testing_virtual_clock();
        gt_try(sleep_until_it_fires, &timeouts[i], &exceptions[i]);
    }
    for (int i = 0; i < 2; i++)
        trace("its own: %d, the other's: %d", gt_timeout_is(&timeouts[i], &exceptions[i]),
              gt_timeout_is(&timeouts[i], &exceptions[1 - i]));
}

/* References */

static gt_semaphore gate;

static void *waits_for(void *target)
{
    return gt_wait(target);
}

static void *joins(void *target)
{
    gt_join(target, NULL, NULL);
    return NULL;
}

static void *kills_and_waits(void *target)
{
    gt_kill_wait(target, NULL);
    return NULL;
}

static void *waits_in_time(void *target)
{
    gt_with_timeout(10, waits_for, target, NULL);
    return NULL;
}

static void *is_hard_to_kill(void *arg)
{
    gt_shield_begin();
    gt_semaphore_acquire(&gate);
    gt_shield_end();
    return arg;
}

/* Its name is memory of the library's as long as the thread is known. */
static gt_thread *spawn_with_a_name(void)
{
    gt_spawn_options options = {.name = "a name"};
    return gt_spawn_with(&options, is_hard_to_kill, NULL);
}

static bool is_gone_with_the_last_handle(gt_thread *thread)
{
    size_t before = gt_testing_live_allocations();
    gt_unref(thread);
    return gt_testing_live_allocations() < before;
}

static void wait_like(const char *what, gt_function *fn, bool kill)
{
    gt_semaphore_init(&gate, 0);
    gt_thread *target = spawn_with_a_name();
    gt_yield();
    gt_thread *waiter = gt_spawn(fn, target);
    gt_yield();
    gt_yield();
    if (kill)
        gt_kill_wait(waiter, NULL);
    gt_sleep(20);
    gt_semaphore_release(&gate);
    gt_run();
    gt_unref(waiter);
    trace("%s: gone: %d", what, is_gone_with_the_last_handle(target));
}

/* A waiter gives back what it took to wait, however the wait ended. */
CASE("REF-1", a_wait_gives_its_reference_back)
{
    wait_like("gt_wait", waits_for, false);
    wait_like("gt_wait, killed", waits_for, true);
    wait_like("gt_wait, timed out", waits_in_time, false);
    wait_like("gt_join", joins, false);
    wait_like("gt_join, killed", joins, true);
    wait_like("gt_kill_wait", kills_and_waits, false);
    wait_like("gt_kill_wait, killed", kills_and_waits, true);
}

static void kill_waits_itself(void *self)
{
    gt_kill_wait(self, NULL);
}

static void *kill_waits_for_itself(void *arg)
{
    gt_exception e;
    if (!gt_try(kill_waits_itself, gt_self(), &e))
        trace_exception("self", &e);
    return arg;
}

/* It raises before it waits. What it has taken by then goes back. */
CASE("REF-1", killing_oneself_takes_no_reference)
{
    gt_spawn_options options = {.name = "a name"};
    gt_thread *thread = gt_spawn_with(&options, kill_waits_for_itself, NULL);
    gt_run();
    gt_thread *dead = gt_spawn(speaker, "dead");
    gt_run();
    gt_kill_wait(dead, NULL);
    gt_unref(dead);
    trace("gone: %d", is_gone_with_the_last_handle(thread));
}

/* Kills of a thread that would start later, and of one whose exception has an origin */

/* Its links run, and a kill reaches the one in progress. No timer is left to take back. */
CASE("KILL-4", a_killed_delay_can_be_killed_in_its_links)
{
    gt_thread *delayed = gt_spawn_after(10, speaker, "never");
    gt_thread *other = gt_spawn_after(10, speaker, "at 10");
    gt_link(delayed, lingers, "one");
    gt_link(delayed, announce, "two");
    gt_kill(delayed, NULL);
    trace("main kills again");
    gt_kill(delayed, NULL);
    gt_run();
    gt_unref(delayed);
    gt_unref(other);
}

static void throw_with_origin(const char *file, const char *function)
{
    gt_exception e = {.kind = &GT_ERROR, .file = file, .function = function};
    gt_thread *victim = gt_spawn(speaker, "never");
    gt_kill(victim, &e);
    if (!gt_join(victim, NULL, &e))
        trace("%s, %s", e.file ? e.file : "no file", e.function ? e.function : "no function");
    gt_unref(victim);
}

/* One half of it is enough. The library's own exceptions have no file. */
CASE("KILL-3", an_origin_that_is_known_stays)
{
    throw_with_origin(NULL, NULL);
    throw_with_origin("a file", NULL);
    throw_with_origin(NULL, "a function");
}

/* One that lives among the dead */

static void kill_the_one_that_lives(int place)
{
    gt_thread *threads[3];
    for (int i = 0; i < 3; i++)
        threads[i] = i == place ? gt_spawn(sleeper, "victim") : gt_spawn(speaker, "dead");
    gt_yield();
    gt_kill_all(threads, 3, NULL);
    trace("number %d is dead: %d", place, gt_get_state(threads[place]) == GT_DEAD);
    for (int i = 0; i < 3; i++)
        gt_unref(threads[i]);
}

CASE("KILL-12", kill_all_finds_the_one_that_lives)
{
    for (int place = 0; place < 3; place++)
        kill_the_one_that_lives(place);
}

/* Permits and their time */

static void *takes_for_10(void *text)
{
    bool taken = gt_semaphore_acquire_for(&gate, 10);
    trace("%s: %s at %lld", (char *)text, taken ? "a permit" : "no permit", (long long)gt_now());
    return NULL;
}

static void *takes_and_sleeps(void *text)
{
    takes_for_10(text);
    gt_sleep(100);
    trace("%s slept until %lld", (char *)text, (long long)gt_now());
    return NULL;
}

/* It ends no later call, in the same place or in another. */
CASE("SEM-3", a_permits_time_ends_with_the_call)
{
    gt_semaphore_init(&gate, 0);
    gt_unref(gt_spawn(takes_and_sleeps, "first"));
    gt_sleep(5);
    gt_semaphore_release(&gate);
    gt_sleep(1);
    gt_unref(gt_spawn(takes_for_10, "second"));
    gt_unref(gt_spawn(takes_for_10, "third"));
    gt_run();
}

static gt_timeout shared; /* is where a case can see writes to it */

static void fill(unsigned char byte)
{
    memset(&shared, byte, sizeof shared);
}

static bool is_filled(unsigned char byte)
{
    const unsigned char *bytes = (const unsigned char *)&shared;
    for (size_t i = 0; i < sizeof shared; i++)
        if (bytes[i] != byte)
            return false;
    return true;
}

static void sleep_under_it(void *arg)
{
    (void)arg;
    gt_timeout_start(&shared, 10);
    gt_sleep(1000);
}

static void *makes_way(void *arg)
{
    gt_exception e;
    if (!gt_try(sleep_under_it, NULL, &e))
        trace_exception("the one behind", &e);
    fill(0x55);
    gt_sleep(1);
    trace("its place is its own: %d", is_filled(0x55));
    return arg;
}

static void *kills_at_10(void *thread)
{
    gt_sleep(10);
    gt_kill(*(gt_thread **)thread, NULL);
    return NULL;
}

static void *sleeps_for_10(void *text)
{
    gt_sleep(10);
    trace("%s: slept until %lld", (char *)text, (long long)gt_now());
    return NULL;
}

static void fire_two(gt_function *first)
{
    gt_thread *behind;
    gt_semaphore_init(&gate, 0);
    gt_testing_virtual_clock();
    gt_unref(gt_spawn(kills_at_10, &behind));
    gt_unref(gt_spawn(first, "first"));
    behind = gt_spawn(makes_way, NULL);
    gt_run();
    gt_unref(behind);
    gt_shutdown();
}

/* Of two that are due together the first has fired. The second is gone when it is noticed. */
CASE("SCHED-3", a_time_that_is_over_is_off_its_list)
{
    fire_two(takes_for_10);
    fire_two(sleeps_for_10);
}

static void *takes_without_end(void *text)
{
    gt_shield_begin();
    bool taken = gt_semaphore_acquire_for(&gate, GT_FOREVER);
    gt_shield_end();
    trace("%s: %s at %lld", (char *)text, taken ? "a permit" : "no permit", (long long)gt_now());
    return NULL;
}

/* A time without an end is no timer. Others near the end of time are left alone. */
CASE("SEM-3", a_permit_may_be_waited_for_without_end)
{
    gt_semaphore_init(&gate, 0);
    gt_unref(gt_spawn(sleeps_to_the_last_moment, NULL));
    gt_unref(gt_spawn(takes_without_end, "first"));
    gt_unref(gt_spawn(takes_without_end, "second"));
    gt_yield();
    gt_semaphore_release(&gate);
    gt_sleep(1);
    gt_semaphore_release(&gate);
    gt_run();
}
