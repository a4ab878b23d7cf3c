/*
 * Has the system refuse what it is asked for, by the library or by a case.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include <stdbool.h>

enum {
    REFUSE_GUARDS = 1, /* pages that nobody may touch */
    REFUSE_STACKS = 2  /* memory for them, and OS threads */
};

/* From now on; 0: nothing. */
void refuse(int what);

/* False: the linker cannot wrap the calls. */
bool can_refuse(void);

/* For the calls: true, and errno, if this is refused now. */
bool is_refused(int what, int code);

#endif
