/*
 * No bug, but 10,000 threads that live at once. Under a tool that cannot follow so many,
 * the library must refuse the rest, with GT_NO_MEMORY and a message. The tool must not
 * end the program.
 */
#include <greenthread.h>
#include <stdio.h>

enum { THREADS = 10000 };

static void *stays_a_while(void *arg)
{
    gt_yield();
    return arg;
}

int main(void)
{
    static gt_thread *threads[THREADS];
    int ran = 0, refused = 0;
    for (int i = 0; i < THREADS; i++)
        threads[i] = gt_spawn(stays_a_while, NULL);
    for (int i = 0; i < THREADS; i++) {
        gt_exception e = {0};
        bool returned = gt_join(threads[i], NULL, &e);
        ran += returned;
        refused += !returned && e.kind == &GT_NO_MEMORY;
        gt_unref(threads[i]);
    }
    gt_shutdown();
    printf("%d ran, %d were refused\n", ran, refused);
    return ran + refused != THREADS;
}
