/*
 * Every case again, disturbed at every place at which it can be.
 */
#ifndef SWEEP_H
#define SWEEP_H

#include "run.h"

typedef enum sweep {
    NO_SWEEP,
    KILL_SWEEP,       /* each thread killed at each of its blocking calls */
    ALLOCATION_SWEEP, /* each allocation of the library failing */
    SYSTEM_CALL_SWEEP /* each system call that takes something failing; see faults/faults.c */
} sweep;

/* Has the nth of something fail, 0: none; and tells whether it has. */
typedef struct disturber {
    void (*set)(size_t nth);
    bool (*has_struck)(void);
} disturber;

/* NULL: the library that is linked makes its system calls itself. */
extern const disturber *system_call_disturber;

typedef struct sweep_count {
    bool thorough;    /* wanted: OS threads are no reason to pass over places */
    long runs;        /* processes that were disturbed */
    long rescued;     /* that waited for something outside that a killed thread was to do */
    long ended;       /* that ended by what main or another hub could not handle */
    long passed_over; /* not tried, because the case has too many places of the kind */
    long hung;        /* cases, of which the rest was not tried */
} sweep_count;

/*
 * Runs a case once for each disturbance.
 *
 *   returns  NULL, or what was wrong and with which disturbance; owned by the
 *            caller
 */
char *run_sweep(const conformance_case *c, sweep kind, unsigned seconds, sweep_count *count);

#endif
