/*
 * A program without OS threads ends with its only one, and the end of the process is another call.
 */
#include "compat/process.h"

int gti_process_at_thread_exit(void (*fn)(void *arg), void *arg)
{
    (void)fn;
    (void)arg;
    return 0;
}
