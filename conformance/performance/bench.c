/*
 * The main of every program of the benchmark. Each repetition is a process, forked before
 * any thread exists. So nothing that one repetition leaves behind changes the next one,
 * and a cold start is really cold. All stay on one processor, because a runtime that
 * moves measures the move.
 *
 *   program [--json] [--quick] [--repetitions N] [--list] [SCENARIO[:N]]...
 */
#define _GNU_SOURCE /* sched_setaffinity */
#include "bench.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_REPETITIONS = 99, MAX_PARTS = 8, MAX_NAME = 64 };

typedef struct row {
    char part[MAX_NAME], unit[MAX_NAME];
    double values[MAX_REPETITIONS];
    int count;
} row;

/* What a repetition writes to its parent. It is less than a pipe takes at once. */
typedef struct message {
    char part[MAX_NAME], unit[MAX_NAME];
    double value;
} message;

static int results; /* the pipe, in a repetition */
static cpu_set_t allowed;

/* In a repetition */

void bench_put(const char *part, const char *unit, double value)
{
    message sent = {.value = value};
    snprintf(sent.part, sizeof sent.part, "%s", part ? part : "");
    snprintf(sent.unit, sizeof sent.unit, "%s", unit);
    if (write(results, &sent, sizeof sent) != sizeof sent)
        _exit(EXIT_FAILURE);
}

void bench_put_time(const char *part, int64_t elapsed_ns, size_t operations)
{
    bench_put(part, "ns", (double)elapsed_ns / (double)operations);
}

void bench_check_at(bool right, const char *what, const char *file, int line)
{
    if (right)
        return;
    fprintf(stderr, "%s:%d: wrong result: %s\n", file, line, what);
    _exit(EXIT_FAILURE);
}

void bench_unpin(void)
{
    bench_check(sched_setaffinity(0, sizeof allowed, &allowed) == 0);
}

void bench_pin_to(unsigned processor)
{
    unsigned left = processor % (unsigned)CPU_COUNT(&allowed);
    for (size_t i = 0; i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, &allowed) || left-- > 0)
            continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(i, &one);
        bench_check(sched_setaffinity(0, sizeof one, &one) == 0);
        return;
    }
}

/* Repetitions */

static void repeat_in_child(const bench_scenario *scenario, bench_size size)
{
    if (size.operations == 0)
        size.operations = size.n;
    bench_pin_to((unsigned)CPU_COUNT(&allowed) - 1); /* the first one gets the interrupts */
    scenario->run(size);
    /* The process ends, so the runtime need not be taken apart. */
    _exit(EXIT_SUCCESS);
}

static row *row_of(row *rows, const message *received)
{
    row *found = rows;
    while (found->count > 0 && strcmp(found->part, received->part) != 0)
        found++;
    if (found == rows + MAX_PARTS)
        return NULL;
    memcpy(found->part, received->part, sizeof found->part);
    memcpy(found->unit, received->unit, sizeof found->unit);
    return found;
}

static bool repeat(const bench_scenario *scenario, bench_size size, row *rows)
{
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    fflush(stdout); /* otherwise both processes have what is in it */
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        results = ends[1];
        repeat_in_child(scenario, size);
    }
    close(ends[1]);
    message received;
    bool complete = child > 0;
    while (complete && read(ends[0], &received, sizeof received) == sizeof received) {
        row *found = row_of(rows, &received);
        if (found && found->count < MAX_REPETITIONS)
            found->values[found->count++] = received.value;
    }
    close(ends[0]);
    int status = -1;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return complete && rows[0].count > 0 && status == 0;
}

/* Probing makes threads, so it is done in a process of its own, too. */
static const char *guarded(void)
{
    static char answer[MAX_NAME];
    int ends[2];
    if (!bench_program_here.guarded || answer[0])
        return answer[0] ? answer : "none";
    bench_check(pipe(ends) == 0);
    pid_t child = fork();
    if (child == 0) {
        const char *found = bench_program_here.guarded();
        _exit(write(ends[1], found, strlen(found)) < 0);
    }
    close(ends[1]);
    ssize_t length = read(ends[0], answer, sizeof answer - 1);
    close(ends[0]);
    waitpid(child, NULL, 0);
    bench_check(length > 0);
    return answer;
}

/* Reporting */

typedef struct options {
    bool json, quick, list;
    int repetitions;
    char **names; /* of the requested scenarios; none: all */
    int n_names;
} options;

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void print(const bench_scenario *scenario, size_t n, row *measured, const options *options)
{
    static bool later;
    char name[2 * MAX_NAME];
    snprintf(name, sizeof name, "%s%s%s", scenario->name, *measured->part ? " " : "",
             measured->part);
    qsort(measured->values, (size_t)measured->count, sizeof *measured->values, compare);
    int last = measured->count - 1;
    double median = (measured->values[last / 2] + measured->values[(last + 1) / 2]) / 2;
    double minimum = measured->values[0], spread = measured->values[last] - minimum;
    if (options->json)
        printf("%s{\"runtime\": \"%s\", \"row\": \"%s\", \"n\": %zu, \"unit\": \"%s\", \"median\": "
               "%.4g, "
               "\"minimum\": %.4g, \"spread\": %.4g, \"guarded\": \"%s\"}",
               later ? ",\n " : "", bench_program_here.runtime, name, n, measured->unit, median,
               minimum, spread, guarded());
    else
        printf("%-28s %9zu %10.4g %10.4g %10.4g  %s\n", name, n, median, minimum, spread,
               measured->unit);
    fflush(stdout);
    later = true;
}

static bool run(const bench_scenario *scenario, const options *options)
{
    bench_size size = options->quick ? scenario->quick : scenario->size;
    row *rows = calloc(MAX_PARTS + 1, sizeof *rows);
    bool right = rows != NULL;
    for (int i = 0; right && i < options->repetitions; i++)
        right = repeat(scenario, size, rows);
    if (!right)
        fprintf(stderr, "%s: %s:%zu failed\n", bench_program_here.runtime, scenario->name, size.n);
    for (row *each = rows; right && each->count > 0; each++)
        print(scenario, size.n, each, options);
    free(rows);
    return right;
}

/* Choosing */

static bool matches(const bench_scenario *scenario, const char *wanted)
{
    size_t length = strlen(scenario->name);
    if (strncmp(scenario->name, wanted, length) != 0)
        return false;
    return !wanted[length] ||
           (wanted[length] == ':' && strtoul(wanted + length + 1, NULL, 10) == scenario->size.n);
}

static bool is_asked_for(const bench_scenario *scenario, const options *options)
{
    for (int i = 0; i < options->n_names; i++) {
        if (matches(scenario, options->names[i]))
            return true;
    }
    return options->n_names == 0;
}

static bool exists(const char *wanted)
{
    for (const bench_scenario *each = bench_program_here.scenarios; each->name; each++) {
        if (matches(each, wanted))
            return true;
    }
    fprintf(stderr, "%s: there is no %s; --list names all\n", bench_program_here.runtime, wanted);
    return false;
}

static bool parse(int argc, char *argv[], options *options)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--json") == 0)
            options->json = true;
        else if (strcmp(argv[i], "--quick") == 0)
            options->quick = true;
        else if (strcmp(argv[i], "--list") == 0)
            options->list = true;
        else if (strcmp(argv[i], "--repetitions") == 0 && i + 1 < argc)
            options->repetitions = atoi(argv[++i]);
        else
            return false;
    }
    options->names = argv + i;
    options->n_names = argc - i;
    return options->repetitions >= 1 && options->repetitions <= MAX_REPETITIONS;
}

static void list_all(void)
{
    for (const bench_scenario *each = bench_program_here.scenarios; each->name; each++)
        printf("%s{\"row\": \"%s\", \"n\": %zu}",
               each == bench_program_here.scenarios ? "[" : ",\n ", each->name, each->size.n);
    puts("]");
}

static void print_heading(void)
{
    printf("%s, guarded stacks: %s\n%-28s %9s %10s %10s %10s  unit\n", bench_program_here.runtime,
           guarded(), "row", "n", "median", "minimum", "spread");
}

int main(int argc, char *argv[])
{
    options options = {.repetitions = 7};
    if (!parse(argc, argv, &options)) {
        fprintf(stderr,
                "usage: %s [--json] [--quick] [--repetitions 1..%d] [--list] [SCENARIO[:N]]...\n",
                argv[0], MAX_REPETITIONS);
        return EXIT_FAILURE;
    }
    if (options.list) {
        list_all();
        return EXIT_SUCCESS;
    }
    sched_getaffinity(0, sizeof allowed, &allowed);
    bool right = true;
    for (int i = 0; i < options.n_names; i++)
        right &= exists(options.names[i]);
    if (options.json)
        printf("[");
    else
        print_heading();
    for (const bench_scenario *each = bench_program_here.scenarios; each->name; each++)
        right &= !is_asked_for(each, &options) || run(each, &options);
    if (options.json)
        puts("]");
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
