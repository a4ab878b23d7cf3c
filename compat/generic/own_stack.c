/*
 * Neither ISO C nor POSIX tells where an OS thread's stack is.
 */
#include "compat/own_stack.h"

bool gti_own_stack(gti_stack_memory *memory)
{
    (void)memory;
    return false;
}
