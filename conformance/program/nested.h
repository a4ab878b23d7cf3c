/*
 * A descriptor that a poller refuses, where there is one.
 */
#ifndef NESTED_H
#define NESTED_H

#include <stdbool.h>

/* False: the poller is poll(2), which refuses nothing and needs no descriptor. */
bool can_be_refused(void);

/* Makes a chain of pollers, too deep for one more, and returns its last one. */
int nested_too_deep(void);

/* Closes the others. */
void close_nested(void);

#endif
