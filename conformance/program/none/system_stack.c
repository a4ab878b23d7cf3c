/*
 * There is no portable way to ask.
 */
#include "system_stack.h"

size_t room_on_system_stack(const char *here)
{
    (void)here;
    return 0;
}
