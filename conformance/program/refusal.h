/*
 * Makes the system refuse requests of the library or of a case.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include <stdbool.h>

enum {
    REFUSE_GUARDS = 1, /* pages that must not be touched */
    REFUSE_STACKS = 2  /* memory for them, and OS threads */
};

/* From now on it refuses this; 0: nothing. */
void refuse(int what);

/* False: the linker cannot wrap the calls. */
bool can_refuse(void);

/* For the wrapped calls: true, with errno set, if this is refused now. */
bool is_refused(int what, int code);

#endif
