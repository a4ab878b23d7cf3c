/*
 * Does one thing a given number of times, for callgrind to count. The cost of twice as
 * many, minus the cost of as many, is the cost of the thing alone.
 *
 *   greenthread-instructions-BACKEND yield|spawn|semaphore|kill|link|raise|try TIMES
 */
#include <greenthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t done;

static void check(bool right)
{
    if (!right)
        exit(EXIT_FAILURE);
}

static void *take_turns(void *arg)
{
    for (size_t i = *(size_t *)arg; i > 0; i--, done++)
        gt_yield();
    return NULL;
}

/* By two threads, half each. */
static void yield(size_t times)
{
    size_t half = times / 2;
    gt_spawn_n(take_turns, &half);
    gt_spawn_n(take_turns, &half);
    gt_run();
}

static void *answer(void *arg)
{
    done++;
    return arg;
}

static void spawn(size_t times)
{
    for (size_t i = 0; i < times; i++) {
        gt_thread *thread = gt_spawn(answer, &done);
        check(gt_wait(thread) == &done);
        gt_unref(thread);
    }
}

static gt_semaphore ping = GT_SEMAPHORE(0), pong = GT_SEMAPHORE(0);

static void *serve(void *arg)
{
    for (;;) {
        gt_semaphore_acquire(&ping);
        gt_semaphore_release(&pong);
    }
    return arg;
}

/* There and back. */
static void semaphore(size_t times)
{
    gt_spawn_n(serve, NULL);
    for (; done < times; done++) {
        gt_semaphore_release(&ping);
        gt_semaphore_acquire(&pong);
    }
}

static void count(void *arg)
{
    (void)arg;
    done++;
}

static void *victim(void *arg)
{
    GT_DEFER(count, NULL);
    gt_sleep(GT_FOREVER);
    return arg;
}

/* Includes what it takes to have a victim to kill. */
static void kill(size_t times)
{
    for (size_t i = 0; i < times; i++) {
        gt_thread *thread = gt_spawn(victim, NULL);
        gt_yield();
        gt_kill(thread, NULL);
        check(!gt_join(thread, NULL, NULL));
        gt_unref(thread);
    }
}

static void note_link(gt_thread *thread, void *arg)
{
    (void)thread;
    count(arg);
}

static void *nothing(void *arg)
{
    return arg;
}

/* Includes the thread with the link. */
static void link(size_t times)
{
    for (size_t i = 0; i < times; i++) {
        gt_thread *thread = gt_spawn(nothing, NULL);
        gt_link(thread, note_link, NULL);
        gt_wait(thread);
        gt_unref(thread);
    }
}

__attribute__((noinline)) static void raise_below_a_cleanup(void)
{
    GT_DEFER(count, NULL);
    gt_raise((&(gt_exception){.kind = &GT_ERROR}));
}

__attribute__((noinline)) static void raise_once(void)
{
    gt_exception e;
    GT_TRY
    {
        raise_below_a_cleanup();
    }
    GT_CATCH(&GT_ERROR, e)
    {
        check(e.kind == &GT_ERROR);
    }
    GT_END_TRY;
}

static void raise(size_t times)
{
    for (size_t i = 0; i < times; i++)
        raise_once();
}

__attribute__((noinline)) static void try_once(void)
{
    gt_exception e;
    GT_TRY
    {
        done++;
    }
    GT_CATCH_ALL(e)
    {
        check(false);
    }
    GT_END_TRY;
}

static void try(size_t times)
{
    for (size_t i = 0; i < times; i++)
        try_once();
}

static const struct {
    const char *name;
    void (*run)(size_t times);
} operations[] = {{"yield", yield}, {"spawn", spawn}, {"semaphore", semaphore},
                  {"kill", kill},   {"link", link},   {"raise", raise},
                  {"try", try}};

int main(int argc, char *argv[])
{
    size_t times = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (times > 0 && strcmp(argv[1], operations[i].name) == 0) {
            operations[i].run(times);
            return done == times ? EXIT_SUCCESS : EXIT_FAILURE;
        }
    }
    fprintf(stderr, "usage: %s OPERATION TIMES\n", argv[0]);
    return EXIT_FAILURE;
}
