/*
 * Runs every case again, disturbed at every place where that is possible.
 */
#ifndef SWEEP_H
#define SWEEP_H

#include "run.h"

typedef enum sweep {
    NO_SWEEP,
    KILL_SWEEP,       /* each thread killed at each of its blocking calls */
    ALLOCATION_SWEEP, /* each allocation of the library failing */
    SYSTEM_CALL_SWEEP /* each system call that takes a resource failing; see faults/faults.c */
} sweep;

/* Makes the nth of something fail, 0: none; and tells whether it has failed. */
typedef struct disturber {
    void (*set)(size_t nth);
    bool (*has_struck)(void);
} disturber;

/* NULL: the linked library makes its system calls itself. */
extern const disturber *system_call_disturber;

typedef struct sweep_count {
    bool thorough;    /* as asked for: the number of OS threads is no reason to skip places */
    long runs;        /* processes that were disturbed */
    long rescued;     /* that waited outside for what a killed thread should have done */
    long ended;       /* that ended because main or another hub could not handle something */
    long passed_over; /* not tried, because the case has too many places of the kind */
    long hung;        /* cases, of which the rest was not tried */
} sweep_count;

/*
 * Runs a case once for each disturbance.
 *
 *   returns  NULL, or what was wrong and with which disturbance; the caller owns it
 */
char *run_sweep(const conformance_case *c, sweep kind, unsigned seconds, sweep_count *count);

#endif
