/*
 * What every program of the benchmark shares, ours and the peers': a list of scenarios,
 * each repeated in fresh processes, and a table or JSON of what was measured. A program
 * defines `bench_program`. bench.c has main.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How much one repetition does. `n` is part of the row's name; `operations` is not. */
typedef struct bench_size {
    size_t n;          /* threads, or what else the row counts */
    size_t operations; /* timed operations, about; 0: as many as n */
} bench_size;

/*
 * One repetition, in a process of its own. It warms up unless the row is about the first
 * time, measures, checks its own result, and passes what it measured to bench_put, once
 * or several times.
 */
typedef void bench_run(bench_size size);

typedef struct bench_scenario {
    const char *name;
    bench_size size;
    bench_size quick; /* for --quick: enough to see that it works */
    bench_run *run;
} bench_scenario;

typedef struct bench_program {
    const char *runtime;
    const bench_scenario *scenarios; /* the last one has no name */
    const char *(*guarded)(void); /* "yes", "no", or how else an overflow ends; NULL: no stacks */
} bench_program;

extern const bench_program bench_program_here;

/*
 * Records a value. If `part` is NULL it belongs to the scenario itself, else to the row
 * that has both names.
 */
void bench_put(const char *part, const char *unit, double value);

/* As bench_put, for nanoseconds of each of `operations`. */
void bench_put_time(const char *part, int64_t elapsed_ns, size_t operations);

/* Unless `right`, the repetition and the program end as failed. */
#define bench_check(right) bench_check_at((right), #right, __FILE__, __LINE__)
void bench_check_at(bool right, const char *what, const char *file, int line);

/* Nanoseconds that have passed, or that the process has used the processor. */
int64_t bench_now(void);
int64_t bench_processor_time(void);

/* Bytes of this process, or of another: resident pages, and the page tables that find them. */
size_t bench_memory(void);
size_t bench_memory_of(pid_t process);

/* Lets the process run on all processors that it was allowed to use when it began. */
void bench_unpin(void);
void bench_pin_to(unsigned processor); /* the k-th of them, counted around */

/* Zeroed memory that is already resident, so its first touch is not measured later. */
void *bench_array(size_t count, size_t size);

/* A random order of 0 .. n-1, the same every time. */
uint32_t *bench_random_order(size_t n);

/*
 * True if no stack that the places are on can run into another of them: below each, a
 * page that cannot be read comes first.
 */
bool bench_are_guarded(const void *const places[], size_t count);

#ifdef __cplusplus
}
#endif

#endif
