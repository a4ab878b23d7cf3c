/*
 * What a process holds beside memory: descriptors, mappings, OS threads, and what signals
 * do. The suite compares it around each case, as it does with allocations.
 */
#ifndef BELONGINGS_H
#define BELONGINGS_H

#include "run.h"

typedef struct belongings belongings;

/* What there is now. The caller owns it, and frees it with free. */
belongings *belongings_now(void);

/* Complains of descriptors that were opened since and would survive an exec. */
void belongings_check_exec(const belongings *before, text *complaint);

/* Complains of all that was added, was removed or has changed since. */
void belongings_compare(const belongings *before, text *complaint);

/* Bytes that are mapped, and OS threads that are not joined; 0 where calls cannot be wrapped. */
long mapped_bytes(void);
long unjoined_threads(void);

#endif
