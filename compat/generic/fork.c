/*
 * ISO C knows no other process.
 */
#include "compat/process.h"

int gti_process_at_fork(void (*fn)(void))
{
    (void)fn;
    return 0;
}
