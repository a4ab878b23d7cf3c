/*
 * Runs scenarios for callgrind to count. Each runs with none, n and 100 n of what it is
 * about, each time with a hub of its own:
 *
 *   greenthread-growth-BACKEND [NAME]
 *
 * Before each of these runs, and after the last, the program calls `mark`, at which
 * callgrind writes its counts. A line on standard output says what comes next: the
 * scenario, how many, and whether a logarithm is allowed; or the process that has run the
 * last scenario instead.
 */
#include "growth.h"
#include "marks.h"
#include <stdio.h>
#include <string.h>

void expect(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "growth: %s\n", what);
    exit(EXIT_FAILURE);
}

static void *rooms[4];
static size_t n_rooms;

static void *room(size_t bytes)
{
    void *memory = calloc(1, bytes + 1);
    expect(memory && n_rooms < sizeof rooms / sizeof *rooms, "no memory");
    return rooms[n_rooms++] = memory;
}

gt_thread **room_for(size_t n)
{
    return room(n * sizeof(gt_thread *));
}

size_t *shuffled(size_t n)
{
    size_t *numbers = room(n * sizeof *numbers);
    uint64_t random = 1;
    for (size_t i = 0; i < n; i++) {
        random = random * UINT64_C(6364136223846793005) + 1;
        size_t other = (size_t)(random >> 33) % (i + 1);
        numbers[i] = numbers[other];
        numbers[other] = i;
    }
    return numbers;
}

void *nothing(void *arg)
{
    return arg;
}

void *sleeps(void *arg)
{
    gt_sleep(GT_FOREVER);
    return arg;
}

void start(gt_thread *threads[], size_t n, gt_function *fn, void *arg)
{
    for (size_t i = 0; i < n; i++)
        expect((threads[i] = gt_spawn(fn, arg)), "no thread");
    gt_yield();
}

void unref(gt_thread *threads[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        gt_unref(threads[i]);
}

__attribute__((noinline)) void mark(void)
{
    __asm__ volatile("");
}

static void drop_report(const char *line, void *arg)
{
    (void)line;
    (void)arg;
}

static void run(const scenario *s, size_t n)
{
    printf("%s %zu %d\n", s->name, n, s->may_take_log);
    mark();
    gt_testing_virtual_clock();
    gt_set_report(drop_report, NULL);
    s->run(n);
    gt_shutdown();
    while (n_rooms)
        free(rooms[--n_rooms]);
}

int main(int argc, char *argv[])
{
    static const scenario *const all[] = {thread_scenarios, kill_scenarios, timeout_scenarios,
                                          wait_scenarios, io_scenarios};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        for (const scenario *s = all[i]; s->name; s++) {
            if (argc > 1 && strcmp(argv[1], s->name) != 0)
                continue;
            run(s, 1); /* what is done once in a process */
            run(s, 0);
            run(s, s->n);
            run(s, 100 * s->n);
        }
    }
    puts("end 0 0");
    mark();
    return 0;
}
