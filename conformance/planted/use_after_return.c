/*
 * Planted: a thread publishes the address of a local, leaves the function and
 * blocks; another thread reads it there.
 */
#include <greenthread.h>

static volatile int *published;

static void publish_a_local(void)
{
    volatile int local = 42;
    published = &local;
    gt_yield();
}

static void *owner(void *arg)
{
    publish_a_local();
    gt_sleep(GT_SECONDS(1));
    return arg;
}

static int read_what_was_left(void)
{
    return *published;
}

static void *reader(void *arg)
{
    gt_yield();
    return read_what_was_left() == 42 ? arg : NULL;
}

int main(void)
{
    gt_thread *first = gt_spawn(owner, NULL), *second = gt_spawn(reader, NULL);
    gt_wait(second);
    gt_unref(second);
    gt_unref(first);
    gt_shutdown();
}
