/*
 * What is measured of the threads backend: what an OS thread each allows.
 */
#include "rows.h"

static const bench_scenario scenarios[] = {
    {"baton", {2, 20000}, {2, 100}, baton},
    {"baton, unpinned", {2, 20000}, {2, 100}, baton_unpinned},
    {"yield", {2, 20000}, {2, 100}, yield},
    {"yield", {1000, 20000}, {50, 100}, yield},
    {"spawn and join", {1, 5000}, {1, 100}, spawn_and_join},
    {"batch", {1000, 1000}, {50, 100}, batch},
    {"ping-pong", {2, 10000}, {2, 100}, ping_pong},
    {"kill", {64, 1000}, {64, 100}, kill_and_join},
    {"link", {1, 2000}, {1, 1000}, link_and_join},
    {"raise", {3, 300000}, {3, 100}, raise_to_a_try},
    {"try", {1, 1000000}, {1, 100}, empty_try},
    {0},
};

const bench_program bench_program_here = {BENCH_RUNTIME, scenarios, guarded};
