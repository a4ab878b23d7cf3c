/*
 * SCHED and KILL: the order of threads that are taken out of turn, where the run queue
 * has to be compacted or to grow, and under a seed.
 */
#include "conformance.h"
#include "os.h"
#include <string.h>

static const char *name_of(gt_state state)
{
    static const char *const names[] = {"new", "ready", "running", "blocked", "finished", "dead"};
    return names[state];
}

static void *tells_states(void *other)
{
    trace("self is %s, main is %s", name_of(gt_get_state(gt_self())), name_of(gt_get_state(other)));
    gt_yield();
    gt_sleep(10);
    return NULL;
}

static void tells_state(gt_thread *thread, void *arg)
{
    (void)arg;
    trace("in a link it is %s", name_of(gt_get_state(thread)));
}

CASE("SCHED-1", a_state_says_what_a_thread_does)
{
    gt_thread *thread = gt_spawn(tells_states, gt_self());
    gt_link(thread, tells_state, NULL);
    trace("it is %s", name_of(gt_get_state(thread)));
    gt_yield();
    trace("it is %s", name_of(gt_get_state(thread)));
    gt_yield();
    trace("it is %s", name_of(gt_get_state(thread)));
    gt_wait(thread);
    trace("it is %s", name_of(gt_get_state(thread)));
    gt_unref(thread);
}

static void *takes_turns(void *turns)
{
    for (int i = 0; i < 20; i++) {
        ++*(int *)turns;
        gt_yield();
    }
    return NULL;
}

static void *sleeps_for_ever(void *arg)
{
    gt_sleep(GT_FOREVER);
    return arg;
}

/* A blocked thread has left the queue. To kill it takes no other thread's place away. */
CASE("SCHED-2", killing_a_blocked_thread_loses_no_other)
{
    gt_thread *sleepers[20];
    int turns = 0;
    for (int i = 0; i < 20; i++)
        sleepers[i] = gt_spawn(sleeps_for_ever, NULL);
    gt_yield();
    for (int i = 0; i < 5; i++)
        gt_unref(gt_spawn(takes_turns, &turns));
    for (int i = 0; i < 20; i++) {
        gt_kill(sleepers[i], NULL);
        gt_unref(sleepers[i]);
    }
    gt_run();
    trace("%d turns", turns);
}

/*
 * Two that kill each other in turn. Each kill leaves a gap in the queue, and no thread
 * that waits in it runs meanwhile.
 */
static gt_thread *pair[2], *unwanted;
static int kills_left;

static void kill_the_other(void *number)
{
    gt_thread *other = pair[1 - *(int *)number];
    if (other) /* none, where a sweep ended main too early */
        gt_kill(other, NULL);
}

static void wait_to_be_killed(void *number)
{
    gt_sleep(*(int *)number ? 10 : GT_FOREVER);
}

static void *kills_in_turn(void *number)
{
    gt_exception e;
    bool calm = gt_try(wait_to_be_killed, number, &e);
    while (!calm && kills_left-- > 0)
        calm = gt_try(kill_the_other, number, &e);
    if (!calm && unwanted)
        gt_kill(unwanted, NULL);
    return NULL;
}

static void begin_to_kill_in_turn(int kills)
{
    static int numbers[] = {0, 1};
    kills_left = kills;
    for (int i = 0; i < 2; i++)
        pair[i] = gt_spawn(kills_in_turn, &numbers[i]);
    gt_sleep(10); /* main and then the second of the pair are ready */
}

static void end_to_kill_in_turn(void)
{
    gt_run();
    gt_unref(pair[0]);
    gt_unref(pair[1]);
    gt_unref(unwanted);
}

/* However many were taken out of turn, those behind them keep their order, and can be killed. */
CASE("SCHED-2", gaps_change_no_order)
{
    begin_to_kill_in_turn(40);
    gt_unref(gt_spawn(yielder, "a"));
    unwanted = gt_spawn(yielder, "not reached");
    gt_unref(gt_spawn(yielder, "b"));
    gt_link(unwanted, announce, "of the unwanted");
    gt_kill(pair[0], NULL);
    trace("main resumes");
    end_to_kill_in_turn();
}

/* No thread is lost where the queue is full of gaps. */
CASE("SCHED-2", gaps_lose_no_thread_in_a_crowd)
{
    static char *const names[] = {"a", "b", "c", "d"};
    begin_to_kill_in_turn(100);
    unwanted = gt_spawn(speaker, "not reached");
    for (int i = 0; i < 4; i++)
        gt_unref(gt_spawn(speaker, names[i]));
    gt_kill(pair[0], NULL);
    end_to_kill_in_turn();
}

/* The same where the hub does not poll after each iteration. */
CASE("SCHED-2", gaps_lose_no_thread_on_the_real_clock)
{
    gt_shutdown();
    gaps_lose_no_thread_in_a_crowd();
}

static int ends[2];

static void *reads_one(void *arg)
{
    char byte;
    gt_read(ends[0], &byte, 1);
    trace("the reader has its byte");
    return arg;
}

static void have_a_reader(void)
{
    if (os_pipe(ends) == 0)
        gt_unref(gt_spawn(reads_one, NULL));
}

static void close_ends(void)
{
    gt_close(ends[0]);
    gt_close(ends[1]);
}

static void *spawns(void *text)
{
    gt_unref(gt_spawn(speaker, text));
    return NULL;
}

/* The hub polls I/O at the place where the iteration ended before there were gaps in it. */
CASE("SCHED-3", gaps_do_not_move_the_end_of_an_iteration, CASE_IO)
{
    have_a_reader();
    begin_to_kill_in_turn(40);
    gt_unref(gt_spawn(spawns, "spawned in the next iteration"));
    unwanted = gt_spawn(speaker, "not reached");
    gt_write(ends[1], "x", 1);
    gt_kill(pair[0], NULL);
    end_to_kill_in_turn();
    close_ends();
}

static void *counts(void *n)
{
    ++*(int *)n;
    return NULL;
}

static void *sleeps_and_spawns(void *text)
{
    gt_sleep(10);
    return spawns(text);
}

/* It does not move either when so many are spawned that the queue has to grow. */
CASE("SCHED-3", a_crowd_does_not_move_the_end_of_an_iteration, CASE_IO)
{
    int n = 0;
    have_a_reader();
    gt_unref(gt_spawn(sleeps_and_spawns, "spawned in this iteration"));
    gt_sleep(10);
    gt_write(ends[1], "x", 1);
    for (int i = 0; i < 40; i++)
        gt_spawn_n(counts, &n);
    gt_run();
    trace("%d others", n);
    close_ends();
}

/* Threads that were in the queue before it grew can be taken out of it. */
CASE("SCHED-2", a_waiter_in_a_crowd_can_be_killed)
{
    int n = 0;
    gt_sleep(10);
    gt_unref(gt_spawn(speaker, "first"));
    gt_thread *victim = gt_spawn(speaker, "not reached");
    gt_unref(gt_spawn(speaker, "third"));
    for (int i = 0; i < 40; i++)
        gt_spawn_n(counts, &n);
    gt_kill(victim, NULL);
    trace("%d others", n);
    gt_unref(victim);
}

static void spawns_a_crowd(gt_thread *thread, void *arg)
{
    (void)thread;
    for (int i = 0; i < 40; i++)
        gt_spawn_n(counts, arg);
}

/* The queue may have to grow while there are gaps in it. */
CASE("SCHED-2", a_crowd_among_gaps_loses_no_thread)
{
    int n = 0;
    begin_to_kill_in_turn(2);
    gt_unref(gt_spawn(yielder, "a"));
    unwanted = gt_spawn(yielder, "not reached");
    gt_link(unwanted, spawns_a_crowd, &n);
    gt_unref(gt_spawn(yielder, "b"));
    gt_kill(pair[0], NULL);
    end_to_kill_in_turn();
    trace("%d others", n);
}

static void *kills_when_killed(void *thread)
{
    gt_exception e;
    GT_TRY
    {
        gt_sleep(GT_FOREVER);
    }
    GT_CATCH(&GT_EXIT, e)
    {
        trace("a victim kills");
        gt_kill(thread, NULL);
        trace("a victim resumes");
    }
    GT_END_TRY;
    return NULL;
}

/* At once means before the other victims, too. */
CASE("KILL-1", a_victims_victim_runs_before_the_others)
{
    gt_thread *inner = gt_spawn(sleeper, "the victim's victim");
    gt_thread *victims[] = {gt_spawn(kills_when_killed, inner), gt_spawn(sleeper, "second"),
                            gt_spawn(sleeper, "third")};
    gt_yield();
    gt_unref(gt_spawn(speaker, "bystander"));
    gt_kill_all(victims, 3, NULL);
    trace("main resumes");
    gt_run();
    gt_unref(inner);
    for (int i = 0; i < 3; i++)
        gt_unref(victims[i]);
}

static void *sleeps_in_a_shield(void *arg)
{
    gt_shield_begin();
    gt_sleep(10);
    trace("the shield ends");
    gt_shield_end();
    return arg;
}

/* None of those that a victim kills is to run now. Then it is the turn of the others. */
CASE("KILL-1", a_shielded_victims_victim_runs_later)
{
    gt_thread *inner = gt_spawn(sleeps_in_a_shield, NULL);
    gt_thread *victims[] = {gt_spawn(kills_when_killed, inner), gt_spawn(sleeper, "second")};
    gt_yield();
    gt_unref(gt_spawn(speaker, "bystander"));
    gt_kill_all(victims, 2, NULL);
    trace("main resumes");
    gt_run();
    gt_unref(inner);
    for (int i = 0; i < 2; i++)
        gt_unref(victims[i]);
}

static void *kills_both(void *victims)
{
    gt_kill_all(victims, 2, NULL);
    return NULL;
}

/* Main raises between others that have not been told yet. */
CASE("SHUT-1", shutdown_by_a_victim_reaches_all)
{
    gt_exception e;
    gt_thread *victims[] = {gt_spawn(kills_when_killed, gt_self()), gt_spawn(sleeper, "second")};
    gt_unref(gt_spawn(sleeper, "not a victim"));
    gt_unref(gt_spawn(kills_both, victims));
    GT_TRY
    {
        gt_sleep(10);
    }
    GT_CATCH(&GT_EXIT, e)
    {
        trace_exception("main", &e);
        gt_shutdown();
    }
    GT_END_TRY;
    trace("all have gone");
}

static void *sleeps_ten(void *name)
{
    gt_exception e;
    GT_TRY
    {
        gt_sleep(10);
        trace("%s at %lld", (char *)name, (long long)gt_now());
    }
    GT_CATCH(&GT_EXIT, e)
    {
        trace("%s is killed", (char *)name);
    }
    GT_END_TRY;
    return NULL;
}

/* Of timers with one deadline, those in the middle go and the others stay. */
CASE("SCHED-3", a_timer_goes_and_its_neighbours_stay)
{
    static char *const names[] = {"first", "second", "third", "fourth", "fifth"};
    gt_thread *threads[5];
    for (int i = 0; i < 5; i++)
        threads[i] = gt_spawn(sleeps_ten, names[i]);
    gt_yield();
    gt_kill(threads[1], NULL);
    gt_kill(threads[2], NULL);
    gt_kill(threads[4], NULL);
    gt_run();
    for (int i = 0; i < 5; i++)
        gt_unref(threads[i]);
}

/* The same for delays, where the exception takes the place of the timer. */
CASE("CANCEL-4", a_delay_goes_and_its_neighbours_stay)
{
    static char *const names[] = {"first", "not reached", "third"};
    gt_thread *threads[3];
    for (int i = 0; i < 3; i++)
        threads[i] = gt_spawn_after(10, speaker, names[i]);
    gt_cancel(threads[1], NULL);
    gt_sleep(20);
    trace("main at %lld", (long long)gt_now());
    for (int i = 0; i < 3; i++)
        gt_unref(threads[i]);
}

/* What six threads did in three iterations, one digit a turn. */
static char turns_taken[64];

static void *notes_turns(void *name)
{
    for (int i = 0; i < 3; i++) {
        strncat(turns_taken, name, 1);
        gt_yield();
    }
    return NULL;
}

static const char *play(uint64_t seed)
{
    static char *const names[] = {"1", "2", "3", "4", "5", "6"};
    turns_taken[0] = '\0';
    gt_testing_schedule_seed(seed);
    for (int i = 0; i < 6; i++)
        gt_unref(gt_spawn(notes_turns, names[i]));
    gt_run();
    return turns_taken;
}

/* No thread takes its second turn before all have had their first. */
static bool are_permutations(const char *turns)
{
    for (int iteration = 0; iteration < 3; iteration++)
        for (char name = '1'; name <= '6'; name++)
            if (!memchr(turns + (ptrdiff_t)iteration * 6, name, 6))
                return false;
    return strlen(turns) == 18;
}

CASE("SCHED-3", a_seed_permutes_each_iteration)
{
    char first[64];
    int permuted = 0, others = 0;
    strcpy(first, play(1));
    trace("one seed, one order: %d", strcmp(first, play(1)) == 0);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        const char *turns = play(seed);
        permuted += are_permutations(turns);
        others += strcmp(first, turns) != 0;
    }
    trace("%d of 20 permute, %s", permuted,
          others > 15 ? "most of them in their own way" : "alike");
    trace("no seed: %s", play(0));
}

CASE("SCHED-3", a_seed_needs_no_virtual_clock)
{
    gt_shutdown();
    trace("it permutes: %d", are_permutations(play(3)));
}

/* A thread that the seed put elsewhere in the queue can be killed there. */
CASE("SCHED-3", a_shuffled_thread_can_be_killed)
{
    int turns = 0;
    gt_testing_schedule_seed(7);
    for (int round = 0; round < 20; round++) {
        gt_thread *threads[6];
        for (int i = 0; i < 6; i++)
            threads[i] = gt_spawn(takes_turns, &turns);
        gt_yield();
        gt_yield();
        gt_kill(threads[round % 6], NULL);
        gt_kill(threads[(round + 1) % 6], NULL);
        gt_run();
        for (int i = 0; i < 6; i++)
            gt_unref(threads[i]);
    }
    trace("%s", turns >= 20 * 4 * 20 && turns < 20 * 6 * 20 ? "the others took all their turns"
                                                            : "turns are lost");
}
