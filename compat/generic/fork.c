/*
 * ISO C knows no other process.
 */
#include "compat/process.h"

int gti_process_at_fork(const gti_fork_handlers *handlers)
{
    (void)handlers;
    return 0;
}

unsigned long gti_process_id(void)
{
    return 1;
}
