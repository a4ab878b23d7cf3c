/*
 * What holds for a hub whenever one of its threads runs. It looks at core's own
 * data, so it is compiled for each backend.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Looks at this OS thread's hub; no hub is a good one.
 *
 *   at_rest   true: nothing could run any more, so that whoever waits does so
 *             for something that has not happened
 *   returns   false: something is wrong, and text[size] says what
 */
bool audit_hub(bool at_rest, char *text, size_t size);

/* The same of what can be looked at from any thread at any time, and in little of it:
   timers and threads of the run-next list. */
bool audit_step(char *text, size_t size);

#endif
