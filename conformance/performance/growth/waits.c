/*
 * Waiting for threads and permits, and deadlocks.
 */
#include "growth.h"

static void *waits_for(void *thread)
{
    gt_join(thread, NULL, NULL);
    return NULL;
}

static void wait_for_one(size_t n)
{
    gt_thread *target = gt_spawn(sleeps, NULL);
    start(room_for(n), n, waits_for, target);
    gt_kill(target, NULL);
    gt_run();
    gt_unref(target);
}

/* In the middle of a queue as at its ends. */
static void kill_who_wait_for_one(size_t n)
{
    const size_t *numbers = shuffled(n);
    gt_thread **threads = room_for(n), *target = gt_spawn(sleeps, NULL);
    start(threads, n, waits_for, target);
    for (size_t i = 0; i < n; i++)
        gt_kill(threads[numbers[i]], NULL);
    unref(threads, n);
    gt_unref(target);
}

static void wait_for_each(size_t n)
{
    gt_thread **threads = room_for(n);
    start(threads, n, nothing, NULL);
    for (size_t i = n; i > 0; i--)
        gt_wait(threads[i - 1]);
    unref(threads, n);
}

static gt_thread *chain_of(gt_thread *threads[], size_t n, gt_thread *last)
{
    for (size_t i = 0; i < n; i++)
        last = threads[i] = gt_spawn(waits_for, last);
    gt_yield();
    return last;
}

static void wait_in_a_chain(size_t n)
{
    gt_thread *last = gt_spawn(sleeps, NULL);
    gt_thread **threads = room_for(n), *end = chain_of(threads, n, last);
    gt_kill(last, NULL);
    gt_join(end, NULL, NULL);
    unref(threads, n);
    gt_unref(last);
}

static void wait_for_thread(void *thread)
{
    gt_wait(thread);
}

/* The report names all of them. */
static void deadlock_of_a_chain(size_t n)
{
    gt_thread **threads = room_for(n), *last = gt_spawn(sleeps, NULL);
    expect(!gt_try(wait_for_thread, chain_of(threads, n, last), NULL), "a deadlock");
    gt_unref(last);
    unref(threads, n);
}

static void *waits_for_next(void *next)
{
    return gt_wait(*(gt_thread **)next);
}

static void deadlock_of_a_circle(size_t n)
{
    size_t all = n + 2;
    gt_thread **threads = room_for(all);
    for (size_t i = 0; i < all; i++)
        threads[i] = gt_spawn(waits_for_next, &threads[(i + 1) % all]);
    expect(!gt_try(wait_for_thread, threads[0], NULL), "a deadlock");
    unref(threads, all);
}

/* Semaphores */

static gt_semaphore semaphore;

static void *acquires(void *arg)
{
    gt_semaphore_acquire(&semaphore);
    return arg;
}

static void *acquires_for(void *arg)
{
    gt_semaphore_acquire_for(&semaphore, (int64_t)(intptr_t)arg);
    return arg;
}

static void acquire(size_t n)
{
    gt_thread **threads = room_for(n);
    gt_semaphore_init(&semaphore, 0);
    start(threads, n, acquires, NULL);
    for (size_t i = 0; i < n; i++)
        gt_semaphore_release(&semaphore);
    gt_run();
    unref(threads, n);
}

static void acquire_for_in_time(size_t n)
{
    gt_thread **threads = room_for(n);
    gt_semaphore_init(&semaphore, 0);
    start(threads, n, acquires_for, (void *)(intptr_t)1000);
    for (size_t i = 0; i < n; i++)
        gt_semaphore_release(&semaphore);
    gt_run();
    unref(threads, n);
}

static void acquire_for_too_long(size_t n)
{
    gt_semaphore_init(&semaphore, 0);
    for (size_t i = 0; i < n; i++)
        gt_spawn_n(acquires_for, (void *)(intptr_t)(i * 7919 % (n + 1) * 1000 + 1));
    gt_run();
}

static void kill_who_acquire(size_t n)
{
    const size_t *numbers = shuffled(n);
    gt_thread **threads = room_for(n);
    gt_semaphore_init(&semaphore, 0);
    start(threads, n, acquires, NULL);
    for (size_t i = 0; i < n; i++)
        gt_kill(threads[numbers[i]], NULL);
    unref(threads, n);
}

/* They stay in the queue until they run. Permits pass over them. */
static void release_over_the_killed(size_t n)
{
    gt_thread **threads = room_for(n);
    gt_semaphore_init(&semaphore, 0);
    start(threads, n, acquires, NULL);
    gt_kill_all(threads, n, NULL);
    for (size_t i = 0; i < n; i++)
        gt_semaphore_release(&semaphore);
    unref(threads, n);
}

static void try_acquire(size_t n)
{
    gt_semaphore_init(&semaphore, n);
    for (size_t i = 0; i < n; i++)
        expect(gt_semaphore_try_acquire(&semaphore), "a permit");
    expect(!gt_semaphore_permits(&semaphore), "no permit");
}

const scenario wait_scenarios[] = {
    {"wait_for_one", wait_for_one, 20, false},
    {"kill_who_wait_for_one", kill_who_wait_for_one, 20, false},
    {"wait_for_each", wait_for_each, 20, false},
    {"wait_in_a_chain", wait_in_a_chain, 20, false},
    {"deadlock_of_a_chain", deadlock_of_a_chain, 10, false},
    {"deadlock_of_a_circle", deadlock_of_a_circle, 10, false},
    {"acquire", acquire, 20, false},
    {"acquire_for_in_time", acquire_for_in_time, 20, false},
    {"acquire_for_too_long", acquire_for_too_long, 20, false},
    {"kill_who_acquire", kill_who_acquire, 20, false},
    {"release_over_the_killed", release_over_the_killed, 20, false},
    {"try_acquire", try_acquire, 50, false},
    {0},
};
