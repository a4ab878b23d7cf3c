#include <greenthread.h>
#include <stdio.h>

static void *speak(void *name)
{
    gt_sleep(GT_MS(1));
    return name;
}

int main(void)
{
    gt_thread *thread = gt_spawn(speak, "a green thread");
    printf("%s has run\n", (char *)gt_wait(thread));
    gt_unref(thread);
    gt_shutdown();
}
