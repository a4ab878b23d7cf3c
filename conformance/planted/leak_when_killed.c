/*
 * Planted: a thread is killed while it holds memory that no cleanup frees.
 */
#include <greenthread.h>
#include <stdlib.h>

static char *take_and_never_free(void)
{
    return malloc(1234);
}

static void *work(void *arg)
{
    char *volatile buffer = take_and_never_free();
    gt_sleep(GT_SECONDS(1000));
    free(buffer);
    return arg;
}

/* Ends the hub first, unless there is an argument. */
int main(int argc, char **argv)
{
    (void)argv;
    gt_thread *thread = gt_spawn(work, NULL);
    gt_yield();
    gt_kill(thread, NULL);
    gt_unref(thread);
    if (argc == 1)
        gt_shutdown();
    return 0;
}
