/*
 * Says nothing of an overflow: there are no guards, or a sanitizer reports it itself.
 */
#include "compat/overflow.h"

void gti_overflow_watch(gti_overflow_describe *describe)
{
    (void)describe;
}

void gti_overflow_unwatch(void)
{
}

void gti_overflow_watch_carrier(void)
{
}
