/* The smallest program that a user would write. */
#include <greenthread.h>
#include <greenthread/testing.h>
#include <stdio.h>

static void *answer(void *arg)
{
    gt_sleep(GT_MS(1));
    return arg;
}

int main(void)
{
    static int value = 42;
    gt_thread *thread = gt_spawn(answer, &value);
    printf("%d on %s\n", *(int *)gt_wait(thread), gt_testing_backend());
    gt_unref(thread);
    gt_shutdown();
    return 0;
}
