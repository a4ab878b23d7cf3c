/*
 * What the reference shows on the pages of thread.h. A part between two marks is
 * the example of the names in its first mark; main runs all of them on a virtual
 * clock.
 */
#include <greenthread.h>
#include <greenthread/testing.h>
#include <inttypes.h>
#include <stdio.h>

/* Example: gt_spawn gt_wait gt_function gt_thread */
static void *twice(void *arg)
{
    int *number = arg;
    *number *= 2;
    return number;
}

static void spawn_and_wait(void)
{
    int number = 21;
    gt_thread *thread = gt_spawn(twice, &number);
    if (!thread) {
        perror("gt_spawn");
        return;
    }
    int *result = gt_wait(thread);
    printf("the result is %d\n", *result);
    gt_unref(thread);
}
/* End */

/* Example: gt_spawn_n gt_run */
static void *count(void *arg)
{
    int *counter = arg;
    ++*counter;
    return NULL;
}

static void count_to_three(void)
{
    int counter = 0;
    for (int i = 0; i < 3; i++)
        if (!gt_spawn_n(count, &counter))
            perror("gt_spawn_n");
    gt_run();
    printf("%d threads have run\n", counter);
}
/* End */

/* Example: gt_spawn_after gt_cancel */
static void *remind(void *arg)
{
    const char *text = arg;
    printf("%s\n", text);
    return NULL;
}

static void remind_once(void)
{
    gt_thread *tea = gt_spawn_after(GT_SECONDS(180), remind, "the tea is ready");
    gt_thread *egg = gt_spawn_after(GT_SECONDS(300), remind, "the egg is hard");
    if (tea && egg) {
        gt_wait(tea);
        gt_cancel(egg, NULL); /* its function never runs */
        gt_unref(tea);
        gt_unref(egg);
    }
}
/* End */

/* Example: gt_spawn_with gt_spawn_options gt_set_name gt_get_name gt_get_number gt_self */
static void *introduce(void *arg)
{
    (void)arg;
    gt_thread *self = gt_self();
    printf("thread %" PRIu64 " was called %s", gt_get_number(self), gt_get_name(self));
    gt_set_name(self, "renderer");
    printf(" and is called %s\n", gt_get_name(self));
    return NULL;
}

static void spawn_with_options(void)
{
    const gt_spawn_options options = {.name = "parser", .stack_size = 128 * 1024};
    gt_thread *thread = gt_spawn_with(&options, introduce, NULL);
    if (thread) {
        gt_wait(thread);
        gt_unref(thread);
    }
}
/* End */

/* Example: gt_join */
static const gt_kind BAD_INPUT = {"BAD_INPUT", &GT_ERROR};

static void *parse(void *arg)
{
    (void)arg;
    gt_raise((&(gt_exception){.kind = &BAD_INPUT, .code = 42}));
}

static void join_a_thread_that_raises(void)
{
    gt_thread *thread = gt_spawn(parse, NULL);
    if (!thread)
        return;
    void *result;
    gt_exception e;
    if (gt_join(thread, &result, &e))
        printf("the function returned\n");
    else
        printf("the function raised %s, code %d\n", e.kind->name, e.code);
    gt_unref(thread);
}
/* End */

/* Example: gt_kill gt_ref */
static void put_back(void *arg)
{
    printf("%s is put back\n", (const char *)arg);
}

static void *borrow(void *arg)
{
    GT_DEFER(put_back, arg);
    gt_sleep(GT_FOREVER);
    return NULL;
}

static void kill_a_sleeper(void)
{
    gt_thread *thread = gt_spawn(borrow, "the ladder");
    if (!thread)
        return;
    gt_thread *kept = gt_ref(thread); /* as a list of threads would keep it */
    gt_unref(thread);
    gt_yield();          /* it sleeps now */
    gt_kill(kept, NULL); /* its cleanup has run when this returns */
    printf("it was killed: %s\n", gt_join(kept, NULL, NULL) ? "no" : "yes");
    gt_unref(kept);
}
/* End */

/* Example: gt_kill_wait gt_get_state gt_state */
static void say_good_bye(void *arg)
{
    (void)arg;
    gt_sleep(GT_MS(5)); /* a cleanup may block */
}

static void *serve(void *arg)
{
    GT_DEFER(say_good_bye, arg);
    gt_sleep(GT_FOREVER);
    return NULL;
}

static void kill_and_wait(void)
{
    gt_thread *thread = gt_spawn(serve, NULL);
    if (!thread)
        return;
    gt_yield();
    gt_kill_wait(thread, NULL);
    printf("it is dead: %s\n", gt_get_state(thread) == GT_DEAD ? "yes" : "no");
    gt_unref(thread);
}
/* End */

/* Example: gt_kill_all */
static void kill_all_workers(void)
{
    enum { N = 3 };
    gt_thread *workers[N];
    size_t n = 0;
    while (n < N && (workers[n] = gt_spawn(serve, NULL)) != NULL)
        n++;
    gt_yield();
    gt_kill_all(workers, n, NULL); /* in this order, before any other thread runs */
    for (size_t i = 0; i < n; i++) {
        gt_join(workers[i], NULL, NULL);
        gt_unref(workers[i]);
    }
    printf("%zu workers have ended\n", n);
}
/* End */

/* Example: gt_link gt_unlink gt_link_function */
static void announce(gt_thread *thread, void *arg)
{
    printf("%s: %s has finished\n", (const char *)arg, gt_get_name(thread));
}

static void link_to_a_thread(void)
{
    int number = 1;
    gt_thread *thread = gt_spawn(twice, &number);
    if (!thread)
        return;
    gt_set_name(thread, "doubler");
    if (gt_link(thread, announce, "first") < 0 || gt_link(thread, announce, "second") < 0)
        perror("gt_link");
    gt_unlink(thread, announce, "second");
    gt_wait(thread);
    gt_unref(thread);
}
/* End */

/* Example: gt_unref */
static void forget_a_thread(void)
{
    int counter = 0;
    gt_thread *thread = gt_spawn(count, &counter);
    if (thread)
        gt_unref(thread); /* it runs all the same, and its handle goes with it */
    gt_yield();
    printf("%d thread without a handle has run\n", counter);
}
/* End */

/* Example: gt_stack_usage */
static void *parse_deeply(void *arg)
{
    volatile char frame[8192];
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 1;
    *(size_t *)arg = gt_stack_usage(gt_self());
    return NULL;
}

static void measure_a_stack(void)
{
    size_t used = 0;
    gt_thread *thread = gt_spawn(parse_deeply, &used);
    if (!thread)
        return;
    gt_wait(thread);
    gt_unref(thread);
    if (used < 128 * 1024) /* 0: the system does not tell */
        printf("the default stack is large enough\n");
}
/* End */

/* Example: gt_yield */
static void *work_in_steps(void *arg)
{
    for (int step = 1; step <= 2; step++) {
        printf("%s: step %d\n", (const char *)arg, step);
        gt_yield(); /* the other has its turn */
    }
    return NULL;
}

static void take_turns(void)
{
    gt_spawn_n(work_in_steps, "one");
    gt_spawn_n(work_in_steps, "two");
    gt_run();
}
/* End */

/* Example: gt_shutdown GT_SHUTDOWN_ROUNDS */
static void shut_down(void)
{
    gt_spawn_n(borrow, "the hammer");
    gt_yield();
    gt_shutdown(); /* kills the thread, and waits for its cleanup */
    printf("nothing is left\n");
}
/* End */

int main(void)
{
    gt_testing_virtual_clock();
    spawn_and_wait();
    count_to_three();
    remind_once();
    spawn_with_options();
    join_a_thread_that_raises();
    kill_a_sleeper();
    kill_and_wait();
    kill_all_workers();
    link_to_a_thread();
    forget_a_thread();
    measure_a_stack();
    take_turns();
    shut_down();
}
