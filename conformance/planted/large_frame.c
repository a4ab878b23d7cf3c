/*
 * Planted: a function has a frame that is larger than the stack of its thread and the
 * guard together, and writes to the far end of it. Its neighbours have filled their
 * stacks. After the report the program checks these.
 */
#define _XOPEN_SOURCE 700
#include <greenthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { NEIGHBOURS = 8, STACK = 240 * 1024, FILLED = 200 * 1024, FRAME = 300000, PATTERN = 0x5a };

static const char *filled[NEIGHBOURS];
static bool all_have_filled;
static struct sigaction library;

static void *fill(void *place)
{
    char stack[FILLED];
    memset(stack, PATTERN, sizeof stack);
    *(const char **)place = stack;
    gt_sleep(GT_SECONDS(1000));
    return place;
}

static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        _exit(1);
}

static bool neighbours_are_unchanged(void)
{
    for (int i = 0; i < NEIGHBOURS; i++)
        for (int at = 0; at < FILLED; at++)
            if (filled[i][at] != PATTERN)
                return false;
    return true;
}

/* After the library's report. Then the same instruction faults again. */
static void look_at_neighbours(int signum, siginfo_t *info, void *context)
{
    library.sa_sigaction(signum, info, context);
    say(neighbours_are_unchanged() ? "neighbours are unchanged\n" : "a neighbour is changed\n");
}

static void *write_far_away(void *arg)
{
    volatile char frame[FRAME];
    for (int i = 0; i < 20008; i++)
        frame[i] = 1;
    return frame[0] ? arg : NULL;
}

/* Has its stack among those of its neighbours. */
static void *be_deep(void *arg)
{
    while (!all_have_filled)
        gt_yield();
    return write_far_away(arg);
}

int main(void)
{
    const gt_spawn_options options = {.stack_size = STACK};
    gt_thread *deep = NULL;
    for (int i = 0; i < NEIGHBOURS; i++) {
        gt_unref(gt_spawn_with(&options, fill, &filled[i]));
        gt_yield();
        if (i == NEIGHBOURS / 2)
            deep = gt_spawn_with(&options, be_deep, NULL);
    }
    all_have_filled = true;
    struct sigaction action = {.sa_sigaction = look_at_neighbours,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(SIGSEGV, &action, &library);
    gt_wait(deep);
    say(neighbours_are_unchanged() ? "it was not told\n" : "it was not told, and a neighbour is changed\n");
    _exit(0);
}
