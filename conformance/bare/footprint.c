/*
 * A small program for a small board: eight threads with stacks of 1 KiB, which sleep, take turns at
 * a semaphore and are killed. It has all of its memory in arrays. It prints how much of the pool
 * the library used; footprint.cmake adds up the rest.
 */
#include "../../docs/examples/bare/boards/board.h"
#include <greenthread.h>
#include <string.h>

enum { THREADS = 8, PATTERN = 0x5a };

static _Alignas(16) unsigned char pool[FOOTPRINT_POOL];
static gt_semaphore permits;
static int turns;

static void *worker(void *arg)
{
    for (;;) {
        gt_semaphore_acquire(&permits);
        turns++;
        gt_sleep(GT_MS(1));
        gt_semaphore_release(&permits);
        gt_yield();
    }
    return arg;
}

static void print_number(const char *what, size_t number)
{
    char line[40];
    size_t length = strlen(what), place = sizeof line - 1;
    line[place] = '\0';
    do
        line[--place] = (char)('0' + number % 10);
    while (number /= 10);
    memcpy(line, what, length);
    memmove(line + length, line + place, sizeof line - place);
    gt_board_print(line);
}

/* The library takes memory from the upper end. */
static size_t used(void)
{
    size_t untouched = sizeof(void *) * 4; /* of the free piece */
    while (untouched < sizeof pool && pool[untouched] == PATTERN)
        untouched++;
    return sizeof pool - untouched;
}

int main(void)
{
    memset(pool, PATTERN, sizeof pool);
    gt_use_memory(pool, sizeof pool);
    gt_semaphore_init(&permits, 2);
    gt_thread *threads[THREADS];
    gt_spawn_options options = {.stack_size = 1024};
    for (int i = 0; i < THREADS; i++) {
        threads[i] = gt_spawn_with(&options, worker, NULL);
        gt_yield();
        if (i == 0)
            print_number("pool with one: ", used());
    }
    gt_sleep(GT_MS(20));
    print_number("pool with eight: ", used());
    size_t deepest = 0;
    for (int i = 0; i < THREADS; i++) {
        size_t depth = gt_stack_usage(threads[i]);
        deepest = depth > deepest ? depth : deepest;
    }
    print_number("deepest stack: ", deepest);
    gt_kill(threads[0], NULL);
    gt_shutdown();
    gt_board_print(turns > THREADS ? "all had turns" : "too few turns");
    return 0;
}
