/*
 * How a repetition measures: by clocks, by the kernel's count of its memory, and by
 * whether a page can be read.
 */
#define _GNU_SOURCE
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t bench_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t bench_processor_time(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

/* The line "NAME:  1234 kB" of a file of the kernel's. */
static size_t read_kibibytes(const char *path, const char *name)
{
    FILE *file = fopen(path, "r");
    bench_check(file != NULL);
    size_t kibibytes = 0;
    char line[256];
    bool found = false;
    while (!found && fgets(line, sizeof line, file))
        found = strncmp(line, name, strlen(name)) == 0 &&
                sscanf(line + strlen(name), ": %zu kB", &kibibytes) == 1;
    bench_check(found);
    fclose(file);
    return kibibytes;
}

/* The quick counters of /proc/PID/statm are some hundred pages behind. These are not. */
size_t bench_memory_of(pid_t process)
{
    char pages[64], status[64];
    snprintf(pages, sizeof pages, "/proc/%d/smaps_rollup", (int)process);
    snprintf(status, sizeof status, "/proc/%d/status", (int)process);
    return 1024 * (read_kibibytes(pages, "Rss") + read_kibibytes(status, "VmPTE"));
}

size_t bench_memory(void)
{
    return bench_memory_of(getpid());
}

void *bench_array(size_t count, size_t size)
{
    void *array = malloc(count * size);
    bench_check(array != NULL);
    return memset(array, 0, count * size);
}

uint32_t *bench_random_order(size_t n)
{
    uint32_t *order = bench_array(n, sizeof *order);
    uint64_t random = 88172645463325252;
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    for (size_t i = n; i > 1; i--) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        size_t other = random % i;
        uint32_t swapped = order[i - 1];
        order[i - 1] = order[other];
        order[other] = swapped;
    }
    return order;
}

enum { PAGE = 4096 };

/*
 * A write from a page that cannot be read returns EFAULT, and sends no signal. It makes
 * the system call itself, because sanitizers check what the C library's function is
 * given.
 */
static bool is_readable(const char *place, const int ends[2])
{
    char byte;
    return syscall(SYS_write, ends[1], place, 1) == 1 && read(ends[0], &byte, 1) == 1;
}

static bool is_another(const char *place, const void *const places[], size_t count, size_t own)
{
    for (size_t i = 0; i < count; i++) {
        const char *other = places[i];
        if (i != own && other <= place && place - other < PAGE)
            return true;
    }
    return false;
}

static bool is_guarded(const void *const places[], size_t count, size_t own, const int ends[2])
{
    const char *place = places[own];
    for (; is_readable(place, ends); place -= PAGE) {
        if (is_another(place, places, count, own))
            return false;
    }
    return true;
}

bool bench_are_guarded(const void *const places[], size_t count)
{
    int ends[2];
    bench_check(pipe(ends) == 0);
    bool all = true;
    for (size_t i = 0; i < count; i++)
        all &= is_guarded(places, count, i, ends);
    close(ends[0]);
    close(ends[1]);
    return all;
}
