/*
 * Planted: a handle is used after its last reference was given back.
 */
#include <greenthread.h>

static void *work(void *arg)
{
    return arg;
}

static gt_state ask_a_stale_handle(gt_thread *thread)
{
    return gt_get_state(thread);
}

int main(void)
{
    gt_thread *thread = gt_spawn(work, NULL);
    gt_wait(thread);
    gt_unref(thread);
    return ask_a_stale_handle(thread) == GT_DEAD;
}
