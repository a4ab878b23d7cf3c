#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>

/*
 * Prints a rule (KILL-4) and the names of its cases; or, of a case (KILL-4.unstarted_runs_links),
 * the rule, the trace that is expected, and the program.
 *
 *   returns  false: there is no rule and no case of that name, and nothing was printed
 */
bool explain(const char *name);

#endif
