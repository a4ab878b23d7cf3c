/*
 * What a process holds beside memory: descriptors, mappings, OS threads, what
 * signals do. The suite compares it around each case, as it does allocations.
 */
#ifndef BELONGINGS_H
#define BELONGINGS_H

#include "run.h"

typedef struct belongings belongings;

/* What there is now; owned by the caller, freed by free. */
belongings *belongings_now(void);

/* Complains of descriptors that have come since and would survive an exec. */
void belongings_check_exec(const belongings *before, text *complaint);

/* Complains of all that has come, has gone or is another since. */
void belongings_compare(const belongings *before, text *complaint);

/* Bytes that are mapped, and OS threads that are not joined; 0 where calls cannot be wrapped. */
long mapped_bytes(void);
long unjoined_threads(void);

#endif
