/*
 * Guards by mprotect, which is all that POSIX has.
 */
#include "compat/posix/stack_pages.h"

bool gti_stack_pages_guard(const gti_stack_block *block)
{
    return gti_stack_pages_protect(block);
}
