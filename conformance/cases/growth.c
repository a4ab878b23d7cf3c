/*
 * Many of a kind. Each of them is treated as one of few would be. How long that takes is
 * counted elsewhere, in conformance/performance/growth.
 */
#define _XOPEN_SOURCE 700
#include "conformance.h"
#include "os.h"
#include <string.h>

/* Victims */

enum { VICTIMS = 10, MOST_KILLED = 4 };

static gt_thread *victims[VICTIMS];
static bool survive;

/* The victims that the cleanups of some kill; -1 ends the list. */
static const int kills_of[VICTIMS][MOST_KILLED + 1] = {
    {5, 9, 5, 3, -1}, {-1}, {-1}, {6, -1}, {-1}, {8, 3, 1, 8, -1}, {-1}, {-1}, {7, 0, -1}, {2, -1}};

static void kill_others(void *arg)
{
    int self = (int)(intptr_t)arg, n = 0;
    gt_thread *others[MOST_KILLED];
    trace("%d", self);
    if (!victims[VICTIMS - 1])
        return; /* not all could be spawned */
    while (kills_of[self][n] >= 0) {
        others[n] = victims[kills_of[self][n]];
        n++;
    }
    gt_kill_all(others, (size_t)n, NULL);
}

static void sleep_and_kill(void *arg)
{
    GT_DEFER(kill_others, arg);
    gt_sleep(GT_FOREVER);
}

static void *is_a_victim(void *arg)
{
    gt_exception e;
    while (!gt_try(sleep_and_kill, arg, &e) && survive)
        trace("%d lives on", (int)(intptr_t)arg);
    return NULL;
}

static void spawn_victims(void)
{
    for (int i = 0; i < VICTIMS; i++)
        victims[i] = gt_spawn(is_a_victim, (void *)(intptr_t)i);
    gt_yield();
}

static void unref_victims(void)
{
    for (int i = 0; i < VICTIMS; i++)
        gt_unref(victims[i]);
    victims[VICTIMS - 1] = NULL;
}

/* From the middle, from the end, twice in one call, and one that was moved already. */
CASE("KILL-12", a_victim_moves_up_from_anywhere)
{
    survive = false;
    spawn_victims();
    gt_kill_all(victims, VICTIMS, NULL);
    trace("main resumes");
    gt_run();
    unref_victims();
}

/* Each time in another order, so that no victim has its former neighbours. */
CASE("KILL-12", survivors_can_be_victims_again)
{
    survive = true;
    spawn_victims();
    gt_kill_all((gt_thread *[]){victims[1], victims[2], victims[4], victims[6], victims[7]}, 5,
                NULL);
    trace("main resumes");
    gt_kill_all((gt_thread *[]){victims[7], victims[4], victims[6], victims[1]}, 4, NULL);
    trace("main resumes");
    survive = false;
    gt_kill_all((gt_thread *[]){victims[6], victims[7], victims[1], victims[2]}, 4, NULL);
    trace("main resumes");
    gt_kill_all(victims, VICTIMS, NULL);
    unref_victims();
}

/* Seeds */

enum { READY = 40 };

static int turns[READY], began_early;
static gt_thread *ready[READY];

static void *counts_turns(void *arg)
{
    for (int i = 0; i < 4; i++) {
        turns[(intptr_t)arg]++;
        gt_yield();
    }
    return arg;
}

/* All others have had the iteration in which it was spawned, which was their second. */
static void *belongs_to_the_next(void *arg)
{
    for (int i = 0; i < READY; i++)
        began_early += i % 3 && turns[i] < 2;
    return arg;
}

/* Every third. Some have had their turn in this iteration, and some have not. */
static void *kills_the_ready(void *arg)
{
    gt_thread *killed[READY];
    size_t n = 0;
    gt_yield();
    for (int i = 0; i < READY; i += 3) {
        gt_spawn_n(belongs_to_the_next, NULL);
        killed[n++] = ready[i];
    }
    gt_kill_all(killed, n, NULL);
    return arg;
}

static bool others_took_their_turns(void)
{
    for (int i = 0; i < READY; i++)
        if (i % 3 ? turns[i] != 4 : turns[i] > 2)
            return false;
    return true;
}

CASE("SCHED-2", under_a_seed_the_ready_can_be_killed)
{
    int right = 0;
    began_early = 0;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        memset(turns, 0, sizeof turns);
        gt_testing_schedule_seed(seed);
        for (int i = 0; i < READY; i++)
            ready[i] = gt_spawn(counts_turns, (void *)(intptr_t)i);
        gt_spawn_n(kills_the_ready, NULL);
        gt_run();
        right += others_took_their_turns();
        for (int i = 0; i < READY; i++)
            gt_unref(ready[i]);
    }
    trace("in %d of 50 orders the others took their turns, %d began too early", right, began_early);
}

/* Links */

enum { LINKS = 200, KINDS = 150 };

static char ran[LINKS + 1];
static int numbers[KINDS], n_ran;

static void notes(gt_thread *thread, void *arg)
{
    (void)thread;
    n_ran++;
    ran[(int *)arg - numbers]++;
}

static void notes_otherwise(gt_thread *thread, void *arg)
{
    notes(thread, arg);
    ran[LINKS]++;
}

static void *nothing(void *arg)
{
    return arg;
}

static bool take_back(gt_thread *thread, int kind)
{
    return gt_unlink(thread, kind % 2 ? notes : notes_otherwise, &numbers[kind]);
}

/* Each kind once, and some twice. All are there, and one more time is too often. */
static void take_back_in_steps(int step)
{
    gt_thread *thread = gt_spawn(nothing, NULL), *other = gt_spawn(nothing, NULL);
    int first = 0, second = 0, third = 0;
    n_ran = ran[LINKS] = 0;
    for (int i = 0; i < LINKS; i++) {
        int kind = i % KINDS;
        gt_link(thread, kind % 2 ? notes : notes_otherwise, &numbers[kind]);
        gt_link(other, notes, &numbers[kind]);
    }
    for (int i = 0, at = 0; i < KINDS; i++, at = (at + step) % KINDS)
        first += take_back(thread, at);
    for (int i = 0, at = 0; i < KINDS; i++, at = (at + step) % KINDS)
        second += take_back(thread, at);
    gt_link(thread, notes, &numbers[7]);
    for (int i = 0; i < KINDS; i++)
        third += take_back(thread, i);
    gt_link(thread, notes_otherwise, &numbers[7]);
    trace("%d, %d, %d of the other function: %d", first, second, third,
          gt_unlink(other, notes_otherwise, &numbers[1]));
    gt_run();
    trace("%d ran, %d in another way", n_ran, ran[LINKS]);
    gt_unref(thread);
    gt_unref(other);
}

CASE("LINK-5", among_many_each_can_be_taken_back)
{
    take_back_in_steps(1);
    take_back_in_steps(KINDS - 1);
    take_back_in_steps(7);
}

static char order[32];

static void appends(gt_thread *thread, void *arg)
{
    (void)thread;
    strcat(order, arg);
}

static void is_one_of_many(gt_thread *thread, void *arg)
{
    (void)thread;
    (void)arg;
}

/* Of equal links the oldest goes, and the others run in their order, also links made later. */
CASE("LINK-5", among_many_the_oldest_is_taken_back)
{
    static char *const names[] = {"a", "b", "c"};
    gt_thread *thread = gt_spawn(nothing, NULL);
    for (int i = 0; i < LINKS; i++) {
        gt_link(thread, is_one_of_many, &numbers[i % KINDS]);
        if (i % 35 == 0)
            gt_link(thread, appends, names[i / 35 % 3]);
    }
    gt_unlink(thread, is_one_of_many, &numbers[KINDS - 1]);
    trace("%d %d", gt_unlink(thread, appends, names[2]), gt_unlink(thread, appends, names[0]));
    gt_link(thread, appends, names[0]);
    trace("%d", gt_unlink(thread, appends, names[0]));
    order[0] = '\0';
    gt_run();
    trace("%s", order);
    gt_unref(thread);
}

/* What is next in the tree to a missing link: of the other thread, argument or function. */
static void take_what_is_alike(gt_link_function *theirs, gt_link_function *other, int first)
{
    gt_thread *threads[] = {gt_spawn(nothing, NULL), gt_spawn(nothing, NULL)};
    int taken = 0;
    for (int i = 0; i < 2 * LINKS; i++)
        gt_link(threads[i % 2], theirs, &numbers[i % 2 ^ first]);
    for (int i = 0; i < 4; i++) {
        taken += gt_unlink(threads[i % 2], theirs, &numbers[i % 2 ^ first ^ 1]);
        taken += gt_unlink(threads[i % 2], other, &numbers[i % 2 ^ first]);
    }
    n_ran = 0;
    gt_run();
    gt_unref(threads[0]);
    gt_unref(threads[1]);
    trace("%d, %d ran", taken, n_ran);
}

CASE("LINK-5", among_many_what_is_not_there_is_not_taken_back)
{
    for (int first = 0; first < 2; first++) {
        take_what_is_alike(notes, notes_otherwise, first);
        take_what_is_alike(notes_otherwise, notes, first);
    }
}

/* Timers */

static void *sleeps_long(void *arg)
{
    int64_t begin = gt_now(), duration = *(int64_t *)arg;
    gt_sleep(duration);
    trace("%lld, at %lld", (long long)duration, (long long)(gt_now() - begin));
    return NULL;
}

/*
 * The highest levels of the wheel, set in either order, and the lowest beside them. An
 * endless timeout is not on the wheel, but its slot is.
 */
CASE("SLEEP-1", the_longest_sleeps_end_in_turn)
{
    static int64_t durations[] = {
        INT64_C(1) << 60,  INT64_C(1) << 55, INT64_C(1) << 61,       3, INT64_MAX / 4 * 3,
        INT64_MAX / 8 * 7, INT64_C(1) << 54, (INT64_C(1) << 60) + 1, 64};
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++)
        gt_spawn_n(sleeps_long, &durations[i]);
    gt_yield();
    gt_timeout endless;
    gt_timeout_start(&endless, GT_FOREVER);
    gt_timeout_stop(&endless);
    gt_run();
}

static int64_t last_woken;
static int woken;

static void *sleeps_among_many(void *arg)
{
    int64_t duration = *(int64_t *)arg;
    gt_sleep(duration);
    woken += gt_now() == duration && duration >= last_woken;
    last_woken = duration;
    if (woken % 16 == 0)
        trace("%d at %lld", woken, (long long)gt_now());
    return NULL;
}

/* So many, latest first, in one slot of each level. */
static void sleep_in_slots(int each)
{
    enum { MOST = 24, LEVELS = 6 };
    static int64_t durations[MOST * LEVELS];
    last_woken = woken = 0;
    for (int i = 0; i < each * LEVELS; i++) {
        int level = LEVELS - i / each;
        durations[i] = (INT64_C(3) << 6 * level) + 64 - i % each;
        gt_spawn_n(sleeps_among_many, &durations[i]);
    }
    gt_run();
}

/* More than are compared one by one. */
CASE("SLEEP-1", of_many_sleepers_the_first_is_first)
{
    sleep_in_slots(24);
}

/*
 * Few, so they are compared. The case writes a trace when a level is used up, and so
 * audits the wheel.
 */
CASE("SLEEP-1", of_few_sleepers_the_first_is_first)
{
    sleep_in_slots(8);
}

/* Stacks */

typedef struct probe {
    size_t size;
    bool is_enough;
} probe;

static void mark(uintptr_t place)
{
    *(volatile uintptr_t *)place = 1;
}

/*
 * No frame is so far below. The first call of a function may make the dynamic linker find it, on
 * the caller's stack. A board has no linker then, and small stacks.
 */
#if defined CONFORMANCE_SMALL_STACKS
enum { BELOW_ANY_FRAME = 512 };
#else
enum { BELOW_ANY_FRAME = 16 * 1024 };
#endif

/*
 * The usage is measured from the top, so it gives the top. Then the lowest word that was
 * asked for is written. It must belong to the thread, and count as used.
 */
static void *uses_all_of_it(void *arg)
{
    probe *p = arg;
    volatile uintptr_t here = 0;
    uintptr_t place = ((uintptr_t)&here - BELOW_ANY_FRAME) & ~(uintptr_t)15;
    mark(place);
    size_t used = gt_stack_usage(gt_self());
    uintptr_t lowest = (place + used - p->size + sizeof here - 1) & ~(uintptr_t)(sizeof here - 1);
    if (used && lowest < place)
        mark(lowest);
    bool is_seen = lowest >= place || gt_stack_usage(gt_self()) == place + used - lowest;
    p->is_enough = !used || is_seen;
    return NULL;
}

/* As many as there are places at which a stack can begin in its page, and one more. */
static int enough_of(size_t size)
{
    enum { ALIKE = 17 };
    probe probes[ALIKE];
    gt_spawn_options options = {.stack_size = size};
    int enough = 0;
    for (int i = 0; i < ALIKE; i++) {
        probes[i] = (probe){size, false};
        gt_unref(gt_spawn_with(&options, uses_all_of_it, &probes[i]));
    }
    gt_run();
    for (int i = 0; i < ALIKE; i++)
        enough += probes[i].is_enough;
    return enough == ALIKE;
}

CASE("STACK-5", a_stack_is_as_large_as_asked, CASE_TOOL | CASE_NO_SWEEP)
{
    int right = 0, all = 0;
    gt_testing_measure_stacks(true);
    for (size_t size = 1; size < 500000; size += size < 270000 ? 7919 : 57913, all++)
        right += enough_of(size);
    for (size_t size = 16384; size <= 262144; size *= 2, all += 4)
        right +=
            enough_of(size - 1) + enough_of(size) + enough_of(size + 1) + enough_of(size + 4096);
    for (size_t below = 0; below < 4096; below += 64, all++) /* is rounded up to whole pages */
        right += enough_of(65536 - below);
    right += enough_of(69632) + enough_of(244544) + enough_of(244545);
    trace("%s", right == all + 3 ? "each" : "not each");
}

static void run_with(size_t stack_size)
{
    gt_spawn_options options = {.stack_size = stack_size};
    gt_unref(gt_spawn_with(&options, nothing, NULL));
    gt_run();
}

/* A page, and all sizes up to a megabyte. */
CASE("STACK-5", sizes_share_stacks, CASE_NO_SWEEP)
{
    size_t before = gt_testing_live_allocations();
    for (size_t i = 0; i < 4000; i++)
        run_with(100000 + i);
    trace("4,000 of a page: %s", gt_testing_live_allocations() - before < 20 ? "few" : "many");
    for (size_t size = 1; size < 1 << 20; size += 52)
        run_with(size);
    trace("20,000 of a megabyte: %s",
          gt_testing_live_allocations() - before < 1000 ? "few" : "many");
}

static void *sets(void *arg)
{
    *(bool *)arg = true;
    return arg;
}

/*
 * The largest size that can be asked for may be more than there is. Then the call fails,
 * and nothing else happens.
 */
CASE("STACK-5", the_largest_sizes_are_right_or_refused,
     CASE_TOOL | CASE_NO_SWEEP | CASE_ROOM)
{
    for (size_t size = SIZE_MAX / 4; size > SIZE_MAX / 64; size /= 2) {
        bool has_run = false;
        gt_exception e;
        gt_spawn_options options = {.stack_size = size};
        gt_thread *thread = gt_spawn_with(&options, sets, &has_run);
        bool returned = gt_join(thread, NULL, &e);
        if (returned != has_run || (!returned && e.kind != &GT_NO_MEMORY))
            trace("of %zu: %d %d", size, returned, has_run);
        gt_unref(thread);
    }
    gt_spawn_options options = {.stack_size = SIZE_MAX / 4 + 1};
    trace("one more: %s", gt_spawn_with(&options, nothing, NULL) ? "spawned" : "refused");
}

/* Memory */

enum { BURST = 1400 };

static void *yields_once(void *arg)
{
    gt_yield();
    return arg;
}

static void burst(int n)
{
    for (int i = 0; i < n; i++)
        gt_spawn_n(yields_once, NULL);
    gt_run();
}

/* The smallest number that is there at any time of four seconds. */
static size_t fewest_of(int threads)
{
    size_t fewest = SIZE_MAX;
    for (int i = 0; i < 16; i++) {
        burst(threads);
        for (int n = 0; n < 5; n++) {
            gt_sleep(GT_MS(50));
            size_t now = gt_testing_live_allocations();
            fewest = now < fewest ? now : fewest;
        }
    }
    return fewest;
}

/* What each burst uses stays. What no burst uses any more goes, whatever others do meanwhile. */
CASE("SPAWN-9", what_bursts_use_is_kept_as_long, CASE_NO_SWEEP)
{
    burst(BURST);
    size_t most = gt_testing_live_allocations();
    trace("bursts go on, and all is kept: %d", fewest_of(BURST) + 64 > most);
    trace("they get smaller, and some goes back: %d", fewest_of(10) + 200 < most);
}

static size_t most;
static int told[2]; /* a pipe */

/* With no time given: the thread says when this is so. */
static int tells_when_it_has_gone_back(void *arg)
{
    while (gt_testing_live_allocations() + 200 > most)
        os_thread_rest();
    return !os_write_byte(told[1], '\0') || arg;
}

/* On the real clock, with no timer set. The hub comes back from its wait to do it. */
CASE("SPAWN-9", it_goes_back_while_only_input_is_waited_for,
     CASE_IO | CASE_NO_SWEEP | CASE_OS_THREADS)
{
    gt_shutdown();
    for (int i = 0; i < BURST; i++)
        gt_spawn_n(yields_once, NULL);
    gt_yield();
    most = gt_testing_live_allocations();
    gt_run();
    if (os_pipe(told) != 0)
        return;
    os_thread *thread = os_thread_start(tells_when_it_has_gone_back, NULL);
    gt_wait_fd(told[0], GT_READ);
    trace("some went back");
    os_thread_join(thread);
    gt_close(told[0]);
    gt_close(told[1]);
}
