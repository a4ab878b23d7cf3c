/*
 * No case calls these: without OS threads none with CASE_OS_THREADS is applicable.
 */
#include "os.h"
#include <stdlib.h>

bool have_os_threads(void)
{
    return false;
}

os_thread *os_thread_start(int (*fn)(void *arg), void *arg)
{
    (void)fn;
    (void)arg;
    abort();
}

void os_thread_join(os_thread *thread)
{
    (void)thread;
}

void in_an_os_thread(int (*fn)(void *arg), void *arg)
{
    (void)fn;
    (void)arg;
}

void in_a_hub_that_stays(void (*fn)(void))
{
    (void)fn;
    abort();
}

void os_thread_rest(void)
{
}
