/*
 * The same for waits for descriptors. A thread that leaves in error has left its queue.
 */
#define _XOPEN_SOURCE 700
#include "conformance.h"
#include "nested.h"
#include <errno.h>
#include <unistd.h>

static int number; /* the one that is used again */

static void wait_for_it(void *arg)
{
    (void)arg;
    gt_wait_fd(number, GT_READ);
}

static void read_it(void *arg)
{
    (void)arg;
    char byte = 0;
    gt_read(number, &byte, 1);
    trace("it has %c", byte);
}

/* Is told what is wrong, and lives on, so that no other thread has its frames. */
static void *hears(void *fn)
{
    gt_exception e;
    void (*call)(void *) = *(void (**)(void *))fn;
    if (!gt_try(call, NULL, &e))
        trace("it hears of %s%s", e.kind->name, e.code == EBADF ? " EBADF" : "");
    gt_sleep(GT_SECONDS(1));
    return NULL;
}

static void *reads(void *arg)
{
    read_it(arg);
    return NULL;
}

static void *reads_in_time(void *arg)
{
    if (!gt_with_timeout(100, reads, NULL, NULL))
        trace("it is not woken");
    return arg;
}

/*
 * The file lives on in a copy, and wakes the waiter. A thread that comes to the number
 * then is the first.
 */
static void leave_in_error(void (*call)(void *))
{
    int ends[2], others[2];
    if (pipe(ends) != 0)
        return;
    number = ends[0];
    int copy = dup(number);
    gt_unref(gt_spawn(hears, &call));
    gt_yield();
    close(number);
    gt_write(ends[1], "x", 1);
    gt_sleep(1);
    if (pipe(others) != 0 || dup2(others[0], number) != number)
        return;
    gt_unref(gt_spawn(reads_in_time, NULL));
    gt_yield();
    gt_write(others[1], "y", 1);
    gt_run();
    gt_close(number);
    if (others[0] != number)
        gt_close(others[0]);
    gt_close(others[1]);
    gt_close(ends[1]);
    gt_close(copy);
}

CASE("IO-2", an_error_takes_its_waiter_off_the_queue, CASE_IO | CASE_NO_SWEEP)
{
    leave_in_error(wait_for_it);
    leave_in_error(read_it);
}

/* A refused number does not count as one that the poller watches. */
CASE("IO-2", what_the_poller_refused_is_asked_again, CASE_IO | CASE_NESTED)
{
    int ends[2];
    number = nested_too_deep();
    gt_exception e = {.kind = NULL};
    trace("waiting for it: %s", gt_try(wait_for_it, NULL, &e) ? "done" : e.kind->name);
    close_nested();
    if (pipe(ends) != 0 || dup2(ends[0], number) != number) /* closed by others, used again */
        return;
    gt_unref(gt_spawn(reads_in_time, NULL));
    gt_yield();
    gt_write(ends[1], "x", 1);
    gt_run();
    gt_close(number);
    gt_close(ends[0]);
    gt_close(ends[1]);
}
