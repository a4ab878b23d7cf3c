/*
 * No bug is planted here, so no tool may report one. The process ends while threads live
 * that hold memory only by their stacks: in a local, in a local whose address is known
 * elsewhere, and behind a cleanup. It ends by a return from main or, with an argument, by
 * exit in a thread while main is suspended.
 */
#include <greenthread.h>
#include <stdlib.h>
#include <string.h>

static char **volatile seen_elsewhere;

static void fill(char **buffer)
{
    *buffer = malloc(100);
    memset(*buffer, 'x', 100);
}

/* So that no pointer is found by accident where a frame was. */
__attribute__((no_sanitize("address"))) static void wipe_the_stack_below(void)
{
    volatile char frame[50000];
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 0;
}

static void *holds_a_local(void *arg)
{
    char *buffer;
    fill(&buffer);
    wipe_the_stack_below();
    gt_sleep(GT_SECONDS(1000));
    free(buffer);
    return arg;
}

static void *holds_a_known_local(void *arg)
{
    char *buffer;
    fill(&buffer);
    seen_elsewhere = &buffer;
    wipe_the_stack_below();
    gt_sleep(GT_SECONDS(1000));
    free(buffer);
    return arg;
}

static void *holds_by_a_cleanup(void *arg)
{
    char *buffer;
    fill(&buffer);
    GT_DEFER(free, buffer);
    wipe_the_stack_below();
    gt_sleep(GT_SECONDS(1000));
    return arg;
}

static void come_and_go(gt_function *fn)
{
    gt_thread *thread = gt_spawn(fn, NULL);
    gt_yield();
    gt_kill(thread, NULL);
    gt_unref(thread);
}

static void *ends_the_process(void *arg)
{
    exit(arg != NULL);
}

int main(int argc, char **argv)
{
    char *buffer;
    (void)argv;
    fill(&buffer);
    for (int i = 0; i < 20; i++)
        come_and_go(holds_by_a_cleanup);
    gt_spawn_n(holds_a_local, NULL);
    gt_spawn_n(holds_a_known_local, NULL);
    gt_spawn_n(holds_by_a_cleanup, NULL);
    gt_yield();
    if (argc > 1)
        gt_spawn_n(ends_the_process, NULL);
    wipe_the_stack_below();
    if (argc > 1)
        gt_run();
    free(buffer);
    return seen_elsewhere == NULL;
}
