#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>

/*
 * Prints a rule (KILL-4) and the names of its cases. For a case
 * (KILL-4.unstarted_runs_links) it prints the rule, the expected trace and the program.
 *
 *   returns  false: there is no rule and no case of that name, and nothing was printed
 */
bool explain(const char *name);

#endif
