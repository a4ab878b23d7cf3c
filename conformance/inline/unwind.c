/*
 * From inside a green thread an unwinder gets to the thread's start and stops there. An
 * unwinder that went on would read above the stack.
 */
#include <greenthread.h>
#include <stdint.h>
#include <stdio.h>
#include <unwind.h>

extern void gti_thread_main(void *argument);

enum { MOST = 32 };

typedef struct walk {
    uintptr_t functions[MOST];
    int n;
} walk;

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *argument)
{
    walk *walk = argument;
    if (walk->n == MOST)
        return _URC_END_OF_STACK;
    void *address = (void *)_Unwind_GetIP(context);
    walk->functions[walk->n++] = address ? (uintptr_t)_Unwind_FindEnclosingFunction(address) : 0;
    return _URC_NO_REASON;
}

static void *looks_up(void *result)
{
    gt_yield();
    walk walk = {.n = 0};
    _Unwind_Backtrace(step, &walk);
    int main_at = 0;
    while (main_at < walk.n && walk.functions[main_at] != (uintptr_t)gti_thread_main)
        main_at++;
    printf("%d functions; the thread's main at %d\n", walk.n, main_at);
    *(int *)result = main_at < walk.n && walk.n <= main_at + 3;
    return NULL;
}

int main(void)
{
    int good[2] = {0};
    for (int i = 0; i < 2; i++)
        gt_unref(gt_spawn(looks_up, &good[i]));
    gt_run();
    return !(good[0] && good[1]);
}
