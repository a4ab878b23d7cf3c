/*
 * What docs/semantics.md says, as embed wrote it down.
 */
#ifndef EXPECTED_H
#define EXPECTED_H

typedef struct expected_trace {
    const char *name; /* "KILL-4.unstarted_runs_links"; NULL: the end */
    int line;         /* of the document */
    const char *text; /* lines */
} expected_trace;

extern const expected_trace expected_traces[];
extern const char *const expected_rules[]; /* closed by NULL */

#endif
