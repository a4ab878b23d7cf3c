/*
 * What every program of the benchmark shares, ours and the peers': a list of
 * scenarios, each repeated in fresh processes, and a table or JSON of what
 * was measured. A program brings `bench_program`; bench.c has main.
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
    size_t n;          /* threads, or what else the row counts by */
    size_t operations; /* that are timed, about; 0: as many as n */
} bench_size;

/*
 * One repetition, in a process of its own: warms up where the row is not about
 * the first time, measures, checks its own result, and hands over what it
 * measured by bench_put, once or several times.
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
    const bench_scenario *scenarios; /* up to one without a name */
    const char *(*guarded)(void); /* "yes", "no", or how else an overflow ends; NULL: no stacks */
} bench_program;

extern const bench_program bench_program_here;

/*
 * Hands over a value: of the scenario itself if `part` is NULL, else of the row
 * that is called by both.
 */
void bench_put(const char *part, const char *unit, double value);

/* As bench_put, of nanoseconds for each of `operations`. */
void bench_put_time(const char *part, int64_t elapsed_ns, size_t operations);

/* Ends the repetition, and the program, as failed unless `right`. */
#define bench_check(right) bench_check_at((right), #right, __FILE__, __LINE__)
void bench_check_at(bool right, const char *what, const char *file, int line);

/* Nanoseconds that have passed, or that the process has computed. */
int64_t bench_now(void);
int64_t bench_processor_time(void);

/* Bytes of the process, or of another: resident pages, and the page tables that find them. */
size_t bench_memory(void);
size_t bench_memory_of(pid_t process);

/* Lets the process run on all processors that it was allowed to when it began. */
void bench_unpin(void);
void bench_pin_to(unsigned processor); /* the k-th of them, counted around */

/* Zeroed memory that is there already: the first touch is not measured later. */
void *bench_array(size_t count, size_t size);

/* A random order of 0 .. n-1, the same every time. */
uint32_t *bench_random_order(size_t n);

/*
 * True if none of the stacks that the places are on can run into another of
 * them: going down from each, a page that cannot be read comes first.
 */
bool bench_are_guarded(const void *const places[], size_t count);

#ifdef __cplusplus
}
#endif

#endif
