/*
 * poll(2) takes every descriptor.
 */
#include "nested.h"

bool can_be_refused(void)
{
    return false;
}

int nested_too_deep(void)
{
    return -1;
}

void close_nested(void)
{
}
