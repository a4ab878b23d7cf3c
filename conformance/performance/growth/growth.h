/*
 * Scenarios. Each does something n times, or with n of something. Nothing in a scenario
 * itself takes more steps for one when there are many, so the library should not either.
 */
#ifndef GROWTH_H
#define GROWTH_H

#include <greenthread.h>
#include <greenthread/testing.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct scenario {
    const char *name;
    void (*run)(size_t n);
    size_t n;          /* the smaller number; the larger one is 100 times that */
    bool may_take_log; /* each may take a number of steps that grows as the logarithm of n */
} scenario;

/* The last one has no name. */
extern const scenario thread_scenarios[], kill_scenarios[], timeout_scenarios[], wait_scenarios[],
    io_scenarios[];

/* Ends the program, because it has not done what it should count. */
void expect(bool holds, const char *what);

/* Room for n threads. It is freed when the scenario ends. */
gt_thread **room_for(size_t n);

/* Numbers below n, each once, in a random order that is always the same; in the same room. */
size_t *shuffled(size_t n);

void *nothing(void *arg);
void *sleeps(void *arg); /* until it is killed */

/* n of those in threads[], started. */
void start(gt_thread *threads[], size_t n, gt_function *fn, void *arg);

/* Gives the handles back. */
void unref(gt_thread *threads[], size_t n);

#endif
