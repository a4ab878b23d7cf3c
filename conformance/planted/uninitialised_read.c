/*
 * Planted: a thread decides by a value that another should have set and did not.
 */
#include <greenthread.h>
#include <stdlib.h>

typedef struct order {
    int number, amount;
} order;

static void *fill_in_half(void *arg)
{
    order *order = arg;
    gt_yield();
    order->number = 1;
    return arg;
}

static int decide_by_nothing(const order *order)
{
    if (order->amount > 10)
        return 1;
    return 2;
}

static void *decide(void *arg)
{
    static int decision;
    gt_yield();
    gt_yield();
    decision = decide_by_nothing(arg);
    return &decision;
}

int main(void)
{
    order *order = malloc(sizeof *order);
    gt_thread *first = gt_spawn(fill_in_half, order), *second = gt_spawn(decide, order);
    gt_wait(second);
    gt_unref(second);
    gt_unref(first);
    gt_shutdown();
    free(order);
}
