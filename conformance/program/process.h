/*
 * A process for one case, where there are processes.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include "run.h"

/*
 * Exit statuses of a case. A case that reaches its end says so. A case that leaves early
 * by exit(0) has not been checked.
 */
enum { CAME_TO_ITS_END = 97, LEFT_SOMETHING = 99 };

/* What the process does: run_here, or more. */
typedef char *case_runner(const conformance_case *c);

typedef struct ending {
    text trace, error; /* what it wrote; the caller frees their data */
    int status;        /* as waitpid tells it */
    bool in_time;      /* false: it hung, and was killed */
} ending;

/*
 * Runs a case.
 *
 *   ending   zeros
 *   returns  false: the system gave no pipe or no process
 */
bool run_process(const conformance_case *c, case_runner *run, unsigned seconds, ending *ending);

/* "ended: exit 1", "ended: abort", ... */
void append_end(text *text, int status);

#endif
