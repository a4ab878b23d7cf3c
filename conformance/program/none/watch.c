/*
 * Without processes there is no watch.
 */
#include "watch.h"

void watch_begin(unsigned seconds)
{
    (void)seconds;
}

void watch_note(const char *name)
{
    (void)name;
}

void watch_end(void)
{
}
