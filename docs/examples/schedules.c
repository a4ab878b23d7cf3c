/*
 * schedules: a test that passes by luck, and how to find that out.
 *
 * The writers rely on the journal being open by the time they have an entry. If they are
 * spawned behind the opener, they always find it open, because ready threads run first
 * in, first out. gt_testing_schedule_seed makes them run in another order for each seed.
 * A schedule that fails can be replayed by its seed as often as needed.
 */
#include <greenthread.h>
#include <greenthread/testing.h>
#include <stdio.h>
#include <stdlib.h>

enum { WRITERS = 3, SCHEDULES = 100 };

static bool they_wait; /* the corrected writers do */
static gt_thread *opener;
static bool is_open;
static int lost;

static void *open_journal(void *arg)
{
    gt_yield(); /* as if the disk took a moment */
    is_open = true;
    return arg;
}

static void *write_entry(void *arg)
{
    gt_yield(); /* as if the entry came from somewhere */
    if (they_wait)
        gt_wait(opener);
    if (!is_open)
        lost++;
    return arg;
}

/* How many entries are lost under one schedule. 0 is first in, first out. */
static int entries_lost(uint64_t seed)
{
    lost = 0;
    is_open = false;
    gt_testing_virtual_clock();
    gt_testing_schedule_seed(seed);
    opener = gt_spawn(open_journal, NULL);
    for (int i = 0; i < WRITERS; i++)
        gt_unref(gt_spawn(write_entry, NULL));
    gt_run();
    gt_shutdown();
    return lost;
}

/* The first seed that loses entries, or 0 if none does. It prints how many do. */
static uint64_t explore(const char *whose)
{
    uint64_t first = 0;
    int failures = 0;
    for (uint64_t seed = SCHEDULES; seed >= 1; seed--) {
        if (entries_lost(seed)) {
            failures++;
            first = seed;
        }
    }
    printf("%s: %d of %d schedules lose entries\n", whose, failures, SCHEDULES);
    return first;
}

int main(void)
{
    printf("first in, first out: %d of %d entries lost\n", entries_lost(0), WRITERS);
    bool passes_by_luck = lost == 0;

    uint64_t seed = explore("writers that hope");
    int losses = entries_lost(seed);
    printf("seed %d: %d of %d entries lost\n", (int)seed, losses, WRITERS);
    printf("replayed: %d of %d entries lost\n", entries_lost(seed), WRITERS);
    bool is_replayed = losses > 0 && lost == losses;

    they_wait = true;
    bool is_mended = explore("writers that wait") == 0;
    return passes_by_luck && is_replayed && is_mended ? EXIT_SUCCESS : EXIT_FAILURE;
}
