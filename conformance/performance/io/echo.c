/*
 * A server that sends back what it gets, under clients in a closed loop. The server has
 * the processor of the repetition, and the clients have another.
 */
#define _GNU_SOURCE
#include "../bench.h"
#include "load.h"

#include <stdlib.h>
#include <sys/resource.h>

enum { SPARE = 64 }; /* descriptors besides those of connections */

/* The server inherits the limit. A limit that is lower than the test needs is an error. */
static void allow_descriptors(size_t n)
{
    struct rlimit limit;
    bench_check(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    if (limit.rlim_max < n + SPARE)
        limit.rlim_max = n + SPARE;
    if (limit.rlim_cur < n + SPARE)
        limit.rlim_cur = n + SPARE;
    bench_check(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

static int compare(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static void report(int64_t elapsed_ns, uint32_t *latencies, size_t n)
{
    qsort(latencies, n, sizeof *latencies, compare);
    bench_put("requests", "1/s", (double)n * 1e9 / (double)elapsed_ns);
    bench_put("p50", "us", latencies[n / 2] / 1e3);
    bench_put("p99", "us", latencies[n - 1 - n / 100] / 1e3);
}

static void echo(bench_size size)
{
    allow_descriptors(size.n);
    char *command[] = {BENCH_SERVER, NULL};
    io_server server = io_server_start(command, 0);
    bench_pin_to(0);
    uint32_t *latencies = bench_array(size.operations, sizeof *latencies);

    size_t before = bench_memory_of(server.pid);
    io_load *load = io_load_new(&server, size.n);
    double memory = (double)bench_memory_of(server.pid) - (double)before;

    io_load_run(load, size.operations / 4, NULL);
    int64_t computed = io_server_processor_time(&server);
    report(io_load_run(load, size.operations, latencies), latencies, size.operations);
    computed = io_server_processor_time(&server) - computed;
    bench_put("processor", "us", (double)computed / 1e3 / (double)size.operations);

    /* Alone, because sampling takes time. */
    io_profile profile;
    if (io_profile_start(&profile, &server)) {
        io_load_run(load, size.operations, NULL);
        bench_put("user", "us", (double)io_profile_stop(&profile) / 1e3 / (double)size.operations);
    }
    bench_put("memory", "KiB", memory / 1024 / (double)size.n);
    io_server_stop(&server);
    io_load_free(load);
}

static const bench_scenario scenarios[] = {
    {"echo", {100, 100000}, {10, 200}, echo},
    {"echo", {1000, 100000}, {50, 200}, echo},
    {"echo", {10000, 100000}, {100, 200}, echo},
    {0},
};

static const char *guarded(void)
{
    return BENCH_GUARDED;
}

const bench_program bench_program_here = {BENCH_RUNTIME, scenarios, guarded};
