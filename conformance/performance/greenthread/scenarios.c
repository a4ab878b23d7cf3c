/*
 * What is measured of a backend whose threads are stacks in one OS thread.
 */
#include "rows.h"

static const bench_scenario scenarios[] = {
    {"yield", {1, 1000000}, {1, 100}, yield},
    {"yield", {2, 1000000}, {2, 100}, yield},
    {"yield", {10, 1000000}, {10, 100}, yield},
    {"yield", {100, 1000000}, {100, 200}, yield},
    {"yield", {1000, 1000000}, {1000, 2000}, yield},
    {"yield", {10000, 1000000}, {1100, 2200}, yield},
    {"yield", {100000, 1000000}, {1200, 2400}, yield},
    {"yield", {1000000, 2000000}, {1500, 3000}, yield},
    {"spawn and join", {1, 300000}, {1, 100}, spawn_and_join},
    {"batch", {1000, 100000}, {100, 200}, batch},
    {"batch", {10000, 100000}, {200, 400}, batch},
    {"batch", {100000, 200000}, {1000, 2000}, batch},
    {"batch", {1000000, 1000000}, {1100, 1100}, batch},
    {"ping-pong", {2, 1000000}, {2, 100}, ping_pong},
    {"kill", {64, 100000}, {64, 100}, kill_and_join},
    {"kill", {10000, 100000}, {100, 200}, kill_and_join},
    {"link", {1, 300000}, {1, 1000}, link_and_join},
    {"raise", {3, 300000}, {3, 100}, raise_to_a_try},
    {"try", {1, 1000000}, {1, 100}, empty_try},
    {"parked", {100000, 0}, {1000, 0}, parked_memory},
    {"blocked", {1000000, 0}, {1000, 0}, blocked},
    {"blocked on 64 KiB", {1000000, 0}, {1000, 0}, blocked_on_small_stacks},
    {"asleep", {100000, 0}, {1000, 0}, asleep},
    {"asleep", {1000000, 0}, {1000, 0}, asleep},
    {"delayed", {1000000, 0}, {1000, 0}, delayed},
    {"cancel", {1000, 0}, {100, 0}, cancelled},
    {"cancel", {1000000, 0}, {1000, 0}, cancelled},
    {0},
};

const bench_program bench_program_here = {BENCH_RUNTIME, scenarios, guarded};
