/*
 * Planted: memory on the stack of an ended thread is read. It is not a local, which
 * compilers watch themselves, but an array of variable length.
 */
#include <greenthread.h>

static const volatile int *published;

static void *hand_out_an_array(void *arg)
{
    volatile int array[*(int *)arg];
    array[0] = 42;
    published = array;
    gt_yield();
    return arg;
}

static int read_a_dead_stack(void)
{
    return published[0];
}

int main(void)
{
    int n = 10;
    gt_thread *thread = gt_spawn(hand_out_an_array, &n);
    gt_wait(thread);
    gt_unref(thread);
    int got = read_a_dead_stack();
    gt_shutdown();
    return got == 42;
}
