/*
 * For platforms without processes: cases run one after the other in this one.
 */
#include "sweep.h"

bool have_processes(void)
{
    return false;
}

outcome run_in_process(const conformance_case *c, unsigned seconds)
{
    (void)c;
    (void)seconds;
    return (outcome){0};
}

const disturber *system_call_disturber;

char *run_sweep(const conformance_case *c, sweep kind, unsigned seconds, sweep_count *count)
{
    (void)c;
    (void)kind;
    (void)seconds;
    (void)count;
    return NULL;
}
