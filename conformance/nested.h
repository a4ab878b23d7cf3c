/*
 * A descriptor that a poller refuses, where there is one.
 */
#ifndef NESTED_H
#define NESTED_H

#include <stdbool.h>

/* False: poll(2) is asked, which refuses nothing and needs no descriptor. */
bool can_be_refused(void);

/* A chain of pollers, too deep for one more: its last one. */
int nested_too_deep(void);

/* Closes the others. */
void close_nested(void);

#endif
