/*
 * kill_at: finds the one call at which a kill makes a program leak.
 *
 * A worker takes two connections from a pool, and a kill may reach it wherever it blocks.
 * The careless worker gives them back at its end only, where it expects to be
 * interrupted. The careful worker says at once, with GT_DEFER, that what it took is given
 * back however it ends. gt_testing_kill_at strikes at each blocking call in turn, until
 * there is none left. What the pool misses afterwards tells which call the programmer
 * forgot.
 */
#include <greenthread.h>
#include <greenthread/testing.h>
#include <stdio.h>
#include <stdlib.h>

static int in_use; /* connections of the pool */

static void take(void)
{
    gt_sleep(GT_MS(1)); /* connecting */
    in_use++;
}

static void give_back(void *arg)
{
    (void)arg;
    in_use--;
}

static void copy(void)
{
    gt_sleep(GT_MS(10));
}

static void *careless(void *arg)
{
    take();
    take(); /* a kill that comes here loses the first connection */
    gt_exception e;
    GT_TRY
    {
        copy();
    }
    GT_CATCH_ALL(e)
    {
        give_back(arg);
        give_back(arg);
        gt_raise(&e);
    }
    GT_END_TRY;
    give_back(arg);
    give_back(arg);
    return NULL;
}

static void *careful(void *arg)
{
    take();
    GT_DEFER(give_back, arg);
    take();
    GT_DEFER(give_back, arg);
    copy();
    return NULL;
}

/*
 * Runs a worker in a hub of its own, as thread 1, killed at its k-th blocking call.
 * Returns what it leaks.
 */
static int leaks(gt_function *worker, size_t k)
{
    in_use = 0;
    gt_testing_virtual_clock();
    gt_testing_kill_at(1, k);
    gt_thread *thread = gt_spawn(worker, NULL);
    if (thread == NULL) {
        perror("gt_spawn");
        exit(EXIT_FAILURE);
    }
    gt_join(thread, NULL, NULL);
    gt_unref(thread);
    gt_shutdown();
    return in_use;
}

/* At how many of its blocking calls a kill makes the worker leak. */
static int sweep(gt_function *worker, const char *name)
{
    int leaky = 0;
    for (size_t k = 1;; k++) {
        int lost = leaks(worker, k);
        if (!gt_testing_kill_struck()) {
            printf("%s: killed at each of its %zu blocking calls, leaks at %d\n", name, k - 1,
                   leaky);
            return leaky;
        }
        if (lost) {
            printf("%s: killed at blocking call %zu, %d connection is lost\n", name, k, lost);
            leaky++;
        }
    }
}

int main(void)
{
    int found = sweep(careless, "careless"), left = sweep(careful, "careful");
    return found == 1 && left == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
