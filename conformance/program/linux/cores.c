/*
 * Linux: the affinity mask of an OS thread. OS threads and processes that it starts
 * inherit it.
 */
#define _GNU_SOURCE
#include "cores.h"
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(cpu_set_t) == sizeof(cores), "both have room for 1,024 cores");

bool have_cores(void)
{
    cpu_set_t mask;
    return sched_getaffinity(0, sizeof mask, &mask) == 0;
}

cores cores_get(void)
{
    cpu_set_t mask;
    cores found = {.set = {0}};
    if (sched_getaffinity(0, sizeof mask, &mask) == 0)
        memcpy(found.set, &mask, sizeof mask);
    return found;
}

void cores_set(cores cores)
{
    cpu_set_t mask;
    memcpy(&mask, cores.set, sizeof mask);
    if (sched_setaffinity(0, sizeof mask, &mask) == 0)
        return;
    perror("sched_setaffinity");
    abort();
}

bool cores_are_equal(cores a, cores b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

void cores_confine(void)
{
    cpu_set_t mask;
    cores one;
    CPU_ZERO(&mask);
    CPU_SET(sched_getcpu(), &mask);
    memcpy(one.set, &mask, sizeof mask);
    cores_set(one);
}
