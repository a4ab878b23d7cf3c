/*
 * Planted: an OS thread of the program's own writes what a green thread reads.
 */
#include <greenthread.h>
#include <pthread.h>

static int shared;

static void *write_behind_its_back(void *arg)
{
    shared = 1;
    return arg;
}

static void *read_without_a_lock(void *arg)
{
    gt_yield();
    return shared ? arg : NULL;
}

int main(void)
{
    pthread_t foreign;
    gt_thread *thread = gt_spawn(read_without_a_lock, NULL);
    pthread_create(&foreign, NULL, write_behind_its_back, NULL);
    gt_wait(thread);
    gt_unref(thread);
    pthread_join(foreign, NULL);
    gt_shutdown();
}
